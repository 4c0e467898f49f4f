"""Counts of values, and sums of weights by value: bincount and histogram."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.engine.errors import NoDerivative
from notebook_ad.engine.library import selection as ops
from notebook_ad.tensor.elementwise import as_dtype
from notebook_ad.tensor.facts import fact
from notebook_ad.tensor.host import on_tape
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.library.axes import ravel
from notebook_ad.tensor.library.given import checked, integers, tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor


@fact("np.bincount")
def bincounts(x: Any, minlength: int) -> np.ndarray:
    """How often each integer from 0 on is there."""
    return np.bincount(x, minlength=minlength)


def bincount(x: Any, /, weights: Any = None, minlength: int = 0) -> Any:
    """How often each integer from 0 on is there, or the sum of its weights, whose gradient passes. As `numpy.bincount`."""
    integers(x, "bincount", "x")
    counts = tensor_of(bincounts(x, minlength=minlength))
    if weights is None:
        return counts
    if np.shape(weights) != np.shape(x):
        raise ValueError(f"bincount: weights of shape {np.shape(weights)} for x of shape {np.shape(x)}{place()}")
    return summed(as_dtype(tensor_of(weights), np.dtype(np.float64)), x, counts.size)


def summed(weights: Tensor, places: Any, bins: int) -> Tensor:
    """The sum of the weights at each integer from 0 on."""
    zeros = tensor_of(np.zeros(bins, weights.dtype))
    if isinstance(places, Level):  # vmap's: they differ between examples
        return zeros.at[places].add(weights)  # type: ignore[no-any-return]
    summed: Tensor = on_tape(ops.add_at, (zeros, weights), {"key": tensor_of(places)._value})
    return summed


@fact("np.histogram")
def bins_of(a: Any, edges: Any) -> np.ndarray:
    """The bin of each element; one after the last for those outside. The last bin holds its right edge."""
    found = np.searchsorted(edges, a, "right") - 1
    found = np.where(a == edges[-1], len(edges) - 2, found)
    return np.where((a < edges[0]) | (a > edges[-1]) | np.isnan(a), len(edges) - 1, found)


def histogram(a: Any, bins: Any = 10, range: Any = None, density: bool | None = None, weights: Any = None) -> Any:  # noqa: A002
    """Counts in bins, or sums of weights, whose gradient passes; and the edges. As `numpy.histogram`.

    Raises:
        NoDerivative: the edges would depend on a tensor with a gradient: give them, or a range.
    """
    a = ravel(a)
    if a.requires_grad and np.ndim(bins) == 0 and range is None:
        raise NoDerivative(
            f"histogram: the edges depend on the tensor{place()}. Give the edges or range=, or detach() the tensor"
        )
    if isinstance(bins, Tensor) and bins.requires_grad:
        raise NoDerivative(f"histogram: counts have no derivative with respect to the edges{place()}; detach() them")
    held = None if np.ndim(bins) or range is not None else a._value
    edges = np.histogram_bin_edges(
        [] if held is None else held, tensor_of(bins)._value if np.ndim(bins) else bins, range
    )
    places = tensor_of(bins_of(a, edges))
    if weights is None:
        sums: Any = tensor_of(bincounts(places, minlength=len(edges)))[: len(edges) - 1]
    else:
        if np.shape(weights) != np.shape(a):
            weights = ravel(weights)
        sums = summed(tensor_of(weights), places, len(edges))[: len(edges) - 1]
    if density:
        sums = sums / np.diff(edges) / np.sum(sums)
    return sums, tensor_of(edges)


FUNCTIONS = checked({np.bincount: bincount, np.histogram: histogram})
