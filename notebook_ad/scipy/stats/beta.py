"""The beta distribution on [0, 1], as `scipy.stats.beta`."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.scipy.special import FUNCTIONS
from notebook_ad.scipy.stats.density import density, others, scaled, standard, weak, where_defined

betaln, betainc, xlogy, xlog1py = (FUNCTIONS[name] for name in ("betaln", "betainc", "xlogy", "xlog1py"))


@density
def logpdf(x: Any, a: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """Logarithm of the density; −inf outside the support."""
    y = standard(x, loc, scale)
    inner = where_defined(
        (y < 0) | (y > 1), -np.inf, 0.5, lambda y: xlogy(a - 1, y) + xlog1py(b - 1, -y) - weak(betaln(a, b)), y
    )
    return scaled(inner, scale)


@density
def pdf(x: Any, a: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """Density."""
    return np.exp(logpdf(x, a, b, loc, scale))


@density
def cdf(x: Any, a: Any, b: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """Distribution function."""
    y = standard(x, loc, scale)
    return np.where(y > 1, 1.0, where_defined((y < 0) | (y > 1), 0.0, 0.5, lambda y: betainc(a, b, y), y))


__getattr__ = others("beta")
