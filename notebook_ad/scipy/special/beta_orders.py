"""Derivatives of the regularised incomplete beta function with respect to its orders, as numbers (see `orders`)."""

from __future__ import annotations

from collections.abc import Callable
from math import comb, factorial
from typing import Any

import numpy as np
from scipy import special

from notebook_ad.scipy.special import orders


def log_slope(log_t: Any, log_rest: Any, a: Any, b: Any, polygamma: Callable[..., Any]) -> orders.Slope:
    """The derivatives of the logarithm of tᵃ⁻¹ (1 − t)ᵇ⁻¹ / B(a, b)."""

    def slope(i: int, m: int) -> Any:
        both = polygamma(i + m - 1, a + b)
        if i and m:
            return both
        alone = both - polygamma(i + m - 1, a if i else b)
        return alone + (log_t if i else log_rest) if i + m == 1 else alone

    return slope


def derivative(j: int, k: int, a: np.ndarray, b: np.ndarray, x: np.ndarray) -> np.ndarray:
    """∂ʲ⁺ᵏI(a, b, x) / ∂aʲ ∂bᵏ for j + k > 0; 0 at both ends, nan outside a > 0, b > 0 and 0 ≤ x ≤ 1."""
    rest = 1 - x
    inside = (x > 0) & (rest > 0)
    small, large = inside & (x <= 0.5) & (b * x < 0.7), inside & (rest < 0.5) & (a * rest < 0.7)
    whole = special.psi(a + b)
    if j and k:
        first = x <= a / (a + b)
    elif j:
        first = np.log(x) <= special.psi(a) - whole
    else:
        first = np.log1p(-x) >= special.psi(b) - whole
    middle = inside & ~small & ~large
    cases = [
        (small, lambda a, b, x, rest: _series(j, k, a, b, x)),
        (large & ~small, lambda a, b, x, rest: -_series(k, j, b, a, rest)),
        (middle & first, lambda a, b, x, rest: _left(j, k, a, b, x, rest)),
        (middle & ~first, lambda a, b, x, rest: -_left(k, j, b, a, rest, x)),
    ]
    found = orders.by_case(cases, lambda f, *x: f(*x), a, b, x, rest)
    known = (a > 0) & (b > 0) & np.isfinite(a) & np.isfinite(b) & (x >= 0) & (rest >= 0)
    return np.where(known, found, np.nan)


def _series(j: int, k: int, a: Any, b: Any, x: Any) -> Any:
    """xᵃ/(a B(a, b)) (1 + Σ (1 − b)ₙ/n! xⁿ a/(a + n)) (DLMF 8.17.7 and 15.2.1), differentiated."""
    n = np.arange(1, 4 * orders.TERMS)[:, None]
    columns = [np.empty((len(n), *np.shape(b))) for _ in range(k + 1)]  # of (1 − b)ₙ/n!, ∂ᵐ/∂bᵐ
    held = [np.ones(np.shape(b)), *(np.zeros(np.shape(b)) for _ in range(k))]
    for i in range(len(n)):
        held = [(held[m] * (i + 1 - b) - (m * held[m - 1] if m else 0)) / (i + 1) for m in range(k + 1)]
        for column, now in zip(columns, held, strict=True):
            column[i] = now
    lead = np.exp(special.xlogy(a, x) + special.gammaln(a + b) - special.gammaln(a + 1) - special.gammaln(b))

    def slope(i: int, m: int) -> Any:
        if not i:
            return _rise(m - 1, b, a)
        both = special.polygamma(i + m - 1, a + b)
        alone = both if m else both - special.polygamma(i - 1, a + 1)
        return alone + np.log(x) if (i, m) == (1, 0) else alone

    total: Any = 0.0
    for i in range(j + 1):
        for m in range(k + 1):
            part = orders.of_ratio(i, a, n, columns[m] * x**n, 0.0 if m else 1.0)
            total = total + comb(j, i) * comb(k, m) * part * orders.ratio(slope, j - i, k - m)
    return lead * total


def _rise(n: int, b: Any, a: Any) -> Any:
    """ψ⁽ⁿ⁾(a + b) − ψ⁽ⁿ⁾(b), by Taylor's series where a is so small that the difference would cancel."""
    series = sum(a**i / factorial(i) * special.polygamma(n + i, b) for i in range(1, 6))
    return np.where(a < 1e-3 * b, series, special.polygamma(n, a + b) - special.polygamma(n, b))


def _left(j: int, k: int, a: Any, b: Any, x: Any, rest: Any) -> Any:
    scale = 1 / (np.abs(a - b * x / rest) + np.sqrt(b * x) / rest)
    u = scale * orders.POINTS
    gone = -x * np.expm1(-u)  # x − t
    at_x = np.exp(a * np.log(x) + (b - 1) * np.log(rest) - special.betaln(a, b))
    change = np.exp((b - 1) * np.log1p(gone / rest) - a * u)
    slope = log_slope(np.log(x) - u, np.log(rest + gone), a, b, special.polygamma)
    return at_x * scale * np.sum(orders.WEIGHTS * change * orders.ratio(slope, j, k), axis=0)
