"""Ordinary differential equations against JAX's odeint, which has an adjoint of its own: value, gradients, second order."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.experimental import ode

import notebook_ad as ad

FINE = {"rtol": 1e-10, "atol": 1e-10}
POINT = np.array([0.8, 1.3]), np.array([0.2, 0.7, 1.5]), np.array([0.9, 0.4])


def predators(y: Any, t: Any, rates: Any) -> Any:
    """Lotka and Volterra's equations, with the seasons."""
    eaten = rates[0] * y[0] * y[1]
    return [y[0] - eaten, eaten - (1 + rates[1] * t) * y[1]]


def ours(y0: Any, t: Any, rates: Any) -> Any:
    return ad.scipy.integrate.odeint(predators, y0, t, (rates,), **FINE)


def theirs(y0: Any, t: Any, rates: Any) -> Any:
    return ode.odeint(lambda y, t, r: jnp.stack(predators(y, t, r)), y0, t, rates, **FINE)


@pytest.fixture(autouse=True)
def _in_double_precision() -> None:
    jax.config.update("jax_enable_x64", True)


def test_gradients_by_start_times_and_rates_are_jaxs() -> None:
    weights = np.cos(np.arange(6.0)).reshape(3, 2)
    np.testing.assert_allclose(ours(*POINT), theirs(*POINT), rtol=1e-8)
    found = ad.grad(lambda *x: np.sum(ours(*x) * weights), (0, 1, 2))(*POINT)
    for got, want in zip(found, jax.grad(lambda *x: jnp.sum(theirs(*x) * weights), (0, 1, 2))(*POINT), strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-6, atol=1e-8)


def test_second_derivatives_by_the_rates_are_differences_of_jaxs_gradient() -> None:
    y0, t, rates = POINT
    slope = jax.jit(jax.grad(lambda r: jnp.sum(theirs(y0, t[:2], r) ** 2)))
    rows = [(slope(rates + step) - slope(rates - step)) / 2e-3 for step in 1e-3 * np.eye(2)]
    found = ad.hessian(lambda r: np.sum(ours(y0, t[:2], r) ** 2))(rates)
    np.testing.assert_allclose(found, rows, rtol=1e-4, atol=1e-5)
