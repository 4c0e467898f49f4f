"""Distributions: densities, log-densities and distribution functions, with SciPy's parameters.

Anything else that SciPy has (`rvs`, `ppf`, other distributions) is SciPy's own, and takes no tensors.
"""

from __future__ import annotations

import importlib
from typing import Any

__all__ = [
    "bernoulli", "beta", "chi2", "dirichlet", "expon", "gamma", "multivariate_normal", "norm", "poisson", "t", "uniform",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in __all__:
        return importlib.import_module(f"{__name__}.{name}")
    return getattr(importlib.import_module("scipy.stats"), name)
