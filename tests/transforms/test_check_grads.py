"""check_grads finds wrong rules, of every kind and order, and passes right ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import notebook_ad as ad

MODES = (("fwd",), ("rev",), ("fwd", "rev"))


def sine_by_vjp(factor: float) -> Any:
    f = ad.custom_vjp(lambda x: np.sin(x))
    f.defvjp(lambda x: (np.sin(x), x), lambda x, g: (factor * g * np.cos(x),))
    return f


def sine_by_jvp(factor: float) -> Any:
    f = ad.custom_jvp(lambda x: np.sin(x))
    f.defjvp(lambda p, t: (np.sin(p[0]), factor * t[0] * np.cos(p[0])))
    return f


@pytest.mark.parametrize("modes", MODES)
@pytest.mark.parametrize("order", [1, 2, 3])
@pytest.mark.parametrize("make", [sine_by_vjp, sine_by_jvp])
def test_a_wrong_factor_is_found_and_the_right_one_passes(make: Any, order: int, modes: Any) -> None:
    for x in (1.0, np.array([[0.3, 1.2]])):
        ad.check_grads(make(1.0), (x,), order=order, modes=modes)
        with pytest.raises(AssertionError, match=rf"derivative \({modes[0]}\) and central differences"):
            ad.check_grads(make(1.01), (x,), order=order, modes=modes)


@pytest.mark.parametrize("modes", MODES)
def test_a_rule_that_is_wrong_in_second_order_only_is_found_there(modes: Any) -> None:
    f = ad.custom_vjp(lambda x: x**3)
    f.defvjp(lambda x: (x**3, x), lambda x, g: (3 * ad.stop_gradient(x) ** 2 * g,))
    ad.check_grads(f, (1.3,), order=1, modes=modes)
    with pytest.raises(AssertionError, match=rf"{modes[0]} of {modes[0]}"):
        ad.check_grads(f, (1.3,), order=2, modes=modes)


def test_an_error_in_one_of_several_arguments_is_found() -> None:
    f = ad.custom_vjp(lambda x, y: x * y)
    f.defvjp(lambda x, y: (x * y, (x, y)), lambda r, g: (g * r[1], g * r[0] * 0.99))
    with pytest.raises(AssertionError):
        ad.check_grads(f, (2.0, 3.0), order=1, modes=("rev",))


def test_an_error_in_one_element_is_found() -> None:
    f = ad.custom_vjp(lambda x: x * x)
    f.defvjp(lambda x: (x * x, x), lambda x, g: (2 * x * g * np.array([1.0, 1.0, 1.001]),))
    with pytest.raises(AssertionError):
        ad.check_grads(f, (np.array([1.0, 2.0, 3.0]),), order=1)


def test_modes_are_mixed_at_higher_order() -> None:
    ad.check_grads(lambda x, y: np.tanh(x) @ y + np.sum(x), (np.ones(2), np.arange(2.0)), order=3)


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(ValueError, match="modes are 'fwd' and 'rev', not 'forward'"):
        ad.check_grads(np.sin, (1.0,), modes=("forward",))
