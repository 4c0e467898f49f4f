"""New variables: what a transform hands to the user's function in place of its arguments."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np

from notebook_ad.engine import elementwise as ops
from notebook_ad.engine.segment import LEAF, Segment
from notebook_ad.tensor.ambient import NO_GRAD, state
from notebook_ad.tensor.dtypes import FLOATS, get_default_dtype
from notebook_ad.tensor.elementwise import apply, own
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.record import enter
from notebook_ad.tensor.reverse import leaves_of
from notebook_ad.tensor.tensor import SMOOTH, Meta, Tensor, make, plain

depth: ContextVar[int] = ContextVar("notebook_ad.depth", default=0)  # transforms that are under way
mapped: ContextVar[tuple[tuple[int, int], ...]] = ContextVar("notebook_ad.vmaps", default=())  # (level, examples)


@contextmanager
def entered() -> Iterator[int]:
    """Inside a transform; gives its level, above those of the transforms around it."""
    level = depth.get() + 1
    token = depth.set(level)
    try:
        yield level
    finally:
        depth.reset(token)


@contextmanager
def mapping(level: int, count: int) -> Iterator[None]:
    """Inside a vmap of so many examples."""
    token = mapped.set((*mapped.get(), (level, count)))
    try:
        yield
    finally:
        mapped.reset(token)


@contextmanager
def outside() -> Iterator[None]:
    """Outside of all transforms that are under way: for what runs on plain numbers."""
    tokens = depth.set(0), mapped.set(())
    try:
        yield
    finally:
        depth.reset(tokens[0])
        mapped.reset(tokens[1])


def alias(t: Tensor) -> Tensor:
    """The same value as a variable of its own: a new leaf, or a row of the tape where a gradient passes through."""
    if isinstance(t, Level):
        return t.alias()
    if t.requires_grad:
        return apply(ops.alias, t)
    result = make(t._value)
    result._meta = Meta(t.name, leaf=True, variable=True)
    return result


def variable_on(segment: Segment, value: Any, what: str) -> Tensor:
    """A plain argument as a variable whose row is the next of a private tape: operations on it take the fast path."""
    kind = type(value)
    if kind is float and get_default_dtype() is FLOATS[0]:
        result = make(value, segment, segment.append(LEAF, -1, -1, value))
        segment.leaves[result._id] = result._meta = Meta(None, True, None, None, True)
        return result
    if kind is np.ndarray and value.ndim and (value.dtype is FLOATS[0] or value.dtype is FLOATS[1]):
        result = make(np.array(value, order="C"))
        result._meta = Meta(None, True, None, None, True)
    else:
        result = alias(floating(value, f"{what}: the argument"))
    enter(result, segment)
    return result


def finished(x: Any) -> Any:
    """What the caller of a transform gets: a tensor while something may still differentiate it, else a plain value.

    Inside `no_grad` nothing may.
    """
    if not isinstance(x, Tensor) or isinstance(x, Level):
        return x
    recorded = x.requires_grad and state.get() is not NO_GRAD
    if recorded and (depth.get() > 0 or not all(leaf.variable for leaf in leaves_of(x))):
        return x
    return valued(x)


def valued(x: Any) -> Any:
    """A tensor's value, NumPy's scalar for an array without axes; anything else, and a transform's tensor, as it is."""
    if not isinstance(x, Tensor) or isinstance(x, Level):
        return x
    return x._value if type(x._value) is float else x._value[()] if x.ndim == 0 else x._value


def floating(value: Any, what: str) -> Tensor:
    """An argument as a tensor of a dtype that has a gradient; integers and Python's floats are cast to the default.

    Raises:
        TypeError: it is no number or array of numbers.
    """
    try:
        t = value if isinstance(value, Tensor) else own(value)
    except TypeError as error:
        raise TypeError(f"{what} is no number or array of numbers{place()}: {error}") from None
    if t.dtype in SMOOTH:
        default = get_default_dtype()
        return t if type(value) is not float or default == t.dtype else make(np.asarray(value, default))
    if t.dtype.kind == "b":
        raise TypeError(f"{what} is boolean, which has no derivative{place()}; pass a float")
    return make(plain(np.asarray(t._value, get_default_dtype())))
