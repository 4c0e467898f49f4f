"""Calling NumPy without floating-point warnings: 1 / 0 is inf, as in PyTorch; the picture marks it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

# np.errstate makes its setting anew at each entry, which takes as long as a small ufunc: 0.8 µs instead of 0.2.
_umath: Any = getattr(getattr(np, "_core", None), "umath", None)
_errors = getattr(_umath, "_extobj_contextvar", None)
_SILENT = _umath._make_extobj(all="ignore") if _errors is not None else None


def quietly(function: Callable[..., Any], values: Sequence[Any]) -> Any:
    """`function(*values)`, without warnings of overflow, division by zero or invalid values."""
    if _errors is None:
        with np.errstate(all="ignore"):
            return function(*values)
    token = _errors.set(_SILENT)
    try:
        return function(*values)
    finally:
        _errors.reset(token)
