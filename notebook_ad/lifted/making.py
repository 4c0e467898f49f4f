"""NumPy functions that make arrays, whose dispatch does not reach tensors: how they are recorded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.tensor import functions as f


def copied(a: Any, *_: Any, **__: Any) -> Any:
    """The same elements in an array of their own, as `numpy.array`."""
    return f.index(a, ...)


def same(a: Any, *_: Any, **__: Any) -> Any:
    """The same elements, as `numpy.asarray`."""
    return a


def full(shape: Any, value: Any, **_: Any) -> Any:
    """One value everywhere, as `numpy.full`."""
    return f.broadcast_to(value, shape if isinstance(shape, tuple | list) else (shape,))


MAKING: dict[Callable[..., Any], Callable[..., Any]] = {
    np.array: copied,
    np.asarray: same,
    np.asanyarray: same,
    np.ascontiguousarray: same,
    np.asfortranarray: same,
    np.full: full,
}
