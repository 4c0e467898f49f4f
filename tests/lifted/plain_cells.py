"""Cells from `cells/*.cells`, run as Python runs them and as %%backprop does, and what there is to compare."""

from __future__ import annotations

import ast
import contextlib
import io
import linecache
import pathlib
import random
import types
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from notebook_ad.graph.graph import Graph
from notebook_ad.lifted.choice import Choice
from notebook_ad.lifted.run import Cell, Outcome, run
from notebook_ad.lifted.session import Session
from notebook_ad.lifted.values import PLAIN_TYPES

FOLDER = pathlib.Path(__file__).parent / "cells"
FILENAME = "<cell under test>"


@dataclass
class Ran:
    """What running a cell left behind."""

    namespace: dict[str, Any]
    printed: str = ""
    value: Any = None
    error: BaseException | None = None
    warned: list[tuple[str, str, int, str]] = field(default_factory=list)
    outcome: Outcome | None = None
    failures: list[tuple[str, BaseException]] = field(default_factory=list)

    @property
    def graph(self) -> Graph:
        assert self.outcome is not None
        assert self.outcome.graph is not None, self.outcome.problem
        return self.outcome.graph


def load() -> dict[str, str]:
    """All cells by name."""
    cells: dict[str, str] = {}
    for path in sorted(FOLDER.glob("*.cells")):
        for part in path.read_text().split("# %% ")[1:]:
            title, _, source = part.partition("\n")
            name = f"{path.stem}: {title.strip()}"
            assert name not in cells, f"two cells are called {name}"
            cells[name] = source
    return cells


CELLS = load()


@contextlib.contextmanager
def observed(ran: Ran) -> Iterator[None]:
    """Fixed seeds; output, warnings and errors are kept."""
    random.seed(0)
    np.random.seed(0)
    out = io.StringIO()
    with warnings.catch_warnings(record=True) as caught, contextlib.redirect_stdout(out):
        warnings.simplefilter("default")
        try:
            yield
        except Exception as error:
            ran.error = error
    ran.printed = out.getvalue()
    ran.warned = [(w.category.__name__, str(w.message), w.lineno, w.filename) for w in caught]


def fresh_namespace(given: dict[str, Any] | None) -> dict[str, Any]:
    return {"__name__": "__main__", "__builtins__": __builtins__, **(given or {})}


def show_source(source: str) -> None:
    linecache.cache[FILENAME] = (len(source), None, source.splitlines(True), FILENAME)


def run_plain(
    source: str, given: dict[str, Any] | None = None, change: Callable[[ast.Module], Any] | None = None
) -> Ran:
    """Run a cell as IPython would: statement by statement, the last expression's value kept."""
    ran = Ran(fresh_namespace(given))
    show_source(source)
    with observed(ran):
        tree = ast.parse(source, FILENAME)
        if change is not None:
            change(tree)
        flags = 0
        for i, node in enumerate(tree.body):
            last = i == len(tree.body) - 1 and isinstance(node, ast.Expr)
            part: Any = ast.Expression(node.value) if last else ast.Module([node], [])  # type: ignore[attr-defined]
            code = compile(part, FILENAME, "eval" if last else "exec", flags, True)
            flags |= code.co_flags & 0xFFF0000
            if last:
                ran.value = eval(code, ran.namespace)
            else:
                exec(code, ran.namespace)
    return ran


def run_lifted(source: str, given: dict[str, Any] | None = None, **options: Any) -> Ran:
    """Run a cell as %%backprop does, display apart."""
    ran = Ran(fresh_namespace(given))
    show_source(source)
    close = Session.close

    def closing(session: Session) -> None:
        ran.failures.extend(session.failures)
        close(session)

    Session.close = closing  # type: ignore[method-assign]
    try:
        with observed(ran):
            ran.outcome = run(Cell(source, FILENAME), ran.namespace, **options)
            ran.value = ran.outcome.value
    finally:
        Session.close = close  # type: ignore[method-assign]
    return ran


def chosen(wrt: str = "", const: str = "") -> Choice:
    return Choice(frozenset(wrt.split(",")) if wrt else None, frozenset(const.split(",") if const else ()))


HIDDEN = {"__builtins__", "__name__", "__warningregistry__"}


def variables(ran: Ran, exact: bool) -> dict[str, Any]:
    """Every variable as something that can be compared; `exact` tells our types from plain ones."""
    seen: dict[int, int] = {}
    return {k: described(v, exact, seen) for k, v in sorted(ran.namespace.items()) if k not in HIDDEN}


def described(value: Any, exact: bool, seen: dict[int, int]) -> Any:
    """A value as nested tuples: plain type, contents, and which mutable objects are the same one."""
    kind = type(value) if exact else PLAIN_TYPES.get(type(value), type(value))
    name = f"{kind.__module__}.{kind.__qualname__}"
    if isinstance(value, types.ModuleType):
        return "module", value.__name__
    if isinstance(value, types.FunctionType):
        code = value.__code__
        return name, value.__qualname__, code.co_names, code.co_code, described(value.__defaults__, exact, seen)
    if isinstance(value, type):
        return "class", value.__qualname__, value.__module__
    if isinstance(value, int | float | complex | str | bytes | type(None) | np.generic):
        return name, repr(value)
    if id(value) in seen:
        return "the same as", seen[id(value)]
    seen[id(value)] = len(seen)
    if isinstance(value, np.ndarray):
        own = value.view(np.ndarray)
        contents: Any = own.tobytes()
        if value.dtype.hasobject:
            contents = tuple(described(v, exact, seen) for v in own.flat)
        return name, value.dtype.str, value.shape, contents, value.flags.writeable, value.strides
    if isinstance(value, list | tuple):
        return name, tuple(described(v, exact, seen) for v in value)
    if isinstance(value, dict):
        return name, tuple((described(k, exact, seen), described(v, exact, seen)) for k, v in value.items())
    if isinstance(value, set | frozenset):
        return name, tuple(sorted(map(repr, value)))
    if kind.__module__ == "__main__" and hasattr(value, "__dict__"):
        return name, described(vars(value), exact, seen)
    return (name,)


def shared_memory(ran: Ran) -> set[tuple[str, str]]:
    """The pairs of arrays among the variables that look at the same memory."""
    arrays = [(k, v) for k, v in sorted(ran.namespace.items()) if isinstance(v, np.ndarray) and v.size]
    return {(a, b) for i, (a, x) in enumerate(arrays) for b, y in arrays[:i] if np.shares_memory(x, y)}
