"""Rearrangements of tensors: reshape, transpose, indexing, joining, broadcasting. All linear, all one strided kernel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.engine import arrays as ops
from notebook_ad.engine.blocks import broadcast_strides, linear_block, strides_of
from notebook_ad.tensor import messages, record
from notebook_ad.tensor.dtypes import FLOATS
from notebook_ad.tensor.elementwise import as_dtype, own
from notebook_ad.tensor.left import unrecorded
from notebook_ad.tensor.levels import Level, top
from notebook_ad.tensor.tensor import Tensor, plain


def _tensor(value: Any) -> Tensor:
    return value if isinstance(value, Tensor) else own(value)


def reshape(a: Any, shape: int | Sequence[int]) -> Tensor:
    """The same elements in C order in another shape; one length may be −1. As `numpy.reshape`."""
    a = _tensor(a)
    if isinstance(a, Level):
        with messages.named("reshape", a):
            to = np.broadcast_to(np.empty((), bool), a.shape).reshape(shape).shape
        return a.interpret(ops.reshape, (a,), {"shape": to})
    with messages.named("reshape", a):
        value = plain(np.asarray(a._value).reshape(shape))
    segment = record.wants_record((a,))
    if segment is None:
        return unrecorded(value, (a,))
    return record.wide(
        ops.reshape, (a,), value, segment, linear_block((a.size,), (1,), (1,)), {"shape": np.shape(value)}
    )


def transpose(a: Any, axes: Sequence[int] | None = None) -> Tensor:
    """Permute the axes (reverse them by default). As `numpy.transpose`."""
    a = _tensor(a)
    order = tuple(range(a.ndim))[::-1] if axes is None else tuple(int(i) for i in axes)
    if isinstance(a, Level):
        return a.interpret(ops.transpose, (a,), {"axes": tuple(_axis(i, a.ndim, "transpose") for i in order)})
    with messages.named("transpose", a):
        value = plain(np.transpose(np.asarray(a._value), order))
    order = tuple(i % a.ndim for i in order)
    segment = record.wants_record((a,))
    if segment is None:
        return unrecorded(value, (a,))
    own = strides_of(a.shape)
    block = linear_block(np.shape(value), tuple(own[i] for i in order), strides_of(np.shape(value)))
    return record.wide(ops.transpose, (a,), value, segment, block, {"axes": order})


def index(a: Tensor, key: Any) -> Tensor:
    """`a[key]` with NumPy's rules: slices, integers, None, …, boolean masks and integer arrays. Always a copy."""
    if (level := top((a, *key) if isinstance(key, tuple) else (a, key))) is not None:
        return level.interpret(ops.index, (a,), {"key": key})
    key = _plain_key(key)
    source = np.asarray(a._value)
    with messages.named("index", a):
        picked = source[_as_view(key)]
    value = plain(picked)
    segment = record.wants_record((a,))
    if segment is None:
        return unrecorded(value if not isinstance(value, np.ndarray) else value.copy(), (a,))
    if isinstance(picked, np.ndarray) and (picked.base is source or picked.base is source.base is not None):
        item = source.itemsize
        offset = (picked.ctypes.data - source.ctypes.data) // item if picked.size else 0
        up = tuple(s // item for s in picked.strides)
        value = value if type(value) is float else np.array(value, order="C")
        block = linear_block(picked.shape, up, strides_of(picked.shape), offset)
        return record.wide(ops.index, (a,), value, segment, block, {"key": key})
    key = _frozen(key)
    positions = np.ascontiguousarray(np.arange(a.size).reshape(a.shape)[key], np.int64)
    block = [positions.size, positions.ctypes.data]
    return record.wide(ops.gather, (a,), value, segment, block, {"key": key, "positions": positions}, keep=positions)


def _as_view(key: Any) -> Any:
    """A key of integers, slices and None with an ellipsis behind it, so that one element comes as a view too."""
    parts = key if isinstance(key, tuple) else (key,)
    basic = all((isinstance(k, int | np.integer | slice) and not isinstance(k, bool)) or k is None for k in parts)
    return (*parts, Ellipsis) if basic else key


def _plain_key(key: Any) -> Any:
    if isinstance(key, tuple):
        return tuple(_plain_key(k) for k in key)
    if isinstance(key, Tensor):
        return np.asarray(key._value)
    return key


def _frozen(key: Any) -> Any:
    """The key with arrays of its own: the rules of higher orders index with it after the caller may have changed his."""
    if isinstance(key, tuple):
        return tuple(map(_frozen, key))
    if not isinstance(key, np.ndarray | list):
        return key
    return np.array(key) if np.size(key) else np.array(key, getattr(key, "dtype", np.intp))  # [] picks nothing


def _axis(axis: int, ndim: int, function: str) -> int:
    if not -ndim <= axis < ndim:
        raise np.exceptions.AxisError(
            f"{function}: axis {axis} is out of bounds for {ndim} dimensions{messages.place()}"
        )
    return axis % ndim


def broadcast_to(a: Any, shape: Sequence[int]) -> Tensor:
    """The tensor repeated to `shape`. As `numpy.broadcast_to`."""
    a = _tensor(a)
    to = tuple(shape)
    if isinstance(a, Level):
        return a.interpret(ops.broadcast_to, (a,), {"shape": to})
    with messages.named("broadcast_to", a):
        value = plain(np.broadcast_to(np.asarray(a._value), to))
    segment = record.wants_record((a,))
    if segment is None:
        return unrecorded(value, (a,))
    block = linear_block(to, broadcast_strides(a.shape, to), strides_of(to))
    return record.wide(ops.broadcast_to, (a,), value, segment, block, {"shape": to})


def concatenate(arrays: Sequence[Any], axis: int | None = 0) -> Tensor:
    """Join along an existing axis. As `numpy.concatenate`."""
    parts = [_tensor(a) for a in arrays]
    if axis is None:
        parts, axis = [reshape(p, -1) for p in parts], 0
    if (level := top(parts)) is not None:
        return level.interpret(ops.concatenate, parts, {"axis": _axis(axis, parts[0].ndim, "concatenate")})
    with messages.named("concatenate", *parts):
        value = plain(np.concatenate([np.asarray(p._value) for p in parts], axis))
    segment = record.wants_record(parts)
    if segment is None:
        return unrecorded(value, parts)
    at, block = 0, []
    axis = axis % value.ndim
    parts = [as_dtype(p, value.dtype) for p in parts]
    down = strides_of(value.shape)
    for part in parts:
        block += linear_block(part.shape, strides_of(part.shape), down, start=at * down[axis])
        at += part.shape[axis]
    return record.wide(ops.concatenate, parts, value, segment, block, {"axis": axis})


def stack(arrays: Sequence[Any], axis: int = 0) -> Tensor:
    """Join along a new axis. As `numpy.stack`."""
    parts = [_tensor(a) for a in arrays]
    if (level := top(parts)) is not None:
        return level.interpret(ops.stack, parts, {"axis": _axis(axis, parts[0].ndim + 1, "stack")})
    with messages.named("stack", *parts):
        value = plain(np.stack([np.asarray(p._value) for p in parts], axis))
    segment = record.wants_record(parts)
    if segment is None:
        return unrecorded(value, parts)
    axis = axis % value.ndim
    down = strides_of(value.shape)
    rest = down[:axis] + down[axis + 1 :]
    parts = [as_dtype(p, value.dtype) for p in parts]
    block = []
    for i, part in enumerate(parts):
        block += linear_block(part.shape, strides_of(part.shape), rest, start=i * down[axis])
    return record.wide(ops.stack, parts, value, segment, block, {"axis": axis})


def put(base: Any, positions: Any, values: Any) -> Tensor:
    """A copy of `base` in which the elements at some places are replaced.

    Args:
        positions: places in C order, each at most once; values: of the shape of `positions`, or broadcast to it.
    """
    base, values = _tensor(base), _tensor(values)
    places = np.ascontiguousarray(positions, np.int64)
    if values.shape != places.shape:
        values = broadcast_to(values, places.shape)
    if (level := top((base, values))) is not None:
        return level.interpret(ops.put, (base, values), {"positions": places})
    value = np.array(base._value)
    value.reshape(-1)[places.reshape(-1)] = np.asarray(values._value).reshape(-1)
    value = plain(value)
    segment = record.wants_record((base, values))
    if segment is None:
        return unrecorded(value, (base, values))
    dtype = FLOATS[0] if type(value) is float else value.dtype
    parts = (as_dtype(base, dtype), as_dtype(values, dtype))
    block = [base.size, places.size, places.ctypes.data]
    return record.wide(ops.put, parts, value, segment, block, {"positions": places}, keep=places)
