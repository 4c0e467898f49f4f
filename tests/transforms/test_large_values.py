"""Under grad() nobody draws the tape, so large values stay only as long as a derivative needs them."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.engine.errors import ConsumedError

LARGE = np.linspace(-1.0, 1.0, 400 * 400).reshape(400, 400)


def chain(x: Any) -> Any:
    """Values that no derivative needs."""
    for _ in range(40):
        x = x + 1.0
    return np.sum(x)


def layers(x: Any) -> Any:
    """Of x·x + 1 and its tanh a derivative needs the tanh and both x."""
    y = x
    for _ in range(10):
        y = np.tanh(y * x + 1.0) - x / 3.0
    return np.mean(y**2)


def mixed(x: Any) -> Any:
    """Products, powers, minima, parts and products of matrices."""
    y = np.maximum(x, 0.1) ** 1.5 * x[::-1] + x.T
    return np.sum((y @ x - y.reshape(x.shape)) / (1.0 + x * x)) + np.max(y)


@pytest.mark.parametrize(("f", "arrays"), [(chain, 6), (layers, 45)])
def test_memory_is_that_of_what_the_derivative_reads(f: Callable[[Any], Any], arrays: int) -> None:
    gradient = ad.grad(f)
    gradient(LARGE)
    tracemalloc.start()
    gradient(LARGE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < arrays * LARGE.nbytes


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("f", [chain, layers, mixed])
def test_gradients_are_those_of_a_tape_that_keeps_all(f: Callable[[Any], Any], dtype: str) -> None:
    x = ad.tensor(LARGE.astype(dtype))
    f(x).backward()
    np.testing.assert_array_equal(ad.grad(f)(LARGE.astype(dtype)), x.grad.numpy())


def test_a_gradient_that_is_differentiated_again_by_a_tensor_outside() -> None:
    w = ad.tensor(LARGE[::-1] + 0.5)

    def f(x: Any) -> Any:
        return np.sum(np.tanh(x * w + 1.0) * x)

    found = ad.grad(f)(LARGE)
    (found * found).sum().backward()
    again, w.grad = w.grad.numpy(), None
    x = ad.tensor(LARGE)
    (g,) = ad.autograd.grad(f(x), x, create_graph=True)
    (g * g).sum().backward()
    np.testing.assert_allclose(again, w.grad.numpy(), rtol=1e-12)


def test_what_follows_such_a_gradient_can_be_drawn() -> None:
    w = ad.tensor(np.full((400, 400), 2.0))
    found = ad.grad(lambda x: np.sum(x * w))(LARGE)
    later = ((w + 1.0) * 3.0).sum()
    assert np.all(ad.graph(later).nodes[-1].value == 9.0 * LARGE.size)
    np.testing.assert_array_equal(
        found.numpy() if not found.requires_grad else found.detach().numpy(), w.detach().numpy()
    )


@pytest.mark.parametrize(("x", "drawn"), [(LARGE, False), (LARGE[:20], True)])
def test_a_graph_without_its_values_is_not_drawn_wrong(x: np.ndarray, drawn: bool) -> None:
    values: list[Any] = []

    def f(x: Any) -> Any:
        y = np.sum((x + 1.0) * 2.0)
        values.append(ad.graph(y).nodes[-1].value)
        return y

    if drawn:
        ad.grad(f)(x)
        assert values == [pytest.approx(np.sum((x + 1.0) * 2.0))]
    else:
        with pytest.raises(ConsumedError, match=r"ad\.show\(f\(ad\.tensor\(x\)\)\)"):
            ad.grad(f)(x)
