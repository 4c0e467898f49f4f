"""Elementwise functions and SciPy's special ones, each between limits where it is smooth."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from made import Case, Draw, array, one, two
from strategies import broadcastable

from notebook_ad.scipy import special

Cases = dict[str, st.SearchStrategy[Case]]
POSITIVE, INSIDE, UNIT = (0.3, 3.0), (-0.8, 0.8), (0.1, 0.9)

UNARY: dict[str, tuple[float, float]] = {
    "absolute": POSITIVE, "fabs": (-3, -0.2), "arccos": INSIDE, "arccosh": (1.3, 4), "arcsin": INSIDE, "arcsinh": (-3, 3),
    "arctan": (-3, 3), "arctanh": INSIDE, "cbrt": POSITIVE, "conjugate": (-2, 2), "cos": (-3, 3), "cosh": (-2, 2),
    "deg2rad": (-90, 90), "degrees": (-3, 3), "exp": (-2, 2), "exp2": (-2, 2), "expm1": (-2, 2), "log": POSITIVE,
    "log10": POSITIVE, "log1p": (-0.5, 4), "log2": POSITIVE, "negative": (-2, 2), "positive": (-2, 2),
    "rad2deg": (-3, 3), "radians": (-90, 90), "reciprocal": POSITIVE, "sin": (-3, 3), "sinc": (-2, 2), "sinh": (-2, 2),
    "sqrt": POSITIVE, "square": (-3, 3), "tan": (-1.2, 1.2), "tanh": (-3, 3), "nan_to_num": (-2, 2),
    "real_if_close": (-2, 2),
}  # fmt: skip
PAIRS: dict[str, tuple[tuple[float, float], tuple[float, float]]] = {
    "add": ((-2, 2), (-2, 2)), "subtract": ((-2, 2), (-2, 2)), "multiply": ((-2, 2), (-2, 2)), "divide": ((-2, 2), POSITIVE),
    "power": (POSITIVE, (-2, 2)), "float_power": (POSITIVE, (-2, 2)), "maximum": ((-2, 2), (-2, 2)),
    "minimum": ((-2, 2), (-2, 2)), "fmax": ((-2, 2), (-2, 2)), "fmin": ((-2, 2), (-2, 2)), "hypot": (POSITIVE, (-2, 2)),
    "arctan2": ((-2, 2), POSITIVE), "logaddexp": ((-3, 3), (-3, 3)), "logaddexp2": ((-3, 3), (-3, 3)),
    "copysign": (POSITIVE, (-3, -0.2)), "heaviside": (POSITIVE, (-2, 2)),
}  # fmt: skip
SPECIAL: dict[str, tuple[float, float]] = {
    "erf": (-2, 2), "erfc": (-2, 2), "erfcx": (-1, 2), "erfinv": INSIDE, "erfcinv": (0.2, 1.8), "ndtr": (-3, 3),
    "ndtri": UNIT, "log_ndtr": (-5, 3), "gamma": (0.6, 3), "rgamma": (0.4, 3), "gammaln": (0.6, 3), "loggamma": (0.6, 3),
    "digamma": (0.6, 3), "psi": (0.6, 3), "logit": UNIT, "expit": (-3, 3), "log_expit": (-3, 3), "entr": POSITIVE,
    "exprel": (-1, 1), "sinc": (-2, 2), "j0": (-4, 4), "j1": (-4, 4), "y0": (0.7, 4), "y1": (0.7, 4), "i0": (-3, 3),
    "i1": (-3, 3), "i0e": (0.2, 4), "i1e": (-4, -0.2), "k0": (0.6, 3), "k1": (0.6, 3),
}  # fmt: skip
ORDERS: dict[str, tuple[float, ...]] = {
    "jn": (0, 2), "jv": (0.5, 1), "yn": (2,), "yv": (1.5,), "iv": (2,), "ive": (0.5,), "kv": (1.2,), "kn": (2,),
    "polygamma": (1, 2), "stdtr": (3.0,),
}  # fmt: skip
SPECIAL_PAIRS = {
    "beta": POSITIVE,
    "betaln": POSITIVE,
    "xlogy": POSITIVE,
    "xlog1py": UNIT,
    "rel_entr": POSITIVE,
    "kl_div": POSITIVE,
    "gammainc": POSITIVE,
    "gammaincc": POSITIVE,
}


def of_order(name: str) -> st.SearchStrategy[Case]:
    function = getattr(special, name)
    limits = (0.7, 3.0) if name != "stdtr" else (-2.0, 2.0)
    return st.sampled_from(ORDERS[name]).flatmap(lambda n: one(lambda x: function(n, x), limits))


@st.composite
def of_two_orders(draw: Draw) -> Case:
    shapes = draw(broadcastable(3))
    return Case(special.betainc, [array(draw, s, (0.3, 0.9) if i == 2 else POSITIVE) for i, s in enumerate(shapes)])


@st.composite
def remainders(draw: Draw, f: Any, sign: int = 1) -> Case:
    """x = (k + t)·y with t away from the whole numbers, where the remainder jumps."""
    left, right = draw(broadcastable(2))
    full = np.broadcast_shapes(left, right)
    y = array(draw, (), (0.5, 2.0)) * np.ones(right)
    t = array(draw, full, (0.2, 0.8))
    return Case(f, [(draw(st.integers(-3, 3)) + t) * y[(0,) * y.ndim] if y.size else t, y])


@st.composite
def clipped(draw: Draw) -> Case:
    shape, low, high = draw(broadcastable(3))
    x = array(draw, shape, (-2, 2))
    bounds = [array(draw, low, (-1.5, -0.5), 0.25), array(draw, high, (0.5, 1.5), 0.75)]
    kind = draw(st.sampled_from(["both", "low", "high"]))
    if kind == "both":
        return Case(np.clip, [x, *bounds])
    return Case(lambda x, b: np.clip(x, b, None) if kind == "low" else np.clip(x, None, b), [x, bounds[kind == "high"]])


@st.composite
def complex_of(draw: Draw, f: Any) -> Case:
    re, im = draw(broadcastable(2))
    return Case(lambda x, y: f(x + 1j * y), [array(draw, re, POSITIVE), array(draw, im)])


@st.composite
def scaled_by_powers(draw: Draw) -> Case:
    left, right = draw(broadcastable(2))
    n = np.random.default_rng(1).integers(-3, 4, right)
    return Case(lambda x: np.ldexp(x, n), [array(draw, left)])


@st.composite
def chosen(draw: Draw, name: str) -> Case:
    c, left, right = draw(broadcastable(3))
    mask = np.random.default_rng(draw(st.integers(0, 99))).random(c) < 0.5
    arrays = [array(draw, left), array(draw, right)]
    calls = {
        "where": lambda x, y: np.where(mask, x, y),
        "select": lambda x, y: np.select([mask, ~mask], [x, y * y], 0.5),
        "choose": lambda x, y: np.choose(mask.astype(int), [x, y]),
    }
    return Case(calls[name], arrays)


CASES: Cases = {
    **{name: one(getattr(np, name), limits) for name, limits in UNARY.items()},
    **{name: two(getattr(np, name), *limits) for name, limits in PAIRS.items()},
    **{f"special.{name}": one(getattr(special, name), limits) for name, limits in SPECIAL.items()},
    **{f"special.{name}": of_order(name) for name in ORDERS},
    **{f"special.{name}": two(getattr(special, name), POSITIVE, limits) for name, limits in SPECIAL_PAIRS.items()},
    "special.betainc": of_two_orders(),
    "special.multigammaln": one(lambda a: special.multigammaln(a, 2), (2.0, 3.0)),
    "remainder": remainders(np.remainder),
    "fmod": remainders(np.fmod),
    "divmod": remainders(lambda x, y: np.divmod(x, y)[1]),
    "floor_divide": remainders(np.floor_divide),
    "modf": one(lambda x: np.modf(x)[0], (2.1, 2.9)),
    "ldexp": scaled_by_powers(),
    "clip": clipped(),
    "angle": complex_of(np.angle),
    "real": complex_of(lambda z: np.real(z * z)),
    "imag": complex_of(lambda z: np.imag(z * z)),
    "conjugate": complex_of(lambda z: np.conjugate(z) * z * z),
    **{name: chosen(name) for name in ("where", "select", "choose")},
}  # fmt: skip
