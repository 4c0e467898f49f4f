"""In-place work: several arrays that look at one memory, and the node that stands for its present contents.

NumPy writes the memory; the tape is functional. Until the first write each array has a node of its own (a view is an
ordinary indexing). A write makes a new node for the whole memory; arrays that look at it are then out of date, and
read their elements from that node when they are used next. A node that disagrees with the memory was overwritten by
something that we did not see; what it wrote is taken for constants.
"""

from __future__ import annotations

import gc
from types import FrameType
from typing import Any

import numpy as np

from notebook_ad.lifted import taping
from notebook_ad.lifted.link import Link
from notebook_ad.lifted.session import Session, active
from notebook_ad.lifted.values import LiftedArray, plain


class Memory:
    """The memory of one array and of all views of it.

    Attributes:
        session: the run.
        root: the array that owns it.
        origins: arrays that were not made as views of another lifted one, with their links.
        frame: the array whose shape `tensor` has; None before the first write.
        tensor: the node of the contents of `frame`; None before the first write.
        version: number of writes of traced values so far; changes: of any writes.
        facts: the links of the arrays in it that are rows without a gradient.
    """

    def __init__(self, session: Session, root: np.ndarray) -> None:
        self.session = session
        self.root = root
        self.origins: list[tuple[Link, np.ndarray]] = []
        self.frame: np.ndarray | None = None
        self.tensor: Any = None
        self.version = self.changes = 0
        self.facts: list[Link] = []

    @staticmethod
    def attach(array: LiftedArray, session: Session, origin: bool = False) -> Memory:
        """The memory that an array looks at, noted in the array."""
        if array._store is not None and array._store.session is session:
            store: Memory = array._store
            return store
        root = root_of(array)
        memory = session.stores.get(id(root))
        if memory is None:
            memory = session.stores[id(root)] = Memory(session, root)
            origin = True
        if origin:
            memory.origins.append((array._link, array._plain))
        array._store, array._version = memory, memory.version
        return memory

    @property
    def traced(self) -> bool:
        """Whether a gradient could reach anything in it."""
        return self.tensor is not None or any(link.traced for link, _ in self.origins)

    def prepare(self) -> None:
        """Make the node of the whole, before the first write changes the contents."""
        if self.tensor is not None:
            return
        self.session.written.append(self)  # views may outlive the array that was written to
        self._warn_of_plain_holders()
        first_link, first = self.origins[0]
        if len(self.origins) == 1 and first.size == self.root.size:
            self.frame = first
            self.tensor = _origin_tensor(first_link, first)
            return
        self.frame = self.root
        self.tensor = taping.constant(self.root.copy())
        for link, view in self.origins:
            if link.traced:
                self.tensor = taping.put(self.tensor, self.positions(view), _origin_tensor(link, view))

    def _warn_of_plain_holders(self) -> None:
        """Note that an object from an earlier cell holds the plain array: what is read from there is not followed."""
        for value, _ in list(self.session.rebuilt.values()):
            if not isinstance(value, np.ndarray) or root_of(value) is not self.root:
                continue
            for holder in gc.get_referrers(value):
                ours = isinstance(holder, tuple) and len(holder) == 2 and type(holder[1]) is LiftedArray
                if not ours and holder is not self.session.namespace and not isinstance(holder, FrameType):
                    self.session.decisions.sure = False
                    self.session.note("cut", "the array written to is also held elsewhere, where it is not followed")
                    return

    def positions(self, view: np.ndarray) -> np.ndarray:
        """For each element of a view its place in `frame`, counted in C order."""
        assert self.frame is not None
        if _same_layout(view, self.frame):
            return np.arange(view.size).reshape(view.shape)
        places = _offsets(view, self.root)
        own = _offsets(self.frame, self.root).reshape(-1)
        order = np.argsort(own)
        return order[np.searchsorted(own[order], places)]

    def read(self, view: np.ndarray) -> Any:
        """The node of what a view shows now."""
        assert self.frame is not None
        if _same_layout(view, self.frame):
            return self.tensor
        return taping.pick(self.tensor, self.positions(view))

    def write(self, view: np.ndarray, value: Any, places: np.ndarray | None = None) -> None:
        """Note that elements of a view have been overwritten.

        Args:
            view: plain array, already holding the new values.
            value: their node, or the plain values.
            places: which elements of the view, counted in C order; all by default.
        """
        assert self.frame is not None
        before = self.tensor
        whole = places is None or (
            places.shape == view.shape and np.array_equal(places.reshape(-1), np.arange(view.size))
        )
        if whole and _same_layout(view, self.frame):
            self.tensor = taping.spread(value, view)  # nothing of what was there before is left
        else:
            own = self.positions(view)
            self.tensor = taping.put(before, own if places is None else own.reshape(-1)[places], value)
        self.version += 1
        if not np.array_equal(self.tensor.value, self.frame, equal_nan=self.frame.dtype.kind in "fc"):
            sources = [t for t in (before, value) if isinstance(t, taping.Tensor)]
            self.tensor = taping.opaque(self.frame.copy(), sources, "a write in place")

    def forget(self) -> None:
        """Let go of the tape."""
        self.tensor = self.frame = None
        self.origins.clear()
        self.facts.clear()

    @staticmethod
    def is_traced(array: LiftedArray, session: Session) -> bool:
        """Whether a gradient could reach anything in the memory that an array looks at."""
        memory = array._store
        if memory is None or memory.session is not session:
            memory = session.stores.get(id(root_of(array)))
        return memory is not None and memory.traced


