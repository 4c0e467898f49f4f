"""Quantiles of tensors that leave out NaN: the gradient goes to the element, or the two, that make the quantile."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from notebook_ad.tensor import functions as f
from notebook_ad.tensor.library.given import Functions, checked
from notebook_ad.tensor.library.quantiles import refuse_quantile, rows
from notebook_ad.tensor.library.reduced import refuse_out
from notebook_ad.tensor.tensor import Tensor


def _without_nan(name: str, a: Any, q: Any, axis: Any, keepdims: bool) -> Tensor:
    """Quantiles q (…) in [0, 1], of the shape of q and then of the axes that are left. nan where all are NaN."""
    given, axes, keepdims = rows(name, a, axis, keepdims)
    kept = [i for i in range(given.ndim) if i not in axes]
    left = tuple(given.shape[i] for i in kept)
    t: Any = f.reshape(f.transpose(given, (*kept, *axes)), (*left, math.prod(given.shape[i] for i in axes)))
    wanted = np.ravel(q)
    count: Any = np.sum(np.logical_not(np.isnan(t)), axis=-1, keepdims=True)
    position: Any = wanted * np.maximum(count - 1, 0)
    low: Any = np.floor(position).astype(np.int64)
    high: Any = np.ceil(position).astype(np.int64)
    ordered: Any = np.sort(t, axis=-1)  # NaN come last
    first, second = (np.take_along_axis(ordered, at, -1) for at in (low, high))
    share: Any = (position - low).astype(t.dtype if isinstance(q, float) else np.result_type(t.dtype, q))
    between: Any = np.where(low == high, first, first + (second - first) * share)
    found: Any = np.moveaxis(np.where(count > 0, between, np.nan), -1, 0)
    shape = tuple(1 if i in axes else n for i, n in enumerate(given.shape)) if keepdims else left
    result: Tensor = f.reshape(found, (*np.shape(q), *shape))
    return result


def nanquantile(
    a: Any,
    q: Any,
    axis: Any = None,
    out: Any = None,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    *,
    weights: Any = None,
) -> Tensor:
    """As `numpy.nanquantile`, with linear interpolation; `q` has no gradient."""
    wanted = refuse_quantile("np.nanquantile", 1, q, out, method, weights)
    return _without_nan("np.nanquantile", a, wanted, axis, keepdims)


def nanpercentile(
    a: Any,
    q: Any,
    axis: Any = None,
    out: Any = None,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
    *,
    weights: Any = None,
) -> Tensor:
    """As `nanquantile`, of q in percent."""
    wanted = refuse_quantile("np.nanpercentile", 100, q, out, method, weights)
    return _without_nan("np.nanpercentile", a, wanted, axis, keepdims)


def nanmedian(
    a: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, keepdims: bool = False
) -> Tensor:
    """The middle of the elements that are no NaN, or the mean of the two in the middle. As `numpy.nanmedian`."""
    refuse_out("np.nanmedian", out)
    return _without_nan("np.nanmedian", a, 0.5, axis, keepdims)


FUNCTIONS: Functions = checked({np.nanquantile: nanquantile, np.nanpercentile: nanpercentile, np.nanmedian: nanmedian})
