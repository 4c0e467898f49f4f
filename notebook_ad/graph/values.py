"""Values as the picture keeps them: Python numbers, read-only arrays, and sparse contributions of indexing."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from notebook_ad.graph.model import Sparse, Value

SPARSE = 16  # from this many elements on, the contribution of an index is kept as positions and values


def shown(value: Any) -> Any:
    """A value for the picture: a Python number for a scalar, a read-only array otherwise."""
    if value is None or isinstance(value, float):
        return value
    return closed(value.view()) if np.ndim(value) else np.asarray(value).item()


def closed(value: Any) -> Any:
    """As `shown`, of an array that is ours."""
    if value is None or type(value) is float:
        return value
    if value.ndim == 0:
        return value.item()
    value.setflags(write=False)
    return value


def sparse(upstream: Any, part: Value) -> Value | Sparse:
    """The contribution of an index; by positions and values where it is zero but at a few of them."""
    if np.size(part) < SPARSE or np.size(upstream) * 2 > np.size(part):
        return part
    flat = np.asarray(part).reshape(-1)
    indices = np.flatnonzero(flat)
    return Sparse(np.shape(part), indices, flat[indices])


def shape_of(value: Any) -> tuple[int, ...]:
    """`np.shape`, fast for what the tape holds."""
    return () if isinstance(value, float) else value.shape


def dtype_name(value: Any) -> str:
    """Name of a value's dtype."""
    return "float64" if isinstance(value, float) else _name(value.dtype)


_name = cache(lambda dtype: str(dtype.name))  # NumPy takes 2 µs to name one
