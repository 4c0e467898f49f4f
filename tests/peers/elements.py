"""Elementwise functions at ordinary points and at those where conventions show, to second order, ours and a peer's."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

import notebook_ad as ad

POINTS = np.array([0.0, 1.0, -1.0, 0.5, -0.3, 2.2, -3.7, np.inf, -np.inf, 700.0, -700.0])
PAIRS = np.array(np.meshgrid([0.0, 1.0, -1.0, 0.5, 2.5, 700.0, np.inf], [0.0, 1.0, -1.0, 0.5, -1.7, -700.0, -np.inf])).reshape(2, -1)
UNARY = (
    "abs exp exp2 expm1 log log10 log1p log2 sqrt square reciprocal sin cos tan arcsin arccos arctan sinh cosh tanh "
    "arcsinh arccosh arctanh sinc deg2rad rad2deg negative positive floor ceil trunc rint sign nan_to_num"
).split()
BINARY = "add subtract multiply divide power float_power maximum minimum fmax fmin hypot arctan2 logaddexp logaddexp2 copysign fmod remainder".split()
ORDERS = ("value", "gradient", "second order")
TOLERANCE = {"float64": 1e-12, "float32": 2e-5}


def ours(f: Callable[..., Any], *x: np.ndarray) -> list[np.ndarray]:
    """Value, gradients and the second derivatives of each operand, elementwise."""
    every = tuple(range(len(x)))

    def slopes(*x: Any) -> Any:
        return ad.grad(lambda *x: np.sum(f(*x)), every)(*x)

    with np.errstate(all="ignore"):
        value = np.asarray(f(*map(ad.tensor, x)).detach().value)
        second = [ad.grad(lambda *y, i=i: np.sum(slopes(*y)[i]), i)(*x) for i in every]
        return [value, np.stack([np.asarray(g) for g in slopes(*x)]), np.stack([np.asarray(g) for g in second])]


def differences(got: list[np.ndarray], want: list[np.ndarray], points: np.ndarray, dtype: str) -> Iterable[tuple[str, str]]:
    """(order, point) wherever the two do not agree."""
    rtol = TOLERANCE[dtype]
    for order, a, b in zip(ORDERS, got, want, strict=True):
        assert a.dtype == b.dtype == dtype
        close = np.isclose(a, b, rtol=rtol, atol=rtol, equal_nan=True)
        flat = close if close.ndim == 1 else close.all(axis=0)
        for at in np.flatnonzero(~flat):
            yield order, named(points[..., at])


def named(point: Any) -> str:
    return ", ".join(f"{v:g}" for v in np.atleast_1d(point))


def undecided(found: Iterable[tuple[str, str]], reasons: dict[tuple[str, str], str]) -> list[Any]:
    """The differences for which no reason stands in the table ("*" is any order or any point)."""
    def known(order: str, point: str) -> bool:
        return any(o in ("*", order) and (p == "*" or point in p.split("; ")) for o, p in reasons)

    return [d for d in found if not known(*d)]
