"""What the cell decided by the value of something traced, or took off the tape, so that a replay can ask again.

A leaf does not get onto the tape by being looked at: what a decision depends on is kept as a link, and looked up when the
cell has run.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from types import FrameType
from typing import TYPE_CHECKING, Any

import numpy as np

from notebook_ad.engine.guards import Guard
from notebook_ad.graph.attempt import Attempt
from notebook_ad.lifted.link import Link
from notebook_ad.lifted.values import plain
from notebook_ad.lifted.where import owner_of
from notebook_ad.tensor.ambient import writable
from notebook_ad.tensor.discrete import Discrete
from notebook_ad.tensor.tensor import Tensor

if TYPE_CHECKING:
    from notebook_ad.engine.rows import Place
    from notebook_ad.lifted.session import Session
    from notebook_ad.lifted.where import Sources

LIMIT = 20_000  # decisions of a run; one that takes more is not replayed
SHOWING = {"print", "display", "pprint"}


@dataclass(frozen=True, slots=True, eq=False)
class Operand:
    """What a decision depends on: a node, or the link of a leaf that may get one; and its value."""

    on: Tensor | Link | None
    value: Any


class Decisions:
    """The decisions of one run.

    Attributes:
        sure: whether all that matters was noted; else the run is not replayed.
        lost: identities of the guards whose outcome went on as a plain number.
    """

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.noted: list[tuple[Guard, tuple[Operand, ...]]] = []
        self.sure = True
        self.lost: set[int] = set()
        self._keys: dict[int, Any] = {}

    def note(self, function: Callable[..., Any], operands: Sequence[Any], outcome: Any, text: str, value: bool) -> None:
        """Note one, if something traced is among its operands."""
        held = tuple(map(operand, operands))
        if all(o.on is None for o in held):
            return
        if len(self.noted) >= (2 * LIMIT if isinstance(function, Attempt) else LIMIT):
            self.sure = False
            return
        self.noted.append((Guard(function, (), (), outcome, text, self.sources(), value), held))

    def looked_up(self, key: Any) -> None:
        """An element is looked up by a value, and may be in C: noted, until an array that records is asked for it."""
        before = len(self.noted)
        taken(key._link.session, [key], "an index")
        if len(self.noted) > before:
            self._keys[id(key._link)] = self.noted[-1]

    def recorded_by(self, keys: Iterable[Any]) -> None:
        """The array that was asked reads the rows of these keys."""
        for key in keys:
            noted = self._keys.pop(id(key._link), None)
            for at in range(len(self.noted) - 1, max(-1, len(self.noted) - 32), -1) if noted is not None else ():
                if self.noted[at] is noted:
                    del self.noted[at]
                    break

    def resolved(self) -> list[tuple[Guard, tuple[Place | None, ...]]]:
        """The decisions with the places of their operands on the tape; a leaf that has none is a constant."""
        found = []
        for guard, operands in self.noted:
            places = tuple(_place(o.on) for o in operands)
            if any(p is not None for p in places):
                values = tuple(None if p is not None else o.value for o, p in zip(operands, places, strict=True))
                found.append((replace(guard, operands=values, lost=id(guard) in self.lost), places))
        return found

    @cached_property
    def shown(self) -> list[tuple[int, int]]:
        """The lines of the cell on which something is only printed."""
        try:
            tree = ast.parse("\n".join(self.sources.lines))
        except (SyntaxError, ValueError):
            return []
        calls = [n.value for n in ast.walk(tree) if isinstance(n, ast.Expr) and isinstance(n.value, ast.Call)]
        return [(c.lineno, c.end_lineno or c.lineno) for c in calls if getattr(c.func, "id", "") in SHOWING]

    def is_shown(self) -> bool:
        """Whether the cell stands where it only prints."""
        line = self.sources.line()
        return line is not None and any(first <= line <= last for first, last in self.shown)


def operand(value: Any) -> Operand:
    """What a decision keeps of an operand."""
    if isinstance(value, Discrete):
        return Operand(value, value.known)
    if isinstance(value, Tensor):
        return Operand(value if value.requires_grad else None, value.value)
    if isinstance(value, Link):
        t = value.tensor
        return Operand(t if isinstance(t, Tensor) else value if value.leaf else None, None if t is None else t.value)
    link = getattr(value, "_link", None)
    if not isinstance(link, Link):
        return Operand(None, np.array(value) if type(value) is np.ndarray else value)
    plain: Any = value._plain
    if isinstance(plain, np.ndarray):
        from notebook_ad.lifted.discrete import discrete_of
        from notebook_ad.lifted.memory import tensor_of

        t = tensor_of(value)
        if not isinstance(t, Tensor):
            return Operand(discrete_of(value), np.array(plain))
        return Operand(t if t.requires_grad else None, np.array(plain))
    if link.session is None:
        return Operand(None, plain)
    if link.fact is not None:
        return Operand(link.fact, plain)
    return Operand(link.tensor if link.tensor is not None else link if link.leaf else None, plain)


def _place(on: Tensor | Link | None) -> Place | None:
    t = (on.first if on.first is not None else on.tensor) if isinstance(on, Link) else on
    if isinstance(t, Discrete):
        return t.place
    return (t._segment, t._id) if isinstance(t, Tensor) and t._segment is not None else None


def decided(
    session: Session | None, function: Callable[..., Any], operands: Sequence[Any], outcome: Any, text: str
) -> None:
    """Note that `function` of the operands' values gave `outcome`."""
    if session is not None:
        session.decisions.note(function, operands, outcome, text, value=False)


