"""Reductions of tensors under NumPy's names and with its arguments: `dtype`, `initial`, `where`, tuples of axes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from notebook_ad.engine.library import reductions as ops
from notebook_ad.tensor import functions as f
from notebook_ad.tensor.elementwise import as_dtype
from notebook_ad.tensor.host import call
from notebook_ad.tensor.library import nans, running
from notebook_ad.tensor.library.given import Functions, axis_tuple, checked
from notebook_ad.tensor.library.reduced import chosen, collected, refuse_out
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor


def sum(  # noqa: A001 - NumPy's name
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Any = 0,
    where: Any = True,
) -> Tensor:
    """Sum over axes (all by default), as `numpy.sum`; the gradient is the upstream, broadcast."""
    refuse_out("np.sum", out)
    total = f.sum(chosen(collected(a, dtype, "np.sum"), where, 0.0), _axis(axis), keepdims)
    return total if _is(initial, 0) else total + initial


def prod(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    keepdims: bool = False,
    initial: Any = 1,
    where: Any = True,
) -> Tensor:
    """Product over axes, as `numpy.prod`. The gradient is right where factors are 0, to any order."""
    refuse_out("np.prod", out)
    t = chosen(collected(a, dtype, "np.prod"), where, 1.0)
    total = call(ops.prod, [t], {"axis": _axes(axis, t, "np.prod"), "keepdims": bool(keepdims)})
    return total if _is(initial, 1) else total * initial


def mean(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, *, where: Any = True
) -> Tensor:
    """Mean over axes, as `numpy.mean`."""
    refuse_out("np.mean", out)
    t = collected(a, dtype, "np.mean")
    if where is True:
        return f.mean(t, _axis(axis), keepdims)
    count: Any = np.sum(np.broadcast_to(where, t.shape), axis=_axis(axis), keepdims=keepdims)
    return f.divide(f.sum(chosen(t, where, 0.0), _axis(axis), keepdims), count)


def _spread(name: str, primitive: Any, doc: str) -> Any:
    def function(
        a: Any,
        axis: Any = None,
        dtype: Any = None,
        out: Any = None,
        ddof: float = 0,
        keepdims: bool = False,
        *,
        correction: Any = None,
    ) -> Tensor:
        refuse_out(f"np.{name}", out)
        if correction is not None and ddof != 0:
            raise ValueError(f"np.{name}: ddof and correction are one argument{place()}; give one of them")
        t = collected(a, dtype, f"np.{name}")
        t = t if t.dtype.kind in "fc" else as_dtype(t, np.dtype(np.float64))
        less = float(ddof if correction is None else correction)
        static = {"axis": _axes(axis, t, f"np.{name}"), "ddof": less, "keepdims": bool(keepdims)}
        return call(primitive, [t], static)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = doc
    return function


var = _spread("var", ops.var, "Variance over axes, as `numpy.var`; `correction` is NumPy 2's name for `ddof`.")
std = _spread("std", ops.std, "Standard deviation, as `numpy.std`; the gradient is 0 where all elements are equal.")


def _extremum(name: str, function: Any, doc: str) -> Any:
    def extremum(
        a: Any, axis: Any = None, out: Any = None, keepdims: bool = False, initial: Any = None, where: Any = True
    ) -> Tensor:
        refuse_out(f"np.{name}", out)
        if initial is not None or where is not True:
            cure = "join the bound with np.maximum or np.minimum, or put ∓inf where the mask is False with np.where"
            raise TypeError(f"np.{name} of a tensor takes no initial= and no where={place()}; {cure}")
        result: Tensor = function(collected(a, None, f"np.{name}"), _axis(axis), keepdims)
        return result

    extremum.__name__ = extremum.__qualname__ = name
    extremum.__doc__ = doc
    return extremum


max = _extremum("max", f.max, "Largest element over axes, as `numpy.max`; a tie shares the gradient evenly.")  # noqa: A001
min = _extremum("min", f.min, "Smallest element over axes, as `numpy.min`; a tie shares the gradient evenly.")  # noqa: A001


def ptp(a: Any, axis: Any = None, out: Any = None, keepdims: bool = False) -> Tensor:
    """Largest less smallest, as `numpy.ptp`."""
    refuse_out("np.ptp", out)
    return f.subtract(max(a, axis, keepdims=keepdims), min(a, axis, keepdims=keepdims))


def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: bool = False) -> Any:
    """Weighted mean over axes, as `numpy.average`; weights of the shape of `a`, or of its axis.

    Raises:
        TypeError: the weights have another shape, and no axis is given.
        ValueError: they do not fit the axis.
    """
    t = collected(a, None, "np.average")
    axes = _axes(axis, t, "np.average")
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
    refuse_out("np.quantile", out)
    if method != "linear" or weights is not None:
        raise TypeError(f"np.quantile of a tensor has method='linear' without weights only{place()}")
    if isinstance(q, Tensor) and q.requires_grad:
        raise TypeError(f"np.quantile: q has no gradient here{place()}; detach() it")
    wanted = np.asarray(q.detach().value if isinstance(q, Tensor) else q, np.float64)
    if not np.all((wanted >= 0) & (wanted <= 1)):
        raise ValueError(f"np.quantile: q must lie in [0, 1] (np.percentile: in [0, 100]), not {q}{place()}")
    t = collected(a, None, "np.quantile")
    t = t if t.dtype.kind == "f" else as_dtype(t, np.dtype(np.float64))
    t = f.reshape(t, (1,)) if t.ndim == 0 else t
    return call(ops.quantile, [t], {"q": wanted, "axis": _axes(axis, t, "np.quantile"), "keepdims": bool(keepdims)})


def percentile(a: Any, q: Any, *args: Any, **kwargs: Any) -> Tensor:
    """As `quantile`, of q / 100."""
    return quantile(a, np.true_divide(q, 100.0), *args, **kwargs)


def median(a: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, keepdims: bool = False) -> Tensor:
    """The middle element, or the mean of the two in the middle, as `numpy.median`."""
    return quantile(a, 0.5, axis, out, keepdims=keepdims)


def _axis(axis: Any) -> Any:
    return tuple(axis) if isinstance(axis, list) else axis


def _axes(axis: Any, t: Tensor, name: str) -> tuple[int, ...]:
    return tuple(range(t.ndim)) if axis is None else axis_tuple(axis, t.ndim, name)


def _is(value: Any, neutral: float) -> bool:
    return value is np._NoValue or (isinstance(value, int | float) and value == neutral)


FUNCTIONS: Functions = {
    **checked(
        {
            np.sum: sum,
            np.prod: prod,
            np.mean: mean,
            np.var: var,
            np.std: std,
            np.max: max,
            np.amax: max,
            np.min: min,
            np.amin: min,
            np.ptp: ptp,
            np.average: average,
            np.quantile: quantile,
            np.percentile: percentile,
            np.median: median,
        }
    ),
    **nans.FUNCTIONS,
    **running.FUNCTIONS,
}
