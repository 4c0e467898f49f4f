"""NumPy's further elementwise functions of two or three numbers.

Ties and corners: fmax and fmin share a tie evenly, as maximum does; hypot and arctan2 have the gradient 0 at the
origin, as a norm; clip passes the whole gradient at a bound and none of it to the bound, as PyTorch's clamp.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from notebook_ad.engine import expr as e
from notebook_ad.engine.expr import Expr, equal, not_equal, where
from notebook_ad.engine.host import host
from notebook_ad.engine.primitive import Primitive, elementwise

LN2 = math.log(2.0)
Function = Callable[..., Expr]

hypot = elementwise(
    "hypot",
    "√(x²+y²)",
    e.hypot,
    (lambda x, y, z: where(equal(z, 0), 0, x / z), lambda x, y, z: where(equal(z, 0), 0, y / z)),
    np.hypot,
)
arctan2 = elementwise(
    "arctan2",
    "arctan2",
    e.arctan2,
    (
        lambda x, y, z: where(equal(x * x + y * y, 0), 0, y / (x * x + y * y)),
        lambda x, y, z: where(equal(x * x + y * y, 0), 0, -x / (x * x + y * y)),
    ),
    np.arctan2,
)


def _logadd(exp: Function, log1p: Function, unit: float) -> Function:
    """log(bˣ + bʸ) without overflow; `unit` is log_b 2."""
    return lambda x, y: where(
        equal(x, y), x + unit, where(x > y, x + log1p(exp(y - x)), where(x < y, y + log1p(exp(x - y)), x + y))
    )


def _share(exp: Function, x: Expr, y: Expr) -> Expr:
    """bˣ / (bˣ + bʸ) without overflow; one half for two equal infinities."""
    part = exp(x - y)
    return where(x < y, part / (1 + part), where(y - x <= 0, 1 / (1 + exp(y - x)), where(equal(x, y), 0.5, x + y)))


logaddexp = elementwise(
    "logaddexp",
    "log(eˣ+eʸ)",
    _logadd(e.exp, e.log1p, LN2),
    (lambda x, y, z: _share(e.exp, x, y), lambda x, y, z: _share(e.exp, y, x)),
    np.logaddexp,
)
logaddexp2 = elementwise(
    "logaddexp2",
    "log₂(2ˣ+2ʸ)",
    _logadd(e.exp2, lambda t: e.log1p(t) * (1 / LN2), 1.0),
    (lambda x, y, z: _share(e.exp2, x, y), lambda x, y, z: _share(e.exp2, y, x)),
    np.logaddexp2,
)

fmax = elementwise(
    "fmax",
    "fmax",
    lambda x, y: where(not_equal(y, y), x, where(not_equal(x, x), y, where(x < y, y, x))),
    (
        lambda x, y, z: where(equal(x, y), 0.5, where(x > y, 1, where(not_equal(y, y), 1, 0))),
        lambda x, y, z: where(equal(x, y), 0.5, where(y > x, 1, where(equal(y, y), where(equal(x, x), 0, 1), 0))),
    ),
    np.fmax,
)
fmin = elementwise(
    "fmin",
    "fmin",
    lambda x, y: where(not_equal(y, y), x, where(not_equal(x, x), y, where(x > y, y, x))),
    (
        lambda x, y, z: where(equal(x, y), 0.5, where(x < y, 1, where(not_equal(y, y), 1, 0))),
        lambda x, y, z: where(equal(x, y), 0.5, where(y < x, 1, where(equal(y, y), where(equal(x, x), 0, 1), 0))),
    ),
    np.fmin,
)
fmod = elementwise(
    "fmod", "fmod", e.fmod, (lambda x, y, z: 1, lambda x, y, z: e.rint((z - x) / y)), np.fmod
)  # z = x − n·y, n = x/y towards 0, and (z − x)/y is −n up to rounding
copysign = elementwise(
    "copysign",
    "±|x|",
    e.copysign,
    (lambda x, y, z: e.sign(x) * e.sign(z), lambda x, y, z: 0),
    np.copysign,
)
heaviside = elementwise(
    "heaviside",
    "H",
    lambda x, y: where(x < 0, 0, where(x > 0, 1, where(equal(x, 0), y, x))),
    (lambda x, y, z: 0, lambda x, y, z: where(equal(x, 0), 1, 0)),
    np.heaviside,
)


def _limited(x: Expr, low: Expr, high: Expr) -> Expr:
    above = where(not_equal(low, low), low, where(x < low, low, x))
    return where(not_equal(high, high), high, where(above > high, high, above))


clip = elementwise(
    "clip",
    "clip",
    _limited,
    (
        lambda x, y, w, z: where(x < y, 0, where(x > w, 0, 1)),
        lambda x, y, w, z: where(x < y, where(y < w, 1, 0), 0),
        lambda x, y, w, z: where(x > w, 1, where(w < y, 1, 0)),
    ),
    np.clip,
)
clip_low = elementwise(
    "clip_low",
    "clip ≥",
    lambda x, y: where(not_equal(y, y), y, where(x < y, y, x)),
    (lambda x, y, z: where(x < y, 0, 1), lambda x, y, z: where(x < y, 1, 0)),
    np.maximum,
)
clip_high = elementwise(
    "clip_high",
    "clip ≤",
    lambda x, y: where(not_equal(y, y), y, where(x > y, y, x)),
    (lambda x, y, z: where(x > y, 0, 1), lambda x, y, z: where(x > y, 1, 0)),
    np.minimum,
)

ldexp: Primitive = host(
    "ldexp",
    "·2ⁿ",
    lambda x, n: np.ldexp(x, n),
    (lambda g, z, x, n: ldexp(g, n), None),
    rule="upstream × 2ⁿ",
)
