"""Histograms over several axes: counts in boxes, or sums of weights, whose gradient passes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.engine.errors import NoDerivative, ShapeError
from notebook_ad.tensor import functions as f
from notebook_ad.tensor.elementwise import as_dtype
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.library.counting import bincounts, bins_of, summed
from notebook_ad.tensor.library.given import Functions, checked, tensor_of
from notebook_ad.tensor.messages import named, place
from notebook_ad.tensor.tensor import Tensor

FLOAT = np.dtype(np.float64)


def histogramdd(sample: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None) -> Any:  # noqa: A002
    """Counts in boxes, or sums of weights, as floats; and the edges of each axis. As `numpy.histogramdd`.

    Args:
        sample: (N, D), or D vectors of N coordinates; bins, range: one for all, or one for each axis.
        weights: (N,).

    Raises:
        NoDerivative: the edges would depend on a tensor with a gradient: give them, or a range.
    """
    return _counted("histogramdd", sample, bins, range, density, weights)


def _counted(function: str, sample: Any, bins: Any, range: Any, density: Any, weights: Any) -> Any:  # noqa: A002
    columns = _columns(sample, function)
    edges = _edges(columns, bins, range, function)
    lengths = [len(e) for e in edges]  # a box more along each axis, for what lies outside
    places: Any = 0
    for column, limits in zip(columns, edges, strict=True):
        places = places * len(limits) + tensor_of(bins_of(column, limits))
    if weights is None:
        counts: Any = tensor_of(bincounts(places, minlength=math.prod(lengths)))
    else:
        given = as_dtype(tensor_of(weights), FLOAT)
        if given.shape != columns[0].shape:
            raise ShapeError(
                f"{function}: weights of shape {given.shape} for {columns[0].size} points{place()}; one for each"
            )
        counts = summed(given, places, math.prod(lengths))
    inside: Any = f.reshape(as_dtype(counts, FLOAT), tuple(lengths))[(slice(-1),) * len(lengths)]
    if density:
        boxes: Any = math.prod(np.ix_(*(np.diff(e) for e in edges)))
        inside = inside / boxes / np.sum(inside)
    return inside, type(edges)(tensor_of(e) for e in edges)


def _columns(sample: Any, function: str) -> list[Tensor]:
    """The coordinates along each axis, as vectors of equal lengths."""
    points = len(getattr(sample, "shape", ())) == 2
    columns = list(tensor_of(sample).T) if points else [f.reshape(tensor_of(x), -1) for x in sample]
    if len({c.size for c in columns}) > 1:
        sizes = ", ".join(str(c.size) for c in columns)
        raise ShapeError(f"{function}: {sizes} coordinates along the axes{place()}; give equally many")
    return columns


def _several(bins: Any) -> bool:
    return isinstance(bins, list | tuple) or np.ndim(bins) > 0


def _edges(columns: Sequence[Tensor], bins: Any, range: Any, function: str) -> Any:  # noqa: A002
    """NumPy's edges, from the values only where nothing else is given."""
    each = list(bins) if _several(bins) else [bins] * len(columns)
    if any(isinstance(b, Tensor) and b.requires_grad for b in each):
        raise NoDerivative(f"{function}: counts have no derivative with respect to the edges{place()}; detach() them")
    ranges = [None] * len(columns) if range is None else list(range)
    free = [
        c for c, b, r in zip(columns, each, ranges, strict=False) if r is None and np.ndim(b) == 0
    ]  # whose edges the values decide
    if any(c.requires_grad or isinstance(c, Level) for c in free):
        raise NoDerivative(
            f"{function}: the edges depend on the tensor{place()}. Give the edges or range=, or detach() the tensor"
        )
    given = np.stack([c._value if free else np.zeros(0, c.dtype) for c in columns], 1)
    with named(function, *columns):
        return np.histogramdd(given, [b._value if isinstance(b, Tensor) else b for b in each], range)[1]


def histogram2d(
    x: Any,
    y: Any,
    bins: Any = 10,
    range: Any = None,  # noqa: A002
    density: Any = None,
    weights: Any = None,
) -> tuple[Any, Any, Any]:
    """Counts of points in rectangles, or sums of weights; the edges along x, and along y. As `numpy.histogram2d`."""
    if np.shape(x) != np.shape(y):
        raise ShapeError(f"histogram2d: x of shape {np.shape(x)} and y of shape {np.shape(y)}{place()}; as many each")
    both = [bins, bins] if _several(bins) and len(bins) not in (1, 2) else bins
    counts, (first, second) = _counted("histogram2d", [x, y], both, range, density, weights)
    return counts, first, second


FUNCTIONS: Functions = checked({np.histogramdd: histogramdd, np.histogram2d: histogram2d})
