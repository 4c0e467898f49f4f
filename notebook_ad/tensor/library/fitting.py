"""Polynomials fitted to points, with NumPy's account of the fit."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.tensor import functions as f
from notebook_ad.tensor.dtypes import SMOOTH
from notebook_ad.tensor.elementwise import as_dtype
from notebook_ad.tensor.library.given import Functions, checked, holds
from notebook_ad.tensor.library.polynomials import coefficients
from notebook_ad.tensor.library.reduced import collected
from notebook_ad.tensor.messages import place

RANK_WARNING: Any = vars(np.exceptions).get("RankWarning") or vars(np)["RankWarning"]  # the latter in NumPy 1


def polyfit(
    x: Any, y: Any, deg: int, rcond: Any = None, full: bool = False, w: Any = None, cov: bool | str = False
) -> Any:
    """The polynomial of degree `deg` nearest to points in the sense of least squares. As `numpy.polyfit`.

    Returns:
        The coefficients; with `full` also residuals, rank, singular values and rcond, with `cov` their covariance matrix.
    """
    at: Any = coefficients(x, "polyfit")
    values: Any = collected(y, None, "np.polyfit")
    if not len(at) or values.ndim not in (1, 2) or values.shape[0] != len(at):
        raise ShapeError(
            f"np.polyfit: x of shape {at.shape} and y of shape {values.shape}{place()}; as many points each"
        )
    if cov and cov != "unscaled" and not full and len(at) <= deg + 1:
        raise ValueError(
            f"np.polyfit: cov=True of {deg + 1} coefficients wants more than {len(at)} points{place()}; or 'unscaled'"
        )
    values = values if values.dtype in SMOOTH else as_dtype(values, np.dtype(np.float64))
    powers: Any = np.vander(at, int(deg) + 1)
    if w is not None:
        weights: Any = coefficients(w, "polyfit")
        powers = powers * weights[:, None]
        values = values * (weights[:, None] if values.ndim == 2 else weights)
    cut = len(at) * np.finfo(at.dtype).eps if rcond is None else rcond
    scale: Any = f.sqrt(f.sum(powers * powers, 0))
    powers = powers / scale
    solution, squares, rank, sizes = np.linalg.lstsq(powers, values, cut)
    fitted: Any = solution / (scale[:, None] if values.ndim == 2 else scale)
    if full:
        return fitted, squares, rank, sizes, cut
    if holds(np.not_equal(rank, int(deg) + 1)):
        warnings.warn("Polyfit may be poorly conditioned", RANK_WARNING, stacklevel=4)
    if not cov:
        return fitted
    spread: Any = np.linalg.inv(f.matmul(f.transpose(powers), powers)) / np.outer(scale, scale)
    spread = spread if values.ndim == 1 else spread[:, :, None]
    return fitted, spread if cov == "unscaled" else spread * (squares / (len(at) - int(deg) - 1))


FUNCTIONS: Functions = checked({np.polyfit: polyfit})
