"""The normal distribution, as `scipy.stats.norm`."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from notebook_ad.scipy.special import FUNCTIONS
from notebook_ad.scipy.stats.density import density, others, scaled, standard

ndtr, log_ndtr = FUNCTIONS["ndtr"], FUNCTIONS["log_ndtr"]
ROOT_TWO_PI = math.sqrt(2 * math.pi)


@density
def pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """Density."""
    y = standard(x, loc, scale)
    return np.exp(-(y * y) / 2) / (ROOT_TWO_PI * scale)


@density
def logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """Logarithm of the density."""
    y = standard(x, loc, scale)
    return scaled(-(y * y) / 2 - math.log(ROOT_TWO_PI), scale)


@density
def cdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """Distribution function."""
    return ndtr(standard(x, loc, scale))


@density
def sf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """1 − cdf, without cancellation."""
    return ndtr(-standard(x, loc, scale))


@density
def logcdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """Logarithm of the distribution function."""
    return log_ndtr(standard(x, loc, scale))


@density
def logsf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """log(1 − cdf), without cancellation."""
    return log_ndtr(-standard(x, loc, scale))


__getattr__ = others("norm")
