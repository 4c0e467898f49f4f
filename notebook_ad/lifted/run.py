"""One cell, run and recorded: statement by statement as IPython would, then its graph, then everything plain again."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from types import ModuleType, TracebackType
from typing import Any

from notebook_ad.lifted import arrays, constants, helpers, hooks, leaves, record, scalars
from notebook_ad.lifted.blame import name_operands
from notebook_ad.lifted.choice import Choice
from notebook_ad.lifted.outcome import Outcome, finish, remember_part
from notebook_ad.lifted.program import Cell, Program
from notebook_ad.lifted.reads import in_order
from notebook_ad.lifted.session import Session, active, running
from notebook_ad.lifted.snapshot import gradients
from notebook_ad.lifted.transform import HOOK, names_defined
from notebook_ad.lifted.where import Sources, owner_of
from notebook_ad.tensor.ambient import trace

__all__ = ["Cell", "Outcome", "run", "users_part"]

arrays.bind()
scalars.bind()
record.bind()
hooks.install()


def run(
    cell: Cell,
    namespace: dict[str, Any],
    choice: Choice = Choice(),  # noqa: B008 - immutable
    output: str | None = None,
    seed: Any = None,
    accumulate: bool = False,
    plain: bool = False,
    given: Mapping[tuple[str, int], Any] | None = None,
) -> Outcome:
    """Run a cell in a namespace and record it.

    Args:
        output: the name of what is differentiated; by default it is found.
        seed: gradient of the output; a callable is asked once the cell has run.
        accumulate: add to the gradients that the names hold.
        plain: leave nothing but plain values behind.
        given: values that leaves take in the place of the code's (see `again`); such a run leaves no trace.

    Raises:
        RuntimeError: another such cell is running.
        Exception: whatever the cell raises; its traceback shows the cell's lines only.
    """
    if active() is not None:
        raise RuntimeError("a %%backprop cell cannot run inside another one")
    tree = cell.transform(ast.parse(cell.source, cell.filename))
    session = Session(Sources(cell.filename, cell.source), namespace, choice)
    session.given, session.is_first = given or {}, given is None
    program = Program(cell, tree, namespace)
    functions, more = helpers.reachable(program.read, namespace)
    names = program.read | more
    if session.is_first:
        session.variables = {
            n: v for n in names if (v := namespace.get(n)) is not None and not isinstance(v, ModuleType)
        }
    if accumulate:
        session.previous = gradients(names | program.bound, namespace)
    hooked = helpers.add_hooks(functions)
    try:
        with running(session), trace(session.sources, constants.of_array):
            leaves.read(session, in_order(tree, names))
            try:
                program.execute()
            except BaseException as error:
                error.__traceback__ = users_part(error.__traceback__)
                name_operands(error)
                if session.is_first:
                    remember_part(session, cell, error)
                raise
            return finish(session, program, output, seed, accumulate)
    finally:
        session.close()
        for name in [n for n in namespace if n.startswith(HOOK)]:  # temporaries of a statement that failed
            del namespace[name]
        helpers.drop_hooks(hooked)
        helpers.drop_hooks(helpers.reachable(program.bound | names_defined(tree), namespace)[0])
        if plain:
            seen: dict[int, tuple[Any, Any]] = {}
            for name in sorted((names | program.bound) & namespace.keys()):
                namespace[name] = leaves.settle(namespace[name], seen)


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
