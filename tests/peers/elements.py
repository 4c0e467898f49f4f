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
    "negative", "positive", "floor", "ceil", "trunc", "rint", "sign", "nan_to_num",
]  # fmt: skip
BINARY = [
    "add", "subtract", "multiply", "divide", "power", "float_power", "maximum", "minimum", "fmax", "fmin", "hypot",
    "arctan2", "logaddexp", "logaddexp2", "copysign", "fmod", "remainder",
]  # fmt: skip
DTYPES = ("float64", "float32")
CASES = [(name, dtype) for name in (*UNARY, *BINARY) for dtype in DTYPES if (name, dtype) != ("float_power", "float32")]
ORDERS = ("value", "gradient", "second order")
TOLERANCE = {"float64": 1e-12, "float32": 2e-5}
Results = Sequence[np.ndarray]  # value, gradients by operand, second derivatives by operand


@dataclass(frozen=True)
class Differs:
    """Where a peer gives something else: the orders, `when(point, ours, theirs)`, and why."""

    orders: str
    when: Callable[[Any, Any, Any], bool]
    reason: str


def theirs_is_nan(point: Any, ours: Any, theirs: Any) -> bool:
    return bool(np.all(np.isnan(theirs) | np.isclose(ours, theirs)) and np.any(np.isnan(theirs) & ~np.isnan(ours)))


def at_tie(point: Any, ours: Any, theirs: Any) -> bool:
    return bool(point[0] == point[1])


def at_zero(point: Any, ours: Any, theirs: Any) -> bool:
    return bool(np.all(np.asarray(point) == 0))


def points(name: str, dtype: str) -> np.ndarray:
    return (POINTS if name in UNARY else PAIRS).astype(dtype)


def ours(name: str, *x: np.ndarray) -> Results:
    f = getattr(np, name)
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
    allowed = table.get(name, [])
    used = set()
    unexplained = []
    for order, got, want in zip(ORDERS, ours(name, *x), theirs(name, *x), strict=True):
        assert got.dtype == want.dtype == dtype
        tolerance = TOLERANCE[dtype]
        close = (
            np.isclose(got, want, rtol=tolerance, atol=tolerance, equal_nan=True).reshape(-1, x.shape[-1]).all(axis=0)
        )
        for at in np.flatnonzero(~close):
            point, a, b = x[:, at], got[..., at], want[..., at]
            for entry in allowed:
                if order in entry.orders and entry.when(point, a, b):
                    used.add(id(entry))
                    break
            else:
                unexplained.append(f"{order} at {point}: {a}, the peer {b}")
    assert not unexplained, "\n".join([name, *unexplained])
    assert all(id(entry) in used for entry in allowed), f"{name}: a difference that the table lists is none"
