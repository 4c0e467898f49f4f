"""Linear systems and pseudo-inverses.

Formulas: Giles 2008 (solve), Golub and Pereyra 1973 (pseudo-inverse).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.engine.host import host, sum_to
from notebook_ad.engine.library.linalg_parts import conj, h, t


def _solve(a: np.ndarray, b: np.ndarray) -> Any:
    """x with a x = b, for a stack (…, n, n). As `numpy.linalg.solve`; LinAlgError where a matrix is singular.

    NumPy 2's rule on every version: b is one vector (n,) where it has one axis, else a stack of matrices (…, n, k).
    """
    columns = np.reshape(b, (-1, 1)) if np.ndim(b) == 1 else b
    stack = np.reshape(columns, (1,) * (np.ndim(a) - np.ndim(columns)) + np.shape(columns))
    found = np.linalg.solve(a, stack)  # of equally many axes: matrices on every version
    return found[..., 0] if np.ndim(b) == 1 else found


def _solve_vjp(g: Any, z: Any, inputs: Sequence[Any], static: dict[str, Any], wanted: Sequence[bool]) -> list[Any]:
    a, b = inputs
    if vector := np.ndim(b) == 1:
        g, z = np.reshape(g, (*np.shape(g), 1)), np.reshape(z, (*np.shape(z), 1))
    moved = solve(t(a), g)
    left = sum_to(-np.matmul(moved, t(z)), a) if wanted[0] else None
    right = sum_to(np.reshape(moved, np.shape(moved)[:-1]) if vector else moved, b) if wanted[1] else None
    return [left, right]


solve = host("solve", "solve", _solve, _solve_vjp, rule="solve(aᵀ, G) for b; −solve(aᵀ, G) · Zᵀ for a")


def _pinv(a: np.ndarray, **limit: Any) -> Any:
    return np.linalg.pinv(a, **limit)


def _pinv_vjp(g: Any, z: Any, a: Any, **limit: Any) -> Any:
    g, z_h = conj(g), h(z)
    left = np.matmul(np.matmul(h(g), z), z_h)
    right = np.matmul(np.matmul(z_h, z), h(g))
    inner = np.matmul(np.matmul(z_h, g), z_h)
    total = left - np.matmul(a, np.matmul(z, left)) + right - np.matmul(np.matmul(right, z), a) - inner
    return conj(total)


pinv = host("pinv", "⁺", _pinv, (_pinv_vjp,), rule="the differential of the pseudo-inverse, transposed")
