"""The matrix product of tensors."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from notebook_ad.engine import arrays as ops
from notebook_ad.engine.blocks import broadcast_strides
from notebook_ad.engine.errors import ShapeError
from notebook_ad.engine.forms import Form
from notebook_ad.tensor import messages, record
from notebook_ad.tensor.ambient import state
from notebook_ad.tensor.elementwise import as_dtype, own
from notebook_ad.tensor.left import unrecorded
from notebook_ad.tensor.levels import top
from notebook_ad.tensor.quiet import quietly
from notebook_ad.tensor.tensor import FLOATS, Tensor, make, plain


def matmul(x: Any, y: Any) -> Tensor:
    """Matrix product, as `numpy.matmul`: (…, n, k) @ (…, k, m) → (…, n, m); a 1-D operand is a row or a column.

    Raises:
        ShapeError: the inner sizes differ, or the batches do not broadcast.
    """
    if type(x) is Tensor and type(y) is Tensor and (found := _on(x, y)) is not None:
        return found
    x, y = constant_or_same(x), constant_or_same(y)
    if x.ndim == 0 or y.ndim == 0:
        raise ShapeError(
            f"{messages.label(x)} @ {messages.label(y)}: a scalar has no matrix product{messages.place()}; use *"
        )
    if x.shape[-1] != (y.shape[-2] if y.ndim > 1 else y.shape[0]):
        raise messages.inner_sizes(x, y)
    if (level := top((x, y))) is not None:
        return level.interpret(ops.matmul, (x, y), {})
    try:
        value = plain(quietly(np.matmul, (x._value, y._value)))  # as elementwise: inf − inf is nan, without a warning
    except ValueError as error:
        raise messages.broadcast(ops.matmul, (x, y)) or error from None
    segment = record.wants_record((x, y))
    if segment is None:
        return unrecorded(value, (x, y))
    dtype = FLOATS[0] if type(value) is float else value.dtype
    x, y = as_dtype(x, dtype), as_dtype(y, dtype)
    return record.lean(_form(dtype, x.shape, y.shape, np.shape(value)), (x, y), value, segment)


def _on(x: Tensor, y: Tensor) -> Tensor | None:
    """The same for matrices of the segment that is being written: the usual case (4 µs instead of 7.5 at 8 × 8)."""
    i, j, a, b = x._id, y._id, x._value, y._value
    segment: Any = state.get()
    on_it = x._segment is segment and y._segment is segment and type(a) is not float and type(b) is not float
    if not on_it or segment.full:
        return None
    shape, other, dtype = a.shape, b.shape, a.dtype
    if len(shape) != 2 or len(other) != 2 or shape[1] != other[0] or dtype is not b.dtype or dtype not in FLOATS:
        return None
    value = quietly(np.matmul, (a, b))
    form = _form(dtype, shape, other, value.shape)
    return make(value, segment, segment.add_lean(form, value, i, j, a, b))


@lru_cache(maxsize=4096)
def _form(dtype: Any, a: tuple[int, ...], b: tuple[int, ...], shape: tuple[int, ...]) -> Form:
    parameters, cost = _block(a, b)
    out = None if shape == () and dtype == FLOATS[0] else (shape, dtype)
    return record.form_of(ops.matmul, out, [(a, dtype), (b, dtype)], parameters, cost=cost)


def constant_or_same(value: Any) -> Tensor:
    """A tensor as it is, anything else as a constant."""
    return value if isinstance(value, Tensor) else own(value)


def _block(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[list[int], int]:
    left = a if len(a) > 1 else (1, *a)
    right = b if len(b) > 1 else (*b, 1)
    batch = np.broadcast_shapes(left[:-2], right[:-2])
    rows, inner, columns = left[-2], left[-1], right[-1]
    count = int(np.prod(batch, dtype=np.int64))
    parameters = [count, rows, inner, columns, len(batch), *batch]
    parameters += broadcast_strides(left[:-2], batch) + broadcast_strides(right[:-2], batch)
    return parameters, 2 * count * rows * inner * columns // 4
