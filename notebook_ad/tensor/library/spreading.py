"""Broadcasting, coordinate grids, and copies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.engine import elementwise as ops
from notebook_ad.tensor import shaping
from notebook_ad.tensor.elementwise import apply, as_dtype
from notebook_ad.tensor.library.axes import by_columns, ravel
from notebook_ad.tensor.library.given import Functions, checked, lengths_of, tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor


def broadcast_to(array: Any, shape: Any, subok: bool = False) -> Tensor:
    """Repeated to a shape. As `numpy.broadcast_to`."""
    return shaping.broadcast_to(array, lengths_of(shape))


def broadcast_arrays(*args: Any, subok: bool = False) -> Any:
    """All of the shape that they broadcast to together. As `numpy.broadcast_arrays`."""
    parts = [tensor_of(a) for a in args]
    found = spread(parts, "broadcast_arrays")
    return tuple(found)


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
    return tuple(found)


def copy(a: Any, order: str = "K", subok: bool = False) -> Tensor:
    """The same value as a tensor of its own; the gradient passes. As `numpy.copy`."""
    a = tensor_of(a)
    by_columns(order, "copy")
    return apply(ops.alias, a)


def full_like(
    a: Any, fill_value: Any, dtype: Any = None, order: str = "K", subok: bool = True, shape: Any = None
) -> Tensor:
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


FUNCTIONS: Functions = checked(
    {
        np.broadcast_to: broadcast_to, np.broadcast_arrays: broadcast_arrays, np.meshgrid: meshgrid, np.copy: copy,
        np.full_like: full_like,
    }
)  # fmt: skip
