"""Transforms of transforms: every mix to order 4, and no confusion of whose perturbation is whose."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad

Function = Callable[[Any], Any]
MODES: dict[str, Callable[[Function], Function]] = {
    "grad": ad.grad,
    "jvp": lambda f: lambda x: ad.jvp(f, (x,), (1.0,))[1],
    "vjp": lambda f: lambda x: ad.vjp(f, x)[1](1.0)[0],
}
X = 0.7
FUNCTIONS: list[tuple[str, Function, list[float]]] = [
    ("polynomial", lambda x: 2 * x**5 - x**3 + x,
     [10 * X**4 - 3 * X**2 + 1, 40 * X**3 - 6 * X, 120 * X**2 - 6, 240 * X]),
    ("sine", np.sin, [math.cos(X), -math.sin(X), -math.cos(X), math.sin(X)]),
    ("exponential", lambda x: np.exp(2 * x), [2**n * math.exp(2 * X) for n in (1, 2, 3, 4)]),
    ("logarithm", np.log, [1 / X, -1 / X**2, 2 / X**3, -6 / X**4]),
    ("reciprocal", lambda x: 1 / x, [-1 / X**2, 2 / X**3, -6 / X**4, 24 / X**5]),
    ("through arrays", lambda x: np.sum(np.stack([x, x * x]) @ np.array([[1.0, 0.0], [2.0, 3.0]])) * x,
     [2 * X + 15 * X**2, 2 + 30 * X, 30.0, 0.0]),
    ("through a join and an index", lambda x: np.concatenate([x * np.ones(1), x**2 * np.ones(2)])[1] * x,
     [3 * X**2, 6 * X, 6.0, 0.0]),
]  # fmt: skip


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize(("f", "expected"), [f[1:] for f in FUNCTIONS], ids=[f[0] for f in FUNCTIONS])
def test_derivatives_to_order_4_in_every_mix_of_modes(f: Function, expected: list[float], order: int) -> None:
    for mix in itertools.product(MODES, repeat=order):
        g = f
        for mode in mix:
            g = MODES[mode](g)
        found = g(X)
        assert type(found) is float
        assert found == pytest.approx(expected[order - 1], rel=1e-11), mix


@pytest.mark.parametrize("outer", MODES)
@pytest.mark.parametrize("inner", MODES)
class TestPerturbations:
    def test_are_not_confused(self, outer: str, inner: str) -> None:
        assert MODES[outer](lambda x: x * MODES[inner](lambda y: x + y)(2.0))(3.0) == 1.0

    def test_are_not_confused_in_a_product(self, outer: str, inner: str) -> None:
        # d/dx [x · d/dy (x·y)] = d/dx x² = 2x
        assert MODES[outer](lambda x: x * MODES[inner](lambda y: x * y)(2.0))(3.0) == 6.0

    def test_are_not_confused_at_the_outer_variable(self, outer: str, inner: str) -> None:
        # d/dx [d/dy x·y² at y = x] = d/dx 2x² = 4x
        assert MODES[outer](lambda x: MODES[inner](lambda y: x * y**2)(x))(3.0) == 12.0

    def test_stay_apart_three_deep(self, outer: str, inner: str) -> None:
        def middle(x: Any) -> Any:
            return ad.grad(lambda y: y * MODES[inner](lambda z: x * y * z * z)(x))(2.0)

        # d/dz xyz² at x = 2x²y; times y, d/dy at 2: 8x²; d/dx: 16x
        assert MODES[outer](middle)(3.0) == 48.0

    def test_reach_a_function_that_ignores_its_argument(self, outer: str, inner: str) -> None:
        assert MODES[outer](lambda x: MODES[inner](lambda y: x)(1.0) + x)(3.0) == 1.0

    def test_pass_through_arrays(self, outer: str, inner: str) -> None:
        def f(x: Any) -> Any:
            return np.sum(np.array([1.0, 2.0]) * MODES[inner](lambda y: np.sum(x * y * np.ones(2)))(2.0) * x)

        assert MODES[outer](f)(3.0) == pytest.approx(3 * 2 * 2 * 3.0)


def test_a_closure_over_a_tensor_is_reached_through_two_transforms() -> None:
    w = ad.tensor(2.0)
    slope = ad.grad(lambda x: ad.grad(lambda y: w * x * y**3)(x))(3.0)  # 3 w x³ → 9 w x²
    slope.backward()
    assert w.grad is not None
    assert (slope.item(), w.grad.item()) == (162.0, 81.0)


def test_a_pullback_called_inside_another_transform_is_differentiated() -> None:
    def f(x: Any) -> Any:
        _, pullback = ad.vjp(lambda y: y**3, x)
        return pullback(x)[0]  # 3 x² · x

    for mode in MODES.values():
        assert mode(f)(2.0) == pytest.approx(36.0)


def test_gradients_inside_a_recorded_program_belong_to_its_tape() -> None:
    """A meta-learning step: the gradient of what a gradient step leads to."""
    w = ad.tensor(1.0)
    stepped = w - 0.1 * ad.grad(lambda v: (v - 3.0) ** 2)(w)
    ((stepped - 3.0) ** 2).backward()
    assert w.grad is not None
    assert w.grad.item() == pytest.approx(2 * (0.8 * 1 + 0.6 - 3) * 0.8)


def test_second_order_chains_of_5000_operations_do_not_recurse() -> None:
    def f(x: Any) -> Any:
        y = x
        for _ in range(5_000):
            y = y * 1.0001 + 0.0001 * np.sin(y)
        return y

    first, second = ad.grad(f)(0.5), ad.grad(ad.grad(f))(0.5)
    h = 1e-5
    assert second == pytest.approx((ad.grad(f)(0.5 + h) - ad.grad(f)(0.5 - h)) / (2 * h), rel=1e-6)
    assert ad.jvp(f, (0.5,), (1.0,))[1] == pytest.approx(first, rel=1e-12)
    assert ad.jvp(ad.grad(f), (0.5,), (1.0,))[1] == pytest.approx(second, rel=1e-9)


@pytest.mark.slow
def test_a_second_order_chain_of_100000_operations_is_differentiated() -> None:
    def f(x: Any) -> Any:
        y = x
        for _ in range(100_000):
            y = y * 1.00001
        return y * y

    growth = 1.00001**100_000
    assert ad.grad(ad.grad(f))(0.5) == pytest.approx(2 * growth**2, rel=1e-9)


@pytest.mark.parametrize("inner", [ad.grad, lambda f: lambda x: ad.jvp(f, (x,), (x,))[1]])
@pytest.mark.parametrize(
    "outer", [lambda f: ad.grad(lambda x: np.sum(f(x))), lambda f: lambda x: ad.jvp(f, (x,), (x,))[1]]
)
def test_a_cast_to_integers_is_decided_within_any_nesting(inner: Any, outer: Any) -> None:
    x = np.array([1.3, 0.2, 2.1])
    expected = outer(inner(lambda x: np.sum(x[[1, 0, 2]] ** 3)))(x)
    cast = inner(lambda x: np.sum(x[x.astype(np.int64)] ** 3))
    np.testing.assert_allclose(outer(cast)(x), expected)
    summed = outer(lambda xs: np.sum(ad.vmap(cast)(xs)))
    np.testing.assert_allclose(np.sum(summed(x[None])), np.sum(expected))
