"""Student's t distribution, as `scipy.stats.t`. The distribution function has no derivative with respect to df."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from notebook_ad.scipy.special import FUNCTIONS
from notebook_ad.scipy.stats.density import density, others, scaled, standard, weak

gammaln, stdtr = FUNCTIONS["gammaln"], FUNCTIONS["stdtr"]


@density
def logpdf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """Logarithm of the density."""
    y = standard(x, loc, scale)
    constant = weak(gammaln((df + 1) / 2) - gammaln(df / 2) - np.log(df * math.pi) / 2)
    return scaled(constant - (df + 1) / 2 * np.log1p(y * y / df), scale)


@density
def pdf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """Density."""
    return np.exp(logpdf(x, df, loc, scale))


@density
def cdf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """Distribution function."""
    return stdtr(df, standard(x, loc, scale))


@density
def sf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """1 − cdf, without cancellation."""
    return stdtr(df, -standard(x, loc, scale))


@density
def logcdf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """Logarithm of the distribution function."""
    return np.log(cdf(x, df, loc, scale))


@density
def logsf(x: Any, df: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """log(1 − cdf)."""
    return np.log(sf(x, df, loc, scale))


__getattr__ = others("t")
