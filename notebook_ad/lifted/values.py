"""The lifted types: real ints, floats, NumPy scalars and arrays that also carry `.grad`, `.name` and, in a run, a node.

The classes are bare here; `scalars` and `arrays` give them their operators.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.lifted.link import CONSTANT, Link


def _link_property(attribute: str, doc: str) -> Any:
    def put(self: Any, value: Any) -> None:
        if self._link is CONSTANT:
            self._link = Link(None)
        setattr(self._link, attribute, value)

    return property(lambda self: getattr(self._link, attribute), put, doc=doc)


def _plain_class(self: Any) -> type:
    return PLAIN_TYPES[type(self)]


def _plain_new(cls: Any, *args: Any) -> Any:
    """`type(x)(…)` makes a plain value."""
    return PLAIN_TYPES[cls](*args)


# `x.__class__` says the plain type in all of them, so that nothing that asks for it branches on ours.


class LiftedInt(int):
    """An int that records."""

    __class__ = property(_plain_class)
    __new__: Any = _plain_new
    _link: Link
    _plain: int


class LiftedFloat(float):
    """A float that records."""

    __class__ = property(_plain_class)
    __new__: Any = _plain_new
    _link: Link
    _plain: float


class LiftedFloat64(np.float64):
    """A numpy.float64 that records."""

    __class__ = property(_plain_class)
    __new__: Any = _plain_new
    _link: Link
    _plain: np.float64


class LiftedFloat32(np.float32):
    """A numpy.float32 that records."""

    __class__ = property(_plain_class)
    __new__: Any = _plain_new
    _link: Link
    _plain: np.float32


class LiftedInt64(np.int64):
    """A numpy.int64 that records: what integer arrays of lifted integers give. Never a leaf."""

    __class__ = property(_plain_class)
    __new__: Any = _plain_new
    _link: Link
    _plain: np.int64


class LiftedComplex(complex):
    """A complex number that records. Never a leaf."""

    __class__ = property(_plain_class)
    __new__: Any = _plain_new
    _link: Link
    _plain: complex


class LiftedComplex128(np.complex128):
    """A numpy.complex128 that records. Never a leaf."""

    __class__ = property(_plain_class)
    __new__: Any = _plain_new
    _link: Link
    _plain: np.complex128


class LiftedComplex64(np.complex64):
    """A numpy.complex64 that records. Never a leaf."""

    __class__ = property(_plain_class)
    __new__: Any = _plain_new
    _link: Link
    _plain: np.complex64


class LiftedArray(np.ndarray):
    """A view of an array's memory that records.

    Attributes:
        _store: the memory, shared with the views of it; None until it is asked for.
        _version: the state of the memory that the node is for.
        _parent: the lifted array that NumPy's C code made this one from, unseen by us.
        _shown: what `base` is, where it is not what NumPy says: the lifted array that this is a view of.
    """

    __class__ = property(_plain_class)
    _link: Link = CONSTANT
    _store: Any = None
    _version = 0
    _parent: LiftedArray | None = None
    _shown: Any = None

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """`type(x)(…)` makes a plain array."""
        return np.ndarray(*args, **kwargs)

    def __array_finalize__(self, obj: Any) -> None:
        if type(obj) is LiftedArray and obj._link.session is not None:
            self._parent = obj

    @property
    def _plain(self) -> np.ndarray:
        return np.ndarray.view(self, np.ndarray)


PLAIN_TYPES: dict[type, type] = {
    LiftedInt: int,
    LiftedFloat: float,
    LiftedFloat64: np.float64,
    LiftedFloat32: np.float32,
    LiftedInt64: np.int64,
    LiftedComplex: complex,
    LiftedComplex128: np.complex128,
    LiftedComplex64: np.complex64,
    LiftedArray: np.ndarray,
}
SCALARS: dict[type, Any] = {v: k for k, v in PLAIN_TYPES.items() if k is not LiftedArray}
COMPLEX = frozenset({complex, np.complex128, np.complex64})
LEAF_TYPES = frozenset({int, float, np.float64, np.float32})
LIFTED = frozenset(PLAIN_TYPES)
LIFTED_SCALARS = frozenset(SCALARS.values())


def _reduce(self: Any, protocol: Any) -> Any:
    return self._plain.__reduce_ex__(protocol)


def _reduce_number(self: Any, protocol: Any) -> Any:
    return PLAIN_TYPES[type(self)], (self._plain,)


for _type in PLAIN_TYPES:
    _type.grad = _link_property("grad", "Derivative of the last run's output with respect to this value, or None.")  # type: ignore[attr-defined]
    _type.name = _link_property("name", "The name it was bound to, or None.")  # type: ignore[attr-defined]
    # Messages and reprs of types name them as they name the plain ones.
    _type.__name__ = _type.__qualname__ = PLAIN_TYPES[_type].__name__
    _type.__module__ = PLAIN_TYPES[_type].__module__
    _type.__reduce_ex__ = _reduce if _type is LiftedArray else _reduce_number  # type: ignore[method-assign, assignment]


def lifted_scalar(value: Any, link: Link) -> Any:
    """A lifted value that equals a plain number, which must be of one of the types exactly."""
    cls = SCALARS[type(value)]
    result: Any = PLAIN_TYPES[cls].__new__(cls, value)
    result._plain = value
    result._link = link
    link.kind = type(value)
    return result


def lifted_array(value: np.ndarray, link: Link) -> LiftedArray:
    """A lifted view of a plain array's memory."""
    result = value.view(LiftedArray)
    result._link = link
    if link is not CONSTANT:
        link.kind = np.ndarray
    return result


def plain(value: Any) -> Any:
    """The value without its recording side; what is not lifted as it is."""
    return value._plain if type(value) in LIFTED else value


def is_live(value: Any) -> bool:
    """Whether a value belongs to a run that is going on."""
    return type(value) in LIFTED and value._link.session is not None


def is_float_array(value: Any) -> bool:
    """Whether a value is a float64 or float32 array: numpy.ndarray itself, or a lifted one."""
    return type(value) in (np.ndarray, LiftedArray) and value.dtype.kind == "f" and value.dtype.itemsize in (4, 8)
