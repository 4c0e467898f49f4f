"""The same elements in another form: reshapes, permuted and reversed axes, broadcasting, copies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.engine import elementwise as ops
from notebook_ad.tensor import shaping
from notebook_ad.tensor.elementwise import apply, as_dtype
from notebook_ad.tensor.library.given import axis_index, axis_tuple, checked, known, lengths_of, several, tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor


def _by_columns(order: Any, function: str) -> bool:
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
    if not _by_columns(order, "reshape"):
        return shaping.reshape(a, to)
    return shaping.transpose(shaping.reshape(shaping.transpose(a), lengths_of(to)[::-1]))


def ravel(a: Any, order: str = "C") -> Tensor:
    """One axis with all elements. As `numpy.ravel`."""
    a = tensor_of(a)
    return shaping.reshape(shaping.transpose(a) if _by_columns(order, "ravel") else a, (a.size,))


def transpose(a: Any, axes: Any = None) -> Tensor:
    """Permute the axes (reverse them by default). As `numpy.transpose`."""
    a = tensor_of(a)
    if axes is not None:
        axes = axis_tuple(axes, a.ndim, "transpose")
        if len(axes) != a.ndim:
            raise ValueError(f"transpose: {len(axes)} axes given for shape {a.shape}{place()}; name each once")
    return shaping.transpose(a, axes)


def swapaxes(a: Any, axis1: int, axis2: int) -> Tensor:
    """Exchange two axes. As `numpy.swapaxes`."""
    a = tensor_of(a)
    i, j = (axis_index(axis, a.ndim, "swapaxes") for axis in (axis1, axis2))
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
    source, destination = axis_tuple(source, a.ndim, "moveaxis"), axis_tuple(destination, a.ndim, "moveaxis")
    if len(source) != len(destination):
        raise ValueError(f"moveaxis: {len(source)} axes from, {len(destination)} to{place()}; give equally many")
    order = [i for i in range(a.ndim) if i not in source]
    for to, axis in sorted(zip(destination, source, strict=True)):
        order.insert(to, axis)
    return shaping.transpose(a, order)


def rollaxis(a: Any, axis: int, start: int = 0) -> Tensor:
    """Roll an axis back until it stands before `start`. As `numpy.rollaxis`."""
    a = tensor_of(a)
    at, before = axis_index(axis, a.ndim, "rollaxis"), start + a.ndim if start < 0 else start
    if not 0 <= before <= a.ndim:
        raise np.exceptions.AxisError(f"rollaxis: start {start} is out of bounds for {a.ndim} dimensions{place()}")
    return moveaxis(a, at, before - 1 if at < before else before)


def squeeze(a: Any, axis: Any = None) -> Tensor:
    """Without its axes of length 1, or those given. As `numpy.squeeze`."""
    a = tensor_of(a)
    gone = [i for i, n in enumerate(a.shape) if n == 1] if axis is None else axis_tuple(axis, a.ndim, "squeeze")
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


def flip(m: Any, axis: Any = None) -> Tensor:
    """Reversed along the axes given (all by default). As `numpy.flip`."""
    m = tensor_of(m)
    axes = range(m.ndim) if axis is None else axis_tuple(axis, m.ndim, "flip")
    return shaping.index(m, (*(slice(None, None, -1) if i in axes else slice(None) for i in range(m.ndim)), Ellipsis))


def fliplr(m: Any) -> Tensor:
    """Columns reversed. As `numpy.fliplr`."""
    m = tensor_of(m)
    if m.ndim < 2:
        raise ValueError(f"fliplr needs two axes or more, not shape {m.shape}{place()}")
    return flip(m, 1)


def flipud(m: Any) -> Tensor:
    """Rows reversed. As `numpy.flipud`."""
    m = tensor_of(m)
    if m.ndim < 1:
        raise ValueError(f"flipud needs an axis{place()}")
    return flip(m, 0)


def rot90(m: Any, k: int = 1, axes: Any = (0, 1)) -> Tensor:
    """Turned by k quarters in the plane of two axes, from the first towards the second. As `numpy.rot90`."""
    m = tensor_of(m)
    plane = axis_tuple(tuple(axes), m.ndim, "rot90")
    if len(plane) != 2:
        raise ValueError(f"rot90: axes must be two, not {axes}{place()}")
    quarters = k % 4
    if quarters == 0:
        return copy(m)
    if quarters == 2:
        return flip(m, plane)
    return swapaxes(flip(m, plane[1]), *plane) if quarters == 1 else flip(swapaxes(m, *plane), plane[1])


def broadcast_to(array: Any, shape: Any, subok: bool = False) -> Tensor:
    """Repeated to a shape. As `numpy.broadcast_to`."""
    return shaping.broadcast_to(array, lengths_of(shape))


def broadcast_arrays(*args: Any, subok: bool = False) -> Any:
    """All of the shape that they broadcast to together. As `numpy.broadcast_arrays`."""
    parts = [tensor_of(a) for a in args]
    found = spread(parts, "broadcast_arrays")
    return tuple(found) if np.lib.NumpyVersion(np.__version__) >= "2.0.0" else found


def spread(parts: Sequence[Tensor], function: str) -> list[Tensor]:
    """Tensors broadcast to their common shape.

    Raises:
        ValueError: they do not broadcast.
    """
    try:
        to = np.broadcast_shapes(*(p.shape for p in parts))
    except ValueError:
        shapes = " and ".join(str(p.shape) for p in parts)
        raise ValueError(f"{function}: shapes {shapes} do not broadcast{place()}") from None
    return [p if p.shape == to else shaping.broadcast_to(p, to) for p in parts]


def meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> Any:
    """Coordinate arrays from coordinate vectors. As `numpy.meshgrid`."""
    if indexing not in ("xy", "ij"):
        raise ValueError(f"meshgrid: indexing must be 'xy' or 'ij', not {indexing!r}{place()}")
    flat = [ravel(x) for x in xi]
    places = list(range(len(flat)))
    if indexing == "xy" and len(flat) > 1:
        places[:2] = [1, 0]
    grids = [
        shaping.reshape(x, tuple(x.size if i == at else 1 for i in range(len(flat))))
        for x, at in zip(flat, places, strict=True)
    ]
    found = grids if sparse else spread(grids, "meshgrid")
    return tuple(found) if np.lib.NumpyVersion(np.__version__) >= "2.0.0" else found


def copy(a: Any, order: str = "K", subok: bool = False) -> Tensor:
    """The same value as a tensor of its own; the gradient passes. As `numpy.copy`."""
    a = tensor_of(a)
    _by_columns(order, "copy")
    return apply(ops.alias, a)


def full_like(a: Any, fill_value: Any, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None) -> Tensor:
    """In the form of `a`, filled with a value, whose gradient passes. As `numpy.full_like`."""
    model, fill = tensor_of(a), tensor_of(fill_value)
    to = np.dtype(model.dtype if dtype is None else dtype)
    if fill.requires_grad and to.kind not in "fc":
        raise TypeError(f"full_like: a value with a gradient does not fit into {to}{place()}; pass dtype=float")
    lengths = model.shape if shape is None else lengths_of(shape)
    filled = as_dtype(fill, to) if to.kind in "fc" else tensor_of(np.asarray(fill._value).astype(to))
    if filled.ndim > len(lengths) and math.prod(filled.shape) == 1:
        filled = shaping.reshape(filled, ())
    return shaping.broadcast_to(filled, lengths)


FUNCTIONS = checked(
    {
        np.reshape: reshape, np.ravel: ravel, np.transpose: transpose, np.swapaxes: swapaxes, np.moveaxis: moveaxis,
        np.rollaxis: rollaxis, np.squeeze: squeeze, np.expand_dims: expand_dims, np.atleast_1d: atleast_1d,
        np.atleast_2d: atleast_2d, np.atleast_3d: atleast_3d, np.flip: flip, np.fliplr: fliplr, np.flipud: flipud,
        np.rot90: rot90, np.broadcast_to: broadcast_to, np.broadcast_arrays: broadcast_arrays, np.meshgrid: meshgrid,
        np.copy: copy, np.full_like: full_like,
    }
    | dict.fromkeys(known("matrix_transpose"), matrix_transpose)
)  # fmt: skip
