"""Factorisations of square matrices: Cholesky, eigenvalues and eigenvectors.

Where eigenvalues are equal their eigenvectors have no derivative: a gradient that reaches them is inf or nan, one that
reaches the eigenvalues only is right for their sum and other symmetric functions. Eigenvectors are defined up to a sign
or phase; the derivative is that of functions which do not depend on it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.engine.host import host, is_complex, pack, unpack
from notebook_ad.engine.library.linalg_parts import conj, diagonal, eye, h, ratio
from notebook_ad.engine.library.linalg_solving import solve


def _cholesky_vjp(g: Any, z: Any, a: Any) -> Any:
    """Murray 2016: L⁻ᴴ Φ(Lᴴ G) L⁻¹, made Hermitian; Φ takes the lower triangle with half the diagonal."""
    n = np.shape(z)[-1]
    half = np.tril(np.ones((n, n), eye(n, z).dtype)) - 0.5 * eye(n, z)
    lower = half * np.matmul(h(z), conj(g))
    z_h = h(z)
    return conj(hermitian(solve(z_h, h(solve(z_h, h(lower))))))


def hermitian(x: Any) -> Any:
    """The Hermitian part of each matrix: what moves where only Hermitian matrices are given."""
    return 0.5 * (x + h(x))


cholesky = host(
    "cholesky",
    "cholesky",
    lambda a: np.linalg.cholesky(a),
    (_cholesky_vjp,),
    rule="L⁻ᵀ Φ(Lᵀ G) L⁻¹, made symmetric",
)


def _eigh(a: np.ndarray, UPLO: Any = "L") -> np.ndarray:  # noqa: N803 - NumPy's name
    return pack(np.linalg.eigh(a, UPLO))


def parts_of_eigh(packed: Any, a: Any) -> tuple[Any, ...]:
    """Eigenvalues (…, n), real, and eigenvectors (…, n, n), out of the row that holds both."""
    return unpack(packed, [(np.shape(a)[:-1], False), (np.shape(a), is_complex(a))])


def _eigh_vjp(g: Any, z: Any, a: Any, UPLO: str = "L") -> Any:  # noqa: N803
    """Giles 2008: V (diag(gw) + F ∘ Vᴴ gV) Vᴴ with F_ij = 1 / (w_j − w_i), made Hermitian."""
    (gw, gv), (w, v) = parts_of_eigh(g, a), parts_of_eigh(z, a)
    on = eye(np.shape(a)[-1], w)
    gaps = w[..., None, :] - w[..., :, None] + on
    inner = ratio(np.matmul(h(v), conj(gv)) * (1 - on), gaps) + gw[..., None, :] * on
    return conj(hermitian(np.matmul(np.matmul(v, inner), h(v))))


eigh = host("eigh", "eigh", _eigh, (_eigh_vjp,), rule="V (diag(gw) + F ∘ Vᵀ gV) Vᵀ, F = 1 / (wⱼ − wᵢ)")


def _eigvalsh(a: np.ndarray, UPLO: Any = "L") -> Any:  # noqa: N803
    """Eigenvalues, ascending, of Hermitian matrices (…, n, n). As `numpy.linalg.eigvalsh`; the gradient is symmetric."""
    return np.linalg.eigvalsh(a, UPLO)


def _eigvalsh_vjp(g: Any, z: Any, a: Any, UPLO: str = "L") -> Any:  # noqa: N803
    _, v = parts_of_eigh(eigh(a, UPLO=UPLO), a)
    return conj(hermitian(np.matmul(v * g[..., None, :], h(v))))


eigvalsh = host("eigvalsh", "eigvalsh", _eigvalsh, (_eigvalsh_vjp,), rule="V diag(G) Vᵀ")


def _eig(a: np.ndarray) -> np.ndarray:
    return pack(np.linalg.eig(a))


def parts_of_eig(packed: Any, a: Any) -> tuple[Any, ...]:
    """Eigenvalues (…, n) and eigenvectors (…, n, n), complex or (where all are) real, out of the row that holds both."""
    return unpack(packed, [(np.shape(a)[:-1], True), (np.shape(a), True)])


def _eig_vjp(g: Any, z: Any, a: Any) -> Any:
    """Boeddeker et al. 2017: V⁻ᴴ (diag(gw) + (Vᴴ gV − Vᴴ V diag(Re Vᴴ gV)) / conj(w_j − w_i)) Vᴴ."""
    (gw, gv), (w, v) = parts_of_eig(conj(g), a), parts_of_eig(z, a)
    on = eye(np.shape(a)[-1], w)
    gaps = conj(w[..., None, :] - w[..., :, None]) + on
    moved = np.matmul(h(v), gv)
    along = diagonal(moved)
    along = np.real(along) if is_complex(along) else along
    moved = moved - np.matmul(h(v), v) * along[..., None, :]
    inner = ratio(moved * (1 - on), gaps) + gw[..., None, :] * on
    return conj(solve(h(v), np.matmul(inner, h(v))))


eig = host("eig", "eig", _eig, (_eig_vjp,), rule="V⁻ᵀ (diag(gw) + F ∘ Vᵀ gV) Vᵀ, F = 1 / (wⱼ − wᵢ)")
