"""`backward`, `.grad` and whether a gradient flows: PyTorch's behaviour, with numbers worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import notebook_ad as ad


def of(t: ad.Tensor) -> Any:
    """The gradient as a number or nested lists."""
    assert t.grad is not None
    return t.grad.tolist()


def test_the_textbook_cell_has_the_gradients_of_the_textbook() -> None:
    a, w, b, y_true = map(ad.tensor, (2.0, 3.0, 4.0, 11.0))
    loss = (a * w + b - y_true) ** 2
    loss.backward()
    assert loss.item() == 1.0
    assert [of(t) for t in (a, w, b, y_true)] == [-6.0, -4.0, -2.0, 2.0]


def test_grad_is_none_until_there_is_one_then_a_tensor_of_the_same_shape_and_dtype() -> None:
    for value in (2.0, np.float32(2), np.ones((2, 3)), np.ones((0, 3), np.float32), np.ones(1)):
        x = ad.tensor(value)
        assert x.grad is None
        (x * x).sum().backward()
        assert isinstance(x.grad, ad.Tensor)
        assert (x.grad.shape, x.grad.dtype, x.grad.requires_grad) == (x.shape, x.dtype, False)


def test_gradients_accumulate_over_backwards_until_they_are_reset() -> None:
    w = ad.tensor(3.0)
    for expected in (6.0, 12.0, 18.0):
        (w * w).backward()
        assert of(w) == expected
    w.grad = None
    (w * w).backward()
    assert of(w) == 6.0


def test_gradients_of_arrays_accumulate_in_their_dtype() -> None:
    for value in (np.float32(2), np.array([1.0, 2.0], np.float32)):
        w = ad.tensor(value)
        for _ in range(2):
            (w * w).sum().backward()
        assert w.grad is not None
        assert w.grad.dtype == np.float32
        np.testing.assert_array_equal(w.grad.numpy(), 4 * value)


def test_a_gradient_handed_out_does_not_change_when_more_is_accumulated() -> None:
    w = ad.tensor([1.0, 2.0])
    (w * w).sum().backward()
    first = w.grad
    (w * w).sum().backward()
    assert first is not None
    assert first.tolist() == [2.0, 4.0]
    assert of(w) == [4.0, 8.0]


def test_a_tensor_used_twice_gets_the_sum_over_its_uses() -> None:
    a = ad.tensor(3.0)
    (a * a + a + a).backward()
    assert of(a) == 2 * 3.0 + 2


def test_a_leaf_that_the_output_does_not_reach_has_no_gradient() -> None:
    a, b = ad.tensor(1.0), ad.tensor(2.0)
    unused = b * 3
    (a * 2).backward()
    assert b.grad is None
    unused.backward()
    assert of(b) == 3.0


def test_backward_on_a_leaf_itself_gives_the_seed() -> None:
    x = ad.tensor(4.0)
    x.backward()
    x.backward(2.5)
    assert of(x) == 3.5


def test_only_leaves_keep_gradients() -> None:
    x = ad.tensor(2.0)
    h = x * 3
    (h * h).backward()
    with pytest.warns(UserWarning, match=r"no leaf.*retain_grad\(\)"):
        assert h.grad is None
    assert (x.is_leaf, h.is_leaf, h.requires_grad) == (True, False, True)


def test_a_second_backward_raises_as_in_pytorch_and_adds_nothing() -> None:
    w = ad.tensor(3.0)
    loss = w * w
    loss.backward()
    with pytest.raises(RuntimeError, match=r"backward through the graph a second time.*retain_graph=True") as caught:
        loss.backward()
    assert isinstance(caught.value, ad.ConsumedError)
    assert of(w) == 6.0


def test_a_second_backward_through_arrays_raises() -> None:
    w = ad.tensor(np.ones(3))
    loss = (w * w).sum()
    loss.backward()
    with pytest.raises(ad.ConsumedError, match="second time"):
        loss.backward()


def test_retain_graph_allows_as_many_backwards_as_wanted() -> None:
    w, v = ad.tensor(3.0), ad.tensor([1.0, 2.0])
    loss = w * w + (v * v).sum()
    for expected in (6.0, 12.0):
        loss.backward(retain_graph=True)
        assert of(w) == expected
    loss.backward()
    assert of(w) == 18.0
    assert of(v) == [6.0, 12.0]
    with pytest.raises(ad.ConsumedError):
        loss.backward()


def test_a_consumed_part_shared_with_another_loss_raises_and_the_rest_stays_sweepable() -> None:
    w = ad.tensor(3.0)
    shared = w * 2
    first, second, other = shared * 3, shared * 5, w * 7
    first.backward()
    with pytest.raises(ad.ConsumedError):
        second.backward()
    other.backward()
    assert of(w) == 6.0 + 7.0


def test_two_losses_over_shared_parameters_sweep_independently_in_any_order() -> None:
    for order in ((0, 1), (1, 0)):
        w, v = ad.tensor(3.0), ad.tensor([1.0, 2.0])
        losses = [w * w + v.sum(), 5 * w + (v * v).sum()]
        for i in order:
            losses[i].backward()
        assert of(w) == 6.0 + 5.0
        assert of(v) == [1.0 + 2.0, 1.0 + 4.0]


def test_a_consumed_graph_does_not_keep_a_fresh_one_over_the_same_leaves_from_being_swept() -> None:
    w = ad.tensor([1.0, 2.0])
    for step in range(1, 4):
        (w * w).sum().backward()
        assert of(w) == [2.0 * step, 4.0 * step]


def test_a_non_scalar_output_takes_a_seed_of_its_shape() -> None:
    x = ad.tensor([1.0, 2.0, 3.0])
    y = x * x
    y.backward([1.0, 10.0, 100.0])
    assert of(x) == [2.0, 40.0, 600.0]


@pytest.mark.parametrize("seed", [5, 5.0, np.float32(5), np.array(5.0)])
def test_a_scalar_output_takes_a_seed_too(seed: Any) -> None:
    x = ad.tensor(3.0)
    (x * x).backward(seed)
    assert of(x) == 30.0


def test_a_seed_may_be_a_tensor_or_given_by_name() -> None:
    x = ad.tensor([1.0, 2.0])
    (x * x).backward(gradient=ad.tensor([1.0, 0.5], requires_grad=False))
    assert of(x) == [2.0, 2.0]


def test_changing_the_array_given_as_seed_or_gradient_afterwards_changes_nothing() -> None:
    x, given = ad.tensor([1.0, 2.0]), np.ones(2)
    x.backward(given)
    given[:] = 7
    assert of(x) == [1.0, 1.0]
    x.grad = given
    given[:] = 9
    assert of(x) == [7.0, 7.0]


def test_an_output_of_one_element_needs_no_seed_as_in_pytorch() -> None:
    x = ad.tensor([3.0])
    (x * x).backward()
    assert of(x) == [6.0]


def test_float32_stays_float32_through_the_graph() -> None:
    x = ad.tensor(np.array([1.0, 2.0], np.float32))
    y = (2 * x + 1.5) ** 2 / 3 - x
    assert y.dtype == np.float32
    loss = y.mean()
    assert loss.dtype == np.float32
    loss.backward()
    assert x.grad is not None
    np.testing.assert_allclose(x.grad.numpy(), ((8 * np.array([1.0, 2.0]) + 6) / 3 - 1) / 2, rtol=1e-6)


def test_a_float32_leaf_in_a_float64_graph_gets_a_float32_gradient() -> None:
    x, w = ad.tensor(np.array([1.0, 2.0], np.float32)), ad.tensor([3.0, 4.0])
    y = x * w
    assert y.dtype == np.float64
    y.sum().backward()
    assert x.grad is not None
    assert w.grad is not None
    assert (x.grad.dtype, w.grad.dtype) == (np.float32, np.float64)
    assert (of(x), of(w)) == ([3.0, 4.0], [1.0, 2.0])


def test_detach_cuts_the_gradient_and_keeps_the_value() -> None:
    x = ad.tensor(3.0)
    y = x * x
    cut = y.detach()
    assert (cut.item(), cut.requires_grad) == (9.0, False)
    (cut * x).backward()
    assert of(x) == 9.0


def test_requires_grad_false_is_a_constant() -> None:
    x, c = ad.tensor(3.0), ad.tensor(4.0, requires_grad=False)
    (x * c).backward()
    assert c.grad is None
    assert of(x) == 4.0
    assert not (c * c).requires_grad


def test_no_grad_records_nothing_and_is_restored_after_an_error() -> None:
    x = ad.tensor(3.0)
    with ad.no_grad():
        y = x * x
        z = ad.exp(x) + x.sum() + x[...] + ad.tensor([1.0]).sum()
    assert not y.requires_grad
    assert not z.requires_grad
    with pytest.raises(ZeroDivisionError), ad.no_grad():
        raise ZeroDivisionError
    assert (x * x).requires_grad


def test_no_grad_nests() -> None:
    x = ad.tensor(3.0)
    with ad.no_grad():
        with ad.no_grad():
            pass
        assert not (x * x).requires_grad
    assert (x * x).requires_grad


def test_a_graph_recorded_around_a_no_grad_block_is_whole() -> None:
    x = ad.tensor(3.0)
    y = x * x
    with ad.no_grad():
        x * x
    (y * x).backward()
    assert of(x) == 27.0


def test_an_update_under_no_grad_keeps_the_leaf() -> None:
    for value in (3.0, np.array([3.0, 3.0])):
        w = ad.tensor(value, name="w")
        alias = w
        (w * w).sum().backward()
        with ad.no_grad():
            w -= 0.5 * w.grad
        assert w is alias
        assert (w.is_leaf, w.requires_grad, w.name) == (True, True, "w")
        np.testing.assert_array_equal(w.detach().numpy(), np.zeros_like(value))
        w.grad = None
        (w * 4).sum().backward()
        np.testing.assert_array_equal(np.asarray(of(w)), 4 + np.zeros_like(value))


def test_an_update_between_forward_and_backward_leaves_the_recorded_values() -> None:
    for value in (3.0, np.array([3.0, 3.0])):
        w = ad.tensor(value)
        loss = (w * w).sum()
        with ad.no_grad():
            w += 100.0
        loss.backward()
        np.testing.assert_array_equal(np.asarray(of(w)), 6 + np.zeros_like(value))


def test_an_update_that_would_change_the_shape_raises_and_changes_nothing() -> None:
    w = ad.tensor(1.0)
    with ad.no_grad(), pytest.raises(ValueError, match="shape"):
        w += np.ones(3)
    assert w.shape == ()


def test_an_update_keeps_the_dtype() -> None:
    w = ad.tensor(np.ones(2, np.float32))
    with ad.no_grad():
        w -= np.ones(2) / 3
    assert w.dtype == np.float32


def test_augmented_assignment_outside_no_grad_makes_a_new_tensor_on_the_tape() -> None:
    w = ad.tensor(3.0)
    y = w
    y *= w
    y += 1
    y.backward()
    assert of(w) == 6.0
    assert w.item() == 3.0


def test_gradient_descent_on_a_line_reaches_the_least_squares_solution() -> None:
    x = np.linspace(-1, 1, 9)
    target = 3 * x - 0.5
    w, b = ad.tensor(0.0), ad.tensor(0.0)
    for _ in range(200):
        loss = ((w * x + b - target) ** 2).mean()
        loss.backward()
        with ad.no_grad():
            w -= 0.3 * w.grad
            b -= 0.3 * b.grad
        w.grad = b.grad = None
    assert w.item() == pytest.approx(3.0, abs=1e-9)
    assert b.item() == pytest.approx(-0.5, abs=1e-9)


def test_the_gradients_of_a_layer_are_those_worked_out_by_hand() -> None:
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    w, b = ad.tensor([[1.0, -1.0], [0.5, 2.0]]), ad.tensor([0.0, -4.0])
    h = ad.relu(x @ w + b)  # before relu: [[2, -1], [5, 1]]
    (h**2).sum().backward()  # 2h = [[4, 0], [10, 2]]
    assert of(w) == [[1 * 4.0 + 3 * 10, 3 * 2], [2 * 4.0 + 4 * 10, 4 * 2]]
    assert of(b) == [14.0, 2.0]


def test_changing_an_operands_array_after_recording_does_not_change_the_gradient() -> None:
    for combine in (lambda t, a: t * a, lambda t, a: t @ a, lambda t, a: ad.where(a > 0, t, 0.0) * a):
        w, given = ad.tensor([1.0, 2.0]), np.array([3.0, 4.0])
        loss = combine(w, given).sum()
        given[:] = -100
        loss.backward()
        assert of(w) == [3.0, 4.0]


def test_the_tensor_copies_the_array_that_it_is_made_from() -> None:
    given = np.array([1.0, 2.0])
    x = ad.tensor(given)
    given[:] = 9
    assert x.tolist() == [1.0, 2.0]


def test_inf_and_nan_gradients_accumulate_silently() -> None:
    x = ad.tensor([0.0, 1.0])
    ad.sqrt(x).sum().backward()
    (-ad.sqrt(x)).sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), [np.nan, 0.0])  # type: ignore[union-attr]
