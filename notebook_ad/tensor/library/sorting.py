"""Sorted, partitioned and distinct elements: the gradient goes to the elements that were selected."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.engine.library import selection as ops
from notebook_ad.tensor import shaping
from notebook_ad.tensor.facts import fact
from notebook_ad.tensor.host import call
from notebook_ad.tensor.library.axes import ravel
from notebook_ad.tensor.library.given import axis_index, checked, integers, tensor_of
from notebook_ad.tensor.messages import named, place
from notebook_ad.tensor.tensor import Tensor


def sort(a: Any, axis: int | None = -1, kind: Any = None, order: Any = None, *, stable: bool | None = None) -> Tensor:
    """In ascending order along an axis (None: all elements). As `numpy.sort`.

    Equal elements keep their order, whatever the kind: each gets the gradient of its own place.
    """
    _no_fields("sort", order)
    if kind not in (None, "quicksort", "heapsort", "mergesort", "stable"):
        raise ValueError(
            f"sort: kind {kind!r} is unknown{place()}; use 'quicksort', 'heapsort', 'mergesort' or 'stable'"
        )
    a = tensor_of(a)
    if axis is None:
        a, axis = ravel(a), 0
    return call(ops.sort, (a,), {"axis": axis_index(axis, a.shape, "sort")})


def partition(a: Any, kth: Any, axis: int | None = -1, kind: str = "introselect", order: Any = None) -> Tensor:
    """The k-th smallest in its place, smaller ones before it, larger ones behind. As `numpy.partition`."""
    _no_fields("partition", order)
    if kind != "introselect":
        raise ValueError(f"partition: kind must be 'introselect', not {kind!r}{place()}")
    a = tensor_of(a)
    if axis is None:
        a, axis = ravel(a), 0
    places = integers(kth, "partition", "kth")
    places = places._value if isinstance(places, Tensor) else places
    return call(ops.partition, (a,), {"kth": places, "axis": axis_index(axis, a.shape, "partition")})


def _no_fields(function: str, order: Any) -> None:
    if order is not None:
        raise TypeError(f"{function}: order= is for arrays with fields, which no tensor has{place()}")


@fact("np.unique")
def _unique(ar: Any, part: int, axis: int | None, equal_nan: bool) -> np.ndarray:
    """Places of the first occurrences (1), where each element went (2), or how often it is there (3)."""
    found = np.unique(ar, True, True, True, axis=axis, equal_nan=equal_nan)[part]
    return np.asarray(found)


def unique(
    ar: Any,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    *,
    equal_nan: bool = True,
    sorted: bool = True,  # noqa: A002 - NumPy's name
) -> Any:
    """The distinct elements (or slices along an axis), sorted. As `numpy.unique`.

    The gradient of each goes to its first occurrence. Their number is decided by the values, and noted.
    """
    ar = tensor_of(ar)
    if axis is not None:
        axis = axis_index(axis, ar.shape, "unique")
    with named("unique", ar):
        places = [tensor_of(_unique(ar, part=1, axis=axis, equal_nan=equal_nan))]
        for part, asked in ((2, return_inverse), (3, return_counts)):
            places += [_unique(ar, part=part, axis=axis, equal_nan=equal_nan)] if asked else []
    lead = (slice(None),) * (axis or 0)
    values = shaping.index(ravel(ar) if axis is None else ar, (*lead, places[0]))
    results = [values, *places[0 if return_index else 1 :]]
    return values if len(results) == 1 else tuple(results)


def union1d(ar1: Any, ar2: Any) -> Tensor:
    """The distinct elements of both, sorted. As `numpy.union1d`."""
    found: Tensor = unique(shaping.concatenate([ravel(ar1), ravel(ar2)]))
    return found


@fact("np.intersect1d")
def _common(ar1: Any, ar2: Any, part: int, assume_unique: bool) -> np.ndarray:
    return np.asarray(np.intersect1d(ar1, ar2, assume_unique, True)[part])


def intersect1d(ar1: Any, ar2: Any, assume_unique: bool = False, return_indices: bool = False) -> Any:
    """The distinct elements of `ar1` that are in `ar2` too, sorted. As `numpy.intersect1d`."""
    ar1, ar2 = ravel(ar1), ravel(ar2)
    places = [tensor_of(_common(ar1, ar2, part=i, assume_unique=assume_unique)) for i in (1, 2)]
    values = shaping.index(ar1, places[0])
    return (values, *places) if return_indices else values


@fact("np.setdiff1d")
def _others(ar1: Any, ar2: Any, either: bool, assume_unique: bool) -> np.ndarray:
    """Where in the first (in both, one after the other) the elements are that the other has not; sorted by value."""
    both = np.concatenate([ar1, ar2]) if either else ar1
    if assume_unique and not either:
        return np.flatnonzero(~np.isin(ar1, ar2))
    values, places = np.unique(both, return_index=True)
    alone = ~np.isin(values, ar2) if not either else np.isin(values, ar1) ^ np.isin(values, ar2)
    return np.asarray(places[alone])


def setdiff1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> Tensor:
    """The distinct elements of `ar1` that are not in `ar2`. As `numpy.setdiff1d`."""
    ar1 = ravel(ar1)
    return shaping.index(ar1, _others(ar1, ravel(ar2), either=False, assume_unique=assume_unique))


def setxor1d(ar1: Any, ar2: Any, assume_unique: bool = False) -> Tensor:
    """The distinct elements that are in one of the two only, sorted. As `numpy.setxor1d`."""
    ar1, ar2 = ravel(ar1), ravel(ar2)
    places = _others(ar1, ar2, either=True, assume_unique=assume_unique)
    return shaping.index(shaping.concatenate([ar1, ar2]), places)


FUNCTIONS = checked(
    {
        np.sort: sort, np.partition: partition, np.unique: unique, np.union1d: union1d, np.intersect1d: intersect1d,
        np.setdiff1d: setdiff1d, np.setxor1d: setxor1d,
    }
)  # fmt: skip
if hasattr(np, "unique_values"):  # the array standard's names, in NumPy 2
    FUNCTIONS[np.unique_values] = unique
