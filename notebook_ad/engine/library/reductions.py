"""Products, variances and quantiles over axes. Axes in `static` are counted from the front."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from notebook_ad.engine.host import host, is_complex
from notebook_ad.engine.library.running import cumprod, shifted
from notebook_ad.engine.rules import expand, primal, shared

Axes = tuple[int, ...]


def _moments(x: Any, axis: Axes, ddof: float) -> tuple[Any, Any]:
    """Distances from the mean, and what their squares' sum is divided by (0 where there are too few)."""
    count = math.prod(np.shape(x)[i] for i in axis)
    centre = np.sum(x, axis=axis, keepdims=True) / max(count, 1)
    return x - centre, max(count - ddof, 0)


def _var(x: Any, axis: Axes, ddof: float, keepdims: bool) -> Any:
    apart, count = _moments(np.asarray(x), axis, ddof)
    squares = apart.real**2 + apart.imag**2 if is_complex(apart) else apart * apart
    total = np.sum(squares, axis=axis, keepdims=keepdims)
    return np.true_divide(total, total.dtype.type(count))  # of total's dtype: NumPy 1 would make float32 / int float64


def _var_rule(g: Any, z: Any, x: Any, axis: Axes, ddof: float, keepdims: bool) -> Any:
    apart, count = _moments(x, axis, ddof)
    apart = np.conj(apart) if is_complex(apart) else apart
    return expand(g, x, {"axis": axis, "keepdims": keepdims}) * (apart * (2 / count if count else np.inf))


def _std_rule(g: Any, z: Any, x: Any, axis: Axes, ddof: float, keepdims: bool) -> Any:
    """g (x − mean) / (count · z); 0 where z is 0, as in PyTorch."""
    apart, count = _moments(x, axis, ddof)
    apart = np.conj(apart) if is_complex(apart) else apart
    same = primal(z) == 0
    factor = np.where(same, 0.0, g / np.where(same, 1.0, z))
    return expand(factor, x, {"axis": axis, "keepdims": keepdims}) * (apart * (1 / count if count else np.inf))


var = host("var", "var", _var, (_var_rule,), rule="upstream × 2 · (x − mean) / count")
std = host(
    "std",
    "std",
    lambda x, axis, ddof, keepdims: np.sqrt(_var(x, axis, ddof, keepdims)),
    (_std_rule,),
    rule="upstream × (x − mean) / (count · std); 0 where all are equal",
)


def _prod_rule(g: Any, z: Any, x: Any, axis: Axes, keepdims: bool) -> Any:
    """Times the product of the others, from the left and from the right: no division, so zeros are no special case."""
    rest = tuple(i for i in range(np.ndim(x)) if i not in axis)
    order = (*rest, *axis)
    moved = np.transpose(x, order)
    count = math.prod(np.shape(x)[i] for i in axis)
    rows = np.reshape(moved, (math.prod(np.shape(x)[i] for i in rest), count))
    before = shifted(cumprod(rows, axis=1, reverse=False), 1, 1, fill=1.0)
    after = shifted(cumprod(rows, axis=1, reverse=True), 1, -1, fill=1.0)
    back = tuple(int(i) for i in np.argsort(order))
    others = np.transpose(np.reshape(before * after, np.shape(moved)), back)
    return expand(g, x, {"axis": axis, "keepdims": keepdims}) * others


prod = host(
    "prod",
    "Π",
    lambda x, axis, keepdims: np.prod(x, axis=axis, keepdims=keepdims),
    (_prod_rule,),
    rule="upstream × the product of the others",
)


def _quantile(x: Any, q: Any, axis: Axes, keepdims: bool) -> Any:
    result = np.quantile(x, q, axis=axis, keepdims=keepdims)
    return result.astype(x.dtype) if type(q) is float else result  # a Python number is weak, in NumPy 1 too


def _weights(x: Any, q: Any, axis: Axes) -> np.ndarray:
    """How much each element counts in each quantile: shape q.shape + x.shape; 1 in all, on one element or two neighbours."""
    rest = tuple(i for i in range(np.ndim(x)) if i not in axis)
    moved = np.transpose(x, (*rest, *axis))
    rows = moved.reshape(math.prod(moved.shape[: len(rest)]), -1)
    places = np.argsort(rows, axis=1, kind="stable")
    at = np.asarray(q, np.float64).reshape(-1) * (rows.shape[1] - 1)
    below = np.floor(at).astype(np.int64)
    above = np.minimum(below + 1, rows.shape[1] - 1)
    share = (at - below)[:, None]
    weights = np.zeros((len(at), *rows.shape), x.dtype if x.dtype.kind == "f" else np.float64)
    which, row = np.arange(len(at))[:, None], np.arange(len(rows))[None, :]
    weights[which, row, places[:, below].T] = 1 - share
    weights[which, row, places[:, above].T] += share
    shaped = weights.reshape(len(at), *moved.shape)
    back = np.argsort((*rest, *axis)) + 1
    return np.ascontiguousarray(shaped.transpose(0, *back).reshape(*np.shape(q), *np.shape(x)))


weights_of = host("quantile_weights", "weights", _weights, (None,))


def _quantile_rule(g: Any, z: Any, x: Any, q: Any, axis: Axes, keepdims: bool) -> Any:
    lead = np.ndim(q)
    kept = tuple(1 if i in axis else n for i, n in enumerate(np.shape(x)))
    spread = shared(np.reshape(g, (*np.shape(q), *kept)), weights_of(primal(x), q=q, axis=axis))
    return np.sum(spread, axis=tuple(range(lead))) if lead else spread


median = host(  # NumPy's own value: its quantile gives nan where an infinity is a neighbour of the middle element
    "median",
    "median",
    lambda x, axis, keepdims: np.median(x, axis=axis, keepdims=keepdims),
    (lambda g, z, x, axis, keepdims: _quantile_rule(g, z, x, 0.5, axis, keepdims),),
    rule="upstream, to the middle element, or shared by the two in the middle",
)
quantile = host(
    "quantile",
    "quantile",
    _quantile,
    (_quantile_rule,),
    rule="upstream, to the element that is the quantile, or shared by the two that it lies between",
)
