"""Small heat maps: an array as squares whose strength is the magnitude, with a dash in those that are negative."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from notebook_ad.graph.model import Value

LEVELS = 8
LARGEST = 26  # rows or columns of a map; larger arrays show their norm only


@dataclass(frozen=True, slots=True)
class Heat:
    """A heat map: its size in pixels; as SVG path data its squares by strength, dashes, and crosses for NaN and ∞."""

    width: float
    height: float
    squares: tuple[str, ...]
    dashes: str
    crosses: str


def fits(value: Value | None) -> bool:
    """Whether a value is an array that can be shown as a map."""
    array = np.asarray(value)
    return value is not None and 1 <= array.ndim <= 2 and array.size > 0 and max(array.shape) <= LARGEST


def heat(value: Value) -> Heat:
    """The map of a 1-D (one row) or 2-D array; strength is relative to its largest finite magnitude (of complex numbers too)."""
    array = np.atleast_2d(np.asarray(np.abs(value) if np.iscomplexobj(value) else value, dtype=np.float64))
    rows, columns = array.shape
    side = 8.0 if max(rows, columns) <= 10 else 4.0 if max(rows, columns) <= 20 else 3.0
    finite = np.isfinite(array)
    largest = float(np.max(np.abs(array), where=finite, initial=0.0)) or 1.0
    with np.errstate(all="ignore"):
        scaled = np.where(finite, np.abs(array) / largest, 1.0)
    level = np.ceil(np.nan_to_num(scaled) * LEVELS - 1e-9).astype(int)  # 0 is exactly zero
    squares: list[list[str]] = [[] for _ in range(LEVELS + 1)]
    dashes, crosses = [], []
    inner = round(side - 0.6, 1)
    for i in range(rows):
        for j in range(columns):
            x, y = side * j, side * i
            squares[max(0, int(level[i, j]))].append(f"M{_n(x)} {_n(y)}h{_n(inner)}v{_n(inner)}h-{_n(inner)}z")
            if not finite[i, j]:
                a, b = _n(x + side * 0.15), _n(y + side * 0.15)
                d = _n(side * 0.6)
                crosses.append(f"M{a} {b}l{d} {d}m0 -{d}l-{d} {d}")
            elif array[i, j] < 0:
                dashes.append(f"M{_n(x + side / 4)} {_n(y + inner / 2)}h{_n(side * 0.42)}")
    return Heat(columns * side, rows * side, tuple("".join(s) for s in squares), "".join(dashes), "".join(crosses))


def _n(x: Any) -> str:
    return f"{x:.1f}".removesuffix(".0")
