"""The Bernoulli distribution, as `scipy.stats.bernoulli`: derivatives with respect to the probability p."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.scipy.functions import undifferentiated
from notebook_ad.scipy.special import FUNCTIONS
from notebook_ad.scipy.stats.density import density, others, where_defined

xlogy, xlog1py = FUNCTIONS["xlogy"], FUNCTIONS["xlog1py"]


@density
def logpmf(k: Any, p: Any, loc: Any = 0) -> Any:
    """Logarithm of the probability; −inf where k is neither 0 nor 1."""
    k = undifferentiated(k, "bernoulli.logpmf has no derivative with respect to the outcome k")
    k = np.asarray(k - undifferentiated(loc, "bernoulli.logpmf has no derivative with respect to loc"))
    return where_defined((k != 0) & (k != 1), -np.inf, 0.0, lambda k: xlogy(k, p) + xlog1py(1 - k, -p), k)


@density
def pmf(k: Any, p: Any, loc: Any = 0) -> Any:
    """Probability."""
    return np.exp(logpmf(k, p, loc))


__getattr__ = others("bernoulli")
