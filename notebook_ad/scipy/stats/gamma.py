"""The gamma distribution, as `scipy.stats.gamma`."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.scipy.special import FUNCTIONS
from notebook_ad.scipy.stats.density import density, others, scaled, standard, weak, where_defined

gammaln, gammainc, gammaincc, xlogy = (FUNCTIONS[name] for name in ("gammaln", "gammainc", "gammaincc", "xlogy"))


@density
def logpdf(x: Any, a: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """Logarithm of the density; −inf outside the support."""
    y = standard(x, loc, scale)
    return scaled(where_defined(y < 0, -np.inf, 1.0, lambda y: xlogy(a - 1, y) - y - weak(gammaln(a)), y), scale)


@density
def pdf(x: Any, a: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """Density."""
    return np.exp(logpdf(x, a, loc, scale))


@density
def cdf(x: Any, a: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """Distribution function."""
    y = standard(x, loc, scale)
    return where_defined(y < 0, 0.0, 1.0, lambda y: gammainc(a, y), y)


@density
def sf(x: Any, a: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """1 − cdf, without cancellation."""
    y = standard(x, loc, scale)
    return where_defined(y < 0, 1.0, 1.0, lambda y: gammaincc(a, y), y)


__getattr__ = others("gamma")
