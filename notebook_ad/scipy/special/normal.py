"""The error function and its kin."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from scipy import special

from notebook_ad.scipy.functions import Function, elementwise

TWO_OVER_ROOT_PI = 2 / math.sqrt(math.pi)
ROOT_TWO_PI = math.sqrt(2 * math.pi)


def _bell(x: Any) -> Any:
    """The density of the standard normal distribution."""
    return np.exp(-(x * x) / 2) / ROOT_TWO_PI


def _hazard(x: Any) -> Any:
    """Density over distribution function, φ/Φ, without underflow for negative x or overflow for positive."""
    return math.sqrt(2 / math.pi) / special.erfcx(-x / math.sqrt(2))


_hazard.__name__ = "ndtr_hazard"
hazard: Function = elementwise(_hazard, "φ/Φ", lambda z, x: -z * _excess(x))


def _excess_value(x: Any) -> Any:
    """φ/Φ + x; far below 0, where the two cancel, 1/(t + 2/(t + 3/(t + …))) with t = −x (Laplace's continued fraction)."""
    far = x < -8
    t = np.where(far, -x, 1.0)
    fraction = t
    for k in range(20, 1, -1):
        fraction = t + k / fraction
    return np.where(far, 1 / fraction, _hazard(np.where(far, 0.0, x)) + x).astype(np.result_type(x))


_excess_value.__name__ = "ndtr_excess"
_excess: Function = elementwise(_excess_value, "φ/Φ+x", lambda z, x: 1 - hazard(x) * z)

erf: Function = elementwise(
    special.erf, "erf", lambda z, x: TWO_OVER_ROOT_PI * np.exp(-(x * x)), rule="upstream × 2/√π e^−x²"
)
erfc: Function = elementwise(
    special.erfc, "erfc", lambda z, x: -TWO_OVER_ROOT_PI * np.exp(-(x * x)), rule="−upstream × 2/√π e^−x²"
)
erfcx: Function = elementwise(special.erfcx, "erfcx", lambda z, x: 2 * x * z - TWO_OVER_ROOT_PI)
erfinv: Function = elementwise(special.erfinv, "erf⁻¹", lambda z, x: np.exp(z * z) / TWO_OVER_ROOT_PI)
erfcinv: Function = elementwise(special.erfcinv, "erfc⁻¹", lambda z, x: -np.exp(z * z) / TWO_OVER_ROOT_PI)
ndtr: Function = elementwise(special.ndtr, "Φ", lambda z, x: _bell(x), rule="upstream × φ(x)")
ndtri: Function = elementwise(
    special.ndtri, "Φ⁻¹", lambda z, x: ROOT_TWO_PI * np.exp(z * z / 2), rule="upstream / φ(z)"
)
log_ndtr: Function = elementwise(special.log_ndtr, "log Φ", lambda z, x: hazard(x), rule="upstream × φ(x)/Φ(x)")

FUNCTIONS: dict[str, Function] = {f.__name__: f for f in (erf, erfc, erfcx, erfinv, erfcinv, ndtr, ndtri, log_ndtr)}
