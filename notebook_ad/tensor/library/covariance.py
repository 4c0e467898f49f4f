"""Covariance and correlation matrices of tensors."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.tensor import functions as f
from notebook_ad.tensor.dtypes import SMOOTH
from notebook_ad.tensor.elementwise import as_dtype
from notebook_ad.tensor.library.complex import conj
from notebook_ad.tensor.library.given import Functions, checked, holds
from notebook_ad.tensor.library.quantiles import average
from notebook_ad.tensor.library.reduced import collected
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor


def cov(
    m: Any,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Any = None,
    aweights: Any = None,
    *,
    dtype: Any = None,
) -> Tensor:
    """The covariance matrix of variables, one a row: in float64 at least. As `numpy.cov`.

    Args:
        m: variables (k, n), or one (n,); y: further ones.
        rowvar: False for one variable a column.
        fweights, aweights: how often each observation counts, and its weight, (n,) and not negative.

    Raises:
        ShapeError: more than two axes.
        TypeError: a dtype other than float or complex, or fweights that are no integers.
        ValueError: ddof is no integer, or weights of another shape than (n,), or negative.
    """
    if ddof is not None and ddof != int(ddof):
        raise ValueError(f"np.cov: ddof must be an integer, not {ddof}{place()}")
    given = [collected(v, None, "np.cov") for v in (m, y) if v is not None]
    if dtype is not None and np.dtype(dtype) not in SMOOTH:
        raise TypeError(f"np.cov of a tensor: dtype={np.dtype(dtype)} has no gradient{place()}; leave it out")
    wide = np.dtype(dtype) if dtype is not None else np.result_type(np.float64, *(t.dtype for t in given))
    x = f.concatenate([_rows(as_dtype(t, wide), rowvar) for t in given])
    if not x.shape[0]:
        return f.reshape(x, (0, 0))
    frequencies, importance = _weights(fweights, x, "fweights"), _weights(aweights, x, "aweights")
    less = (0 if bias else 1) if ddof is None else int(ddof)
    w = importance if frequencies is None else frequencies if importance is None else frequencies * importance
    mean, total = average(x, axis=1, weights=w, returned=True)
    whole: Any = x.shape[1] if w is None else total[0]
    share: Any = 1 if importance is None else f.sum(w * importance) / whole
    whole = whole - less * share
    if holds(whole <= 0):
        warnings.warn("Degrees of freedom <= 0 for slice", RuntimeWarning, stacklevel=2)
        whole = 0.0
    x = x - mean[:, None]
    products: Tensor = f.matmul(x, conj(f.transpose(x if w is None else x * w)))
    with np.errstate(divide="ignore", invalid="ignore"):
        result: Any = products * f.divide(1.0, whole) if isinstance(whole, Tensor) else products / float(whole)
    squeezed: Tensor = np.squeeze(result)
    return squeezed


def _rows(t: Tensor, rowvar: bool) -> Tensor:
    """The variables as rows."""
    if t.ndim > 2:
        raise ShapeError(f"np.cov takes variables in one or two axes, not shape {t.shape}{place()}")
    if t.ndim < 2:
        return f.reshape(t, (1, -1))
    return t if rowvar else f.transpose(t)


def _weights(given: Any, x: Tensor, name: str) -> Any:
    if given is None:
        return None
    w: Any = collected(given, None, "np.cov")
    if w.shape != x.shape[1:]:
        raise ValueError(f"np.cov: {name} of shape {w.shape} for {x.shape[1]} observations{place()}")
    if name == "fweights" and holds(np.any(w != np.round(w))):
        raise TypeError(f"np.cov: fweights must be integers{place()}")
    if holds(np.any(w < 0)):
        raise ValueError(f"np.cov: {name} must not be negative{place()}")
    return as_dtype(w, np.dtype(np.float64))


def corrcoef(x: Any, y: Any = None, rowvar: bool = True, *, dtype: Any = None) -> Tensor:
    """The matrix of correlation coefficients, each in [-1, 1]. As `numpy.corrcoef`."""
    c = cov(x, y, rowvar, dtype=dtype)
    if c.ndim == 0:
        return f.divide(c, c)
    spread: Any = f.sqrt(np.real(np.diagonal(c)))
    c = c / spread[:, None] / spread[None, :]
    bounded: Tensor = np.clip(c, -1, 1) if c.dtype.kind == "f" else c
    return bounded


FUNCTIONS: Functions = checked({np.cov: cov, np.corrcoef: corrcoef})
