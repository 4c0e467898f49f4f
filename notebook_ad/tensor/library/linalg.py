"""Products of tensors and NumPy's linalg: `FUNCTIONS` joins the parts, and adds what only NumPy 2 has."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.tensor import functions as f
from notebook_ad.tensor.library import (
    linalg_einsum,
    linalg_factors,
    linalg_norms,
    linalg_powers,
    linalg_products,
    linalg_solving,
    signals,
)
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.library.linalg_einsum import einsum
from notebook_ad.tensor.library.linalg_products import conjugate


def matrix_transpose(x: Any) -> Any:
    """The last two axes swapped. As `numpy.matrix_transpose`."""
    x = tensor_of(x)
    return f.transpose(x, (*range(x.ndim - 2), x.ndim - 1, x.ndim - 2))


def vecdot(x1: Any, x2: Any, *, axis: int = -1) -> Any:
    """Σ conj(x1) · x2 along an axis, the others broadcast. As `numpy.linalg.vecdot`."""
    x1, x2 = tensor_of(x1), tensor_of(x2)
    return f.sum(f.multiply(conjugate(x1), x2), axis=axis)


def outer(x1: Any, x2: Any) -> Any:
    """The outer product of two vectors. As `numpy.linalg.outer`."""
    if np.ndim(x1) != 1 or np.ndim(x2) != 1:
        raise ValueError(f"np.linalg.outer takes vectors, not shapes {np.shape(x1)} and {np.shape(x2)}; use np.outer")
    return linalg_products.outer(x1, x2)


def cross(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    """The cross product of vectors of 3 elements along an axis. As `numpy.linalg.cross`."""
    for x in (x1, x2):
        if np.ndim(x) and np.shape(x)[axis] != 3:
            raise ValueError(
                f"np.linalg.cross takes vectors of 3 elements along axis {axis}, not shape {np.shape(x)}; use np.cross"
            )
    return signals.cross(x1, x2, axis=axis)


ONLY_NUMPY_2: dict[str, Callable[..., Any]] = {
    "matmul": f.matmul,
    "outer": outer,
    "cross": cross,
    "tensordot": linalg_products.tensordot,
    "vecdot": vecdot,
    "trace": lambda x, *, offset=0: linalg_products.trace(x, offset, -2, -1),
    "diagonal": lambda x, *, offset=0: np.diagonal(x, offset, -2, -1),
    "vector_norm": linalg_norms.vector_norm,
    "matrix_norm": linalg_norms.matrix_norm,
    "matrix_transpose": matrix_transpose,
    "svdvals": linalg_factors.svdvals,
}
UFUNCS: dict[str, Callable[..., Any]] = {
    "matrix_transpose": matrix_transpose,
    "vecdot": vecdot,
    "matvec": lambda x1, x2: einsum("...ij,...j->...i", x1, x2),
    "vecmat": lambda x1, x2: einsum("...i,...ij->...j", conjugate(tensor_of(x1)), x2),
}
FUNCTIONS: dict[Callable[..., Any], Callable[..., Any]] = {
    **linalg_products.FUNCTIONS,
    **linalg_einsum.FUNCTIONS,
    **linalg_powers.FUNCTIONS,
    **linalg_solving.FUNCTIONS,
    **linalg_factors.FUNCTIONS,
    **linalg_norms.FUNCTIONS,
    **{getattr(np.linalg, name): ours for name, ours in ONLY_NUMPY_2.items() if hasattr(np.linalg, name)},
    **{getattr(np, name): ours for name, ours in UFUNCS.items() if hasattr(np, name)},
}
