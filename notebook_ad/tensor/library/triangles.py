"""Triangles and diagonals of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.engine.library import shapes as ops
from notebook_ad.tensor import shaping
from notebook_ad.tensor.host import call
from notebook_ad.tensor.library.axes import moveaxis, ravel
from notebook_ad.tensor.library.given import axis_tuple, checked, in_place, tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor


def tril(m: Any, k: int = 0) -> Tensor:
    """The lower triangle, zeros above the k-th diagonal; of stacked matrices too. As `numpy.tril`."""
    return call(ops.tril, (_with_axis(m, "tril"),), {"k": int(k)})


def triu(m: Any, k: int = 0) -> Tensor:
    """The upper triangle, zeros below the k-th diagonal; of stacked matrices too. As `numpy.triu`."""
    return call(ops.triu, (_with_axis(m, "triu"),), {"k": int(k)})


def diag(v: Any, k: int = 0) -> Tensor:
    """A matrix (n, n) with a vector on its k-th diagonal, or the diagonal of a matrix. As `numpy.diag`."""
    v = tensor_of(v)
    if v.ndim not in (1, 2):
        raise ValueError(f"diag takes a vector or a matrix, not shape {v.shape}{place()}")
    return diagonal(v, k) if v.ndim == 2 else call(ops.diagonal_matrix, (v,), {"k": int(k)})


def diagflat(v: Any, k: int = 0) -> Tensor:
    """A matrix with all elements on its k-th diagonal. As `numpy.diagflat`."""
    return diag(ravel(v), k)


def diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Tensor:
    """Diagonals of the matrices in two axes, along a new last axis. As `numpy.diagonal`."""
    a = tensor_of(a)
    if a.ndim < 2:
        raise ValueError(f"diagonal needs two axes or more, not shape {a.shape}{place()}")
    rows, columns = axis_tuple((axis1, axis2), a.shape, "diagonal")
    last = a if (rows, columns) == (a.ndim - 2, a.ndim - 1) else moveaxis(a, (rows, columns), (-2, -1))
    n, m = last.shape[-2:]
    first, second = max(0, -offset), max(0, offset)
    count = np.arange(max(0, min(n - first, m - second)))
    return shaping.index(last, (Ellipsis, count + first, count + second))


def _with_axis(m: Any, function: str) -> Tensor:
    held = tensor_of(m)
    if held.ndim == 0:
        raise ValueError(f"{function} needs an axis, not a number{place()}")
    return held


FUNCTIONS = checked({np.tril: tril, np.triu: triu, np.diag: diag, np.diagflat: diagflat, np.diagonal: diagonal})
FUNCTIONS[np.fill_diagonal] = in_place(
    np.fill_diagonal, "i = np.arange(n); x = x.at[i, i].set(values) is the new tensor"
)
