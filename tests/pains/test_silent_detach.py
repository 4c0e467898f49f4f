"""Old pain: conversions that cut the graph without a word (PyTorch #143113, #170819). Kept, or raised with the cure."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad

V = np.array([2.0, 3.0])
KEPT: dict[str, tuple[Callable[[Any], Any], list[float]]] = {
    "ndarray * tensor": (lambda x: V * x, [2.0, 3.0]),
    "ndarray @ tensor": (lambda x: V @ x, [2.0, 3.0]),
    "ndarray - tensor": (lambda x: V - x, [-1.0, -1.0]),
    "np.float64 * tensor": (lambda x: np.float64(2.0) * x, [2.0, 2.0]),
    "np.float64 / tensor": (lambda x: np.float64(2.0) / x, [-2.0, -0.5]),
    "np.int64 ** tensor": (lambda x: np.int64(2) ** x, [2 * math.log(2), 4 * math.log(2)]),
    "np.array(2.0) * tensor": (lambda x: np.array(2.0) * x, [2.0, 2.0]),
    "np.float32 + tensor": (lambda x: np.float32(1.0) + x, [1.0, 1.0]),
    "np.log2(tensor)": (np.log2, [1 / math.log(2), 0.5 / math.log(2)]),
    "builtin sum": (lambda x: sum(x), [1.0, 1.0]),
    "builtin max": (lambda x: max(x), [0.0, 1.0]),
    "np.stack of a list": (lambda x: np.stack([x[0], x[1]]), [1.0, 1.0]),
}


@pytest.mark.parametrize(("call", "gradient"), KEPT.values(), ids=KEPT)
def test_the_graph_is_kept(call: Callable[[Any], Any], gradient: list[float]) -> None:
    x = ad.tensor([1.0, 2.0])
    y = call(x)
    assert isinstance(y, ad.Tensor)
    y.sum().backward()
    assert x.grad is not None
    np.testing.assert_allclose(x.grad.numpy(), gradient, rtol=1e-14)


RAISED: dict[str, Callable[[Any], Any]] = {
    "np.array of a list": lambda x: np.array([x[0], x[1]]),
    "np.array of a list of arrays": lambda x: np.array([x, x]),
    "np.asarray": np.asarray,
    "np.sum of a list": lambda x: np.sum([x[0], x[1]]),
    "np.mean of a list": lambda x: np.mean([x, x]),
    "np.exp of a list": lambda x: np.exp([x[0], x[1]]),
    "np.float64(t)": lambda x: np.float64(x[0]),
    "math.log2": lambda x: math.log2(x[0]),
    "math.fsum": lambda x: math.fsum(x),
    "float": lambda x: float(x[0]),
    "int": lambda x: int(x[0]),
    "complex": lambda x: complex(x[0]),
    "round": lambda x: round(x[0]),
    "np.full": lambda x: np.full(2, x[0]),
    "np.arange": lambda x: np.arange(0.0, x[1], 0.5),
    "np.random.normal": lambda x: np.random.default_rng(0).normal(x[0]),
    "ad.tensor of a list": lambda x: ad.tensor([x[0], x[1]]),
    "ad.tensor": ad.tensor,
    "a nested list": lambda x: ad.tensor([[x[0]], [x[1]]]),
    "memoryview": lambda x: bytes(memoryview(x)),
}


@pytest.mark.parametrize("call", RAISED.values(), ids=RAISED)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_or_the_call_raises_with_the_cure(call: Callable[[Any], Any], dtype: str) -> None:
    x = ad.tensor([1.0, 2.0], dtype=dtype)
    with pytest.raises(
        (RuntimeError, TypeError, ad.NoDerivative), match=r"detach|item\(\)|memoryview|must be real number"
    ):
        call(x)
