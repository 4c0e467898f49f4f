"""What reductions have in common: their operand, its dtype, a mask, and the refusal of `out`."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.tensor import functions as f
from notebook_ad.tensor.dtypes import SMOOTH
from notebook_ad.tensor.elementwise import as_dtype
from notebook_ad.tensor.library.given import axis_tuple, tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor


def collected(a: Any, dtype: Any, name: str) -> Tensor:
    """The operand in the asked dtype; a list in which tensors stand is stacked.

    Raises:
        TypeError: a dtype other than float or complex.
    """
    t = _stacked(a)
    if dtype is None:
        return t
    if np.dtype(dtype) not in SMOOTH:
        raise TypeError(f"{name} of a tensor: dtype={np.dtype(dtype)} has no gradient{place()}; use astype() first")
    return as_dtype(t, np.dtype(dtype))


def _stacked(a: Any) -> Tensor:
    if isinstance(a, list | tuple) and _holds_tensor(a):
        return f.stack([_stacked(x) for x in a])
    return tensor_of(a)


def _holds_tensor(a: Any) -> bool:
    return isinstance(a, Tensor) or (isinstance(a, list | tuple) and any(map(_holds_tensor, a)))


def chosen(t: Tensor, where: Any, neutral: float) -> Tensor:
    """The elements where the mask holds, a neutral number elsewhere."""
    if where is True or where is np._NoValue:
        return t
    return f.where(where, t, neutral)


def refuse_out(name: str, out: Any) -> None:
    """Raise where a result array is given: values on the tape do not change."""
    if out is not None:
        raise TypeError(f"{name} of a tensor takes no out={place()}: values on the tape do not change. Use the result")


def axes_of(axis: Any, t: Tensor, name: str) -> tuple[int, ...]:
    """The axes to reduce, counted from the front; all by default."""
    return tuple(range(t.ndim)) if axis is None else axis_tuple(axis, t.ndim, name)
