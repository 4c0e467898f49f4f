"""NumPy's further elementwise functions of one number: trigonometric, hyperbolic, exponential, roots, angles.

Each line is the only statement of that derivative in the project. At poles and ends of a domain it is what the formula
gives, as in PyTorch: 1/√(1 − x²) is inf at ±1, 1/(3∛x²) is inf at 0.
"""

from __future__ import annotations

import math

import numpy as np

from notebook_ad.engine import expr as e
from notebook_ad.engine.expr import Expr, where
from notebook_ad.engine.primitive import elementwise

LN2, LN10 = math.log(2.0), math.log(10.0)
PI, DEGREE = math.pi, math.pi / 180.0

arcsin = elementwise("arcsin", "arcsin", e.arcsin, (lambda x, z: 1 / e.sqrt(1 - x * x),), np.arcsin)
arccos = elementwise("arccos", "arccos", e.arccos, (lambda x, z: -1 / e.sqrt(1 - x * x),), np.arccos)
arctan = elementwise("arctan", "arctan", e.arctan, (lambda x, z: 1 / (1 + x * x),), np.arctan)
sinh = elementwise("sinh", "sinh", e.sinh, (lambda x, z: e.cosh(x),), np.sinh)
cosh = elementwise("cosh", "cosh", e.cosh, (lambda x, z: e.sinh(x),), np.cosh)
arcsinh = elementwise("arcsinh", "arcsinh", e.arcsinh, (lambda x, z: 1 / e.sqrt(x * x + 1),), np.arcsinh)
arccosh = elementwise("arccosh", "arccosh", e.arccosh, (lambda x, z: 1 / e.sqrt(x * x - 1),), np.arccosh)
arctanh = elementwise("arctanh", "arctanh", e.arctanh, (lambda x, z: 1 / (1 - x * x),), np.arctanh)

exp2 = elementwise("exp2", "2ˣ", e.exp2, (lambda x, z: z * LN2,), np.exp2)
expm1 = elementwise("expm1", "expm1", e.expm1, (lambda x, z: e.exp(x),), np.expm1)
log2 = elementwise("log2", "log₂", e.log2, (lambda x, z: 1 / (x * LN2),), np.log2)
log10 = elementwise("log10", "log₁₀", e.log10, (lambda x, z: 1 / (x * LN10),), np.log10)
log1p = elementwise("log1p", "log1p", e.log1p, (lambda x, z: 1 / (1 + x),), np.log1p)

square = elementwise("square", "x²", lambda x: x * x, (lambda x, z: 2 * x,), np.square)
reciprocal = elementwise("reciprocal", "1/x", lambda x: 1 / x, (lambda x, z: -(z * z),), np.reciprocal)
cbrt = elementwise("cbrt", "∛", e.cbrt, (lambda x, z: (1 / z) * (1 / z) / 3,), np.cbrt)

deg2rad = elementwise("deg2rad", "rad", lambda x: x * DEGREE, (lambda x, z: DEGREE,), np.deg2rad)
rad2deg = elementwise("rad2deg", "deg", lambda x: x * (1 / DEGREE), (lambda x, z: 1 / DEGREE,), np.rad2deg)


def _sinc_slope(x: Expr, z: Expr) -> Expr:
    """(cos πx − sinc x)/x; near 0, where the two cancel (8 digits are lost at x = 1e-4), its Taylor series.

    d/dx (sin πx / πx) = Σ over k ≥ 1 of (−1)ᵏ 2k π²ᵏ x²ᵏ⁻¹ / (2k + 1)!.
    """
    t = x * x
    series: Expr | float = 0.0
    for k in range(6, 0, -1):
        term = (-1) ** k * 2 * k * PI ** (2 * k) / math.factorial(2 * k + 1)
        series = t * series + term if k < 6 else term
    return where(e.absolute(x) < 0.05, x * series, (e.cos(PI * x) - z) / x)


sinc = elementwise("sinc", "sinc", lambda x: where(e.equal(x, 0), 1, e.sin(PI * x) / (PI * x)), (_sinc_slope,), np.sinc)
fraction = elementwise(  # x without its whole part, with the sign of x: what np.modf gives first
    "fraction",
    "frac",
    lambda x: where(e.equal(e.absolute(x), math.inf), e.copysign(0, x), e.fmod(x, 1)),
    (lambda x, z: 1,),
    lambda x: np.modf(x)[0],
)
