"""What is in a value, looked at in its containers and objects up to a limit: something traced, plain numbers."""

from __future__ import annotations

import itertools
import types
from collections import deque
from collections.abc import Iterable, Iterator
from numbers import Number
from typing import Any, Literal

import numpy as np

from notebook_ad.lifted import taping
from notebook_ad.lifted.held import is_held, link_of
from notebook_ad.lifted.link import CONSTANT, Link
from notebook_ad.lifted.record import traced
from notebook_ad.lifted.values import LIFTED, LiftedArray, LiftedInt, LiftedInt64

Contents = Literal["traced", "mixed", "numbers", "object", "nothing"]
LIMIT = 300  # values looked at
DEPTH = 6
COUNTS = (bool, int, type(None), np.integer, np.bool_, range, slice, type, types.ModuleType, types.FunctionType,
          types.BuiltinFunctionType, types.MethodType, BaseException)  # fmt: skip
CONTAINERS: tuple[Any, ...] = (list, tuple, set, frozenset, deque)
BUILTIN = (int, float, complex, str, bytes, bool, type(None))


def inside(value: Any, objects: bool) -> Iterable[Any]:
    """The elements of a container; of an object its attributes, where `objects` are looked into."""
    if isinstance(value, dict):
        return dict.values(value)
    for kind in CONTAINERS:
        if isinstance(value, kind):
            elements: Iterable[Any] = kind.__iter__(value)
            return elements
    if type(value) is np.ndarray and value.dtype.hasobject and value.dtype.kind == "O":
        return value.flat
    if not objects or isinstance(value, (*BUILTIN, *COUNTS, np.ndarray, np.generic)):
        return ()
    try:
        attributes = object.__getattribute__(value, "__dict__")
    except Exception:
        return ()
    return attributes.values() if isinstance(attributes, dict) else ()


def walk(value: Any, objects: bool) -> Iterator[Any]:
    """A value and what is in it, nearest first."""
    level, seen = [value], 0
    for _ in range(DEPTH):
        following: list[Any] = []
        for v in level:
            seen += 1
            if seen > LIMIT:
                return
            yield v
            if type(v) not in BUILTIN:
                following.extend(itertools.islice(inside(v, objects), LIMIT))
        level = following


def source_in(value: Any) -> tuple[Link | None] | None:
    """The traced value in what a call was given, integers apart, or what a thing in it was made from; None if neither."""
    for v in walk(value, objects=True):
        if is_held(v):
            return (link_of(v),)
        if type(v) in LIFTED and type(v) not in (LiftedInt, LiftedInt64) and traced(v):
            return (v._link,)
    return None


def contents(value: Any) -> Contents:
    """Whether there is something traced in a result, numbers that are no counts, both, or another object."""
    found: Contents = "nothing"
    with_graph = False
    for v in walk(value, objects=False):
        kind = type(v)
        if kind in LIFTED or kind is taping.Tensor:
            if kind is taping.Tensor or traced(v):
                with_graph = True
            elif kind is LiftedArray and v._link is CONSTANT and v.size and v.dtype.kind in "fc":
                found = "numbers"
        elif isinstance(v, np.ndarray):
            if v.size and (v.dtype.kind in "fc" or _has_floats(v.dtype)):
                found = "numbers"
            elif v.dtype.kind in "SUV" and found == "nothing":
                found = "object"
        elif isinstance(v, (*COUNTS, dict, *CONTAINERS)):
            continue
        elif isinstance(v, Number):
            found = "numbers"
        elif found == "nothing":
            found = "object"
    if with_graph:
        return "mixed" if found == "numbers" else "traced"
    return found


def _has_floats(dtype: np.dtype[Any]) -> bool:
    return any(dtype[name].kind in "fc" for name in dtype.names or ())
