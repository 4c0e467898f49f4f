"""The uniform distribution on [loc, loc + scale], as `scipy.stats.uniform`."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.scipy.stats.density import density, others, scaled, standard


@density
def logpdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """Logarithm of the density; −inf outside the support."""
    y = standard(x, loc, scale)
    return scaled(np.where((y < 0) | (y > 1), -np.inf, 0.0 * y), scale)


@density
def pdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """Density."""
    return np.exp(logpdf(x, loc, scale))


@density
def cdf(x: Any, loc: Any = 0, scale: Any = 1) -> Any:
    """Distribution function."""
    y = standard(x, loc, scale)
    return np.where(y < 0, 0.0, np.where(y > 1, 1.0, y))


__getattr__ = others("uniform")