def taken(session: Session | None, values: Iterable[Any], text: str) -> None:
    """Note that the values were taken off the tape as they are."""
    if session is None:
        return
    for v in values:
        kept = operand(v)
        if kept.on is not None:
            known = isinstance(kept.on, Discrete)
            outcome = kept.on.value if isinstance(kept.on, Tensor) and not known else kept.value
            session.decisions.note(np.asarray, (v,), outcome, text, value=not known)


def read(session: Session | None, values: Iterable[Any], text: str) -> None:
    """Note that those of the values were taken that no gradient passes and that are rows all the same."""
    from notebook_ad.lifted.discrete import discrete_of

    if session is not None:
        taken(session, [v for v in values if discrete_of(v) is not None], text)


def is_whole(x: Any) -> Any:
    """Whether a number is an integer: what an integer may be moved to without changing its type."""
    return np.equal(np.trunc(x), x)


def whole(session: Session | None, value: Any, text: str) -> None:
    """Note that something was done that leaves an integer as it is, and would change another number."""
    decided(session, is_whole, (value,), True, text)


def attempted(
    session: Session | None, function: Callable[..., Any], operands: Sequence[Any], text: str, moving: Sequence[Any]
) -> None:
    """Note an operation of Python's numbers that gave a number, and may raise on others of the `moving` operands."""
    if session is None or not session.is_open or all(operand(v).on is None for v in moving):
        return
    kinds = tuple(kind if (kind := type(plain(v))) in (int, float) else object for v in operands)
    now = writable()
    at = (now.serial, len(now.values)) if now is not None else (0, 0)
    attempt = Attempt(function, kinds, sheltered(session.sources.filename), at)
    session.decisions.note(attempt, operands, True, text, value=False)


def sheltered(filename: str) -> bool:
    """Whether what is raised here may be caught before it ends the cell of that name."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        code = frame.f_code
        if owner_of(code) != "own" and code.co_exceptiontable:
            return True
        if code.co_filename == filename and code.co_name == "<module>":
            return False
        frame = frame.f_back
    return False


class Slot:
    """Stands for an operand in the arguments of a call."""

    __slots__ = ("at",)

    def __init__(self, at: int) -> None:
        self.at = at


def call_on(function: Callable[..., Any], args: Any, kwargs: Any, operands: Sequence[Any]) -> Callable[..., Any]:
    """The call as a function of its lifted operands."""
    at = {id(v): i for i, v in enumerate(operands)}
    frame, named = _framed(tuple(args), at), _framed(dict(kwargs), at)

    def call(*values: Any) -> Any:
        return function(*_filled(frame, values), **_filled(named, values))

    return call


def _framed(value: Any, at: dict[int, int]) -> Any:
    if id(value) in at:
        return Slot(at[id(value)])
    if type(value) in (list, tuple):
        return type(value)(_framed(v, at) for v in value)
    if type(value) is dict:
        return {k: _framed(v, at) for k, v in value.items()}
    plain = getattr(value, "_plain", value) if hasattr(value, "_link") else value
    return np.array(plain) if type(plain) is np.ndarray else plain


def _filled(value: Any, values: Sequence[Any]) -> Any:
    if type(value) is Slot:
        return values[value.at]
    if type(value) in (list, tuple):
        return type(value)(_filled(v, values) for v in value)
    if type(value) is dict:
        return {k: _filled(v, values) for k, v in value.items()}
    return value
