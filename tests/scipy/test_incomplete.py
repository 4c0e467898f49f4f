"""Incomplete gamma and beta functions: derivatives with respect to all operands, the orders too."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from agreement import agrees, keeps_float32
from scipy import special

import notebook_ad as ad

ours = ad.scipy.special
GAMMA = [  # a, x, ∂P/∂a, ∂²P/∂a²: to 60 digits by mpmath 1.4
    (1e-5, 1e-6, -13.2365599302124, 173.585024410652),
    (0.3, 0.2, -1.02338030722039, 0.958991143292019),
    (1.4, 2, -0.269200685096934, -0.0905088427322404),
    (5, 40, -1.10935232591843e-12, -2.34052142646996e-12),
    (100, 90, -0.0246119168439799, 0.00259549291127458),
    (1000, 1050, -0.00367183791949518, -0.000179164199433462),
]
BETA = [  # a, b, x, ∂I/∂a, ∂I/∂b, ∂²I/∂a∂b: likewise
    (1e-5, 1e-5, 0.6, -24999.8986404678, 25000.1013673457, 10136.343901848),
    (0.3, 2.5, 0.01, -1.26784098930468, 0.047517856551268, -0.0226840523936263),
    (1.4, 2, 0.3, -0.312088182388965, 0.168480912375615, -0.041638713080324),
    (40, 3, 0.9, -0.0130922972359308, 0.150289289392032, -0.00670927432531138),
    (500, 400, 0.57, -0.0080168191800978, 0.0103201566636729, 0.000263779288972239),
    (0.01, 500, 1e-6, -6.56324882294176, 1.8650898272382e-5, 0.00173375023333562),
]
A, B = np.array([0.3, 1.4, 5.0]), np.array([[2.0], [0.6]])
X, U = np.array([0.2, 2.0, 7.0]), np.array([0.1, 0.6, 0.95])


@pytest.mark.parametrize(("a", "x", "first", "second"), GAMMA)
def test_derivatives_by_the_order_of_the_gamma_function_have_ten_digits(
    a: float, x: float, first: float, second: float
) -> None:
    slope = ad.grad(ours.gammainc)
    np.testing.assert_allclose(
        [slope(float(a), float(x)), ad.grad(slope)(float(a), float(x))], [first, second], rtol=1e-10
    )
    assert ad.grad(ours.gammaincc)(float(a), float(x)) == -slope(float(a), float(x))


@pytest.mark.parametrize(("a", "b", "x", "by_a", "by_b", "mixed"), BETA)
def test_derivatives_by_the_orders_of_the_beta_function_have_ten_digits(
    a: float, b: float, x: float, by_a: float, by_b: float, mixed: float
) -> None:
    point = float(a), float(b), float(x)
    found = [*ad.grad(ours.betainc, (0, 1))(*point), ad.grad(ad.grad(ours.betainc), 1)(*point)]
    np.testing.assert_allclose(found, [by_a, by_b, mixed], rtol=1e-10)


def test_derivative_at_order_one_is_that_of_the_exponential_integral() -> None:
    x = np.array([1e-3, 0.29, 0.31, 0.7, 3.0, 30.0, 300.0])
    expected = -np.exp(-x) * (np.log(x) + np.euler_gamma) - special.exp1(x)
    np.testing.assert_allclose(ad.elementwise_grad(lambda a: ours.gammainc(a, x))(np.ones(7)), expected, rtol=1e-11)


def test_derivatives_in_both_modes_to_third_order() -> None:
    agrees(ours.gammainc, [A, X])
    agrees(ours.gammaincc, [A, X[:, None]])
    agrees(ours.betainc, [A, B, U])
    agrees(special.gammainc, [A, X], order=1)
    ad.check_grads(ours.gammainc, (A, X), order=3, atol=1e-4, rtol=1e-4)
    ad.check_grads(ours.betainc, (A, B[:, 0][[0, 1, 0]], U), order=3, atol=1e-3, rtol=1e-3)


def test_the_derivatives_of_many_elements_are_those_of_each() -> None:
    a, x = np.linspace(0.1, 30, 5000), np.linspace(20, 0.01, 5000)
    found = ad.elementwise_grad(lambda a: ours.gammainc(a, x))(a)
    for i in (0, 2047, 2048, 4999):
        assert found[i] == pytest.approx(ad.grad(ours.gammainc)(a[i], x[i]), rel=1e-14)


def test_under_vmap_each_example_has_its_own_order() -> None:
    found = ad.vmap(ad.grad(ours.betainc, (0, 1, 2)))(A, A[::-1], U)
    for i in range(3):
        np.testing.assert_allclose(
            [g[i] for g in found], ad.grad(ours.betainc, (0, 1, 2))(A[i], A[2 - i], U[i]), rtol=1e-13
        )


def test_at_the_ends_the_value_does_not_depend_on_the_orders() -> None:
    for x in (0.0, math.inf):
        assert ad.grad(ours.gammainc)(2.0, x) == 0
    for x in (0.0, 1.0):
        assert ad.grad(ours.betainc, (0, 1))(2.0, 3.0, x) == (0, 0)


@pytest.mark.parametrize(
    "point", [(-1.0, 2.0), (0.0, 2.0), (1.0, -2.0), (math.nan, 1.0), (1.0, math.nan), (math.inf, 1.0)]
)
def test_outside_of_the_domain_the_derivative_is_nan(point: Any) -> None:
    assert math.isnan(ad.grad(ours.gammainc)(*point))
    assert math.isnan(ad.grad(ours.betainc)(point[0], 2.0, point[1] / 4))


def test_single_precision_is_kept() -> None:
    keeps_float32(ours.gammainc, [A, X])
    keeps_float32(ours.betainc, [A, B, U])
