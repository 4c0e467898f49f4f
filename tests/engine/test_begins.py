"""First contributions are written over what stood there: no leftover shows, and no other number than where all is cleared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad import nn
from notebook_ad.engine import elementwise as ops
from notebook_ad.engine.primitive import BEGINS

RNG = np.random.default_rng(0)
SHAPES = [(3, 4), (64, 40), (1, 4), (3, 1), (0, 4), (3, 0), (1, 1)]  # 64 × 40: a leaf with an array of its own
PROGRAMS: dict[str, Callable[[Any, Any], Any]] = {
    "a product": lambda x, y: x * y,
    "beside a number": lambda x, y: x * 3.0 + 2.0 / (y + 9.0),
    "a square": lambda x, y: x**2 + y**2.0,
    "another power": lambda x, y: (x * x + 1.0) ** 1.5 * (y + 9.0) ** -1,
    "twice the same": lambda x, y: x * x - y / (y + 9.0),
    "a column": lambda x, y: x * y[:, :1],
    "a row": lambda x, y: x * y[:1] + x[:1],
    "a sum over rows": lambda x, y: x.sum(axis=0) * y.mean(axis=1, keepdims=True),
    "turned and reshaped": lambda x, y: (x.T * 2.0).reshape(-1) * y.T.reshape(-1),
    "joined": lambda x, y: np.concatenate([x, y]) * np.stack([x, y]).reshape(2 * x.shape[0], x.shape[1]),
    "a choice": lambda x, y: np.where(np.asarray(x.detach()) > 0, x, y) * np.maximum(x, y),
    "a floor beside": lambda x, y: np.floor_divide(x, 0.5) + np.remainder(x, y + 9.0),
    "a matrix product": lambda x, y: x @ y.T,
    "batches": lambda x, y: np.stack([x, y, x]) @ np.stack([y, x, x]).transpose(0, 2, 1),
    "shared by batches": lambda x, y: np.stack([x, y]) @ y.T + x @ np.stack([y.T, x.T]),
    "a dense layer": lambda x, y: nn.functional.linear(x, y, y.sum(axis=1)) + nn.functional.linear(x, y),
    "softmax": lambda x, y: ad.scipy.special.softmax(x * y, axis=0) * x,
    "part of it": lambda x, y: x[1:] * y[:-1],
}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", PROGRAMS)
def test_gradients_are_the_directional_derivatives(name: str, shape: tuple[int, ...], dtype: str) -> None:
    program = PROGRAMS[name]
    values = [RNG.uniform(0.1, 2.0, shape) * RNG.choice([-1.0, 1.0], shape) for _ in range(2)]
    x, y = (ad.tensor(v.astype(dtype)) for v in values)
    weights = RNG.normal(size=program(x, y).shape)
    (program(x, y) * ad.tensor(weights.astype(dtype), requires_grad=False)).sum().backward()

    def total(v: Any, w: Any) -> float:
        with ad.no_grad():
            return float((program(ad.tensor(v), ad.tensor(w)) * weights).sum().item())

    directions = [RNG.normal(size=shape) for _ in range(2)]
    for t, value, direction, at in zip((x, y), values, directions, (0, 1), strict=True):
        moved = [[*values[:at], value + sign * 1e-6 * direction, *values[at + 1 :]] for sign in (1, -1)]
        expected = (total(*moved[0]) - total(*moved[1])) / 2e-6
        gradient = np.zeros(shape) if t.grad is None else t.grad.numpy().astype("float64")
        assert np.isfinite(gradient).all()
        near = (1e-4 if dtype == "float32" else 1e-6) * (1 + np.abs(gradient * direction).sum())
        np.testing.assert_allclose((gradient * direction).sum(), expected, rtol=0, atol=near)


def test_operands_without_a_derivative_are_not_begun() -> None:
    masks = {p.name: int(BEGINS[p.code]) for p in (ops.mul, ops.select, ops.neg)}
    assert masks == {"mul": 3, "where": 6, "neg": 1}  # where: none for its condition


@pytest.mark.parametrize("shape", [(1,), (1, 1), ()])
def test_an_empty_result_gives_its_operands_zeros(shape: tuple[int, ...]) -> None:
    x, y = ad.tensor(np.ones(shape, "float32")), ad.tensor(np.ones((0, 1), "float32"))
    (x * 1.0 * y).sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), np.zeros(shape))
