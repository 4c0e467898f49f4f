"""for_scipy: SciPy's optimisers on nested parameters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import optimize

import notebook_ad as ad


def rosenbrock(x: Any) -> Any:
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


@pytest.mark.parametrize("method", ["trust-ncg", "Newton-CG", "trust-krylov"])
def test_methods_with_hessian_products_find_the_minimum(method: str) -> None:
    arguments = ad.for_scipy(rosenbrock, np.full(4, -1.2), method=method)
    asked = []
    counted = arguments._replace(hessp=lambda *a: asked.append(1) or arguments.hessp(*a))
    found = optimize.minimize(*counted)
    np.testing.assert_allclose(found.x, np.ones(4), atol=1e-3)
    assert asked


def test_methods_of_first_order_take_value_and_gradient() -> None:
    fun, x0, args, _, jac, *_ = ad.for_scipy(rosenbrock, np.full(4, -1.2))
    np.testing.assert_allclose(optimize.minimize(fun, x0, args, "BFGS", jac).x, np.ones(4), atol=1e-3)


def test_parameters_may_be_nested_and_arguments_are_passed_on() -> None:
    start = {"w": np.zeros((2, 2)), "rest": [0.0, (np.ones(1),)]}

    def loss(p: Any, target: Any, scale: float) -> Any:
        return scale * (np.sum((p["w"] - target) ** 2) + (p["rest"][0] - 3) ** 2 + np.sum(p["rest"][1][0] ** 2))

    target = np.array([[1.0, 2.0], [3.0, 4.0]])
    found = optimize.minimize(*ad.for_scipy(loss, start, args=(target, 2.0)))
    best = ad.unravel(start, found.x)
    np.testing.assert_allclose(best["w"], target, atol=1e-6)
    assert best["rest"][0] == pytest.approx(3.0)
    assert best["rest"][1][0] == pytest.approx([0.0], abs=1e-6)


def test_value_gradient_and_products_are_those_of_the_function() -> None:
    x, v = np.array([0.3, -1.0, 2.0]), np.array([1.0, 0.5, -2.0])
    fun, x0, *_, hessp = ad.for_scipy(rosenbrock, x)
    value, gradient = fun(x0)
    assert type(value) is float
    assert value == pytest.approx(rosenbrock(x))
    np.testing.assert_allclose(gradient, ad.grad(rosenbrock)(x))
    np.testing.assert_allclose(hessp(x0, v), ad.hessian(rosenbrock)(x) @ v)


def test_a_function_that_gives_no_scalar_is_refused() -> None:
    fun, x0, *_ = ad.for_scipy(lambda x: x * 2, np.ones(2))
    with pytest.raises(ad.ShapeError, match="scalar output"):
        fun(x0)
