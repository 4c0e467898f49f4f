"""The exponential distribution, as `scipy.stats.expon`."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.scipy.stats.density import density, others, scaled, standard, where_defined


@density
def logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """Logarithm of the density; −inf outside the support."""
    y = standard(x, loc, scale)
    return scaled(np.where(y < 0, -np.inf, -y), scale)


@density
def pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """Density."""
    return np.exp(logpdf(x, loc, scale))


@density
def cdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """Distribution function."""
    y = standard(x, loc, scale)
    return where_defined(y < 0, 0.0, 1.0, lambda y: -np.expm1(-y), y)


@density
def sf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """1 − cdf, without cancellation."""
    return np.exp(logsf(x, loc, scale))


@density
def logsf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """log(1 − cdf)."""
    y = standard(x, loc, scale)
    return np.where(y < 0, 0.0, -y)


@density
def logcdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """Logarithm of the distribution function."""
    return np.log(cdf(x, loc, scale))


__getattr__ = others("expon")
