"""Reductions of tensors under NumPy's names and with its arguments: `dtype`, `initial`, `where`, tuples of axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.engine.library import reductions as ops
from notebook_ad.tensor import functions as f
from notebook_ad.tensor.elementwise import as_dtype
from notebook_ad.tensor.host import call
from notebook_ad.tensor.library import covariance, nan_quantiles, nans, quantiles, running
from notebook_ad.tensor.library.given import Functions, checked
from notebook_ad.tensor.library.reduced import axes_of, chosen, collected, refuse_out
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
    if type(a) is Tensor and where is True and dtype is None and out is None and type(initial) is int and initial == 0:
        return f.sum(a, axis, keepdims)
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
    total = call(ops.prod, [t], {"axis": axes_of(axis, t, "np.prod"), "keepdims": bool(keepdims)})
    return total if _is(initial, 1) else total * initial


def mean(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False, *, where: Any = True
) -> Tensor:
    """Mean over axes, as `numpy.mean`."""
    if type(a) is Tensor and where is True and dtype is None and out is None:
        return f.mean(a, axis, keepdims)
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
        static = {"axis": axes_of(axis, t, f"np.{name}"), "ddof": less, "keepdims": bool(keepdims)}
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


def _axis(axis: Any) -> Any:
    return tuple(axis) if isinstance(axis, list) else axis


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
        }
    ),
    **quantiles.FUNCTIONS,
    **nan_quantiles.FUNCTIONS,
    **covariance.FUNCTIONS,
    **nans.FUNCTIONS,
    **running.FUNCTIONS,
}
