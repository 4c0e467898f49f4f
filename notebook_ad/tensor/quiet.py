"""Calling NumPy without floating-point warnings: 1 / 0 is inf, as in PyTorch; the picture marks it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

# np.errstate makes its setting anew at each entry, which takes as long as a small ufunc: 0.8 µs instead of 0.2.
_umath: Any = getattr(getattr(np, "_core", None), "umath", None)
_errors = getattr(_umath, "_extobj_contextvar", None)
SILENT = _umath._make_extobj(all="ignore") if _errors is not None else None  # None: this NumPy has no such setting


def _nothing(_: Any) -> None:
    raise RuntimeError("this NumPy has no setting to change")


set_errors = _errors.set if _errors is not None else _nothing
reset_errors = _errors.reset if _errors is not None else _nothing
NOTHING: dict[str, Any] = {}


def quietly(function: Callable[..., Any], values: Sequence[Any], static: Mapping[str, Any] = NOTHING) -> Any:
    """`function(*values, **static)`, without warnings of overflow, division by zero or invalid values."""
    if _errors is None:
        with np.errstate(all="ignore"):
            return function(*values, **static)
    token = _errors.set(SILENT)
    try:
        return function(*values, **static)
    finally:
        _errors.reset(token)
