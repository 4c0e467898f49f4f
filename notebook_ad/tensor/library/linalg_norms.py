"""Norms of tensors: of vectors along axes, and of matrices."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.engine.library import linalg_norms
from notebook_ad.tensor import functions as f
from notebook_ad.tensor.dtypes import SMOOTH
from notebook_ad.tensor.host import call
from notebook_ad.tensor.library.given import axis_tuple, tensor_of
from notebook_ad.tensor.library.linalg_factors import svdvals
from notebook_ad.tensor.messages import label, place
from notebook_ad.tensor.tensor import Tensor

EUCLIDEAN = (None, "fro", "f")


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Tensor:  # noqa: A002 - NumPy's name
    """The norm of a vector or matrix, or of those along one or two axes. As `numpy.linalg.norm`.

    The gradient at 0 is 0; where several are the largest they share it evenly, as in PyTorch.

    Raises:
        ValueError: no such norm, or axes that it does not fit.
    """
    x = tensor_of(x)
    axes = tuple(range(x.ndim)) if axis is None else axis_tuple(axis, x.shape, "norm")
    if axis is None and ord in EUCLIDEAN and (ord is None or x.ndim == 2):
        return _vectors(x, 2, None, keepdims)
    if len(axes) == 1:
        return _vectors(x, 2 if ord is None else ord, axes, keepdims)
    if len(axes) != 2:
        raise ValueError(f"norm of {label(x)} over axes {axes}{place()}: ord={ord!r} takes one axis or two; give axis=")
    return _vectors(x, 2, axes, keepdims) if ord in EUCLIDEAN else _matrices(x, ord, axes, keepdims)


def vector_norm(x: Any, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Tensor:  # noqa: A002
    """The norm of all elements as one vector, or over some axes. As `numpy.linalg.vector_norm`."""
    x = tensor_of(x)
    return _vectors(x, ord, None if axis is None else axis_tuple(axis, x.shape, "norm"), keepdims)


def matrix_norm(x: Any, *, keepdims: bool = False, ord: Any = "fro") -> Tensor:  # noqa: A002
    """The norm of each matrix of a stack. As `numpy.linalg.matrix_norm`."""
    return norm(x, ord, (-2, -1), keepdims)


def cond(x: Any, p: Any = None) -> Tensor:
    """The condition number in the norm p; None is the ratio of the singular values. As `numpy.linalg.cond`."""
    x = tensor_of(x)
    if p is None or p in (2, -2):
        values = svdvals(x)
        largest, smallest = values[..., 0], values[..., -1]
        return smallest / largest if p == -2 else largest / smallest
    inverse: Any = np.linalg.inv(x)
    return norm(x, p, (-2, -1)) * norm(inverse, p, (-2, -1))


def _vectors(x: Tensor, order: Any, axes: tuple[int, ...] | None, keepdims: bool) -> Tensor:
    if isinstance(order, str) or not isinstance(order, int | float | np.number):
        raise ValueError(f"norm of {label(x)}{place()}: ord is a number for vectors, not {order!r}")
    if x.dtype not in SMOOTH:
        x = tensor_of(np.asarray(x.detach().value, np.float64))
    return call(linalg_norms.norm, [x], {"ord": order, "axis": axes, "keepdims": bool(keepdims)})


def _matrices(x: Tensor, order: Any, axes: tuple[int, ...], keepdims: bool) -> Tensor:
    """The operator norms 1, 2, ∞ (and smallest gains, negative), and the sum of the singular values."""
    if order not in ("nuc", 1, -1, 2, -2, math.inf, -math.inf):
        orders = "None, 'fro', 'nuc', 1, -1, 2, -2, inf or -inf"
        raise ValueError(f"norm of {label(x)}{place()}: ord is {orders} for matrices, not {order!r}")
    row, column = axes
    if order in ("nuc", 2, -2):
        rest = [i for i in range(x.ndim) if i not in axes]
        values = svdvals(f.transpose(x, (*rest, row, column)))
        reduced = f.sum if order == "nuc" else f.max if order == 2 else f.min
        value = reduced(values, axis=-1)
        return f.reshape(value, tuple(1 if i in axes else n for i, n in enumerate(x.shape))) if keepdims else value
    summed, largest = (row, column) if abs(order) == 1 else (column, row)
    sums = f.sum(f.abs(x), axis=summed, keepdims=True)
    reduced = f.max if order > 0 else f.min
    value = reduced(sums, axis=largest, keepdims=True)
    return value if keepdims else f.reshape(value, tuple(n for i, n in enumerate(x.shape) if i not in axes))


FUNCTIONS: dict[Callable[..., Any], Callable[..., Any]] = {np.linalg.norm: norm, np.linalg.cond: cond}
