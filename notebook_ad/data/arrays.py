"""What counts as an array here, and batches of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.tensor import foreign
from notebook_ad.tensor.tensor import Tensor, constant, plain


def is_array(value: Any) -> bool:
    """Whether a value is an array: a tensor of ours, NumPy's, another library's, or what speaks `__array_interface__`."""
    return (
        isinstance(value, Tensor | np.ndarray | np.generic)
        or foreign.is_foreign(value)
        or hasattr(type(value), "__array_interface__")
    )


def values_of(value: Any) -> np.ndarray:
    """An array's numbers; not to be changed.

    Raises:
        RuntimeError: it requires a gradient, which would be cut silently. (A leaf of which nobody asked it is data.)
    """
    if isinstance(value, Tensor):
        assumed = value._meta.assumed if value._meta is not None and value.is_leaf else None
        if value.requires_grad and assumed is None:
            raise RuntimeError(
                f"data of shape {value.shape} requires a gradient, which would be cut; make it with "
                "ad.tensor(…, requires_grad=False), or detach() it"
            )
        return np.asarray(value._value, assumed)
    return np.asarray(foreign.array_of(value) if foreign.is_foreign(value) else value)


def rows_of(values: np.ndarray, rows: Any) -> Tensor:
    """Some rows of an array, as a tensor without a gradient; a copy."""
    return constant(plain(np.take(values, rows, 0) if isinstance(rows, np.ndarray) else np.array(values[rows])))


def same_length(arrays: Sequence[Any], who: str) -> int:
    """The number of rows that all arrays have.

    Raises:
        ValueError: they differ, an array has no axes, or there is none.
    """
    if not arrays:
        raise ValueError(f"{who} needs at least one array")
    shapes = [np.shape(a) for a in arrays]
    if any(not shape for shape in shapes):
        raise ValueError(f"{who}: an array without axes has no rows; shapes are {', '.join(map(str, shapes))}")
    if len({shape[0] for shape in shapes}) > 1:
        raise ValueError(f"{who}: all arrays must have as many rows; shapes are {', '.join(map(str, shapes))}")
    return int(shapes[0][0])
