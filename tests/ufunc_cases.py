"""Values for NumPy's elementwise functions, and how results are compared."""

from __future__ import annotations

from typing import Any

import numpy as np

import notebook_ad as ad

INF, NAN, PI = np.inf, np.nan, np.pi


def named(function: Any) -> str:
    return str(function.__name__)


def values(shape: tuple[int, ...], low: float, high: float, dtype: Any = np.float64, seed: int = 0) -> np.ndarray:
    return np.asarray(np.random.default_rng(seed).uniform(low, high, shape), dtype)


def same(tensor: Any, array: Any) -> None:
    """The value, shape and dtype that NumPy gives."""
    expected = np.asarray(array)
    assert isinstance(tensor, ad.Tensor)
    assert (tensor.shape, tensor.dtype) == (expected.shape, expected.dtype)
    eps = np.finfo(expected.dtype).eps if expected.dtype.kind == "f" else 0
    np.testing.assert_allclose(np.asarray(tensor.detach().value), expected, rtol=4 * eps, atol=0)
