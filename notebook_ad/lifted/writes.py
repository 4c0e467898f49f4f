"""Writes: to arrays and buffers that are not followed, and in place (`x op= y`)."""

from __future__ import annotations

import ctypes
import operator
from types import ModuleType
from typing import Any

import numpy as np

from notebook_ad.lifted.arguments import lifted_in
from notebook_ad.lifted.contents import source_in
from notebook_ad.lifted.guards import read, taken
from notebook_ad.lifted.held import hold
from notebook_ad.lifted.in_place import lost
from notebook_ad.lifted.left import left, swallows
from notebook_ad.lifted.library import HANDING_ON, root_module
from notebook_ad.lifted.record import node, traced
from notebook_ad.lifted.session import active
from notebook_ad.lifted.values import LiftedArray, LiftedInt
from notebook_ad.lifted.where import call_at, caller, owner_of_module

FOLLOWED = frozenset({list, dict, LiftedArray})
IN_PLACE = {
    "Add": "iadd", "Sub": "isub", "Mult": "imul", "Div": "itruediv", "FloorDiv": "ifloordiv", "Mod": "imod",
    "Pow": "ipow", "MatMult": "imatmul", "LShift": "ilshift", "RShift": "irshift", "BitAnd": "iand", "BitOr": "ior",
    "BitXor": "ixor",
}  # fmt: skip


def target(value: Any) -> Any:
    """The hook around what is written to: a plain array must not swallow a traced value."""
    kind = type(value)
    if kind in FOLLOWED or active() is None:
        return value
    if kind is np.ndarray:
        return PlainTarget(value)
    return Holder(value) if _is_librarys(value) or kind is memoryview else value


def holder(value: Any) -> Any:
    """The hook around what is given an attribute."""
    if active() is None or isinstance(value, np.ndarray | type | ModuleType) or not _is_librarys(value):
        return value
    return Holder(value)


def _is_librarys(value: Any) -> bool:
    """Whether a library's code says what becomes of a value that an object is given."""
    kind = type(value)
    if isinstance(value, ctypes.Array | ctypes.Structure | ctypes.Union):  # their classes are made on the spot
        return True
    return owner_of_module(kind.__module__) == "library" and root_module(kind) not in HANDING_ON


class PlainTarget:
    """Writes to a plain array, which is not followed."""

    __slots__ = ("array",)

    def __init__(self, array: np.ndarray) -> None:
        self.array = array

    def __setitem__(self, key: Any, value: Any) -> None:
        session = active()
        lifted = lifted_in(value, [])
        taken(session, lifted_in(key, lifted[:] if self.array.dtype.kind not in "fc" else []), "an element")
        if session is not None and self.array.dtype.kind in "fc" and any(map(traced, lifted)):
            if self.array.dtype.kind == "f" and any(
                type(v) is not LiftedInt and node(v).requires_grad for v in lifted if traced(v)
            ):
                raise lost(session)
            for v in lifted:
                session.note("cut", "a plain array keeps only the value", v._link)
        read(session, lifted_in([key, value], []), "an element")
        call_at(caller(), operator.setitem, (self.array, key, value), {})


class Holder:
    """Writes to an object of a library's, which may keep the value only."""

    __slots__ = ("value",)
    value: Any

    def __init__(self, value: Any) -> None:
        object.__setattr__(self, "value", value)

    def __setattr__(self, name: str, value: Any) -> None:
        call_at(caller(), setattr, (self.value, name, value), {})
        read(active(), lifted_in(value, []), f".{name}")
        source = source_in(value)
        if source is not None and getattr(self.value, name, None) is not value:
            taken(active(), lifted_in(value, []), f".{name}")
            hold(self.value, source[0])

    def __setitem__(self, key: Any, value: Any) -> None:
        call_at(caller(), operator.setitem, (self.value, key, value), {})
        taken(active(), lifted_in([key, value], []), "an element")
        if (source := source_in(value)) is not None:
            hold(self.value, source[0])


def updated(name: str, x: Any, y: Any) -> Any:
    """The hook of `x op= y`."""
    if swallows(x):
        return getattr(operator, IN_PLACE[name][1:])(left(x), y)
    return getattr(operator, IN_PLACE[name])(x, y)
