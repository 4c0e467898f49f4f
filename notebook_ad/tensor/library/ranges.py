"""Evenly spaced numbers between tensors."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from notebook_ad.engine.library import ranges as ops
from notebook_ad.tensor.elementwise import as_dtype, operand
from notebook_ad.tensor.library.given import Functions, axis_index, checked, tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import SMOOTH, Tensor


def linspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, retstep: bool = False, dtype: Any = None, axis: int = 0
) -> Any:
    """`num` evenly spaced numbers from start to stop, along a new axis. As `numpy.linspace`.

    Raises:
        TypeError: num is no integer, or a dtype other than float or complex.
        ValueError: num is negative.
    """
    like = start if isinstance(start, Tensor) else tensor_of(stop)
    start, stop = operand(start, like), operand(stop, like)
    count = operator.index(num)
    if count < 0:
        raise ValueError(f"np.linspace: num must not be negative, but is {count}{place()}")
    if dtype is not None and np.dtype(dtype) not in SMOOTH:
        raise TypeError(
            f"np.linspace of a tensor: dtype={np.dtype(dtype)} has no gradient{place()}; use astype() first"
        )
    ndim = max(start.ndim, stop.ndim) + 1
    spaced: Tensor = ops.linspace(
        start, stop, num=count, endpoint=bool(endpoint), axis=axis_index(axis, ndim, "np.linspace")
    )
    if dtype is not None:
        spaced = as_dtype(spaced, np.dtype(dtype))
    if not retstep:
        return spaced
    gaps = count - 1 if endpoint else count
    return spaced, (stop - start) / gaps if gaps > 0 else (stop - start) * np.nan


FUNCTIONS: Functions = checked({np.linspace: linspace})
