"""Factorisations of rectangular matrices: singular values and vectors, QR.

Where singular values are equal (or 0), their vectors have no derivative, as for eigenvectors. The columns by which
`full_matrices=True` and `mode="complete"` fill up a basis are defined up to a rotation: the derivative is that of
functions which do not depend on it (the projector onto their span).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.engine.host import host, is_complex, pack, unpack
from notebook_ad.engine.library.linalg_parts import conj, diagonal, eye, h, ratio
from notebook_ad.engine.library.linalg_solving import solve


def _svd(a: np.ndarray, full_matrices: bool = True) -> np.ndarray:
    return pack(np.linalg.svd(a, full_matrices))


def parts_of_svd(packed: Any, a: Any, full_matrices: bool) -> tuple[Any, ...]:
    """U (…, m, k or m), S (…, k), real, and Vᴴ (…, k or n, n), k = min(m, n), out of the row that holds them."""
    *batch, m, n = np.shape(a)
    k = min(m, n)
    rows, columns = (m, n) if full_matrices else (k, k)
    of = is_complex(a)
    return unpack(packed, [((*batch, m, rows), of), ((*batch, k), False), ((*batch, columns, n), of)])


def _svd_vjp(g: Any, z: Any, a: Any, full_matrices: bool = True) -> Any:
    """Townsend 2016; Wan and Zhang 2019 for the phase of complex vectors."""
    (gu, gs, gvh), (u, s, vh) = parts_of_svd(g, a, full_matrices), parts_of_svd(z, a, full_matrices)
    k = np.shape(s)[-1]
    gu, u = without_complement(conj(gu), u, k)
    gv, v = without_complement(h(conj(gvh)), h(vh), k)
    on = eye(k, s)
    row, column = s[..., None, :], s[..., :, None]
    gaps = (row - column) * (row + column) + on
    u_gu, v_gv = np.matmul(h(u), gu), np.matmul(h(v), gv)
    inner = ratio((u_gu - h(u_gu)) * (1 - on), gaps) * row + column * ratio((v_gv - h(v_gv)) * (1 - on), gaps)
    inner = inner + gs[..., None, :] * on
    if is_complex(a):
        inner = inner + ratio(1j * np.imag(diagonal(u_gu)), s)[..., None, :] * on
    total = np.matmul(np.matmul(u, inner), h(v))
    if np.shape(u)[-2] > k:
        total = total + np.matmul(ratio(gu - np.matmul(u, u_gu), row), h(v))
    if np.shape(v)[-2] > k:
        total = total + np.matmul(u, h(ratio(gv - np.matmul(v, v_gv), row)))
    return conj(total)


def without_complement(g: Any, q: Any, k: int) -> tuple[Any, Any]:
    """The cotangent of all columns of a unitary matrix as one of the first k; and these.

    The others move so that all stay orthogonal: dQ₀ = −Q₁ (Q₀ᴴ dQ₁)ᴴ, so g₁ − Q₀ g₀ᴴ Q₁.
    """
    if np.shape(q)[-1] == k:
        return g, q
    first, rest = q[..., :, :k], q[..., :, k:]
    return g[..., :, :k] - np.matmul(rest, np.matmul(h(g[..., :, k:]), first)), first


svd = host("svd", "svd", _svd, (_svd_vjp,), rule="U (diag(gS) + the turning of U and V) Vᵀ")


def _svdvals(a: np.ndarray) -> Any:
    """Singular values, descending, of each matrix of a stack (…, m, n). As `numpy.linalg.svdvals`."""
    return np.linalg.svd(a, compute_uv=False)


def _svdvals_vjp(g: Any, z: Any, a: Any) -> Any:
    u, _, vh = parts_of_svd(svd(a, full_matrices=False), a, full_matrices=False)
    return conj(np.matmul(u * g[..., None, :], vh))


svdvals = host("svdvals", "σ", _svdvals, (_svdvals_vjp,), rule="U diag(G) Vᵀ")


def _qr(a: np.ndarray, mode: Any = "reduced") -> np.ndarray:
    return pack(np.linalg.qr(a, mode))


def parts_of_qr(packed: Any, a: Any, mode: str) -> tuple[Any, ...]:
    """Q (…, m, k) and R (…, k, n), k = min(m, n) or with mode="complete" m, out of the row that holds both."""
    *batch, m, n = np.shape(a)
    k = m if mode == "complete" else min(m, n)
    return unpack(packed, [((*batch, m, k), is_complex(a)), ((*batch, k, n), is_complex(a))])


def _qr_vjp(g: Any, z: Any, a: Any, mode: str = "reduced") -> Any:
    """Walter and Lehmann 2011 where R has a square part only; Roberts and Roberts 2020 for the columns beyond it."""
    (gq, gr), (q, r) = parts_of_qr(conj(g), a, mode), parts_of_qr(z, a, mode)
    k = min(np.shape(a)[-2:])
    gq, q = without_complement(gq, q, k)
    square, beyond = r[..., :k, :k], r[..., :k, k:]
    g_square, g_beyond = gr[..., :k, :k], gr[..., :k, k:]
    wide = np.shape(beyond)[-1] > 0
    if wide:
        gq = gq + np.matmul(np.matmul(q, beyond), h(g_beyond))
    upper = np.triu(np.ones((k, k), eye(k, q).dtype)) - 0.5 * eye(k, q)
    inner = upper * (np.matmul(g_square, h(square)) - np.matmul(h(q), gq))
    left = solve(square, h(gq + np.matmul(q, inner + h(inner))))  # X R⁻ᴴ is (R⁻¹ Xᴴ)ᴴ
    total = h(left)
    if wide:
        total = np.concatenate([total, np.matmul(q, g_beyond)], axis=-1)
    return conj(total)


qr = host("qr", "qr", _qr, (_qr_vjp,), rule="(gQ + Q · sym(triu(gR Rᵀ − Qᵀ gQ))) R⁻ᵀ")
