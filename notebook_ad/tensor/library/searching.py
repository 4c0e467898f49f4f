"""Facts about values: where they are, in which order, how often. None has a derivative; each is noted as a guard."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.tensor import shaping
from notebook_ad.tensor.facts import fact
from notebook_ad.tensor.library.given import checked, tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor

argwhere = fact("np.argwhere")(np.argwhere)
flatnonzero = fact("np.flatnonzero")(np.flatnonzero)


def nonzero(a: Any) -> tuple[Tensor, ...]:
    """For each axis the indices of the elements that are not zero. As `numpy.nonzero`."""
    a = tensor_of(a)
    if a.ndim == 0:
        raise ValueError(f"nonzero needs an axis, not a number{place()}; use np.atleast_1d() first")
    found = tensor_of(argwhere(a))
    return tuple(shaping.index(found, (slice(None), i)) for i in range(a.ndim))


@fact("np.lexsort")
def _lexsort(*keys: Any, axis: int) -> np.ndarray:
    return np.lexsort(keys, axis)


def lexsort(keys: Any, axis: int = -1) -> Any:
    """The order by several keys, the last first. As `numpy.lexsort`."""
    return _lexsort(*keys, axis=axis)


@fact("np.argpartition")
def _argpartition(a: Any, **static: Any) -> np.ndarray:
    return np.argpartition(a, **static)


def argpartition(a: Any, kth: Any, axis: int | None = -1, kind: str = "introselect", order: Any = None) -> Any:
    """The order of a partition. As `numpy.argpartition`."""
    return _argpartition(a, kth=kth, axis=axis, kind=kind, order=order)


@fact("np.searchsorted")
def _searchsorted(a: Any, v: Any, side: str) -> np.ndarray:
    return np.asarray(np.searchsorted(a, v, side))  # type: ignore[call-overload]


def searchsorted(a: Any, v: Any, side: str = "left", sorter: Any = None) -> Any:
    """Where elements would be inserted to keep an array sorted. As `numpy.searchsorted`."""
    if sorter is not None:
        a = tensor_of(a)[sorter]
    return _searchsorted(a, v, side=side)


@fact("np.digitize")
def _digitize(x: Any, bins: Any, right: bool) -> np.ndarray:
    return np.asarray(np.digitize(x, bins, right))


def digitize(x: Any, bins: Any, right: bool = False) -> Any:
    """In which bin each element lies. As `numpy.digitize`."""
    return _digitize(x, bins, right=right)


@fact("np.isin")
def _isin(element: Any, test_elements: Any, **static: Any) -> np.ndarray:
    return np.isin(element, test_elements, **static)


def isin(
    element: Any, test_elements: Any, assume_unique: bool = False, invert: bool = False, *, kind: Any = None
) -> Any:
    """Whether each element is among others. As `numpy.isin`."""
    return _isin(element, test_elements, assume_unique=assume_unique, invert=invert, kind=kind)


FUNCTIONS = checked(
    {
        np.argwhere: argwhere, np.flatnonzero: flatnonzero, np.nonzero: nonzero, np.lexsort: lexsort,
        np.argpartition: argpartition, np.searchsorted: searchsorted, np.digitize: digitize, np.isin: isin,
    }
)  # fmt: skip
