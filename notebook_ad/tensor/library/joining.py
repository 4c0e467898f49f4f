"""Tensors, arrays and numbers joined into one tensor, and one tensor split into several."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from notebook_ad.tensor import shaping
from notebook_ad.tensor.elementwise import as_dtype
from notebook_ad.tensor.library.axes import atleast_3d, raised, ravel
from notebook_ad.tensor.library.given import Functions, axis_index, checked, known, tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor


def concatenate(arrays: Any, axis: int | None = 0, *, dtype: Any = None, casting: str = "same_kind") -> Tensor:
    """Joined along an axis that they have; along None all elements in a row. As `numpy.concatenate`."""
    parts = _parts(_adapted(arrays) if axis is None else arrays, "concatenate")
    if axis is None:
        parts, axis = [ravel(p) for p in parts], 0
    if any(p.ndim == 0 for p in parts):
        raise ValueError(f"concatenate: numbers have no axis to join along{place()}; use stack(), or axis=None")
    return _cast(shaping.concatenate(parts, axis_index(axis, parts[0].shape, "concatenate")), dtype, casting)


def stack(arrays: Any, axis: int = 0, *, dtype: Any = None, casting: str = "same_kind") -> Tensor:
    """Joined along a new axis. As `numpy.stack`."""
    parts = _parts(arrays, "stack")
    return _cast(shaping.stack(parts, axis_index(axis, parts[0].ndim + 1, "stack")), dtype, casting)


def vstack(tup: Any, *, dtype: Any = None, casting: str = "same_kind") -> Tensor:
    """Rows on top of each other. As `numpy.vstack`."""
    return concatenate([raised(p, 2) for p in _parts(tup, "vstack")], 0, dtype=dtype, casting=casting)


def hstack(tup: Any, *, dtype: Any = None, casting: str = "same_kind") -> Tensor:
    """Side by side: vectors along their axis, others along the second. As `numpy.hstack`."""
    parts = [raised(p, 1) for p in _parts(tup, "hstack")]
    return concatenate(parts, 0 if parts[0].ndim == 1 else 1, dtype=dtype, casting=casting)


def dstack(tup: Any) -> Tensor:
    """Along the third axis. As `numpy.dstack`."""
    return concatenate([atleast_3d(p) for p in _parts(tup, "dstack")], 2)


def column_stack(tup: Any) -> Tensor:
    """Vectors as the columns of a matrix. As `numpy.column_stack`."""
    parts = _parts(tup, "column_stack")
    return concatenate([p if p.ndim > 1 else shaping.reshape(p, (p.size, 1)) for p in parts], 1)


def append(arr: Any, values: Any, axis: int | None = None) -> Tensor:
    """With values at the end. As `numpy.append`."""
    return concatenate((arr, values), axis)


def block(arrays: Any) -> Tensor:
    """A matrix from nested lists of blocks: the innermost lists along the last axis. As `numpy.block`."""
    depth = _depth(arrays)
    leaves = _leaves(arrays)
    ndim = max([depth, *(x.ndim for x in leaves)])
    source = iter(leaves)

    def joined(item: Any, level: int) -> Tensor:
        if not isinstance(item, list):
            return raised(next(source), ndim)
        return concatenate([joined(x, level + 1) for x in item], ndim - depth + level)

    return joined(arrays, 0)


def _depth(item: Any) -> int:
    if isinstance(item, tuple):
        raise TypeError(f"block takes nested lists, not tuples{place()}")
    if not isinstance(item, list):
        return 0
    depths = {_depth(x) for x in item}
    if len(depths) != 1:
        what = "an empty list" if not depths else "lists of different depths"
        raise ValueError(f"block: {what} among the blocks{place()}; nest all of them equally deep")
    return 1 + depths.pop()


def _leaves(item: Any) -> list[Tensor]:
    return [x for part in item for x in _leaves(part)] if isinstance(item, list) else [tensor_of(item)]


def _parts(arrays: Any, function: str) -> list[Tensor]:
    if isinstance(arrays, Tensor) and arrays.ndim == 0:
        raise TypeError(f"{function} takes a sequence of arrays, not one number{place()}")
    parts = [tensor_of(a) for a in arrays]
    if not parts:
        raise ValueError(f"{function} needs at least one array{place()}")
    return parts


def _adapted(arrays: Any) -> list[Any]:
    """Python's numbers in the dtype that the arrays among them have, as NumPy takes them."""
    parts = [a if type(a) in (bool, int, float, complex) else tensor_of(a) for a in arrays]
    kinds = [p.dtype if isinstance(p, Tensor) else p for p in parts]
    return [p if isinstance(p, Tensor) else np.asarray(p, np.result_type(*kinds)) for p in parts]


def _cast(joined: Tensor, dtype: Any, casting: str) -> Tensor:
    if dtype is None:
        return joined
    if np.dtype(dtype).kind not in "fc" or not np.can_cast(joined.dtype, dtype, casting):  # type: ignore[arg-type]
        raise TypeError(f"cannot join {joined.dtype} into {np.dtype(dtype)} with casting={casting!r}{place()}")
    return as_dtype(joined, np.dtype(dtype))


def _row_stack() -> Sequence[Callable[..., Any]]:
    with warnings.catch_warnings():  # deprecated in NumPy 2
        warnings.simplefilter("ignore")
        return known("row_stack")


FUNCTIONS: Functions = {
    np.concatenate: concatenate, np.stack: stack, np.vstack: vstack, np.hstack: hstack, np.dstack: dstack,
    np.column_stack: column_stack, np.append: append, np.block: block,
}  # fmt: skip
FUNCTIONS = checked(FUNCTIONS | dict.fromkeys(_row_stack(), vstack))
