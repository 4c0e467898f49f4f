"""A cell run again with other values of its leaves, in copies of its variables: it leaves no trace in the notebook."""

from __future__ import annotations

import contextlib
import io
import random
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any

import numpy as np

from notebook_ad.graph.attempt import Raised, Stopped
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.replay import Replay
from notebook_ad.lifted.choice import Choice
from notebook_ad.lifted.outcome import Outcome
from notebook_ad.lifted.program import Cell
from notebook_ad.lifted.run import run
from notebook_ad.lifted.values import LIFTED

Key = tuple[str, int]  # a leaf: the name that it was bound to, how many of that name came before


class NotRunAgain(RuntimeError):
    """The cell did not give a graph this time."""


@dataclass(eq=False)
class Again:
    """Runs a cell again, whenever it is called with values by leaf name.

    Attributes:
        output, seed: as they were asked for.
        variables: what the cell read from the notebook, as it was.
        keys: of the leaves that were shown, by their names; arrays: their values, for arrays that the cell may have changed.
    """

    cell: Cell
    namespace: dict[str, Any]
    choice: Choice
    output: str | None
    seed: Any
    variables: dict[str, Any]
    keys: dict[str, Key] = field(default_factory=dict)
    arrays: dict[Key, Any] = field(default_factory=dict)

    def follow(self, outcome: Outcome) -> None:
        """Take the leaves of a run, with their values, for those that are shown."""
        assert outcome.graph is not None
        named = {node.id: node for node in outcome.graph.leaves if node.id in outcome.keys}
        self.keys |= {node.name or "": outcome.keys[i] for i, node in named.items()}
        self.arrays = {outcome.keys[i]: node.value for i, node in named.items() if node.shape} | self.arrays

    def __call__(self, values: Mapping[str, Any]) -> tuple[Graph, Replay | None]:
        """The graph, and its replay, of the code on other values of the leaves.

        Raises:
            NotRunAgain: there is no graph, or a value is none that the cell could be given.
            Stopped: the cell raises.
        """
        if unknown := [name for name in values if name not in self.keys]:
            raise NotRunAgain(f"{unknown[0]} cannot be moved here: it is a tensor that the cell makes itself")
        given = {**self.arrays, **{self.keys[name]: value for name, value in values.items() if name in self.keys}}
        with borrowed(self.namespace, self.variables), silenced():
            cell = replace(self.cell, show=lambda value: None)
            try:
                outcome = run(cell, self.namespace, self.choice, self.output, self.seed, given=given)
            except Exception as error:
                line = _line(error.__traceback__, cell.filename)
                raise Stopped(Raised(type(error).__name__, str(error), line, False, 0)) from None
        if outcome.graph is None:
            raise NotRunAgain(outcome.problem or "the code gave no graph")
        self.follow(outcome)
        return outcome.graph, outcome.replay


def _line(traceback: TracebackType | None, filename: str) -> int | None:
    """The line of the cell that an error went through last."""
    found = None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == filename:
            found = traceback.tb_lineno
        traceback = traceback.tb_next
    return found


def again_of(outcome: Outcome, cell: Cell, namespace: dict[str, Any], choice: Choice, output: str | None) -> Again:
    """What runs the cell of an outcome, which has a graph, again."""
    assert outcome.graph is not None
    again = Again(cell, namespace, choice, output, outcome.graph.seed, outcome.variables)
    again.follow(outcome)
    return again


@contextlib.contextmanager
def borrowed(namespace: dict[str, Any], variables: Mapping[str, Any]) -> Iterator[None]:
    """Inside, the notebook's names hold copies, for its functions too; afterwards they hold what they held."""
    before = dict(namespace)
    seen: dict[int, tuple[Any, Any]] = {}
    namespace.update({name: copied(value, seen) for name, value in variables.items()})
    try:
        yield
    finally:
        for name in [n for n in namespace if n not in before]:
            del namespace[name]
        for name, value in before.items():
            if name not in namespace or namespace[name] is not value:
                namespace[name] = value


def copied(value: Any, seen: dict[int, tuple[Any, Any]]) -> Any:
    """Numbers plain, arrays and containers anew, what is one object stays one; anything else as it is."""
    kind = type(value)
    if id(value) in seen:
        return seen[id(value)][1]
    if isinstance(value, np.ndarray) and (kind in LIFTED or kind is np.ndarray) and value.dtype.kind != "O":
        result: Any = np.array(value._plain if kind in LIFTED else value)  # type: ignore[attr-defined]
    elif kind in LIFTED:
        return value._plain
    elif kind is list or kind is dict:
        result = kind()
        seen[id(value)] = value, result
        if kind is list:
            result.extend(copied(v, seen) for v in value)
        else:
            result.update((k, copied(v, seen)) for k, v in value.items())
    elif isinstance(value, tuple) and (kind is tuple or hasattr(value, "_make")):
        items = [copied(v, seen) for v in value]
        result = tuple(items) if kind is tuple else value._make(items)  # type: ignore[attr-defined]
    else:
        return value
    seen[id(value)] = value, result
    return result


@contextlib.contextmanager
def silenced() -> Iterator[None]:
    """Inside, nothing is printed, displayed or warned of; the global random states are as before afterwards."""
    states = random.getstate(), np.random.get_state()
    with contextlib.ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")
        try:
            from IPython.utils.capture import capture_output

            stack.enter_context(capture_output())
        except ImportError:
            stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
            stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
        try:
            yield
        finally:
            random.setstate(states[0])
            np.random.set_state(states[1])
