"""One run of one cell: what it lifted, what it bound, where a gradient was cut, and the end, when all is plain again."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal

from notebook_ad.lifted.link import Link
from notebook_ad.lifted.where import Sources

EventKind = Literal["cut", "step", "compare", "constant"]
MAX_EVENTS = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Event:
    """Something that no gradient passes: a conversion, a step function, a comparison, a constant that was returned.

    Attributes:
        kind: what it was.
        line: line of the cell; None outside it.
        text: what a message says ("float(x)").
        tensor: the node whose gradient ends there; None for a constant.
        frame: identity of the frame that it happened in.
    """

    kind: EventKind
    line: int | None
    text: str
    tensor: Any
    frame: int


class Session:
    """The state of one run.

    Attributes:
        previous: gradients that an earlier run left, by name.
        sources: positions in the cell.
        namespace: the notebook's names.
        accepts: whether a name may become a leaf (`--wrt`, `--const`).
        bound: names that the cell bound on this run → position (line, column) of the last binding by text.
        versions: name → the links that it was bound to, in order.
        events: where a gradient could not pass.
        is_open: false once the run is over.
        stores: memory of lifted arrays by identity of the array that owns the memory.
        written: the memories that traced values were written to.
        rebuilt: tuples that were made anew with lifted elements, by identity of the old one, with both.
        failures: rules that failed although NumPy did not; only tests read them.
    """

    def __init__(self, sources: Sources, namespace: dict[str, Any], accepts: Callable[[str], bool]) -> None:
        self.sources = sources
        self.namespace = namespace
        self.accepts = accepts
        self.thread = threading.get_ident()
        self.is_open = True
        self.bound: dict[str, tuple[int, int]] = {}
        self.previous: dict[str, Any] = {}
        self.versions: dict[str, list[Link]] = {}
        self.events: list[Event] = []
        self.stores: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self.written: list[Any] = []
        self.rebuilt: dict[int, tuple[Any, Any]] = {}
        self.failures: list[tuple[str, BaseException]] = []
        self._links: list[weakref.ref[Link]] = []

    def link(self, tensor: Any = None, leaf: bool = False, name: str | None = None, grad: Any = None) -> Link:
        """A new link of this run."""
        link = Link(self, tensor, leaf, name, grad)
        self._links.append(weakref.ref(link))
        return link

    def links(self) -> Iterator[Link]:
        """The links of values that still live."""
        for reference in self._links:
            link = reference()
            if link is not None:
                yield link

    def version(self, name: str, link: Link) -> None:
        """Note that a name was bound to a lifted value."""
        versions = self.versions.setdefault(name, [])
        if not versions or versions[-1] is not link:
            versions.append(link)

    def note(self, kind: EventKind, text: str, tensor: Any = None, frame: int = 0) -> None:
        """Note that no gradient passes here."""
        if len(self.events) < MAX_EVENTS:
            self.events.append(Event(kind, self.sources.line(), text, tensor, frame))

    def here(self) -> bool:
        """Whether this is the thread that records; what other threads compute is plain, and noted."""
        if threading.get_ident() == self.thread:
            return True
        self.note("cut", "a thread computed with it")
        return False

    def close(self) -> None:
        """End the run: every value that it lifted behaves as a plain one from here on, with no tape behind it."""
        self.is_open = False
        for link in self.links():
            link.session = None
            link.tensor = link.first = None
            link.leaf = False
            link.ancestors = ()
        for memory in [*self.stores.values(), *self.written]:
            memory.forget()
        self._links.clear()
        self.versions.clear()
        self.events.clear()
        self.rebuilt.clear()
        self.written.clear()


_active: ContextVar[Session | None] = ContextVar("notebook_ad.lifted", default=None)


def active() -> Session | None:
    """The run that this code belongs to, if any."""
    return _active.get()


@contextmanager
def running(session: Session) -> Iterator[None]:
    """Inside, `session` is the active run."""
    token = _active.set(session)
    try:
        yield
    finally:
        _active.reset(token)
