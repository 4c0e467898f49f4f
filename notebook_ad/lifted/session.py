"""One run of one cell: what it lifted, what it bound, where a gradient was cut, and the end, when all is plain again."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from notebook_ad.lifted import held
from notebook_ad.lifted.guards import Decisions, taken
from notebook_ad.lifted.link import Link
from notebook_ad.lifted.where import Sources

if TYPE_CHECKING:
    from notebook_ad.lifted.choice import Choice
    from notebook_ad.lifted.constants import Constant
    from notebook_ad.lifted.instead import Instead

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
        choice: the leaves that were asked for (`--wrt`, `--const`).
        candidates: the names of all values that could have been leaves.
        bound: names that the cell bound on this run → position (line, column) of the last binding by text.
        versions: name → the links that it was bound to, in order.
        events: where a gradient could not pass.
        is_open: false once the run is over.
        stores: memory of lifted arrays by identity of the array that owns the memory.
        written: the memories that traced values were written to.
        tensor_names: names that were bound to tensors; tensor_leaves: what is known of leaves among these, by name.
        leaf_links: the links of leaves by the name that they were lifted under, in order.
        rebuilt: tuples that were made anew with lifted elements, by identity of the old one, with both.
        constants: arrays with names that are no leaves, by identity.
        recorded: number of operations so far.
        cuts: number of cuts so far, each as often as it came up.
        steps: the uses of numbers that step functions gave, each once; has_steps: whether there is any such number.
        remembered: what a cached function was given, by the function and the plain values.
        decisions: what hung on values, for a replay to ask again.
        is_first: false where a cell is run again for a view, and leaves no trace.
        variables: what the cell read from the notebook, as it was.
        instead: the constants that branches gave.
        written_files: paths of files that traced values were written to, with one of them; writers: by identity, objects
            that write to an open file, with its path.
        given: values that leaves take in the place of the code's, by name and how many of that name came before.
        failures: rules that failed although NumPy did not; only tests read them.
    """

    def __init__(self, sources: Sources, namespace: dict[str, Any], choice: Choice) -> None:
        self.sources = sources
        self.namespace = namespace
        self.choice = choice
        self.candidates: set[str] = set()
        self.thread = threading.get_ident()
        self.is_open = True
        self.bound: dict[str, tuple[int, int]] = {}
        self.previous: dict[str, Any] = {}
        self.versions: dict[str, list[Link]] = {}
        self.events: list[Event] = []
        self.stores: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self.written: list[Any] = []
        self.rebuilt: dict[int, tuple[Any, Any]] = {}
        self.constants: dict[int, Constant] = {}
        self.recorded = 0
        self.cuts = 0
        self.steps: dict[Any, Event] = {}
        self.has_steps = False
        self.remembered: dict[Any, list[Link]] = {}
        self.decisions = Decisions(sources)
        self.is_first = True
        self.variables: dict[str, Any] = {}
        self.given: Mapping[tuple[str, int], Any] = {}
        self.tensor_names: set[str] = set()
        self.tensor_leaves: dict[str, Any] = {}
        self.leaf_links: dict[str, list[Link]] = {}
        self.instead: list[Instead] = []
        self.written_files: dict[str | None, Link | None] = {}
        self.writers: dict[int, tuple[Any, str]] = {}
        self.failures: list[tuple[str, BaseException]] = []
        self._said: set[Any] = set()  # what has been said
        self._links: list[weakref.ref[Link]] = []

    def accepts(self, name: str) -> bool:
        """Whether a value of this name, which could be a leaf, is to be one."""
        self.candidates.add(name)
        return self.choice.accepts(name)

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

    def leaf(self, name: str, value: Any, grad: Any = None) -> tuple[Link, Any]:
        """The link of a new leaf, and the value that it takes: the code's own, unless another was given."""
        earlier = self.leaf_links.setdefault(name, [])
        if (name, len(earlier)) in self.given:
            value = as_bound(self.given[name, len(earlier)], value)
        link = self.link(leaf=True, name=name, grad=grad)
        earlier.append(link)
        return link, value

    def version(self, name: str, link: Link) -> None:
        """Note that a name was bound to a lifted value."""
        versions = self.versions.setdefault(name, [])
        if not versions or versions[-1] is not link:
            versions.append(link)

    def note(self, kind: EventKind, text: str, tensor: Any = None, frame: int = 0, guarded: bool = False) -> None:
        """Note that no gradient passes here; `guarded`: a replay will find out by itself."""
        if kind == "cut" and tensor is not None:
            taken(self, [tensor], text)
        elif kind == "cut" and not guarded:
            self.decisions.sure = False
        event = Event(kind, self.sources.line(), text, tensor, frame)
        if kind == "cut":
            self.cuts += 1
            said = (event.line, text, getattr(tensor, "name", None))
            if said in self._said:
                return
            self._said.add(said)
        elif len(self.events) >= MAX_EVENTS:
            return
        self.events.append(event)

    def here(self) -> bool:
        """Whether this is the thread that records; what other threads compute is plain, and noted."""
        if threading.get_ident() == self.thread:
            return True
        self.note("cut", "a thread computed with it")
        self.decisions.sure = False
        return False

    def close(self) -> None:
        """End the run: every value that it lifted behaves as a plain one from here on, with no tape behind it."""
        self.is_open = False
        for link in self.links():
            link.session = None
            link.tensor = link.first = link.instead = link.fact = link.step = None
            link.leaf = False
            link.ancestors = ()
        for memory in [*self.stores.values(), *self.written]:
            memory.forget()
        self._links.clear()
        self.versions.clear()
        self.events.clear()
        self.steps.clear()
        self.rebuilt.clear()
        self.constants.clear()
        self.written.clear()
        self.remembered.clear()
        self.leaf_links.clear()
        self.tensor_leaves.clear()
        self.instead.clear()
        self.written_files.clear()
        self.writers.clear()
        self.decisions.noted.clear()
        held.forget()


def as_bound(value: Any, old: Any) -> Any:
    """A number or an array in the type of the one that it stands for; an integer becomes a float where it must."""
    if isinstance(old, np.ndarray):
        return np.asarray(value, old.dtype).reshape(old.shape)
    if type(old) is int:
        return int(value) if float(value).is_integer() else float(value)
    return type(old)(value)


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
