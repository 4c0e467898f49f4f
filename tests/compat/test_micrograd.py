"""micrograd's Value: the numbers of its README, gradients of intermediates, training by hand."""

from __future__ import annotations

import pytest

from notebook_ad.compat.micrograd import Value


def test_reused_values_add_up_their_paths() -> None:
    a = Value(3.0)
    b = a * a + 2 * a - 1 / a
    b.backward()
    assert (b.data, a.grad, b.grad) == (pytest.approx(9 + 6 - 1 / 3), pytest.approx(6 + 2 + 1 / 9), 1.0)


def test_intermediates_keep_their_gradient() -> None:
    a, b = Value(2.0), Value(-3.0)
    c = a * b
    d = (c + 10).relu() ** 2
    d.backward()
    assert (c.grad, a.grad, b.grad) == (8.0, -24.0, 16.0)


def test_gradients_add_up_over_backward_calls_until_set() -> None:
    w = Value(1.0)
    for _ in range(2):
        (w * 3).backward()
    assert w.grad == 6.0
    w.grad = 0
    assert w.grad == 0.0


def test_a_line_is_fitted_by_hand() -> None:
    w, b = Value(0.0), Value(0.0)
    for _ in range(200):
        w.grad = b.grad = 0
        loss = sum(((w * x + b - (2 * x - 1)) ** 2 for x in (-1.0, 0.0, 1.0, 2.0)), Value(0)) / 4
        loss.backward()
        w.data -= 0.2 * w.grad
        b.data -= 0.2 * b.grad
    assert (w.data, b.data) == (pytest.approx(2.0), pytest.approx(-1.0))


def test_operators_with_numbers_on_either_side() -> None:
    a = Value(4.0)
    results = [a + 1, 1 + a, a - 1, 1 - a, a * 2, 2 * a, a / 2, 2 / a, -a, a**0.5]
    assert [r.data for r in results] == [5, 5, 3, -3, 8, 8, 2, 0.5, -4, 2]
    sum(results[1:], results[0]).backward()
    assert a.grad == pytest.approx(1 + 1 + 1 - 1 + 2 + 2 + 0.5 - 2 / 16 - 1 + 0.25)
    with pytest.raises(TypeError, match="takes a number as the exponent, not Value"):
        a**a  # type: ignore[operator]


def test_repr_shows_number_and_gradient() -> None:
    assert repr(Value(2)) == "Value(data=2.0, grad=0.0)"
