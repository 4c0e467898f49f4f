"""Reductions that leave out NaN: no gradient flows to what was left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.tensor import functions as f
from notebook_ad.tensor.library import running
from notebook_ad.tensor.library.given import Functions, checked
from notebook_ad.tensor.library.reduced import collected, refuse_out
from notebook_ad.tensor.tensor import Tensor


def _without(a: Any, neutral: float, dtype: Any, name: str) -> tuple[Tensor, Any]:
    """The operand with a neutral number for each NaN, and the mask of what was no NaN."""
    t: Any = collected(a, dtype, name)
    missing = np.isnan(t)
    return f.where(missing, neutral, t), np.logical_not(missing)


def nansum(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Tensor:
    """As `numpy.nansum`."""
    refuse_out("np.nansum", out)
    return f.sum(_without(a, 0.0, dtype, "np.nansum")[0], axis, keepdims)


def nanprod(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Tensor:
    """As `numpy.nanprod`."""
    refuse_out("np.nanprod", out)
    result: Tensor = np.prod(_without(a, 1.0, dtype, "np.nanprod")[0], axis=axis, keepdims=keepdims)
    return result


def nanmean(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Tensor:
    """As `numpy.nanmean`; nan where all are NaN."""
    refuse_out("np.nanmean", out)
    t, there = _without(a, 0.0, dtype, "np.nanmean")
    return f.sum(t, axis, keepdims) / f.sum(there.astype(t.dtype), axis, keepdims)


def nanvar(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: float = 0, keepdims: bool = False
) -> Tensor:
    """As `numpy.nanvar`; nan where too few are left."""
    refuse_out("np.nanvar", out)
    t, there = _without(a, 0.0, dtype, "np.nanvar")
    weights = there.astype(t.dtype)
    centre = f.sum(t, axis, True) / f.sum(weights, axis, True)
    apart = f.where(there, t - centre, 0.0)
    count: Any = f.sum(weights, axis, keepdims) - ddof
    return f.sum(apart * apart, axis, keepdims) / f.where(count > 0, count, np.nan)


def nanstd(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: float = 0, keepdims: bool = False
) -> Tensor:
    """As `numpy.nanstd`."""
    return f.sqrt(nanvar(a, axis, dtype, out, ddof, keepdims))


def _extremum(name: str, function: Callable[..., Tensor], neutral: float) -> Callable[..., Tensor]:
    def extremum(a: Any, axis: Any = None, out: Any = None, keepdims: bool = False) -> Tensor:
        refuse_out(f"np.{name}", out)
        t, there = _without(a, neutral, None, f"np.{name}")
        found = function(t, axis, keepdims)
        return f.where(np.any(there, axis=axis, keepdims=keepdims), found, np.nan)

    extremum.__name__ = extremum.__qualname__ = name
    extremum.__doc__ = f"As `numpy.{name}`; a tie shares the gradient evenly."
    return extremum


nanmax = _extremum("nanmax", f.max, -np.inf)
nanmin = _extremum("nanmin", f.min, np.inf)


def nancumsum(a: Any, axis: int | None = None, dtype: Any = None, out: Any = None) -> Tensor:
    """As `numpy.nancumsum`."""
    return running.cumsum(_without(a, 0.0, dtype, "np.nancumsum")[0], axis, None, out)


def nancumprod(a: Any, axis: int | None = None, dtype: Any = None, out: Any = None) -> Tensor:
    """As `numpy.nancumprod`."""
    return running.cumprod(_without(a, 1.0, dtype, "np.nancumprod")[0], axis, None, out)


FUNCTIONS: Functions = checked(
    {
        np.nansum: nansum,
        np.nanprod: nanprod,
        np.nanmean: nanmean,
        np.nanvar: nanvar,
        np.nanstd: nanstd,
        np.nanmax: nanmax,
        np.nanmin: nanmin,
        np.nancumsum: nancumsum,
        np.nancumprod: nancumprod,
    }
)
