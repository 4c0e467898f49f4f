"""The one ambient state: what the next operation records onto. A ContextVar, restored in `finally`.

It holds a Segment (the tape that is being written), NO_GRAD, a Trace, or NOTHING (no recording yet in this context).
An operator's fast path asks one question, `is this my operands' segment?`, which is false for the last three.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ContextDecorator, contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass, field
from typing import Any, Self

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
        named: gives the tensor that stands for an array which has a name in the user's code, or the array itself.
    """

    sources: Callable[[], Any]
    segment: Segment = field(default_factory=Segment)
    scope: Scope | None = None
    facts: int = 0
    named: Callable[[Any], Any] | None = None


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


class Switch(ContextDecorator):
    """Sets the ambient state inside a `with`, or in each call of a function that it decorates, written with () or without."""

    __slots__ = ("_undo",)
    _undo: list[list[tuple[ContextVar[Any], Token[Any]]]]

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        """A context, or the function decorated."""
        self = super().__new__(cls)
        self._undo = []
        return self if function is None else self(function)

    def _recreate_cm(self) -> Self:
        return type(self)()

    def __exit__(self, *error: object) -> None:
        for variable, token in self._undo.pop():
            variable.reset(token)


class no_grad(Switch):  # noqa: N801 - PyTorch's name
    """Operations inside record nothing; their results need no gradient. As `torch.no_grad`."""

    __slots__ = ()

    def __enter__(self) -> None:
        around = state.get()
        places = _places.get() if around is NO_GRAD else around.sources if isinstance(around, Trace) else None
        self._undo.append([(state, state.set(NO_GRAD)), (_places, _places.set(places))])


class enable_grad(Switch):  # noqa: N801 - PyTorch's name
    """Operations inside record, also within a `no_grad`. As `torch.enable_grad`."""

    __slots__ = ()

    def __enter__(self) -> None:
        self._undo.append([(state, state.set(NOTHING))] if state.get() is NO_GRAD else [])


def inference_mode(mode: Any = True) -> Any:
    """As `no_grad`, as `torch.inference_mode`: recorded values never change, so there is no more to leave out."""
    if callable(mode):
        return no_grad(mode)
    return no_grad() if mode else enable_grad()


class set_grad_enabled(ContextDecorator):  # noqa: N801 - PyTorch's name
    """Record from here on, or not; in a `with` until its end. As `torch.set_grad_enabled`."""

    def __init__(self, mode: bool) -> None:
        self._mode, self._before = mode, state.get()
        if mode == (self._before is NO_GRAD):
            state.set(NOTHING if mode else NO_GRAD)

    def __call__(self, function: Any) -> Any:
        """Decorate a function."""
        state.set(self._before)  # it counts in the function's calls only
        return super().__call__(function)

    def _recreate_cm(self) -> Self:
        return type(self)(self._mode)

    def __enter__(self) -> None: ...

    def __exit__(self, *error: object) -> None:
        state.set(self._before)


def is_grad_enabled() -> bool:
    """Whether operations are recorded here. As `torch.is_grad_enabled`."""
    return state.get() is not NO_GRAD


@contextmanager
def own_tape() -> Iterator[None]:
    """Operations inside are recorded apart, on a tape that goes when nothing refers to it."""
    token = state.set(NOTHING)
    try:
        yield
    finally:
        state.reset(token)


@contextmanager
def trace(sources: Callable[[], Any], named: Callable[[Any], Any] | None = None) -> Iterator[Trace]:
    """Operations inside are recorded with `sources()`, the place in the user's code (or None) that called them."""
    tracing = Trace(sources, named=named)
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
        bare = isinstance(now, Segment) and now.bare
        now = Segment()
        now.bare = bare
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
