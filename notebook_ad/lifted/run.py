"""One cell, run and recorded: statement by statement as IPython would, then its graph, then everything plain again."""

from __future__ import annotations
import __future__

import ast
import copy
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from types import CodeType, TracebackType
from typing import Any

import numpy as np

from notebook_ad.graph.graph import Graph
from notebook_ad.lifted import arrays, explain, helpers, hooks, last, leaves, record, scalars, taping
from notebook_ad.lifted.choice import Choice, Output, choose, is_scalar
from notebook_ad.lifted.explain import SHOWN
from notebook_ad.lifted.naming import name_nodes
from notebook_ad.lifted.reads import names_read
from notebook_ad.lifted.session import Session, active, running
from notebook_ad.lifted.snapshot import fill, graph_of
from notebook_ad.lifted.transform import HOOK, instrument, names_bound, names_defined, with_bindings
from notebook_ad.lifted.values import LIFTED
from notebook_ad.lifted.where import Sources, owner_of
from notebook_ad.tensor.ambient import trace

FUTURE = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)

arrays.bind()
scalars.bind()
record.bind()
hooks.install()


@dataclass(frozen=True)
class Cell:
    """A cell: its source as Python, where tracebacks look for it, and how it is compiled.

    Attributes:
        source: Python, after IPython's own transformations.
        filename: what tracebacks and `inspect` know it by.
        flags: of the compiler (`from __future__` in earlier cells).
        interactivity: which expressions are shown, as IPython's `ast_node_interactivity`.
        show: shows the value of an expression that is not the last.
    """

    source: str
    filename: str = "<cell>"
    flags: int = 0
    interactivity: str = "last_expr"
    show: Callable[[Any], Any] = print
    transform: Callable[[ast.Module], ast.Module] = field(default=lambda tree: tree)


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a run gave.

    Attributes:
        value: of the last expression; None where the cell ends otherwise.
        output: what was differentiated, or None.
        graph: its graph, or None.
        problem: why there is no graph.
        notes: lines for the reader.
        flags: of the compiler, with the cell's own `from __future__`.
    """

    value: Any
    output: Output | None
    graph: Graph | None
    problem: str | None
    notes: tuple[str, ...]
    flags: int


def run(
    cell: Cell,
    namespace: dict[str, Any],
    choice: Choice = Choice(),  # noqa: B008 - immutable
    output: str | None = None,
    seed: Any = None,
    accumulate: bool = False,
    plain: bool = False,
) -> Outcome:
    """Run a cell in a namespace and record it.

    Args:
        output: the name of what is differentiated; by default it is found.
        seed: gradient of the output; a callable is asked once the cell has run.
        accumulate: add to the gradients that the names hold.
        plain: leave nothing but plain values behind.

    Raises:
        RuntimeError: another such cell is running.
        Exception: whatever the cell raises; its traceback shows the cell's lines only.
    """
    if active() is not None:
        raise RuntimeError("a %%backprop cell cannot run inside another one")
    tree = cell.transform(ast.parse(cell.source, cell.filename))
    session = Session(Sources(cell.filename, cell.source), namespace, choice.accepts)
    read, bound = names_read(tree), names_bound(tree)
    functions, more = helpers.reachable(read, namespace)
    names = read | more
    if accumulate:
        session.previous = gradients(names | bound, namespace)
    hooked = helpers.add_hooks(functions)
    program = Program(cell, tree, namespace)
    try:
        with running(session), trace(session.sources):
            leaves.read(session, names)
            try:
                program.execute()
            except BaseException as error:
                _remember_part(session, cell, error)
                error.__traceback__ = users_part(error.__traceback__)
                raise
            return _finish(session, program, output, seed, accumulate)
    finally:
        session.close()
        for name in [n for n in namespace if n.startswith(HOOK)]:  # temporaries of a statement that failed
            del namespace[name]
        helpers.drop_hooks(hooked)
        helpers.drop_hooks(helpers.reachable(bound | names_defined(tree), namespace)[0])
        if plain:
            seen: dict[int, tuple[Any, Any]] = {}
            for name in sorted((names | bound) & namespace.keys()):
                namespace[name] = leaves.settle(namespace[name], seen)


class Program:
    """The statements of a cell, compiled with hooks, and the value of the last expression."""

    def __init__(self, cell: Cell, tree: ast.Module, namespace: dict[str, Any]) -> None:
        self.cell = cell
        self.namespace = namespace
        self.flags = cell.flags
        self.value: Any = None
        self.last: ast.expr | None = None
        self.text = ""
        nodes = list(tree.body)
        mode = cell.interactivity
        if mode == "last_expr_or_assign" and nodes and (name := _assigned(nodes[-1])):
            nodes.append(
                ast.copy_location(ast.Expr(ast.copy_location(ast.Name(name, ast.Load()), nodes[-1])), nodes[-1])
            )
        self._steps = [self._compile(node, i, len(nodes), mode) for i, node in enumerate(nodes)]

    def _compile(self, node: ast.stmt, i: int, count: int, mode: str) -> tuple[CodeType, ast.expr | None, bool]:
        """The code of a statement, the expression whose value is shown, and whether that is the cell's last."""
        final = i == count - 1
        shown = isinstance(node, ast.Expr) and (mode in ("all", "last") or (final and mode.startswith("last_expr")))
        plain: Any = ast.Module([node], [])
        hooked = ast.Module(with_bindings([copy.deepcopy(node)]), [])
        expression = node.value if isinstance(node, ast.Expr) and shown else None
        if expression is not None:
            self.text = self.text if not final else ast.get_source_segment(self.cell.source, node.value) or ""  # type: ignore[attr-defined]
            plain = ast.Expression(node.value)  # type: ignore[attr-defined]
        code = self._code(plain)
        instrument(hooked)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the plain one has given them
            whole: Any = hooked
            result = self._code(whole if expression is None else ast.Expression(whole.body[-1].value))
        helpers.PAIRS.add(code, result)
        return result, expression, final

    def _code(self, tree: Any) -> CodeType:
        code: CodeType = compile(
            tree, self.cell.filename, "eval" if isinstance(tree, ast.Expression) else "exec", self.flags, True
        )
        self.flags |= code.co_flags & FUTURE
        return code

    def execute(self) -> None:
        """Run all statements."""
        for code, expression, final in self._steps:
            if expression is None:
                exec(code, self.namespace)
                continue
            value = eval(code, self.namespace)
            if final:
                self.value, self.last = value, expression
            else:
                self.cell.show(value)


