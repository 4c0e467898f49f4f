"""What the distributions have in common: their arguments, location and scale, and the limits of their support."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.scipy.functions import as_operand
from notebook_ad.tensor.tensor import Tensor

Function = Callable[..., Any]


def density(function: Function) -> Function:
    """A function of arrays, numbers and tensors: arguments converted, nothing warned of, a number where NumPy gives one."""

    @functools.wraps(function)
    def of_any(*args: Any, **kwargs: Any) -> Any:
        given = [_argument(x) for x in args]
        named = {name: _argument(x) for name, x in kwargs.items()}
        if given and not any(isinstance(x, Tensor | np.ndarray) for x in (*given, *named.values())):
            given[0] = np.float64(given[0])
        with np.errstate(all="ignore"):
            result = function(*given, **named)
        return result if isinstance(result, Tensor) else np.asarray(result)[()]

    return of_any


def _argument(x: Any) -> Any:
    return float(x) if isinstance(x, bool | int | float) else as_operand(x)


def standard(x: Any, loc: Any, scale: Any) -> Any:
    """(x − loc) / scale; a default costs no operation."""
    if not (isinstance(loc, float | int) and loc == 0):
        x = x - loc
    return x if isinstance(scale, float | int) and scale == 1 else x / scale


def scaled(logarithm: Any, scale: Any) -> Any:
    """The logarithm of a density in units of x instead of (x − loc) / scale."""
    return logarithm if isinstance(scale, float | int) and scale == 1 else logarithm - weak(np.log(scale))


def weak(value: Any) -> Any:
    """A number that came of numbers only as Python's, so that it does not widen float32."""
    return float(value) if isinstance(value, np.floating) else value


def where_defined(outside: Any, instead: float, inner: float, function: Function, y: Any) -> Any:
    """`function(y)` in the support, elsewhere a constant; the function never sees y outside, so that no nan comes back.

    Args:
        inner: a point of the support.
    """
    return np.where(outside, instead, function(np.where(outside, inner, y)))


def others(name: str) -> Function:
    """`__getattr__` of a distribution's module: what SciPy's distribution has beside."""

    def attribute(wanted: str) -> Any:
        if wanted.startswith("__"):
            raise AttributeError(wanted)
        return getattr(getattr(importlib.import_module("scipy.stats"), name), wanted)

    return attribute
