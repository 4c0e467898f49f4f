"""Derivatives of the regularised incomplete gamma function with respect to its order, as numbers (see `orders`)."""

from __future__ import annotations

from collections.abc import Callable
from math import comb
from typing import Any

import numpy as np
from scipy import special

from notebook_ad.scipy.special import orders


def log_slope(log_t: Any, a: Any, polygamma: Callable[..., Any]) -> orders.Slope:
    """The derivatives of the logarithm of tᵃ⁻¹ e⁻ᵗ / Γ(a)."""
    return lambda i, _: log_t - polygamma(0, a) if i == 1 else -polygamma(i - 1, a)


def derivative(k: int, a: np.ndarray, x: np.ndarray) -> np.ndarray:
    """∂ᵏP(a, x) / ∂aᵏ for k > 0; 0 at both ends, nan outside a > 0 and x ≥ 0."""
    inside = np.isfinite(x) & (x > 0)
    small = inside & (x < 0.3)
    left = inside & ~small & (x <= np.exp(special.psi(a)))
    cases = [(small, _series), (left, _left), (inside & ~small & ~left, _right)]
    found = orders.by_case(cases, lambda f, *x: f(k, *x), a, x)
    return np.where((a > 0) & np.isfinite(a) & (x >= 0), found, np.nan)


def _series(k: int, a: Any, x: Any) -> Any:
    """xᵃ/Γ(a + 1) (1 + Σ (−x)ⁿ/n! a/(a + n)) (DLMF 8.7.1), differentiated."""
    n = np.arange(1, orders.TERMS)[:, None]
    terms = (-x) ** n / special.factorial(n)
    sums = [orders.of_ratio(i, a, n, terms) for i in range(k + 1)]
    lead = np.exp(special.xlogy(a, x) - special.gammaln(a + 1))
    slope = log_slope(np.log(x), a + 1, special.polygamma)
    return lead * sum(comb(k, i) * sums[i] * orders.ratio(slope, k - i) for i in range(k + 1))


def _left(k: int, a: Any, x: Any) -> Any:
    scale = 1 / (a - x + np.sqrt(x))
    u = scale * orders.POINTS
    at_x = np.exp(a * np.log(x) - x - special.gammaln(a))
    change = np.exp(-a * u - x * np.expm1(-u)) * orders.ratio(log_slope(np.log(x) - u, a, special.polygamma), k)
    return at_x * scale * np.sum(orders.WEIGHTS * change, axis=0)


def _right(k: int, a: Any, x: Any) -> Any:
    scale = 1 / (np.maximum(x - a, 0) / x + 1 / np.sqrt(a + 1))
    u = scale * orders.POINTS
    at_x = np.exp(a * np.log(x) - x - special.gammaln(a))
    change = np.exp(a * np.log1p(u / x) - u) / (x + u)
    change = change * orders.ratio(log_slope(np.log(x + u), a, special.polygamma), k)
    return -at_x * scale * np.sum(orders.WEIGHTS * change, axis=0)
