"""Gradients that begin as another's take its place over: no number changes, whoever looks, and nothing is shared after."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.engine import primitive

X = np.linspace(-2.0, 3.0, 6).reshape(2, 3)
BIG = np.linspace(-1.0, 1.0, 64 * 128).reshape(64, 128)

PROGRAMS: dict[str, tuple[Callable[[Any], Any], Callable[[np.ndarray], np.ndarray]]] = {
    "a residual": (lambda x: x * x + (x * 2.0), lambda x: 2 * x + 2),
    "twice the same": (lambda x: (y := x * 3.0) + y, lambda x: np.full_like(x, 6.0)),
    "a value less itself": (lambda x: (y := x * 3.0) - y, lambda x: np.zeros_like(x)),
    "used later too": (lambda x: ((y := x * x) + 1.0) * y, lambda x: 4 * x**3 + 2 * x),
    "a chain of sums": (lambda x: ((x * x + 1.0) + 2.0) + x * 5.0, lambda x: 2 * x + 5),
    "less something": (lambda x: x * x * x - x * 4.0, lambda x: 3 * x**2 - 4),
    "one that is broadcast": (lambda x: x * x + (x * 2.0)[:1], lambda x: 2 * x + 2.0 * len(x) * (np.arange(len(x)) == 0)[:, None]),
}  # fmt: skip


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("x", [X, BIG, X[:, :1], X[:0]], ids=["small", "large", "a column", "empty"])
@pytest.mark.parametrize("name", PROGRAMS)
def test_gradients_are_those_of_the_formula(name: str, x: np.ndarray, dtype: str) -> None:
    program, derivative = PROGRAMS[name]
    t = ad.tensor(x.astype(dtype))
    program(t).sum().backward()
    assert t.grad.dtype == dtype
    np.testing.assert_allclose(t.grad.numpy(), derivative(x), rtol=1e-5 if dtype == "float32" else 1e-12, atol=1e-6)


def test_only_sums_and_the_like_pass_their_gradient_on() -> None:
    from notebook_ad.engine import elementwise as ops

    passing = {p.name: int(primitive.PASSES[p.code]) for p in (ops.add, ops.sub, ops.mul, ops.neg, ops.alias, ops.div)}
    assert passing == {"add": 3, "sub": 1, "mul": 0, "neg": 0, "alias": 1, "div": 0}


def test_kept_gradients_of_both_ends_are_arrays_of_their_own() -> None:
    x = ad.tensor(X)
    y = x * x
    z = y + 1.0
    y.retain_grad(), z.retain_grad()
    (z * y).sum().backward()
    np.testing.assert_allclose(z.grad.numpy(), X**2)
    np.testing.assert_allclose(y.grad.numpy(), 2 * X**2 + 1)
    np.testing.assert_allclose(x.grad.numpy(), 4 * X**3 + 2 * X)


def test_a_hook_on_the_sum_changes_what_is_passed_on() -> None:
    x = ad.tensor(X)
    z = x * x + x * 2.0
    z.register_hook(lambda g: g * 10.0)
    z.sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), 10 * (2 * X + 2))


def test_large_gradients_of_two_leaves_are_not_shared() -> None:
    x, y = ad.tensor(BIG), ad.tensor(BIG)
    (x + y).sum().backward()
    x.grad[0, 0] = 7.0
    assert y.grad.numpy()[0, 0] == 1.0
    (x + y).sum().backward()
    assert (x.grad.numpy()[0, 0], y.grad.numpy()[0, 0]) == (8.0, 2.0)


def test_a_retained_graph_gives_the_same_twice() -> None:
    x = ad.tensor(BIG)
    loss = ((x * x + 1.0) + x).sum()
    first = ad.autograd.grad(loss, x, retain_graph=True)[0].numpy().copy()
    np.testing.assert_array_equal(ad.autograd.grad(loss, x)[0].numpy(), first)
    np.testing.assert_allclose(first, 2 * BIG + 1)
