"""What `ad.explore` is told of an argument: `(low, high)`, `(low, high, step)`, a start, or an array."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from notebook_ad.tensor.tensor import Tensor
from notebook_ad.widgets.drawing import Range, nice, range_around

GIVE = "give (low, high), (low, high, step), a number to start at, or an array"


def start_and_range(name: str, given: Any, default: Any = None) -> tuple[Any, Range]:
    """Where an argument starts, and the range of its slider; `default` is the start if it lies within.

    Raises:
        TypeError, ValueError: it is none of those.
    """
    if isinstance(given, tuple):
        return _within(name, given, default)
    if isinstance(given, Tensor):
        given = given._value
    if isinstance(given, list):
        given = _array(name, given)
    if isinstance(given, np.ndarray) and given.ndim and given.dtype.kind in "fiu" and given.size:
        return given.astype(np.float64, copy=False) if given.dtype.kind in "iu" else given, range_around(given)
    if is_number(given):
        return float(given), range_around(float(given))
    raise TypeError(f"explore: {name}={given!r}: {GIVE}")


def is_number(x: Any) -> bool:
    """Whether it is one real number."""
    if isinstance(x, bool | np.bool_):
        return False
    return isinstance(x, int | float | np.integer | np.floating) or (isinstance(x, np.ndarray) and x.ndim == 0)


def _array(name: str, given: list[Any]) -> Any:
    try:
        return np.array(given)
    except ValueError:
        raise ValueError(f"explore: {name}: rows of different lengths are no array; {GIVE}") from None


def _within(name: str, given: tuple[Any, ...], default: Any) -> tuple[float, Range]:
    if len(given) not in (2, 3) or not all(is_number(x) and math.isfinite(x) for x in given):
        raise TypeError(f"explore: {name}={given!r}: {GIVE}")
    low, high = float(given[0]), float(given[1])
    if not low < high:
        raise ValueError(
            f"explore: {name}={given!r}: low must be below high, as in {name}=({high:g}, {low + (low == high):g})"
        )
    step = float(given[2]) if len(given) == 3 else nice((high - low) / 100)
    if not 0 < step <= high - low:
        raise ValueError(f"explore: {name}={given!r}: the step must be above 0 and at most {high - low:g}")
    if is_number(default) and low <= default <= high:
        return float(default), (low, high, step)
    return low + step * round((high - low) / 2 / step), (low, high, step)
