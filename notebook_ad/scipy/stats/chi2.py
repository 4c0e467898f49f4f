"""The χ² distribution, as `scipy.stats.chi2`: a gamma distribution of shape df / 2 and scale 2."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from notebook_ad.scipy.stats import gamma
from notebook_ad.scipy.stats.density import density, others, scaled, standard


@density
def logpdf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """Logarithm of the density; −inf outside the support."""
    return scaled(gamma.logpdf(standard(x, loc, scale) / 2, df / 2) - math.log(2.0), scale)


@density
def pdf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """Density."""
    return np.exp(logpdf(x, df, loc, scale))


@density
def cdf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """Distribution function."""
    return gamma.cdf(standard(x, loc, scale) / 2, df / 2)


@density
def sf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """1 − cdf, without cancellation."""
    return gamma.sf(standard(x, loc, scale) / 2, df / 2)


__getattr__ = others("chi2")
