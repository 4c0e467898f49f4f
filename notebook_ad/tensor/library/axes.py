"""The same elements in another form: reshapes, permuted and new axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.tensor import shaping
from notebook_ad.tensor.library.given import (
    Functions,
    axis_index,
    axis_tuple,
    checked,
    known,
    lengths_of,
    several,
    tensor_of,
)
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor


def by_columns(order: Any, function: str) -> bool:
    """Whether the first axis runs fastest; tensors are held by rows, so "A" and "K" mean "C".

    Raises:
        ValueError: an unknown order.
    """
    if str(order).upper() not in ("C", "F", "A", "K") or (function == "reshape" and str(order).upper() == "K"):
        accepted = "'C', 'F' or 'A'" if function == "reshape" else "'C', 'F', 'A' or 'K'"
        raise ValueError(f"{function}: order must be {accepted}, not {order!r}{place()}")
    return str(order).upper() == "F"


def reshape(a: Any, shape: Any = None, order: str = "C", *, newshape: Any = None, copy: bool | None = None) -> Tensor:
    """The same elements in another shape; one length may be −1. As `numpy.reshape`; always a copy."""
    a = tensor_of(a)
    to = newshape if shape is None else shape
    if to is None:
        raise TypeError(f"reshape: give the new shape{place()}")
    if not by_columns(order, "reshape"):
        return shaping.reshape(a, to)
    return shaping.transpose(shaping.reshape(shaping.transpose(a), lengths_of(to)[::-1]))


def ravel(a: Any, order: str = "C") -> Tensor:
    """One axis with all elements. As `numpy.ravel`."""
    a = tensor_of(a)
    return shaping.reshape(shaping.transpose(a) if by_columns(order, "ravel") else a, (a.size,))


def transpose(a: Any, axes: Any = None) -> Tensor:
    """Permute the axes (reverse them by default). As `numpy.transpose`."""
    a = tensor_of(a)
    if axes is not None:
        axes = axis_tuple(axes, a.shape, "transpose")
        if len(axes) != a.ndim:
            raise ValueError(f"transpose: {len(axes)} axes given for shape {a.shape}{place()}; name each once")
    return shaping.transpose(a, axes)


def swapaxes(a: Any, axis1: int, axis2: int) -> Tensor:
    """Exchange two axes. As `numpy.swapaxes`."""
    a = tensor_of(a)
    i, j = (axis_index(axis, a.shape, "swapaxes") for axis in (axis1, axis2))
    order = list(range(a.ndim))
    order[i], order[j] = j, i
    return shaping.transpose(a, order)


def matrix_transpose(x: Any) -> Tensor:
    """Exchange the last two axes. As `numpy.matrix_transpose`."""
    x = tensor_of(x)
    if x.ndim < 2:
        raise ValueError(f"matrix_transpose needs two axes or more, not shape {x.shape}{place()}")
    return swapaxes(x, -1, -2)


def moveaxis(a: Any, source: Any, destination: Any) -> Tensor:
    """Move axes to other places. As `numpy.moveaxis`."""
    a = tensor_of(a)
    source, destination = axis_tuple(source, a.shape, "moveaxis"), axis_tuple(destination, a.shape, "moveaxis")
    if len(source) != len(destination):
        raise ValueError(f"moveaxis: {len(source)} axes from, {len(destination)} to{place()}; give equally many")
    order = [i for i in range(a.ndim) if i not in source]
    for to, axis in sorted(zip(destination, source, strict=True)):
        order.insert(to, axis)
    return shaping.transpose(a, order)


def rollaxis(a: Any, axis: int, start: int = 0) -> Tensor:
    """Roll an axis back until it stands before `start`. As `numpy.rollaxis`."""
    a = tensor_of(a)
    at, before = axis_index(axis, a.shape, "rollaxis"), start + a.ndim if start < 0 else start
    if not 0 <= before <= a.ndim:
        raise np.exceptions.AxisError(f"rollaxis: start {start} is out of bounds for {a.ndim} dimensions{place()}")
    return moveaxis(a, at, before - 1 if at < before else before)


def squeeze(a: Any, axis: Any = None) -> Tensor:
    """Without its axes of length 1, or those given. As `numpy.squeeze`."""
    a = tensor_of(a)
    gone = [i for i, n in enumerate(a.shape) if n == 1] if axis is None else axis_tuple(axis, a.shape, "squeeze")
    if any(a.shape[i] != 1 for i in gone):
        raise ValueError(f"squeeze: an axis in {axis} of shape {a.shape} is not of length 1{place()}")
    return shaping.reshape(a, tuple(n for i, n in enumerate(a.shape) if i not in gone))


def expand_dims(a: Any, axis: Any) -> Tensor:
    """With new axes of length 1. As `numpy.expand_dims`."""
    a = tensor_of(a)
    count = len(axis) if isinstance(axis, tuple | list) else 1
    new, lengths = axis_tuple(axis, a.ndim + count, "expand_dims"), iter(a.shape)
    return shaping.reshape(a, tuple(1 if i in new else next(lengths) for i in range(a.ndim + count)))


def atleast_1d(*arys: Any) -> Any:
    """Numbers as arrays of one element. As `numpy.atleast_1d`."""
    return several([raised(tensor_of(a), 1) for a in arys])


def atleast_2d(*arys: Any) -> Any:
    """With new axes in front up to two. As `numpy.atleast_2d`."""
    return several([raised(tensor_of(a), 2) for a in arys])


def atleast_3d(*arys: Any) -> Any:
    """With new axes up to three: (n,) becomes (1, n, 1), (m, n) becomes (m, n, 1). As `numpy.atleast_3d`."""
    return several([_deep(raised(tensor_of(a), 2)) for a in arys])


def _deep(a: Tensor) -> Tensor:
    return a if a.ndim > 2 else shaping.reshape(a, (*a.shape, 1))


def raised(a: Tensor, ndim: int) -> Tensor:
    """With new axes in front up to `ndim`."""
    return a if a.ndim >= ndim else shaping.reshape(a, (*(1,) * (ndim - a.ndim), *a.shape))


FUNCTIONS: Functions = {
    np.reshape: reshape, np.ravel: ravel, np.transpose: transpose, np.swapaxes: swapaxes, np.moveaxis: moveaxis,
    np.rollaxis: rollaxis, np.squeeze: squeeze, np.expand_dims: expand_dims, np.atleast_1d: atleast_1d,
    np.atleast_2d: atleast_2d, np.atleast_3d: atleast_3d,
}  # fmt: skip
FUNCTIONS = checked(FUNCTIONS | dict.fromkeys(known("matrix_transpose"), matrix_transpose))
