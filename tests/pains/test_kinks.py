"""Old pain: subgradients and ties, one convention in every mode (PyTorch #184572; JAX #1052; HIPS autograd #617)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad

INF = float("inf")
# A function, a point on its kink, and the documented gradient there.
KINKS: dict[str, tuple[Callable[[Any], Any], Any, Any]] = {
    "relu at 0": (ad.relu, 0.0, 0.0),
    "x.relu() at 0": (lambda x: ad.as_tensor(x).relu(), 0.0, 0.0),
    "np.maximum(x, 0) at 0": (lambda x: np.maximum(x, 0.0), 0.0, 0.5),
    "np.minimum(x, 0) at 0": (lambda x: np.minimum(x, 0.0), 0.0, 0.5),
    "abs at 0": (np.abs, 0.0, 0.0),
    "np.sign at 0": (lambda x: np.sign(x) * x, 0.0, 0.0),
    "np.max of a tie": (np.max, [1.0, 3.0, 3.0], [0.0, 0.5, 0.5]),
    "np.min of three": (np.min, [1.0, 1.0, 1.0], [1 / 3] * 3),
    "max(dim=)": (lambda x: ad.max(x, dim=0).values, [1.0, 3.0, 3.0], [0.0, 1.0, 0.0]),
    "amax(dim=)": (lambda x: ad.amax(x, dim=0), [1.0, 3.0, 3.0], [0.0, 0.5, 0.5]),
    "np.sort, the first": (lambda x: np.sort(x)[0], [2.0, 1.0, 1.0], [0.0, 1.0, 0.0]),
    "np.sort, the second": (lambda x: np.sort(x)[1], [2.0, 1.0, 1.0], [0.0, 0.0, 1.0]),
    "sort(dim=), descending": (lambda x: ad.sort(x, dim=0, descending=True).values[0], [2.0, 2.0], [1.0, 0.0]),
    "topk": (lambda x: ad.topk(x, 1).values.sum(), [2.0, 2.0], [1.0, 0.0]),
    "np.clip on its lower bound": (lambda x: np.clip(x, 0.0, 1.0), 0.0, 1.0),
    "np.clip on its upper bound": (lambda x: np.clip(x, 0.0, 1.0), 1.0, 1.0),
    "clamp below": (lambda x: ad.clamp(x, min=0.0), -1.0, 0.0),
    "norm at 0": (np.linalg.norm, [0.0, 0.0], [0.0, 0.0]),
    "x.norm() at 0": (lambda x: ad.norm(x), [0.0, 0.0], [0.0, 0.0]),
    "hypot at 0": (lambda x: np.hypot(x[0], x[1]), [0.0, 0.0], [0.0, 0.0]),
    "std of equal elements": (np.std, [2.0, 2.0], [0.0, 0.0]),
    "sqrt at 0": (np.sqrt, 0.0, INF),
    "prod with a 0": (np.prod, [0.0, 2.0, 3.0], [6.0, 0.0, 0.0]),
    "x ** 2 at 0": (lambda x: x**2, 0.0, 0.0),
    "x ** 0 at 0": (lambda x: x**0, 0.0, 0.0),
    "where, untaken log": (lambda x: np.where(x > 0, np.log(np.where(x > 0, x, 1.0)), 0.0), -1.0, 0.0),
    "where with a branch of its own": (lambda x: np.where(x > 0, x, -2 * x), 0.0, -2.0),
}


@pytest.mark.parametrize(("function", "point", "gradient"), KINKS.values(), ids=KINKS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_every_mode_has_the_documented_subgradient(
    function: Callable[[Any], Any], point: Any, gradient: Any, dtype: str
) -> None:
    at = np.asarray(point, dtype)
    expected = np.asarray(gradient)
    x = ad.tensor(at)
    function(x).backward()
    assert x.grad is not None
    found = {
        "backward": x.grad.numpy(),
        "grad": ad.grad(function)(at),
        "recorded": ad.vjp(lambda a: ad.vjp(function, a)[1](np.asarray(1.0, dtype))[0], at)[0],
        "jacfwd": ad.jacfwd(function)(at),
        "jacrev": ad.jacrev(function)(at),
    }
    for way, value in found.items():
        np.testing.assert_allclose(np.asarray(value), expected, rtol=1e-6, err_msg=way)


def test_a_nan_from_a_branch_that_was_not_taken_is_as_in_pytorch_and_anomaly_mode_names_the_cause() -> None:
    x = ad.tensor(-1.0)
    np.where(x > 0, np.sqrt(x), 0.0).backward()
    assert x.grad is not None
    assert np.isnan(x.grad.item())
    y = ad.tensor(-1.0)
    with ad.detect_anomaly(), pytest.raises((RuntimeError, ArithmeticError), match="sqrt"):
        np.sqrt(y)
