"""An array from close by: statistics, histograms, its cells as a grid."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from notebook_ad.graph import numbers
from notebook_ad.graph.answer import label
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.model import Edge, Value
from notebook_ad.graph.push import dense
from notebook_ad.graph.table import shape_text

BINS, LARGEST = 20, 16  # bars of a histogram; rows and columns of a grid


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many of the finite numbers lie in each of equal steps from `low` to `high`."""

    counts: tuple[int, ...]
    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """An array as rows and columns of texts with strengths from 0 to 1; a cell of a large one stands for a block.

    Attributes:
        shape: the array's; of a large one the grid's.
        places: the index of the element that each cell shows, of a block the one that is largest in size.
    """

    shape: tuple[int, ...]
    texts: tuple[tuple[str, ...], ...]
    strength: tuple[tuple[float, ...], ...]
    places: tuple[tuple[tuple[int, ...], ...], ...]
    coarse: bool


@dataclass(frozen=True, slots=True, eq=False)
class Detail:
    """What is to be said of a value and its gradient (None where it has none)."""

    title: str
    shape: str
    value: Any
    gradient: Any

    @property
    def rows(self) -> list[tuple[str, str, str]]:
        """Statistics: what, of the value, of the gradient."""
        own = statistics(self.value)
        other = {} if self.gradient is None else statistics(self.gradient)
        return [(name, text, other.get(name, "")) for name, text in own.items()]


def detail(graph: Graph, what: int | Edge) -> Detail:
    """The detail of a node, or of an edge: the operand's value and what the edge adds to its gradient."""
    if isinstance(what, Edge):
        title = f"{label(graph, what.operand)} → {label(graph, what.user)}"
        return _detail(title, what.value, dense(what.contribution))
    node = graph.nodes[what]
    return _detail(label(graph, what), node.value, node.grad)


def _detail(title: str, value: Value, gradient: Value | None) -> Detail:
    return Detail(title, shape_text(np.shape(value)), value, gradient)


def statistics(value: Any) -> dict[str, str]:
    """Least, largest, mean, deviation and norm of the finite numbers, and how many are 0, NaN or infinite."""
    array = np.asarray(value, np.float64).reshape(-1)
    finite = array[np.isfinite(array)]
    with np.errstate(all="ignore"):
        parts: dict[str, Any] = {"min": np.min, "max": np.max, "mean": np.mean, "std": np.std}
        said = {name: numbers.short(f(finite)) if finite.size else "—" for name, f in parts.items()}
    said["norm"] = numbers.short(numbers.norm(array))
    said["zeros"] = f"{np.count_nonzero(array == 0):,} of {array.size:,}"
    said["NaN, ∞"] = f"{np.count_nonzero(np.isnan(array)):,}, {np.count_nonzero(np.isinf(array)):,}"
    return said


def histogram(value: Any) -> Histogram | None:
    """The histogram of the finite numbers; None where there are none."""
    array = np.asarray(value, np.float64).reshape(-1)
    finite = array[np.isfinite(array)]
    if not finite.size:
        return None
    low, high = float(np.min(finite)), float(np.max(finite))
    if not high - low > 1e-12 * max(abs(low), abs(high)):  # all alike: one bar in the middle
        half = abs(low) / 2 or 0.5
        low, high = low - half, high + half
    if not math.isfinite(high - low):
        return None
    counts, _ = np.histogram(finite, BINS, (low, high))
    return Histogram(tuple(int(c) for c in counts), low, high)


def grid(value: Any, like: Any = None) -> Grid:
    """The cells of an array: the last axis along the rows. `like` chooses the places of a large one's cells."""
    array = np.asarray(value)
    columns = array.shape[-1] if array.ndim else 1
    flat = array.reshape(-1, columns) if array.size else np.zeros((0, 0))
    places = _places(np.asarray(array if like is None else like).reshape(flat.shape))
    shown = [[(r, c, flat[r, c]) for r, c in row] for row in places]
    finite = np.abs(np.asarray(flat, np.float64))
    largest = float(np.max(finite, where=np.isfinite(finite), initial=0.0)) or 1.0
    coarse = flat.shape[0] > LARGEST or flat.shape[1] > LARGEST
    return Grid(
        (len(places), len(places[0])) if coarse else array.shape,
        tuple(tuple(numbers.short(x, 3) for _, _, x in row) for row in shown),
        tuple(tuple(_strength(float(x), largest) for _, _, x in row) for row in shown),
        tuple(tuple(_index(array.shape, r * columns + c) for r, c, _ in row) for row in shown),
        coarse,
    )


def _strength(x: float, largest: float) -> float:
    return round(abs(x) / largest, 4) if math.isfinite(x) else 1.0


def _index(shape: tuple[int, ...], flat: int) -> tuple[int, ...]:
    return tuple(int(i) for i in np.unravel_index(flat, shape)) if shape else ()


def _places(flat: np.ndarray) -> list[list[tuple[int, int]]]:
    """Row and column of the element that each cell shows."""
    rows, columns = (np.array_split(np.arange(n), min(n, LARGEST)) if n else [] for n in flat.shape)
    size = np.nan_to_num(np.abs(np.asarray(flat, np.float64)), nan=np.inf)

    def largest(r: np.ndarray, c: np.ndarray) -> tuple[int, int]:
        i, j = np.unravel_index(np.argmax(size[np.ix_(r, c)]), (len(r), len(c)))
        return int(r[i]), int(c[j])

    return [[largest(r, c) for c in columns] for r in rows]
