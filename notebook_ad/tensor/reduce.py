"""Reductions of tensors: sum, mean, max, min over axes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from notebook_ad.engine import arrays as ops
from notebook_ad.engine.blocks import broadcast_strides, linear_block, strides_of
from notebook_ad.engine.forms import Form
from notebook_ad.engine.primitive import Primitive
from notebook_ad.engine.segment import Segment
from notebook_ad.tensor import messages, record
from notebook_ad.tensor.ambient import state
from notebook_ad.tensor.elementwise import as_dtype, own
from notebook_ad.tensor.left import unrecorded
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.tensor import FLOATS, Tensor, make, plain

Axis = int | Sequence[int] | None


def sum(a: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:  # noqa: A001 - NumPy's name
    """Sum over axes (all by default). As `numpy.sum`; the gradient is the upstream, broadcast."""
    return _reduce(ops.sum_, np.add.reduce, a, axis, keepdims)


def mean(a: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:
    """Mean over axes (all by default). As `numpy.mean`."""
    return _reduce(ops.mean, _mean, a, axis, keepdims)


def max(a: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:  # noqa: A001 - NumPy's name
    """Largest element over axes. As `numpy.max`; at a tie the gradient is shared evenly (as `torch.amax`)."""
    return _reduce(ops.max_, np.maximum.reduce, a, axis, keepdims)


def min(a: Any, axis: Axis = None, keepdims: bool = False) -> Tensor:  # noqa: A001 - NumPy's name
    """Smallest element over axes. As `numpy.min`; at a tie the gradient is shared evenly (as `torch.amin`)."""
    return _reduce(ops.min_, np.minimum.reduce, a, axis, keepdims)


_total: Any = np.add.reduce


def _mean(a: np.ndarray, axis: Any, keepdims: bool) -> Any:
    """np.mean, but nan without a warning where there is nothing to average."""
    total = _total(a, axis=axis, keepdims=keepdims)
    count = a.size // (total.size or 1)
    number = total.dtype.type(count) if total.dtype.kind in "fc" else count  # NumPy 1: float32
    if count and total.dtype.kind == "f":
        return total / number
    with np.errstate(invalid="ignore"):
        return np.true_divide(total, number)


def _reduce(primitive: Primitive, function: Any, a: Any, axis: Axis, keepdims: bool) -> Tensor:
    now = state.get()
    if type(a) is Tensor and a._segment is now and type(a._value) is not float and _is_key(axis) and not now.full:
        return _on(now, primitive, function, a, axis, keepdims)
    a = a if isinstance(a, Tensor) else own(a)
    axis = tuple(axis) if isinstance(axis, list) else axis
    if isinstance(a, Level):
        return a.interpret(primitive, (a,), {"axis": _axes(axis, a.ndim), "keepdims": keepdims, "all": axis is None})
    try:
        value = plain(function(np.asarray(a._value), axis=axis, keepdims=keepdims))
    except (ValueError, IndexError) as error:
        raise messages.complaint(primitive.name, (a,), error) from None
    segment = record.wants_record((a,))
    if segment is None:
        return unrecorded(value, (a,))
    a = as_dtype(a, FLOATS[0] if type(value) is float else value.dtype)
    if type(a._value) is not float and _is_key(axis):
        form = _known_form(primitive, a.dtype, a.shape, axis, keepdims, np.shape(value))
    else:
        form = _form(primitive, a.dtype, a.shape, axis, keepdims, np.shape(value), type(a._value) is float)
    return record.lean(form, (a,), value, segment)


def _is_key(axis: Axis) -> bool:
    """Whether an axis can be looked up; an array or NumPy's integer cannot, or not surely."""
    return axis is None or type(axis) is int or type(axis) is tuple


def _on(segment: Segment, primitive: Primitive, function: Any, a: Tensor, axis: Any, keepdims: bool) -> Tensor:
    """The same for a tensor of the segment that is being written: the usual case, without questions."""
    row, x = a._id, a._value
    try:
        value = plain(function(x, axis=axis, keepdims=keepdims))
    except (ValueError, IndexError) as error:
        raise messages.complaint(primitive.name, (a,), error) from None
    form = _known_form(primitive, x.dtype, x.shape, axis, keepdims, () if type(value) is float else value.shape)
    return make(value, segment, segment.add_lean(form, value, row, 0, x))


def _form(
    primitive: Primitive, dtype: Any, shape: tuple[int, ...], axis: Axis, keepdims: bool, out: tuple[int, ...],
    number: bool = False,
) -> Form:  # fmt: skip
    axes = _axes(axis, len(shape))
    kept = tuple(1 if i in axes else n for i, n in enumerate(shape))
    down = broadcast_strides(kept, shape)
    if primitive.kind == "extremum":
        block = [len(shape), *shape, *down, record.elements(kept)]
    else:
        count = record.elements(shape) // (record.elements(kept) or 1)
        scale = 1.0 / count if primitive is ops.mean and count else 1.0
        block = linear_block(shape, strides_of(shape), down, scale=scale)
    static = {"axis": axes, "keepdims": keepdims, "all": axis is None}
    made = None if out == () and dtype == FLOATS[0] else (out, dtype)
    return record.form_of(primitive, made, [None if number else (shape, dtype)], block, static)


_known_form = lru_cache(maxsize=4096, typed=True)(_form)


def _axes(axis: Axis, ndim: int) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(ndim))
    return tuple(sorted(i % ndim for i in ((axis,) if isinstance(axis, int | np.integer) else axis)))
