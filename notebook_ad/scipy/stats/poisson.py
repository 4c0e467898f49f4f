"""The Poisson distribution, as `scipy.stats.poisson`: derivatives with respect to the mean mu."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.scipy.functions import undifferentiated
from notebook_ad.scipy.special import FUNCTIONS
from notebook_ad.scipy.stats.density import density, others, where_defined

gammaln, gammaincc, xlogy = (FUNCTIONS[name] for name in ("gammaln", "gammaincc", "xlogy"))


def _count(k: Any, loc: Any, name: str) -> Any:
    k = undifferentiated(k, f"poisson.{name} has no derivative with respect to the count k")
    return np.asarray(k - undifferentiated(loc, f"poisson.{name} has no derivative with respect to loc"))


@density
def logpmf(k: Any, mu: Any, loc: Any = 0) -> Any:
    """Logarithm of the probability; −inf where k is no count."""
    k = _count(k, loc, "logpmf")
    return where_defined((k < 0) | (k % 1 != 0), -np.inf, 0.0, lambda k: xlogy(k, mu) - gammaln(k + 1) - mu, k)


@density
def pmf(k: Any, mu: Any, loc: Any = 0) -> Any:
    """Probability."""
    return np.exp(logpmf(k, mu, loc))


@density
def cdf(k: Any, mu: Any, loc: Any = 0) -> Any:
    """Distribution function."""
    k = np.floor(_count(k, loc, "cdf"))
    return where_defined(k < 0, 0.0, 0.0, lambda k: gammaincc(k + 1, mu), k)


__getattr__ = others("poisson")
