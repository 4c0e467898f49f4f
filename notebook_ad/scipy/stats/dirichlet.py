"""The Dirichlet distribution, as `scipy.stats.dirichlet`."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.engine.rules import primal
from notebook_ad.scipy.special import FUNCTIONS
from notebook_ad.scipy.stats.density import density, others

gammaln, xlogy = FUNCTIONS["gammaln"], FUNCTIONS["xlogy"]


@density
def logpdf(x: Any, alpha: Any) -> Any:
    """Logarithm of the density.

    That the components of x sum to 1 is not checked (SciPy does), so that it has a derivative in every direction.

    Args:
        x: shape (k,) or (k, n), or without the last component (k − 1,) or (k − 1, n).
        alpha: shape (k,).

    Raises:
        ValueError: shapes that do not fit, alpha not positive, x outside [0, 1].
    """
    if np.ndim(alpha) != 1:
        raise ValueError(f"dirichlet: alpha must be 1-D; it has shape {np.shape(alpha)}")
    k = np.shape(alpha)[0]
    if np.ndim(x) == 0 or np.shape(x)[0] not in (k, k - 1):
        raise ValueError(f"dirichlet: x has shape {np.shape(x)}; its first axis must have {k} components, or {k - 1}")
    if np.any(primal(alpha) <= 0):
        raise ValueError("dirichlet: all of alpha must be greater than 0")
    if np.shape(x)[0] == k - 1:
        x = np.concatenate([x, 1 - np.sum(x, axis=0, keepdims=True)])
    if np.any(primal(x) < 0) or np.any(primal(x) > 1):
        raise ValueError("dirichlet: the components of x must lie between 0 and 1")
    column = np.reshape(alpha, (k,) + (1,) * (np.ndim(x) - 1))
    constant = np.sum(gammaln(alpha)) - gammaln(np.sum(alpha))
    return np.sum(xlogy(column - 1, x), axis=0) - constant


@density
def pdf(x: Any, alpha: Any) -> Any:
    """Density."""
    return np.exp(logpdf(x, alpha))


__getattr__ = others("dirichlet")
