"""Ordinary differential equations: SciPy's values; gradients by y0, times and arguments, hand-computed and by differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import integrate

import notebook_ad as ad
from notebook_ad.lifted.scipy_calls import rule_of

odeint = ad.scipy.integrate.odeint
FINE: dict[str, Any] = {"rtol": 1e-10, "atol": 1e-10}
START, TIMES = np.array([0.3, -0.1]), np.array([0.0, 0.4, 1.1])


def swing(y: Any, t: Any, k: Any, forces: Any) -> Any:
    return [y[1], -k * np.sin(y[0]) - forces["drag"] * y[1] + forces["push"][0] * np.cos(t)]


def swung(y0: Any, t: Any, k: Any, drag: Any) -> Any:
    return odeint(swing, y0, t, (k, {"drag": drag, "push": (0.7, None)}), **FINE)


def test_values_are_scipys_of_arrays_and_of_tensors() -> None:
    expected = integrate.odeint(swing, START, TIMES, (1.5, {"drag": 0.2, "push": (0.7, None)}), **FINE)
    np.testing.assert_array_equal(swung(START, TIMES, 1.5, 0.2), expected)
    found = swung(ad.tensor(START), TIMES, 1.5, 0.2)
    np.testing.assert_array_equal(found.detach().numpy(), expected)
    assert type(swung(START, TIMES, 1.5, 0.2)) is np.ndarray


def test_the_gradient_of_exponential_decay_is_that_of_the_exponential() -> None:
    t, y0, k = np.array([0.5, 1.0, 3.0]), 2.0, 0.7
    found = ad.vjp(lambda y0, t, k: odeint(lambda y, t, k: -k * y, y0, t, (k,), **FINE)[:, 0], y0, t, k)[1](
        np.eye(3)[2]
    )
    decay = np.exp(-k * 2.5)
    np.testing.assert_allclose(found[0], decay, rtol=1e-7)
    np.testing.assert_allclose(found[1], [k * y0 * decay, 0, -k * y0 * decay], rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(found[2], -2.5 * y0 * decay, rtol=1e-7)


def test_both_modes_agree_with_central_differences() -> None:
    ad.check_grads(swung, (START, TIMES, np.array(1.5), np.array(0.2)), order=1, atol=1e-6, rtol=1e-6)
    ad.check_grads(lambda y0, k: swung(y0, -TIMES, k, 0.2), (START, np.array(1.5)), order=1, atol=1e-6, rtol=1e-6)


def test_second_derivatives() -> None:
    k, step = np.array(1.5), 1e-4
    slopes = ad.grad(lambda y0, k: np.sum(swung(y0, TIMES[:2], k, 0.2) ** 2), (0, 1))
    expected = [(b - a) / (2 * step) for a, b in zip(slopes(START, k - step), slopes(START, k + step), strict=True)]
    found = ad.hvp(lambda y0, k: np.sum(swung(y0, TIMES[:2], k, 0.2) ** 2), (START, k), (np.zeros(2), np.array(1.0)))
    for got, want in zip(found, expected, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-6)
    found = ad.hessian(lambda k: odeint(lambda y, t, k: -k * y, 1.0, [0.0, 2.0], (k,), **FINE)[1, 0])(0.7)
    np.testing.assert_allclose(found, 4 * np.exp(-1.4), rtol=1e-6)


def test_time_may_come_first_and_integers_stay_integers() -> None:
    def power(t: Any, y: Any, a: Any, n: int) -> Any:
        return a[n] * t + 0 * y

    total = lambda a: np.sum(odeint(power, [1.0], [0.0, 2.0], (a, 1), tfirst=True, **FINE)[1])
    np.testing.assert_allclose(ad.grad(total)(np.array([3.0, 4.0])), [0.0, 2.0], atol=1e-9)


def test_what_does_not_need_a_gradient_gets_none() -> None:
    k = ad.tensor(0.7, requires_grad=False)
    y0 = ad.tensor([1.0], dtype="float32")
    loss = np.sum(odeint(lambda y, t, k: -k * y, y0, [0.0, 1.0], (k,)))
    loss.backward()
    assert k.grad is None
    assert y0.grad is not None
    assert y0.grad.dtype == np.float32
    np.testing.assert_allclose(y0.grad.numpy(), 1 + np.exp(-0.7), rtol=1e-5)


def test_each_example_of_a_vmap_is_solved_alone() -> None:
    slope = ad.grad(lambda k: np.sum(odeint(lambda y, t, k: -k * y, 1.0, [0.0, 2.0], (k,), **FINE)[1]))
    k = np.array([0.3, 0.7])
    np.testing.assert_allclose(ad.vmap(slope)(k), -2 * np.exp(-2 * k), rtol=1e-6)


def test_errors_say_what_is_accepted() -> None:
    k, y0 = ad.tensor(0.7), ad.tensor([1.0])
    with pytest.raises(RuntimeError, match=r"odeint closes over a tensor that is differentiated.*pass it in args"):
        odeint(lambda y, t: -k * y, y0, TIMES)
    with pytest.raises(RuntimeError, match="pass it in args"):
        ad.vmap(lambda k: odeint(lambda y, t: -k * y, y0, TIMES))(START)
    with pytest.raises(TypeError, match=r"odeint of tensors.* does not take Dfun, full_output; it takes atol, .*rtol"):
        odeint(lambda y, t: -y, y0, TIMES, Dfun=None, full_output=True)
    with pytest.raises(ad.ShapeError, match=r"odeint: t of shape \(\).*give the times as a vector"):
        odeint(lambda y, t: -y, y0, 1.0)


def test_other_integrators_are_scipys() -> None:
    assert ad.scipy.integrate.quad is integrate.quad
    assert rule_of(integrate.quad) is None  # so a cell may call it with numbers that it follows
    assert rule_of(integrate.odeint) is odeint
