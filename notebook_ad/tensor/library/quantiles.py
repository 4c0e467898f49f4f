"""Quantiles and weighted means of tensors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from notebook_ad.engine.library import reductions as ops
from notebook_ad.tensor import functions as f
from notebook_ad.tensor.elementwise import as_dtype
from notebook_ad.tensor.host import call
from notebook_ad.tensor.library.given import Functions, checked
from notebook_ad.tensor.library.reduced import axes_of, collected, refuse_out
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor


def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: bool = False) -> Any:
    """Weighted mean over axes, as `numpy.average`; weights of the shape of `a`, or of its axis.

    Raises:
        TypeError: the weights have another shape, and no axis is given.
        ValueError: they do not fit the axis.
    """
    t = collected(a, None, "np.average")
    axes = axes_of(axis, t, "np.average")
    if weights is None:
        result = f.mean(t, axes, keepdims)
        total: Any = np.full(result.shape, math.prod(t.shape[i] for i in axes), result.dtype)
    else:
        w = collected(weights, None, "np.average")
        if w.shape != t.shape:
            w = _aligned(w, t, axis, axes)
        total = f.sum(f.broadcast_to(w, t.shape), axes, keepdims)
        result = f.sum(t * w, axes, keepdims) / total
    return (result, total) if returned else result


def _aligned(w: Tensor, t: Tensor, axis: Any, axes: tuple[int, ...]) -> Tensor:
    if axis is None:
        raise TypeError(f"np.average: a {t.shape} and weights {w.shape} differ in shape{place()}; give the axis")
    if w.shape != tuple(t.shape[i] for i in axes):
        raise ValueError(f"np.average: weights {w.shape} do not fit axis {axis} of a {t.shape}{place()}")
    order = sorted(range(len(axes)), key=lambda i: axes[i])
    return f.reshape(f.transpose(w, order), tuple(n if i in axes else 1 for i, n in enumerate(t.shape)))


def quantile(
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
    """The q-th quantile over axes with linear interpolation, as `numpy.quantile`.

    The gradient goes to the element that is the quantile (among equal ones the first in the order of a stable sort), or
    is shared by the two that it lies between. `q` has no gradient.

    Raises:
        TypeError: another method than "linear", weights, or a `q` that requires a gradient.
        ValueError: `q` is not in [0, 1].
    """
    return _quantile("np.quantile", 1, a, q, axis, out, method, keepdims, weights)


def percentile(
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
    """As `quantile`, of q in percent."""
    return _quantile("np.percentile", 100, a, q, axis, out, method, keepdims, weights)


def median(a: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, keepdims: bool = False) -> Tensor:
    """The middle element, or the mean of the two in the middle, as `numpy.median`."""
    refuse_out("np.median", out)
    t, axes, keepdims = rows("np.median", a, axis, keepdims)
    return call(ops.median, [t], {"axis": axes, "keepdims": keepdims})


def _quantile(
    name: str, whole: int, a: Any, q: Any, axis: Any, out: Any, method: str, keepdims: bool, weights: Any
) -> Tensor:
    wanted = refuse_quantile(name, whole, q, out, method, weights)
    t, axes, keepdims = rows(name, a, axis, keepdims)
    return call(ops.quantile, [t], {"q": wanted, "axis": axes, "keepdims": keepdims})


def refuse_quantile(name: str, whole: int, q: Any, out: Any, method: str, weights: Any) -> Any:
    """The quantiles in [0, 1], as a number or an array.

    Raises:
        TypeError: what quantiles of tensors do not take.
        ValueError: q is out of range.
    """
    refuse_out(name, out)
    if method != "linear" or weights is not None:
        raise TypeError(f"{name} of a tensor has method='linear' without weights only{place()}")
    if isinstance(q, Tensor) and q.requires_grad and (q._meta is None or q._meta.assumed is None):
        raise TypeError(f"{name}: q has no gradient here{place()}; detach() it")
    number = isinstance(q, int | float)
    wanted: Any = q / whole if number else np.true_divide(q.detach().value if isinstance(q, Tensor) else q, whole)
    if not np.all((wanted >= 0) & (wanted <= 1)):
        raise ValueError(f"{name}: q must lie in [0, {whole}], not {q}{place()}")
    return wanted


def rows(name: str, a: Any, axis: Any, keepdims: bool) -> tuple[Tensor, tuple[int, ...], bool]:
    """The operand as floats with an axis at least, its axes, and whether these are kept."""
    t = collected(a, None, name)
    t = t if t.dtype.kind == "f" else as_dtype(t, np.dtype(np.float64))
    axes = axes_of(axis, t, name)
    return (t, axes, bool(keepdims)) if t.ndim else (f.reshape(t, (1,)), (0,), False)


FUNCTIONS: Functions = checked(
    {np.average: average, np.quantile: quantile, np.percentile: percentile, np.median: median}
)
