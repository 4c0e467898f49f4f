"""Reductions of tensors: sum, mean, max, min over axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.engine import arrays as ops
from notebook_ad.engine.blocks import broadcast_strides, linear_block, strides_of
from notebook_ad.engine.primitive import Primitive
from notebook_ad.tensor import messages, record
from notebook_ad.tensor.elementwise import as_dtype, own
from notebook_ad.tensor.left import unrecorded
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.tensor import FLOATS, Tensor, plain

Axis = int | Sequence[int] | None


def sum(a: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:  # noqa: A001 - NumPy's name
    """Sum over axes (all by default). As `numpy.sum`; the gradient is the upstream, broadcast."""
    return _reduce(ops.sum_, np.sum, a, axis, keepdims)


def mean(a: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Mean over axes (all by default). As `numpy.mean`."""
    return _reduce(ops.mean, _mean, a, axis, keepdims)


def max(a: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:  # noqa: A001 - NumPy's name
    """Largest element over axes. As `numpy.max`; at a tie the gradient is shared evenly (as `torch.amax`)."""
    return _reduce(ops.max_, np.max, a, axis, keepdims)


def min(a: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:  # noqa: A001 - NumPy's name
    """Smallest element over axes. As `numpy.min`; at a tie the gradient is shared evenly (as `torch.amin`)."""
    return _reduce(ops.min_, np.min, a, axis, keepdims)


def _mean(a: np.ndarray, axis: Any, keepdims: bool) -> Any:
    """np.mean, but nan without a warning where there is nothing to average."""
    total = np.sum(a, axis=axis, keepdims=keepdims)
    count = a.size // (np.size(total) or 1) if a.size else 0
    with np.errstate(invalid="ignore"):
        return np.true_divide(total, total.dtype.type(count) if total.dtype.kind in "fc" else count)  # NumPy 1: float32


def _reduce(primitive: Primitive, function: Any, a: Any, axis: Axis, keepdims: bool) -> Tensor:
    a = a if isinstance(a, Tensor) else own(a)
    axis = tuple(axis) if isinstance(axis, list) else axis
    if isinstance(a, Level):
        return a.interpret(primitive, (a,), {"axis": _axes(axis, a.ndim), "keepdims": keepdims, "all": axis is None})
    with messages.named(primitive.name, a):
        value = plain(function(np.asarray(a._value), axis=axis, keepdims=keepdims))
    segment = record.wants_record((a,))
    if segment is None:
        return unrecorded(value, (a,))
    axes = _axes(axis, a.ndim)
    kept = tuple(1 if i in axes else n for i, n in enumerate(a.shape))
    dtype = FLOATS[0] if type(value) is float else value.dtype
    a = as_dtype(a, dtype)
    static = {"axis": axes, "keepdims": keepdims, "all": axis is None}
    down = broadcast_strides(kept, a.shape)
    if primitive.kind == "extremum":
        block = [a.ndim, *a.shape, *down, record.elements(kept)]
    else:
        count = record.elements(a.shape) // (record.elements(kept) or 1)
        scale = 1.0 / count if primitive is ops.mean and count else 1.0
        block = linear_block(a.shape, strides_of(a.shape), down, scale=scale)
    return record.wide(primitive, (a,), value, segment, block, static)


def _axes(axis: Axis, ndim: int) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(ndim))
    return tuple(sorted(i % ndim for i in ((axis,) if isinstance(axis, int | np.integer) else axis)))
