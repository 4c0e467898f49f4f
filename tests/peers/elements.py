"""Elementwise functions at ordinary points and at those where conventions show, to second order, ours and a peer's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import notebook_ad as ad

POINTS = np.array([[0.0, 1.0, -1.0, 0.5, -0.3, 2.2, -3.7, np.inf, -np.inf, 700.0, -700.0]])
LEFT, RIGHT = [0.0, 1.0, -1.0, 0.5, 2.5, 700.0, np.inf], [0.0, 1.0, -1.0, 0.5, -1.7, -700.0, -np.inf]
PAIRS = np.array(np.meshgrid(LEFT, RIGHT)).reshape(2, -1)  # ties among them
UNARY = [
    "abs", "exp", "exp2", "expm1", "log", "log10", "log1p", "log2", "sqrt", "square", "reciprocal", "sin", "cos", "tan",
    "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "sinc", "deg2rad", "rad2deg",
    "negative", "positive", "floor", "ceil", "trunc", "rint", "sign", "nan_to_num", "fabs", "degrees", "radians", "cbrt",
]  # fmt: skip
SPECIAL = [
    "special.erf", "special.erfc", "special.erfcx", "special.erfinv", "special.ndtr", "special.ndtri", "special.log_ndtr",
    "special.gamma", "special.gammaln", "special.loggamma", "special.digamma", "special.psi", "special.logit",
    "special.expit", "special.log_expit", "special.entr", "special.sinc", "special.i0", "special.i0e", "special.i1",
    "special.i1e",
]  # fmt: skip
SPECIAL_PAIRS = [
    "special.beta",
    "special.betaln",
    "special.xlogy",
    "special.xlog1py",
    "special.rel_entr",
    "special.kl_div",
]
BINARY = [
    "add", "subtract", "multiply", "divide", "power", "float_power", "maximum", "minimum", "fmax", "fmin", "hypot",
    "arctan2", "logaddexp", "logaddexp2", "copysign", "fmod", "remainder", "floor_divide", "heaviside",
]  # fmt: skip
DTYPES = ("float64", "float32")
CASES = [
    (name, dtype)
    for name in (*UNARY, *SPECIAL, *BINARY, *SPECIAL_PAIRS)
    for dtype in DTYPES
    if (name, dtype) != ("float_power", "float32")
]
ORDERS = ("value", "gradient", "second order")
TOLERANCE = {"float64": 1e-12, "float32": 2e-5}
SERIES = {"float64": 1e-9, "float32": 2e-4}  # of special functions: the peers' series end there
WITHIN = {  # where a special function is defined, and neither at a pole nor past an end of its domain
    "special.gamma": (0.4, 100.0), "special.gammaln": (0.4, 1e3), "special.loggamma": (0.4, 1e3), "special.digamma": (0.4, 1e3),
    "special.psi": (0.4, 1e3), "special.logit": (0.0, 1.0), "special.entr": (0.0, 1e3), "special.ndtri": (0.0, 0.99),
    "special.beta": (0.4, 100.0), "special.betaln": (0.4, 1e3), "special.rel_entr": (0.4, 1e3), "special.kl_div": (0.4, 1e3),
}  # fmt: skip
Results = Sequence[np.ndarray]  # value, gradients by operand, second derivatives by operand


@dataclass(frozen=True)
class Differs:
    """Where a peer gives something else: the orders, `when(point, ours, theirs)`, why, and in which dtypes."""

    orders: str
    when: Callable[[Any, Any, Any], bool]
    reason: str
    dtypes: tuple[str, ...] = DTYPES


def theirs_is_nan(point: Any, ours: Any, theirs: Any) -> bool:
    return bool(np.all(np.isnan(theirs) | np.isclose(ours, theirs)) and np.any(np.isnan(theirs) & ~np.isnan(ours)))


def at_tie(point: Any, ours: Any, theirs: Any) -> bool:
    return bool(point[0] == point[1])


def at_zero(point: Any, ours: Any, theirs: Any) -> bool:
    return bool(np.all(np.asarray(point) == 0))


def subnormal(point: Any, ours: Any, theirs: Any) -> bool:
    """Whether a number of the point is below the smallest normal one of float32, which is what float32 and XLA take as 0."""
    return bool(np.any((point != 0) & (np.abs(point) < np.finfo(point.dtype).tiny)))


def points(name: str, dtype: str) -> np.ndarray:
    """The numbers, or pairs of them, and the smallest that the dtype can hold."""
    low, high = WITHIN.get(name, (-np.inf, np.inf))
    if name in (*UNARY, *SPECIAL):
        least = 3 * np.finfo(dtype).smallest_subnormal
        found = np.concatenate([POINTS.astype(dtype), [[least, -least]]], axis=1)
    else:
        found = (np.abs(PAIRS) if name in WITHIN else PAIRS).astype(dtype)
    return found[:, np.all((found >= low) & (found <= high), axis=0)]


def function(name: str) -> Callable[..., Any]:
    return (
        getattr(ad.scipy.special, name.removeprefix("special.")) if name.startswith("special.") else getattr(np, name)
    )


def ours(name: str, *x: np.ndarray) -> Results:
    f = function(name)
    every = tuple(range(len(x)))

    def slopes(*x: Any) -> Any:
        return ad.grad(lambda *x: np.sum(f(*x)), every)(*x)

    with np.errstate(all="ignore"):
        value = np.asarray(f(*map(ad.tensor, x)).detach().value)
        second = [ad.grad(lambda *y, i=i: np.sum(slopes(*y)[i]), i)(*x) for i in every]
        return [value, np.stack([np.asarray(g) for g in slopes(*x)]), np.stack([np.asarray(g) for g in second])]


def compare(name: str, dtype: str, theirs: Callable[..., Results], table: dict[str, list[Differs]]) -> None:
    """Equal at every point but those in the table, and each entry of the table holds somewhere."""
    x = points(name, dtype)
    allowed, common = [d for d in table.get(name, []) if dtype in d.dtypes], table.get("", [])
    used = set()
    unexplained = []
    for order, got, want in zip(ORDERS, ours(name, *x), theirs(name, *x), strict=True):
        assert got.dtype == want.dtype == dtype
        tolerance = (SERIES if name.startswith("special.") else TOLERANCE)[dtype]
        close = (
            np.isclose(got, want, rtol=tolerance, atol=tolerance, equal_nan=True).reshape(-1, x.shape[-1]).all(axis=0)
        )
        for at in np.flatnonzero(~close):
            point, a, b = x[:, at], got[..., at], want[..., at]
            for entry in (*allowed, *common):
                if order in entry.orders and entry.when(point, a, b):
                    used.add(id(entry))
                    break
            else:
                unexplained.append(f"{order} at {point}: {a}, the peer {b}")
    assert not unexplained, "\n".join([name, *unexplained])
    assert all(id(entry) in used for entry in allowed), f"{name}: a difference that the table lists is none"
