"""Elements picked by integers and masks: take, take_along_axis, compress, extract, choose, delete, insert."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from notebook_ad.tensor import shaping
from notebook_ad.tensor.elementwise import as_dtype
from notebook_ad.tensor.facts import fact, value_of
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.library.axes import ravel
from notebook_ad.tensor.library.given import Functions, axis_index, checked, in_place, integers, tensor_of
from notebook_ad.tensor.library.spreading import spread
from notebook_ad.tensor.messages import label, named, place
from notebook_ad.tensor.tensor import Tensor


def take(a: Any, indices: Any, axis: int | None = None, *, mode: str = "raise") -> Tensor:
    """The elements (or slices along an axis) at integers. As `numpy.take`.

    Args:
        mode: integers out of range: "raise", count round and round ("wrap"), or are cut to the range ("clip").
    """
    a = tensor_of(a)
    if axis is None:
        a, axis = ravel(a), 0
    axis = axis_index(axis, a.shape, "take")
    chosen = _in_range(integers(indices, "take", "indices"), a.shape[axis], mode, "take")
    with _within(a, chosen, axis, "np.take", '; mode="wrap" or "clip" takes any'):
        return shaping.index(a, (*(slice(None),) * axis, chosen))


@contextmanager
def _within(x: Tensor, indices: Any, axis: int, function: str, cure: str = "") -> Iterator[None]:
    """Say of an index out of range of which function's argument it is, and what the argument may be."""
    try:
        yield
    except IndexError:
        if isinstance(indices, Level) and indices.level:  # vmap's: each example has its own
            raise
        length, given = x.shape[axis], np.asarray(value_of(indices))
        outside = given[(given < -length) | (given >= length)]
        if not outside.size:
            raise
        range_ = f"they may be {-length} to {length - 1}" if length else "it has no elements"
        raise IndexError(
            f"{function} of {label(x)}{place()}: indices holds {outside.flat[0]}, out of range for axis {axis} of length "
            f"{length}; {range_}{cure}"
        ) from None


def _in_range(indices: Any, length: int, mode: str, function: str) -> Any:
    if mode == "wrap":
        return indices % length
    if mode == "clip":
        return np.minimum(np.maximum(indices, 0), length - 1)
    if mode != "raise":
        raise ValueError(f"{function}: mode must be 'raise', 'wrap' or 'clip', not {mode!r}{place()}")
    return indices


def take_along_axis(arr: Any, indices: Any, axis: Any = -1) -> Tensor:
    """For each place of `indices` the element that it names along an axis. As `numpy.take_along_axis`."""
    arr = tensor_of(arr)
    indices = integers(indices, "take_along_axis", "indices")
    if axis is None:
        arr, axis = ravel(arr), 0
    if indices.ndim != arr.ndim:
        raise ValueError(
            f"take_along_axis: indices of shape {indices.shape} must have as many axes as the array of shape "
            f"{arr.shape}{place()}"
        )
    axis = axis_index(axis, arr.shape, "take_along_axis")
    key: list[Any] = [
        np.arange(n).reshape(-1, *(1,) * (arr.ndim - i - 1)) if i != axis else indices for i, n in enumerate(arr.shape)
    ]
    with _within(arr, indices, axis, "np.take_along_axis"):
        return shaping.index(arr, tuple(key))


@fact("a mask")
def _places(mask: Any) -> np.ndarray:
    return np.flatnonzero(mask)


def compress(condition: Any, a: Any, axis: int | None = None) -> Tensor:
    """The slices along an axis where a vector of conditions holds. As `numpy.compress`."""
    if np.ndim(condition) != 1:
        raise ValueError(f"compress: the condition must be a vector, not of shape {np.shape(condition)}{place()}")
    return take(a, _places(condition), axis)


def extract(condition: Any, arr: Any) -> Tensor:
    """The elements, in C order, where the condition holds. As `numpy.extract`."""
    return take(ravel(arr), _places(condition))


def choose(a: Any, choices: Any, *, mode: str = "raise") -> Tensor:
    """Element by element from the choice whose number `a` holds. As `numpy.choose`; broadcasts."""
    numbers = tensor_of(integers(a, "choose", "a"))
    if numbers.dtype == bool:
        numbers = numbers.astype(np.int64)
    options = [tensor_of(c) for c in choices]
    picked, *options = spread([numbers, *options], "choose")
    if mode == "raise" and not isinstance(picked, Level) and np.size(picked._value):
        low, high = np.min(picked._value), np.max(picked._value)
        if low < 0 or high >= len(options):
            raise ValueError(f"choose: {low if low < 0 else high} is no number of {len(options)} choices{place()}")
    stacked = shaping.stack(options)
    numbers = _in_range(picked, len(options), mode, "choose")
    return shaping.index(stacked, (numbers, *np.ix_(*(np.arange(n) for n in picked.shape))))


def delete(arr: Any, obj: Any, axis: int | None = None) -> Tensor:
    """Without the elements (or slices along an axis) at integers, a slice or a mask. As `numpy.delete`."""
    arr = tensor_of(arr)
    if axis is None:
        arr, axis = ravel(arr), 0
    axis = axis_index(axis, arr.shape, "delete")
    with named("delete", arr):
        kept = np.delete(np.arange(arr.shape[axis]), _static(obj, "delete"))
    return shaping.index(arr, (*(slice(None),) * axis, kept))


def insert(arr: Any, obj: Any, values: Any, axis: int | None = None) -> Tensor:
    """With values inserted before the elements (or slices along an axis) at integers. As `numpy.insert`."""
    arr = tensor_of(arr)
    if axis is None:
        arr, axis = ravel(arr), 0
    axis, values = axis_index(axis, arr.shape, "insert"), as_dtype(tensor_of(values), arr.dtype)
    numbers = np.arange(arr.size + values.size)  # inserted by NumPy, they say where each element comes from
    own, new = numbers[: arr.size].reshape(arr.shape), numbers[arr.size :].reshape(values.shape)
    with named("insert", arr, values):
        source = np.insert(own, _static(obj, "insert"), new, axis)
    return shaping.index(shaping.concatenate([ravel(arr), ravel(values)]), source)


def _static(obj: Any, function: str) -> Any:
    """Places as NumPy takes them: what they are decides the result's shape."""
    if isinstance(obj, slice):
        return obj
    if isinstance(obj, Level) and obj.level:
        raise TypeError(f"{function}: obj cannot differ from example to example{place()}; give integers or a slice")
    if isinstance(obj, Tensor):
        return np.asarray(obj._value)
    return obj


WITHOUT = "x = x.at[i].set(values) is the new tensor"
FUNCTIONS: Functions = checked(
    {
        np.take: take, np.take_along_axis: take_along_axis, np.compress: compress, np.extract: extract,
        np.choose: choose, np.delete: delete, np.insert: insert,
    }
)  # fmt: skip
CHANGING: dict[Any, str] = {
    np.put: WITHOUT,
    np.put_along_axis: WITHOUT,
    np.place: "x = x.at[mask].set(values) is the new tensor",
    np.putmask: "np.where(mask, values, x) is the new tensor",
    np.copyto: "np.where(where, src, dst) is the new tensor",
}
FUNCTIONS |= {function: in_place(function, cure) for function, cure in CHANGING.items()}
