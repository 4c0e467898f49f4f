"""Incomplete gamma and beta functions by their orders: JAX's gradient, and closed forms in JAX where it has no rule."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import jax.scipy.special as jsp
import numpy as np
import pytest

import notebook_ad as ad

ours = ad.scipy.special
A = np.array([1e-3, 0.3, 1.4, 5.0, 5.0, 60.0, 60.0])
X = np.array([1e-8, 0.2, 2.0, 4.0, 40.0, 50.0, 75.0])
U = np.array([0.01, 0.2, 0.4, 0.7, 0.95, 0.9, 0.99])
CLOSED: dict[str, tuple[Any, Any]] = {  # betainc where an order is 1 or 2
    "b = 1": (lambda a, x: ours.betainc(a, 1.0, x), lambda a, x: x**a),
    "b = 2": (lambda a, x: ours.betainc(a, 2.0, x), lambda a, x: x**a * (1 + a * (1 - x))),
    "a = 1": (lambda b, x: ours.betainc(1.0, b, x), lambda b, x: 1 - (1 - x) ** b),
    "a = 2": (lambda b, x: ours.betainc(2.0, b, x), lambda b, x: 1 - (1 - x) ** b * (1 + b * x)),
}


@pytest.fixture(autouse=True)
def _in_double_precision() -> None:
    jax.config.update("jax_enable_x64", True)


@pytest.mark.parametrize("name", ["gammainc", "gammaincc"])
def test_gradients_by_the_order_are_jaxs(name: str) -> None:
    theirs = jax.vmap(jax.grad(getattr(jsp, name), (0, 1)))
    for got, want in zip(ad.vmap(ad.grad(getattr(ours, name), (0, 1)))(A, X), theirs(A, X), strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-11)


def test_second_derivatives_by_the_order_are_the_differences_of_jaxs_first() -> None:
    step, slope = 1e-3 * A, jax.vmap(jax.grad(jsp.gammainc))
    near, far = (slope(A + k * step, X) - slope(A - k * step, X) for k in (1, 2))
    found = ad.vmap(ad.grad(ad.grad(ours.gammainc)))(A, X)
    np.testing.assert_allclose(found, (8 * near - far) / (12 * step), rtol=1e-7, atol=1e-12)


@pytest.mark.parametrize("name", CLOSED)
def test_derivatives_of_the_beta_function_are_those_of_its_closed_forms(name: str) -> None:
    mine, theirs = CLOSED[name]
    order = jnp.asarray(A)
    for got, want in zip(
        ad.vmap(ad.grad(mine, (0, 1)))(A, U), jax.vmap(jax.grad(theirs, (0, 1)))(order, U), strict=True
    ):
        np.testing.assert_allclose(got, want, rtol=1e-10, atol=1e-13)
    hessian = jax.vmap(jax.hessian(lambda v: theirs(v[0], v[1])))(jnp.stack([order, jnp.asarray(U)], 1))
    found = ad.vmap(ad.hessian(lambda v: mine(v[0], v[1])))(np.stack([A, U], 1))
    np.testing.assert_allclose(found, hessian, rtol=1e-9, atol=1e-10)
