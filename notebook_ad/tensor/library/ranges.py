"""Evenly spaced numbers between tensors, and numbers whose logarithms are."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np

from notebook_ad.engine.library import ranges as ops
from notebook_ad.tensor import functions as f
from notebook_ad.tensor import shaping
from notebook_ad.tensor.elementwise import as_dtype, operand
from notebook_ad.tensor.library.given import Functions, axis_index, checked, holds, tensor_of
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


def logspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10.0, dtype: Any = None, axis: int = 0
) -> Tensor:
    """Powers of the base whose exponents are evenly spaced from start to stop. As `numpy.logspace`."""
    held = [tensor_of(v) for v in (start, stop, base)]
    ndim = max(t.ndim for t in held)
    if ndim and held[2].ndim:
        held = [shaping.reshape(t, (1,) * (ndim - t.ndim) + t.shape) for t in held]
    like = next((v for v in (start, stop, base) if isinstance(v, Tensor)), held[0])
    low, high = (t if isinstance(v, Tensor) else operand(v, like) for v, t in zip((start, stop), held, strict=False))
    exponents = linspace(
        shaping.reshape(low, held[0].shape), shaping.reshape(high, held[1].shape), num, endpoint, axis=axis
    )
    grown = np.expand_dims(held[2], axis) if held[2].ndim else base
    powers = f.power(grown, exponents)
    return powers if dtype is None else as_dtype(powers, np.dtype(dtype))


def geomspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0) -> Tensor:
    """`num` numbers from start to stop, each the same multiple of the one before. As `numpy.geomspace`.

    Raises:
        ValueError: start or stop is 0, or (of real ones) they differ in sign.
    """
    like = start if isinstance(start, Tensor) else tensor_of(stop)
    ends = operand(start, like), operand(stop, like)
    wide = np.result_type(np.float64, *(t.dtype for t in ends))  # as NumPy's: in double precision
    first, last = (as_dtype(t, wide) for t in ends)
    if holds(np.any(np.equal(first * last, 0))):
        raise ValueError(f"np.geomspace: a geometric sequence cannot include 0{place()}")
    growth: Any = last / first
    if growth.dtype.kind == "f" and holds(np.any(growth < 0)):
        raise ValueError(f"np.geomspace of real numbers needs start and stop of one sign{place()}; make them complex")
    shares = linspace(growth * 0, growth * 0 + 1, num, endpoint, axis=axis)
    spaced = f.multiply(np.expand_dims(first, axis), f.power(np.expand_dims(growth, axis), shares))
    return spaced if dtype is None else as_dtype(spaced, np.dtype(dtype))


FUNCTIONS: Functions = checked({np.linspace: linspace, np.logspace: logspace, np.geomspace: geomspace})