def raw_base(array: np.ndarray) -> Any:
    """`array.base`, as NumPy keeps it (LiftedArray shows what it would be without us)."""
    return np.ndarray.base.__get__(array)


def root_of(array: np.ndarray) -> np.ndarray:
    """The array that owns the memory."""
    while isinstance(base := raw_base(array), np.ndarray):
        array = base
    return array


def tensor_of(x: LiftedArray) -> Any:
    """The node of what an array holds now; its plain value where no gradient can reach it."""
    memory: Memory | None = x._store
    if memory is None or not memory.session.is_open:
        memory = _written(x) or _adopt(x)
        if memory is None:
            return x._plain
    value = x._plain
    link = x._link
    if memory.tensor is not None and x._version != memory.version:
        if link.session is None:
            link = x._link = memory.session.link()
            link.kind = np.ndarray
        elif link.leaf and link.first is None:
            link.first = link.tensor
        link.tensor = memory.read(value)
        x._version = memory.version
    elif link.tensor is None:
        if not link.leaf:
            return value
        link.tensor = taping.leaf(value, link.name)
    if link.tensor.shape != value.shape:
        link.tensor = taping.functions.reshape(link.tensor, value.shape)
    link.tensor = _current(link.tensor, value)
    return link.tensor


def _written(x: LiftedArray) -> Memory | None:
    """The memory of an array made before a traced value was written to what it looks at."""
    session = active()
    if session is None or (memory := session.stores.get(id(root_of(x)))) is None:
        return None
    Memory.attach(x, session)
    x._version = -1
    return memory if isinstance(memory, Memory) else None


def _adopt(x: LiftedArray) -> Memory | None:
    """Tie an array that NumPy's C code made from a lifted one, or a view of written memory, to what it came from."""
    parent = x._parent
    if parent is None or parent._link.session is None or not parent._link.session.is_open:
        return None
    if parent._link.fact is not None:
        parent._link.fact.take()
    if x.dtype not in taping.SMOOTH or x.dtype != parent.dtype:
        return None
    session = parent._link.session
    source = tensor_of(parent)
    x._parent = None
    if not isinstance(source, taping.Tensor):
        return None
    if root_of(x) is root_of(parent):
        memory = Memory.attach(x, session)
        memory.prepare()
        x._version = -1
        return memory
    x._link = session.link(taping.opaque(x._plain, [source], "an array made by compiled code"))
    x._link.kind = np.ndarray
    return Memory.attach(x, session)


def _origin_tensor(link: Link, view: np.ndarray) -> Any:
    if link.tensor is None:
        if not link.leaf:
            if link.fact is not None:
                link.fact.take()
            return taping.constant(view.copy())  # the tape keeps what it saw
        link.tensor = taping.leaf(view, link.name)
    if link.first is None:
        link.first = link.tensor
    return _current(link.first, view)


def _current(tensor: Any, value: np.ndarray) -> Any:
    """The node, with what the memory holds otherwise put in as constants."""
    known = np.asarray(tensor.value)
    if known.shape != value.shape:
        return taping.constant(value.copy())
    changed = known != value
    if not np.any(changed):
        return tensor
    if known.dtype.kind in "fc":
        changed &= ~(np.isnan(known) & np.isnan(value))
    places = np.flatnonzero(changed)
    if not places.size:
        return tensor
    if (session := active()) is not None:
        session.decisions.sure = False  # nobody knows what was written
    return taping.put(tensor, places, value.reshape(-1)[places])


def _same_layout(a: np.ndarray, b: np.ndarray) -> bool:
    return (
        a.shape == b.shape
        and a.dtype == b.dtype
        and a.strides == b.strides
        and a.__array_interface__["data"][0] == b.__array_interface__["data"][0]
    )


def same_elements(a: Any, b: Any) -> bool:
    """Whether two arrays look at exactly the same places in memory."""
    return isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and _same_layout(plain(a), plain(b))


def _offsets(view: np.ndarray, root: np.ndarray) -> np.ndarray:
    """For each element of a view its distance from the root's lowest address, in elements."""
    low = getattr(np.lib, "array_utils", np).byte_bounds(root)[0]  # where NumPy 2 keeps it
    places = np.full(view.shape, view.__array_interface__["data"][0] - low)
    for axis, (length, stride) in enumerate(zip(view.shape, view.strides, strict=True)):
        steps = np.arange(length) * stride
        places = places + steps.reshape((-1,) + (1,) * (view.ndim - axis - 1))
    return places // view.itemsize
