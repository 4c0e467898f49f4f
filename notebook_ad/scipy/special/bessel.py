"""Bessel functions; derivatives with respect to x (DLMF 10.6.1, 10.29.1)."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special

from notebook_ad.engine.rules import primal
from notebook_ad.scipy.functions import Function, elementwise

ORDER = "the order"


def _near_zero(v: Any, x: Any) -> Any:
    """Iᵥ, also where SciPy gives nan as its series meets subnormal numbers."""
    found = special.iv(v, x)
    tiny = np.isnan(found) & (np.abs(x) < 1e-290)
    return np.where(tiny, np.equal(v, 0), found).astype(found.dtype) if np.any(tiny) else found


def _i2e(zeroth: Any, first: Any, x: Any) -> Any:
    """e^−|x| I₂ = e^−|x| (I₀ − 2 I₁/x) where |x| > 2 (DLMF 10.29.1): SciPy gives nan above 1e9."""
    far = np.abs(primal(x)) > 2
    return np.where(far, zeroth - 2 * first / np.where(far, x, 1.0), ive(2, np.where(far, 0.0, x)))


jv: Function = elementwise(special.jv, "Jᵥ", ORDER, lambda z, v, x: (jv(v - 1, x) - jv(v + 1, x)) / 2)
jn = jv
j0: Function = elementwise(special.j0, "J₀", lambda z, x: -j1(x), rule="−upstream × J₁(x)")
j1: Function = elementwise(special.j1, "J₁", lambda z, x: (j0(x) - jv(2, x)) / 2)
yv: Function = elementwise(special.yv, "Yᵥ", ORDER, lambda z, v, x: (yv(v - 1, x) - yv(v + 1, x)) / 2)
yn: Function = elementwise(special.yn, "Yₙ", ORDER, lambda z, n, x: (yv(n - 1, x) - yv(n + 1, x)) / 2)
y0: Function = elementwise(special.y0, "Y₀", lambda z, x: -y1(x), rule="−upstream × Y₁(x)")
y1: Function = elementwise(special.y1, "Y₁", lambda z, x: (y0(x) - yv(2, x)) / 2)
_near_zero.__name__ = "iv"
_iv: Function = elementwise(_near_zero, "Iᵥ", ORDER, lambda z, v, x: (_iv(v - 1, x) + _iv(v + 1, x)) / 2)
iv: Function = elementwise(special.iv, "Iᵥ", ORDER, lambda z, v, x: (_iv(v - 1, x) + _iv(v + 1, x)) / 2)
i0: Function = elementwise(special.i0, "I₀", lambda z, x: i1(x), rule="upstream × I₁(x)")
i1: Function = elementwise(special.i1, "I₁", lambda z, x: (i0(x) + _iv(2, x)) / 2)
ive: Function = elementwise(
    special.ive, "e^−|x| Iᵥ", ORDER, lambda z, v, x: (ive(v - 1, x) + ive(v + 1, x)) / 2 - np.sign(primal(x)) * z
)
i0e: Function = elementwise(special.i0e, "e^−|x| I₀", lambda z, x: i1e(x) - np.sign(primal(x)) * z)
i1e: Function = elementwise(
    special.i1e, "e^−|x| I₁", lambda z, x: (i0e(x) + _i2e(i0e(x), z, x)) / 2 - np.sign(primal(x)) * z
)
kv: Function = elementwise(special.kv, "Kᵥ", ORDER, lambda z, v, x: -(kv(v - 1, x) + kv(v + 1, x)) / 2)
kn: Function = elementwise(special.kn, "Kₙ", ORDER, lambda z, n, x: -(kv(n - 1, x) + kv(n + 1, x)) / 2)
k0: Function = elementwise(special.k0, "K₀", lambda z, x: -k1(x), rule="−upstream × K₁(x)")
k1: Function = elementwise(special.k1, "K₁", lambda z, x: -(k0(x) + kv(2, x)) / 2)

FUNCTIONS: dict[str, Function] = {
    "jn": jn,
    **{f.__name__: f for f in (jv, j0, j1, yv, yn, y0, y1, iv, i0, i1, ive, i0e, i1e, kv, kn, k0, k1)},
}
