"""The one ambient state: what the next operation records onto. A ContextVar, restored in `finally`.

It holds a Segment (the tape that is being written), NO_GRAD, a Trace, or NOTHING (no recording yet in this context).
An operator's fast path asks one question, `is this my operands' segment?`, which is false for the last three.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from notebook_ad.engine.segment import Segment


class Off:
    """A state in which an operator's fast path does not apply."""


NO_GRAD, NOTHING = Off(), Off()


@dataclass(slots=True, eq=False)
class Scope:
    """A call that the operations inside belong to: of a module, with its path from the outermost one and its class.

    Each call is a scope of its own; `owner` is what was called, `outer` the scope around it.
    """

    path: str
    kind: str
    owner: Any
    outer: Scope | None = None

    def chain(self) -> list[Scope]:
        """The scopes from the outermost to this one."""
        found: list[Scope] = []
        at: Scope | None = self
        while at is not None:
            found.append(at)
            at = at.outer
        return found[::-1]


@dataclass(slots=True, eq=False)
class Trace:
    """Inside `trace()`: recording, with the source position and the scope of every operation.

    Attributes:
        facts: values without a gradient that were recorded as rows (see `discrete`).
    """

    sources: Callable[[], Any]
    segment: Segment = field(default_factory=Segment)
    scope: Scope | None = None
    facts: int = 0


state: ContextVar[Segment | Trace | Off] = ContextVar("notebook_ad", default=NOTHING)
_places: ContextVar[Callable[[], Any] | None] = ContextVar("notebook_ad.places", default=None)  # around no_grad


checking: ContextVar[bool] = ContextVar("notebook_ad.checking", default=False)  # the first NaN or inf is an error


@contextmanager
def unchecked() -> Iterator[None]:
    """Operations inside may give what is not finite."""
    token = checking.set(False)
    try:
        yield
    finally:
        checking.reset(token)


@contextmanager
def no_grad() -> Iterator[None]:
    """Operations inside record nothing; their results need no gradient. As `torch.no_grad`."""
    around = state.get()
    places = _places.get() if around is NO_GRAD else around.sources if isinstance(around, Trace) else None
    tokens = state.set(NO_GRAD), _places.set(places)
    try:
        yield
    finally:
        state.reset(tokens[0])
        _places.reset(tokens[1])


inference_mode = (
    no_grad  # as `torch.inference_mode`: values never change once recorded, so there is no more to leave out
)


@contextmanager
def enable_grad() -> Iterator[None]:
    """Operations inside record, also within a `no_grad`. As `torch.enable_grad`."""
    token = state.set(NOTHING) if state.get() is NO_GRAD else None
    try:
        yield
    finally:
        if token is not None:
            state.reset(token)


@contextmanager
def own_tape() -> Iterator[None]:
    """Operations inside are recorded apart, on a tape that goes when nothing refers to it."""
    token = state.set(NOTHING)
    try:
        yield
    finally:
        state.reset(token)


@contextmanager
def trace(sources: Callable[[], Any]) -> Iterator[Trace]:
    """Operations inside are recorded with `sources()`, the place in the user's code (or None) that called them."""
    tracing = Trace(sources)
    token = state.set(tracing)
    try:
        yield tracing
    finally:
        state.reset(token)


def writable() -> Segment | None:
    """The segment that takes the next rows; None inside `no_grad`."""
    now = state.get()
    if now is NO_GRAD:
        return None
    if isinstance(now, Trace):
        if now.segment.full:
            now.segment = Segment()
        return now.segment
    if not isinstance(now, Segment) or now.full:
        now = Segment()
        state.set(now)
    return now


def source() -> Any:
    """Where the user's code stands, inside `trace()`; else None."""
    now = state.get()
    return now.sources() if isinstance(now, Trace) else None


def quiet_source() -> Any:
    """Where the user's code stands inside a `no_grad()` that itself stands in `trace()`; else as `source()`."""
    places = _places.get() if state.get() is NO_GRAD else None
    return source() if places is None else places()
