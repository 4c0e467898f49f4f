"""What the rules of linear algebra share: transposes of stacks of matrices, and quotients whose 0 / 0 is 0.

All of these run on arrays and on tensors. Complex numbers: a gradient here is dL/dRe − i dL/dIm; sources that give
dL/dRe + i dL/dIm are followed on conjugates.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.engine.host import host, is_complex
from notebook_ad.engine.primitive import Primitive


def t(x: Any) -> Any:
    """Each matrix of a stack transposed: (…, n, m) → (…, m, n)."""
    axes = tuple(range(np.ndim(x)))
    return np.transpose(x, (*axes[:-2], axes[-1], axes[-2]))


def conj(x: Any) -> Any:
    """The conjugate; a real operand as it is."""
    return np.conj(x) if is_complex(x) else x


def h(x: Any) -> Any:
    """Each matrix of a stack transposed and conjugated."""
    return t(conj(x))


def real_dtype(x: Any) -> np.dtype[Any]:
    """The float dtype of the precision of an array or tensor: what constants beside it must have."""
    dtype = getattr(x, "dtype", None)  # the gradient of a float64 scalar is a Python float
    return np.dtype("f4") if dtype is not None and dtype in (np.dtype("f4"), np.dtype("c8")) else np.dtype("f8")


def eye(n: int, like: Any, m: int | None = None, offset: int = 0) -> np.ndarray:
    """Ones on a diagonal, in the precision of `like`."""
    return np.eye(n, m, offset, real_dtype(like))


def diagonal(x: Any) -> Any:
    """The main diagonals of square matrices: (…, n, n) → (…, n)."""
    return np.sum(x * eye(np.shape(x)[-1], x), axis=-1)


def _divided(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    x, y = np.asarray(x), np.asarray(y)
    empty = (x == 0) & (y == 0)
    return np.asarray(np.where(empty, 0, x / np.where(empty, 1, y)), np.result_type(x, y))


ratio: Primitive = host(
    "ratio",
    "÷",
    _divided,
    (lambda g, z, x, y: ratio(g, y), lambda g, z, x, y: -ratio(g * z, y)),
    rule="upstream ÷ y; 0 ÷ 0 is 0",
)
"""x / y where 0 / 0 is 0: a term that nothing depends on stays out of the gradient also where its factor is infinite."""


def _inverted(a: np.ndarray) -> np.ndarray:
    try:
        return np.linalg.inv(a)
    except np.linalg.LinAlgError:
        u, s, vh = np.linalg.svd(a, full_matrices=False)
        inverse: np.ndarray = np.matmul(h(vh) / s[..., None, :], h(u))
        return inverse


def _inverse_vjp(g: Any, z: Any, a: Any) -> Any:
    return -np.matmul(np.matmul(t(z), g), t(z))


inverse = host("inverse", "⁻¹", _inverted, (_inverse_vjp,), rule="−Zᵀ G Zᵀ")
"""The inverse in rules: of a singular matrix it is infinite or nan instead of an error in the middle of a sweep."""


def _inv(a: np.ndarray) -> Any:
    """The inverse of each matrix of a stack (…, n, n). As `numpy.linalg.inv`; LinAlgError where one is singular."""
    return np.linalg.inv(a)


inv = host("inv", "⁻¹", _inv, (_inverse_vjp,), rule="−Zᵀ G Zᵀ")
