"""Integration: `odeint` of tensors has derivatives (`compat/odeint.py`, as these are made by transforms); the rest is SciPy's."""

from __future__ import annotations

import importlib
from typing import Any

OURS = {"odeint"}


def __getattr__(name: str) -> Any:
    """Ours, or SciPy's own, which takes no tensors."""
    found = "notebook_ad.compat.odeint" if name in OURS else "scipy.integrate"
    return getattr(importlib.import_module(found), name)