def _assigned(node: ast.stmt) -> str | None:
    target = (
        node.targets[0] if isinstance(node, ast.Assign) and len(node.targets) == 1 else getattr(node, "target", None)
    )
    return (
        target.id
        if isinstance(target, ast.Name) and isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign)
        else None
    )


def _finish(session: Session, program: Program, asked: str | None, seed: Any, accumulate: bool) -> Outcome:
    """Find the output, draw its graph, fill in the gradients."""

    def outcome(output: Output | None, graph: Graph | None, problem: str | None, notes: list[str]) -> Outcome:
        return Outcome(program.value, output, graph, problem, tuple(notes), program.flags)

    output = choose(session, program.value, program.last, program.text, asked)
    if output is None:
        found = explain.unused(session, set())
        return outcome(None, None, nothing(session, program, asked), explain.notes(session, found, listed=False))
    given = seed() if callable(seed) else seed
    if given is None and not is_scalar(output):
        shape = output.tensor.shape
        return outcome(
            output,
            None,
            f"{output.name} has shape {shape}: reduce it to a number (for example {output.name}.sum()) or give --seed",
            [],
        )
    if given is not None and np.shape(given) != output.tensor.shape:
        wrong = f"--seed has shape {np.shape(given)}, but {output.name} has shape {output.tensor.shape}"
        return outcome(output, None, f"{wrong}: give a seed of that shape", [])
    names = name_nodes(session, taping.places_of(output.tensor))
    if output.how != "the last expression":
        output.tensor.name = output.name
    notes = explain.notes(session, explain.unused(session, names))
    graph, ids = graph_of(output.tensor, given, program.cell.source, notes, session.previous)
    found = explain.trouble(graph)
    if found:
        graph = Graph(**{**vars_of(graph), "notes": (*found, *notes)})
    fill(session, graph, ids, accumulate)
    last.remember(graph)
    return outcome(output, graph, None, [*found, *notes])


def vars_of(graph: Graph) -> dict[str, Any]:
    """The fields of a graph."""
    return {name: getattr(graph, name) for name in graph.__dataclass_fields__}


def nothing(session: Session, program: Program, asked: str | None) -> str:
    """Why there is nothing to differentiate."""
    if asked is not None:
        return f"{asked} depends on no leaf: nothing was computed from one to get it"
    leaves_found = [name for name, links in session.versions.items() if any(link.leaf for link in links)]
    if not leaves_found or not (session.bound or program.last):
        return "nothing to differentiate: the cell computes nothing from a number or a float array that has a name"
    if program.last is not None and not session.bound:
        return f"nothing to differentiate: {program.text} depends on no leaf"
    name = max(session.bound, key=session.bound.__getitem__)
    others = [n for n in leaves_found if n != name]
    return f"nothing to differentiate: {name} depends on no leaf" + (f" ({_some(others)})" if others else "")


def _some(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"leaves: {', '.join(names[:SHOWN])}{more}"


def gradients(names: set[str], namespace: dict[str, Any]) -> dict[str, Any]:
    """The gradients that values hold from an earlier run, by name."""
    found: dict[str, Any] = {}

    def collect(value: Any, name: str, depth: int) -> None:
        if type(value) in LIFTED:
            if value.grad is not None:
                found[name] = value.grad
        elif depth and isinstance(value, dict):
            for key, v in value.items():
                collect(v, f"{name}[{key!r}]", depth - 1)
        elif depth and isinstance(value, list | tuple):
            for i, v in enumerate(value):
                collect(v, f"{name}[{i}]", depth - 1)

    for name in names & namespace.keys():
        collect(namespace[name], name, leaves.DEPTH)
    return found


def users_part(traceback: TracebackType | None) -> TracebackType | None:
    """A traceback without our own frames."""
    entries = []
    while traceback is not None:
        if owner_of(traceback.tb_frame.f_code) != "own":
            entries.append(traceback)
        traceback = traceback.tb_next
    result = None
    for entry in reversed(entries):
        result = TracebackType(result, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return result


def _remember_part(session: Session, cell: Cell, error: BaseException) -> None:
    """Keep the graph up to the line that failed; whatever goes wrong here must not hide the cell's own error."""
    try:
        output = choose(session, None, None, "", None)
        if output is None:
            return
        seed = None if is_scalar(output) else 1.0 + 0 * output.tensor.value
        names = name_nodes(session, taping.places_of(output.tensor))
        output.tensor.name = output.name
        notes = [
            f"up to the line that raised {type(error).__name__}",
            *explain.notes(session, explain.unused(session, names)),
        ]
        graph, _ = graph_of(output.tensor, seed, cell.source, notes, {})
        last.remember(graph)
        error.add_note(f"The graph up to here ({output.name}) is in notebook_ad.last_graph().")
    except Exception as failure:
        session.failures.append(("the graph up to the error", failure))
