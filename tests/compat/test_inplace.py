"""PyTorch's methods that change a tensor, `.data` and `.grad.zero_()`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import notebook_ad as ad


def of(t: ad.Tensor) -> Any:
    assert t.grad is not None
    return t.grad.tolist()


def test_zeroing_the_gradient_is_seen_by_the_next_backward() -> None:
    for reset in (lambda w: w.grad.zero_(), lambda w: w.grad.data.zero_(), lambda w: w.grad.fill_(0)):
        for value in (3.0, [1.0, 2.0]):
            w = ad.tensor(value)
            (w * w).sum().backward()
            reset(w)
            assert np.all(np.asarray(of(w)) == 0)
            (w * w).sum().backward()
            np.testing.assert_array_equal(of(w), 2 * np.asarray(value))


@pytest.mark.parametrize(
    "step",
    [lambda w: w.data.sub_(0.1 * w.grad), lambda w: w.data.add_(w.grad, alpha=-0.1), lambda w: iadd(w.data, -0.1 * w.grad),
     lambda w: setattr(w, "data", w.data - 0.1 * w.grad), lambda w: w.data.copy_(w.detach() - 0.1 * w.grad)],
)  # fmt: skip
def test_an_update_of_data_changes_the_parameter_and_is_not_recorded(step: Any) -> None:
    w = ad.tensor([1.0, 2.0])
    (w * w).sum().backward()
    step(w)
    np.testing.assert_allclose(w.tolist(), [0.8, 1.6])
    assert w.is_leaf
    assert w.requires_grad
    w.grad = None
    (w * w).sum().backward()
    np.testing.assert_allclose(of(w), [1.6, 3.2])


def iadd(t: Any, change: Any) -> None:
    t += change


def test_data_has_no_history() -> None:
    y = ad.tensor(2.0) * 3
    assert (y.data.requires_grad, y.data.item()) == (False, 6.0)
    with pytest.raises(ValueError, match=r"data has shape \(2,\), but the tensor has \(\)"):
        y.data = np.ones(2)


def test_in_place_arithmetic_on_an_intermediate_is_recorded() -> None:
    x = ad.tensor([1.0, 2.0])
    y = x * 1.0
    assert y.add_(x).mul_(2).sub_(1.0).div_(x) is y  # (4x − 1) / x
    y.sum().backward()
    np.testing.assert_allclose(of(x), [1.0, 0.25])


def test_filling_an_intermediate_cuts_its_gradient() -> None:
    x = ad.tensor([1.0, 2.0])
    y = x * x
    y.zero_()
    (y + x).sum().backward()
    assert of(x) == [1.0, 1.0]
    z = x * 1.0
    z.copy_(x * x * x)
    x.grad = None
    z.sum().backward()
    assert of(x) == [3.0, 12.0]


@pytest.mark.parametrize(
    "change", [lambda w: w.add_(1), lambda w: w.zero_(), lambda w: w.copy_(np.ones(2)), lambda w: w.mul_(2)]
)
def test_a_leaf_is_changed_inside_no_grad_only(change: Any) -> None:
    w = ad.tensor([1.0, 2.0], name="w")
    with pytest.raises(RuntimeError, match=r"on the leaf the tensor 'w'.*Update it inside no_grad\(\)"):
        change(w)
    assert w.tolist() == [1.0, 2.0]
    with ad.no_grad():
        change(w)
    assert w.tolist() != [1.0, 2.0]
    assert w.is_leaf
    assert w.requires_grad


def test_shape_and_dtype_cannot_change_in_place() -> None:
    c = ad.tensor([1, 2], requires_grad=False)
    with pytest.raises(RuntimeError, match="cannot change the dtype int64 to float64"):
        c.add_(0.5)
    with pytest.raises(ValueError, match=r"cannot change the shape \(2,\) to \(3, 2\)"):
        c.add_(np.ones((3, 2), int))


def test_requires_grad_can_be_switched() -> None:
    x = ad.tensor(2.0, requires_grad=False)
    assert x.requires_grad_() is x
    (x * x).backward()
    assert of(x) == 4.0
    x.requires_grad = False
    assert not (x * x).requires_grad
    x.requires_grad = True
    assert (x * x).requires_grad
    y = x * x
    with pytest.raises(RuntimeError, match=r"is an intermediate.*use detach\(\)"):
        y.requires_grad_(False)
    assert y.detach_() is y
    assert not y.requires_grad
    with pytest.raises(RuntimeError, match=r"int64 cannot require a gradient.*astype\(float\)"):
        ad.tensor([1], requires_grad=False).requires_grad_()
