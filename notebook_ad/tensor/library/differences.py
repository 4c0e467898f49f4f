"""Differences between neighbours: diff, ediff1d, gradient."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.tensor import shaping
from notebook_ad.tensor.dtypes import SMOOTH
from notebook_ad.tensor.elementwise import as_dtype
from notebook_ad.tensor.library.axes import ravel
from notebook_ad.tensor.library.given import axis_index, axis_tuple, checked, tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor

NOTHING = object()


def diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = NOTHING, append: Any = NOTHING) -> Tensor:
    """The n-th differences of neighbours along an axis. As `numpy.diff`."""
    x = tensor_of(a)
    if n < 0:
        raise ValueError(f"diff: n must not be negative, not {n}{place()}")
    axis = axis_index(axis, x.shape, "diff")
    parts = [x]
    for at, extra in ((0, prepend), (1, append)):
        if extra is not NOTHING:
            block = tensor_of(extra)
            if block.ndim == 0:
                block = shaping.broadcast_to(block, (*x.shape[:axis], 1, *x.shape[axis + 1 :]))
            parts.insert(at * len(parts), block)
    x = shaping.concatenate(parts, axis) if n and len(parts) > 1 else x
    for _ in range(n):
        above, below = _along(x, axis, slice(1, None)), _along(x, axis, slice(None, -1))
        x = tensor_of(above != below) if x.dtype == bool else above - below
    return x


def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Tensor:
    """The differences of neighbours, all elements in a row. As `numpy.ediff1d`."""
    x = ravel(ary)
    parts = [None if to_begin is None else ravel(to_begin), diff(x), None if to_end is None else ravel(to_end)]
    given = [as_dtype(p, x.dtype) if p.dtype in SMOOTH else p for p in parts if p is not None]
    return shaping.concatenate(given) if len(given) > 1 else given[0]


def gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    """Second order central differences, one-sided at the ends. As `numpy.gradient`.

    Args:
        varargs: the spacing: nothing (1), one number for all axes, or for each axis a number or its coordinates (n,).
        edge_order: order of the differences at the ends, 1 or 2.
    """
    f = tensor_of(f)
    if f.dtype not in SMOOTH:
        f = as_dtype(f, np.dtype(np.float64))
    axes = tuple(range(f.ndim)) if axis is None else axis_tuple(axis, f.shape, "gradient")
    spacings = list(varargs) * len(axes) if len(varargs) == 1 and np.ndim(varargs[0]) == 0 else list(varargs)
    spacings = spacings or [1.0] * len(axes)
    if len(spacings) != len(axes):
        raise TypeError(f"gradient: {len(varargs)} spacings for {len(axes)} axes{place()}; give one, or one for each")
    if edge_order not in (1, 2):
        raise ValueError(f"gradient: edge_order must be 1 or 2, not {edge_order}{place()}")
    found = [_slope(f, i, h, edge_order) for i, h in zip(axes, spacings, strict=True)]
    if axis is not None and np.ndim(axis) == 0:
        return found[0]
    if len(found) == 1:
        return found[0]
    return tuple(found)


def _slope(f: Tensor, axis: int, spacing: Any, edge_order: int) -> Tensor:
    length = f.shape[axis]
    if length < edge_order + 1:
        raise ValueError(f"gradient: axis {axis} of shape {f.shape} needs {edge_order + 1} elements or more{place()}")
    steps = spacing
    if np.ndim(spacing) != 0:
        if np.ndim(spacing) != 1 or np.shape(spacing)[0] != length:
            raise ValueError(f"gradient: coordinates of shape {np.shape(spacing)} for {length} elements{place()}")
        steps = diff(spacing).reshape(-1, *(1,) * (f.ndim - axis - 1))
    slopes = diff(f, axis=axis) / steps
    first, last = _along(slopes, axis, slice(0, 1)), _along(slopes, axis, slice(-1, None))
    before, after = _along(slopes, axis, slice(None, -1)), _along(slopes, axis, slice(1, None))
    if np.ndim(steps) == 0:
        inner, share, other = (before + after) * 0.5, 0.5, 0.5
    else:  # each slope weighs by the other's step
        left, right = steps[:-1], steps[1:]
        whole = left + right
        inner = (before * right + after * left) / whole
        share, other = (left / whole)[:1], (right / whole)[-1:]
    if edge_order == 2:
        second, third = _along(slopes, axis, slice(1, 2)), _along(slopes, axis, slice(-2, -1))
        first, last = first - (second - first) * share, last + (last - third) * other
    return shaping.concatenate([first, inner, last], axis)


def _along(x: Tensor, axis: int, part: slice) -> Tensor:
    return shaping.index(x, (*(slice(None),) * axis, part))


FUNCTIONS = checked({np.diff: diff, np.ediff1d: ediff1d, np.gradient: gradient})
