"""Determinants. The first and second derivatives of `det` hold for singular matrices too: they are sums of minors.

With A = U S Vᴴ, det A is det(U) det(Vᴴ) Π s, and its derivatives at S are products of the other singular values. Third
and higher orders take the inverse and need a regular matrix. Formulas: Giles 2008; minors by the singular values.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.engine.host import host, is_complex, pack, unpack
from notebook_ad.engine.library.linalg_parts import eye, inverse, t
from notebook_ad.engine.primitive import Primitive


def _det(a: np.ndarray) -> Any:
    """The determinant of each matrix of a stack (…, n, n). As `numpy.linalg.det`; singular matrices have a gradient."""
    return np.linalg.det(a)


def _cofactors(a: np.ndarray) -> Any:
    """∂ det / ∂a: (…, n, n) → (…, n, n)."""
    try:
        inverse_t = np.swapaxes(np.linalg.inv(a), -1, -2)
        condition = np.sum(np.abs(a), (-1, -2)) * np.sum(np.abs(inverse_t), (-1, -2))
        if np.all(condition < np.finfo(a.dtype).eps ** -0.5):  # half the digits are left; svd takes 3 × as long
            return np.linalg.det(a)[..., None, None] * inverse_t
    except np.linalg.LinAlgError:
        pass
    u, s, vh = np.linalg.svd(a)
    return _phase(u, vh) * np.matmul(u.conj() * _others(s)[..., None, :], vh.conj())


def _phase(u: np.ndarray, vh: np.ndarray) -> Any:
    return (np.linalg.det(u) * np.linalg.det(vh))[..., None, None]


def _others(s: np.ndarray) -> np.ndarray:
    """For each element along the last axis the product of the others; no division, so that zeros do no harm."""
    ones = np.ones((*s.shape[:-1], 1), s.dtype)
    before = np.cumprod(np.concatenate([ones, s[..., :-1]], -1), -1)[..., : s.shape[-1]]
    after = np.cumprod(np.concatenate([ones, s[..., :0:-1]], -1), -1)[..., : s.shape[-1]]
    product: np.ndarray = before * after[..., ::-1]
    return product


def _second(a: np.ndarray, k: np.ndarray) -> Any:
    """The gradient of Σ k · cofactors(a): in the singular bases, Σ over i ≠ j of p_ij (h_ii k_jj − h_ij k_ji)."""
    u, s, vh = np.linalg.svd(a)
    n = s.shape[-1]
    unit = np.eye(n, dtype=s.dtype)
    left = [_others(np.where(unit[j] == 1, 1, s)) for j in range(n)]
    p = np.stack(left, -2) * (1 - unit) if n else np.zeros(a.shape, s.dtype)
    inner = np.matmul(np.matmul(np.swapaxes(u, -1, -2).conj(), k), np.swapaxes(vh, -1, -2).conj())
    on = np.matmul(p, np.diagonal(inner, axis1=-2, axis2=-1)[..., None])
    return _phase(u, vh) * np.matmul(np.matmul(u.conj(), on * unit - p * np.swapaxes(inner, -1, -2)), vh.conj())


def _third(g: Any, z: Any, a: Any, k: Any) -> Any:
    """D³det[k, g, ·] of a regular matrix."""
    one = inverse(a)
    x, y = np.matmul(one, k), np.matmul(one, g)
    xy = np.matmul(x, y)
    trace_x, trace_y = _trace(x), _trace(y)
    inner = (trace_x * trace_y - _trace(xy)) * eye(np.shape(a)[-1], a)
    inner = inner - trace_y * x - trace_x * y + xy + np.matmul(y, x)
    return np.reshape(det(a), (*np.shape(a)[:-2], 1, 1)) * t(np.matmul(inner, one))


def _trace(x: Any) -> Any:
    return np.sum(x * eye(np.shape(x)[-1], x), axis=(-2, -1), keepdims=True)


det = host(
    "det",
    "det",
    _det,
    (lambda g, z, a: np.reshape(g, (*np.shape(g), 1, 1)) * cofactors(a),),
    rule="upstream × cofactors",
)
cofactors: Primitive = host("cofactors", "cof", _cofactors, (lambda g, z, a: second(a, g),), rule="sums of minors")
second: Primitive = host("minors", "minors", _second, (_third, lambda g, z, a, k: second(a, g)), rule="sums of minors")


def _slogdet(a: np.ndarray) -> np.ndarray:
    return pack(np.linalg.slogdet(a))


def parts_of_slogdet(packed: Any, a: Any) -> tuple[Any, ...]:
    """Sign and logarithm of the absolute value, out of the row that holds both."""
    shape = np.shape(a)[:-2]
    return unpack(packed, [(shape, is_complex(a)), (shape, False)])


def _slogdet_vjp(g: Any, z: Any, a: Any) -> Any:
    """d log|det| = Re tr(A⁻¹ dA); the sign turns by Im tr(A⁻¹ dA), which is 0 for a real matrix."""
    turned, factor = parts_of_slogdet(g, a)
    if is_complex(a):
        sign, _ = parts_of_slogdet(z, a)
        factor = factor + 1j * np.imag(turned * sign)
    return np.reshape(factor, (*np.shape(factor), 1, 1)) * t(inverse(a))


slogdet = host("slogdet", "log|det|", _slogdet, (_slogdet_vjp,), rule="upstream × (A⁻¹)ᵀ")
