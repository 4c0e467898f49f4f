"""The user's functions applied to parts of a tensor: piecewise, apply_along_axis, apply_over_axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from notebook_ad.tensor import functions as f
from notebook_ad.tensor.elementwise import as_dtype
from notebook_ad.tensor.library.given import Functions, axis_index, checked, tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor, constant


def piecewise(x: Any, condlist: Any, funclist: Sequence[Any], *args: Any, **kw: Any) -> Tensor:
    """Where each condition holds, its function of those elements, or its number; else the last one, or 0.

    As `numpy.piecewise`: of several conditions that hold the last counts, and a function sees only the elements it is
    for, so the others cannot bring in NaN.
    """
    t = tensor_of(x)
    conditions = [tensor_of(c) for c in _listed(condlist, t)]
    if len(funclist) == len(conditions) + 1:
        nowhere: Any = tensor_of(np.ones(t.shape, bool))
        for c in conditions:
            nowhere = np.logical_and(nowhere, np.logical_not(c))
        conditions.append(nowhere)
    elif len(funclist) != len(conditions):
        raise ValueError(
            f"np.piecewise: {len(funclist)} functions for {len(conditions)} conditions{place()}; "
            "give as many, or one more for where none holds"
        )
    result: Any = constant(np.zeros(t.shape, t.dtype))
    for condition, function in zip(conditions, funclist, strict=True):
        if not callable(function):
            result = f.where(condition, as_dtype(tensor_of(function), t.dtype), result)
        elif (chosen := t[condition]).size:
            result = result.at[condition].set(function(chosen, *args, **kw))
    return tensor_of(result)


def _listed(condlist: Any, t: Tensor) -> list[Any]:
    """The conditions one by one; NumPy takes one alone without a list."""
    if isinstance(condlist, list | tuple):
        alone = t.ndim != 0 and bool(condlist) and np.ndim(condlist[0]) == 0
    else:
        alone = np.ndim(condlist) == 0 or np.ndim(condlist) == t.ndim
    return [np.asarray(condlist) if isinstance(condlist, list | tuple) else condlist] if alone else list(condlist)


def apply_along_axis(func1d: Callable[..., Any], axis: int, arr: Any, *args: Any, **kwargs: Any) -> Tensor:
    """A function of each vector along an axis, whose place its results take. As `numpy.apply_along_axis`."""
    t = tensor_of(arr)
    axis = axis_index(axis, t.shape, "np.apply_along_axis")
    lead, after = t.shape[:axis], t.shape[axis + 1 :]
    held: Any = t
    rows: Any = np.moveaxis(held, axis, -1)
    if 0 in (*lead, *after):
        raise ValueError(f"np.apply_along_axis: shape {t.shape} has no vector along axis {axis}{place()}")
    found = [tensor_of(func1d(rows[at], *args, **kwargs)) for at in np.ndindex(*lead, *after)]
    inner = found[0].shape
    stacked = f.reshape(f.stack(found), (*lead, *after, *inner))
    n = len(lead)
    order = (*range(n), *range(n + len(after), stacked.ndim), *range(n, n + len(after)))
    return f.transpose(stacked, order)


def apply_over_axes(func: Callable[..., Any], a: Any, axes: Any) -> Tensor:
    """A reduction over one axis after the other, which are kept. As `numpy.apply_over_axes`."""
    t: Any = tensor_of(a)
    ndim = t.ndim
    for axis in [axes] if np.ndim(axes) == 0 else axes:
        at = axis_index(axis, ndim, "np.apply_over_axes")
        result: Any = tensor_of(func(t, at))
        t = result if result.ndim == ndim else np.expand_dims(result, at)
        if t.ndim != ndim:
            raise ValueError(f"np.apply_over_axes: the function gave shape {result.shape} of {ndim} axes{place()}")
    held: Tensor = t
    return held


FUNCTIONS: Functions = checked(
    {np.piecewise: piecewise, np.apply_along_axis: apply_along_axis, np.apply_over_axes: apply_over_axes}
)
