"""What all optimisers share: groups, closures, scalars and complex numbers, nothing recorded."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from trained_pair import KINDS, fresh, loss_of, trained

import notebook_ad as ad
from notebook_ad import optim


def test_the_repr_is_pytorchs() -> None:
    assert repr(optim.Lion([ad.tensor(1.0)])) == (
        "Lion (\nParameter Group 0\n    betas: (0.9, 0.99)\n    lr: 0.0001\n    maximize: False\n    weight_decay: 0.0\n)"
    )


@pytest.mark.parametrize("kind", KINDS)
def test_steps_lower_a_loss(kind: str) -> None:
    w, b = fresh()
    before = loss_of(w, b).item()
    trained(kind, 20, w, b)
    assert loss_of(w, b).item() < before


def test_lion_goes_along_the_sign_of_a_mean() -> None:
    w = ad.tensor([1.0, -2.0])
    optimizer = optim.Lion([w], lr=0.1, betas=(0.5, 0.75), weight_decay=0.5)
    m, by_hand = np.zeros(2), np.array([1.0, -2.0])
    for g in ([1.0, -4.0], [-0.5, 1.0], [-3.0, 0.0]):
        w.grad = np.array(g)
        optimizer.step()
        by_hand = by_hand * 0.95 - 0.1 * np.sign(0.5 * m + 0.5 * np.array(g))
        m = 0.75 * m + 0.25 * np.array(g)
    np.testing.assert_allclose(w.detach().numpy(), by_hand, rtol=1e-14)


def test_a_step_records_nothing_and_what_was_recorded_keeps_its_values() -> None:
    w = ad.tensor([1.0, 2.0])
    product = w * w
    kept, seen = w.detach(), w.value
    w.grad = np.array([1.0, 1.0])
    optim.SGD([w], lr=0.5).step()
    assert w.tolist() == [0.5, 1.5]
    assert kept.tolist() == seen.tolist() == [1.0, 2.0]
    assert w.is_leaf
    w.grad = None
    product.sum().backward()
    assert w.grad.tolist() == [2.0, 4.0]


@pytest.mark.parametrize("start", [3.0, [3.0, -1.0]])
def test_after_a_step_the_new_value_is_recorded(start: Any) -> None:
    w = ad.tensor(start)
    optimizer = optim.SGD([w], lr=0.25)
    before = (w * w).sum()
    w.grad = np.full(w.shape, 4.0)
    optimizer.step()
    w.grad = None
    ((w * w).sum() + 0.0 * before).backward()
    np.testing.assert_allclose(w.grad.tolist(), 2 * (np.array(start) - 1.0))


def test_parameters_without_a_gradient_stay() -> None:
    w, b = fresh()
    optimizer = optim.Adam([w, b], lr=0.1)
    b.grad = 1.0
    optimizer.step()
    assert w.tolist() == [[1.0, -2.0], [0.5, 3.0]]
    assert b.item() == pytest.approx(0.15)
    assert list(optimizer.state) == [b]


def test_zero_grad_forgets_or_sets_to_zero() -> None:
    w, b = fresh()
    optimizer = optim.SGD([w, b])
    loss_of(w, b).backward()
    optimizer.zero_grad(set_to_none=False)
    assert w.grad.tolist() == [[0.0, 0.0], [0.0, 0.0]]
    assert b.grad.item() == 0.0
    loss_of(w, b).backward()
    optimizer.zero_grad()
    assert w.grad is None
    assert b.grad is None


def test_groups_have_their_own_options_and_more_can_be_added() -> None:
    w, b = fresh()
    optimizer = optim.SGD([{"params": w, "lr": 0.5}], lr=0.1, momentum=0.9)
    optimizer.add_param_group({"params": [b], "momentum": 0.0})
    assert [(g["lr"], g["momentum"]) for g in optimizer.param_groups] == [(0.5, 0.9), (0.1, 0.0)]
    w.grad, b.grad = np.ones((2, 2)), 1.0
    optimizer.step()
    assert w.tolist() == [[0.5, -2.5], [0.0, 2.5]]
    assert b.item() == 0.25 - 0.1
    assert optimizer.state_dict()["param_groups"][1]["params"] == [1]


def test_named_parameters_keep_their_names() -> None:
    w, b = fresh()
    optimizer = optim.SGD([("w", w), ("b", b)])
    assert optimizer.param_groups[0]["param_names"] == ["w", "b"]
    with pytest.raises(ValueError, match="1 of 2 params have no name; name all or none"):
        optim.SGD([("w", w), b])
    with pytest.raises(ValueError, match="all parameter groups must be with names, or all without"):
        optimizer.add_param_group({"params": [ad.tensor(1.0)]})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_scalars_sizes_zero_and_one_keep_shape_and_dtype(kind: str, dtype: str) -> None:
    ps = [ad.tensor(np.ones(s), dtype=dtype, requires_grad=True) for s in [(), (0,), (1,), (2, 0), (3, 1)]]
    optimizer = getattr(optim, kind)(ps, **KINDS[kind])
    for _ in range(2):
        for p in ps:
            p.grad = np.ones(p.shape)
        optimizer.step()
    assert [p.shape for p in ps] == [(), (0,), (1,), (2, 0), (3, 1)]
    assert {p.dtype.name for p in ps} == {dtype}
    assert len({round(v, 5) for p in ps for v in np.ravel(p.tolist())}) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_complex_parameter_moves_as_its_pair_of_reals(kind: str) -> None:
    z = ad.tensor(np.array([1.0 + 2.0j, -0.5 + 0.1j]), requires_grad=True)
    pair = ad.tensor([[1.0, 2.0], [-0.5, 0.1]])
    goal = np.array([0.3 - 1.0j, 2.0 + 0.0j])
    both = [getattr(optim, kind)([p], **KINDS[kind]) for p in (z, pair)]
    for _ in range(5):
        for optimizer in both:
            optimizer.zero_grad()
        (ad.abs(z - goal) ** 2).sum().backward()
        ((pair - np.stack([goal.real, goal.imag], 1)) ** 2).sum().backward()
        for optimizer in both:
            optimizer.step()
    found = z.detach().numpy()
    np.testing.assert_allclose(np.stack([found.real, found.imag], 1), pair.detach().numpy(), rtol=1e-9)
    assert found.dtype == np.complex128


def test_hooks_are_called_around_a_step() -> None:
    w, seen = ad.tensor(1.0), []
    optimizer = optim.SGD([w], lr=0.5)
    before = optimizer.register_step_pre_hook(lambda o, args, kwargs: seen.append(w.item()))
    optimizer.register_step_post_hook(lambda o, args, kwargs: seen.append(w.item()))
    w.grad = 1.0
    optimizer.step()
    before.remove()
    optimizer.step()
    assert seen == [1.0, 0.5, 0.0]


def test_nan_and_overflow_pass_without_a_warning() -> None:
    w = ad.tensor(np.array([1.0, 1.0], np.float32))
    optimizer = optim.Adam([w])
    w.grad = np.array([1e30, np.nan], np.float32)
    optimizer.step()
    assert np.isnan(w.tolist()[1])


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda w: optim.SGD(w), TypeError, r"SGD: params must be a list of tensors, not one; give \[w\]"),
        (lambda w: optim.SGD([]), ValueError, r"SGD got no parameters; give model.parameters\(\)"),
        (lambda w: optim.SGD([{"params": {w}}]), TypeError, "params is a set, whose order changes between runs"),
        (lambda w: optim.SGD([w, 3.0]), TypeError, "SGD: params must be tensors, not float"),
        (lambda w: optim.SGD([w * 2]), ValueError, r"a tensor of shape \(2,\) is the result of an operation"),
        (lambda w: optim.SGD([{"params": [w]}, {"params": [w]}]), ValueError, "a parameter is in more than one group"),
        (lambda w: optim.SGD([{"params": [w]}, [w]]), TypeError, 'a parameter group is a dict with "params", not list'),
        (lambda w: optim.SGD([w], lr=-1), ValueError, "SGD: lr must be at least 0, not -1"),
        (lambda w: optim.SGD([w], lr=float("nan")), ValueError, "SGD: lr must be at least 0, not nan"),
        (
            lambda w: optim.SGD([w], nesterov=True),
            ValueError,
            "nesterov needs momentum above 0 and dampening 0, not 0 and 0",
        ),
        (
            lambda w: optim.Adam([w], betas=(0.9, 1.0)),
            ValueError,
            r"Adam: betas\[1\] must be at least 0 and below 1, not 1.0",
        ),
        (lambda w: optim.AdamW([w], eps=-1.0), ValueError, "AdamW: eps must be at least 0, not -1.0"),
        (lambda w: optim.Adadelta([w], rho=1.5), ValueError, "Adadelta: rho must be at most 1, not 1.5"),
        (
            lambda w: optim.Adam([w], capturable=True),
            ValueError,
            "Adam: capturable=True is not supported; leave it out",
        ),
        (lambda w: optim.SGD([w], differentiable=True), ValueError, "SGD: differentiable=True is not supported"),
    ],
)
def test_bad_input_is_refused(make: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        make(ad.tensor([1.0, 2.0], name="w"))


def test_a_parameter_given_twice_warns() -> None:
    w = ad.tensor(1.0)
    with pytest.warns(UserWarning, match="a parameter is given twice"):
        optim.SGD([w, w])
