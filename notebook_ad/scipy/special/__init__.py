"""SciPy's special functions on arrays, numbers and tensors.

The ufuncs among them are also found when SciPy's own are called with a tensor: `scipy.special.erf(t)`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from notebook_ad.scipy.special import bessel, gammas, incomplete, logarithms, normal, softmax

FUNCTIONS: dict[str, Callable[..., Any]] = {
    **normal.FUNCTIONS,
    **gammas.FUNCTIONS,
    **incomplete.FUNCTIONS,
    **logarithms.FUNCTIONS,
    **bessel.FUNCTIONS,
    **softmax.FUNCTIONS,
    "sinc": np.sinc,
}
UFUNCS: dict[Callable[..., Any], Callable[..., Any]] = {
    theirs: ours for name, ours in FUNCTIONS.items() if isinstance(theirs := getattr(special, name), np.ufunc)
}
globals().update(FUNCTIONS)
__all__ = [*FUNCTIONS]


def __getattr__(name: str) -> Any:
    """A function without a rule here: SciPy's own, which refuses tensors."""
    return getattr(special, name)
