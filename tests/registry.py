"""Every function that tensors serve, by the name its users write: NumPy's without "np.", SciPy's with "special."."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from notebook_ad.scipy import special
from notebook_ad.tensor.protocols import FUNCTIONS, PLAIN

Function = Callable[..., Any]


def named(function: Function) -> str:
    """The function's name, with its module where that is numpy.linalg or numpy.fft."""
    module = (getattr(function, "__module__", None) or "").removeprefix("numpy").removeprefix(".")
    return f"{module}.{function.__name__}" if module in ("linalg", "fft") else function.__name__


def refused(function: Function) -> bool:
    """Whether tensors refuse the function, as it writes into its argument."""
    code = getattr(FUNCTIONS.get(function), "__code__", None)
    return code is not None and code.co_name == "refuse"


def entries() -> dict[str, Function]:
    """Name to NumPy's or SciPy's function: the registry that the tables of supported functions are made of."""
    numpys = {named(f): f for f in (*FUNCTIONS, *PLAIN) if not refused(f)}
    return numpys | {f"special.{name}": f for name, f in special.FUNCTIONS.items()}
