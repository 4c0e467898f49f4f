"""The Hermitian matrix that a lower triangle stands for, as LAPACK reads one."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.engine.host import host
from notebook_ad.engine.library.linalg_decompositions import hermitian
from notebook_ad.engine.library.linalg_parts import conj, h


def _of_lower(a: np.ndarray) -> Any:
    """Each matrix of a stack (…, n, n) with its upper triangle replaced by the conjugate of the lower one."""
    return np.tril(a, -1) + h(np.tril(a, -1)) + np.real(a) * np.eye(a.shape[-1], dtype=a.real.dtype)


of_lower = host("of_lower", "Hermitian", _of_lower, (lambda g, z, a: conj(hermitian(conj(g))),), rule="(G + Gᵀ) / 2")
"""The gradient is symmetric, as that of eigh: the matrix is taken to move as a Hermitian one."""
