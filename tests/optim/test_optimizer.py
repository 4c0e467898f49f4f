"""What all optimisers share: groups, state, closures, scalars and complex numbers, nothing recorded."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad import optim
from notebook_ad.optim import lr_scheduler as lrs

KINDS = {
    "SGD": {"lr": 0.1, "momentum": 0.9}, "RMSprop": {"momentum": 0.5, "centered": True}, "Adagrad": {}, "Adadelta": {},
    "Adam": {"amsgrad": True}, "AdamW": {}, "Adamax": {}, "NAdam": {}, "RAdam": {}, "Lion": {"lr": 0.01},
}  # fmt: skip


def loss_of(w: Any, b: Any) -> Any:
    return ((w * 2.0 + b - 1.0) ** 2).sum()


def trained(kind: str, steps: int, w: Any, b: Any, optimizer: optim.Optimizer | None = None) -> optim.Optimizer:
    optimizer = optimizer or getattr(optim, kind)([w, b], **KINDS[kind])
    for _ in range(steps):
        optimizer.zero_grad()
        loss_of(w, b).backward()
        optimizer.step()
    return optimizer


def fresh() -> tuple[Any, Any]:
    return ad.tensor([[1.0, -2.0], [0.5, 3.0]], name="w"), ad.tensor(0.25, name="b")


@pytest.mark.parametrize("kind", KINDS)
def test_a_state_dict_goes_on_bit_for_bit(kind: str) -> None:
    w, b = fresh()
    trained(kind, 7, w, b)
    v, c = fresh()
    first = trained(kind, 3, v, c)
    saved, weights = first.state_dict(), (v.detach().numpy().copy(), c.item())
    trained(kind, 2, v, c, first)  # what was handed out does not change
    x, d = ad.tensor(weights[0]), ad.tensor(weights[1])
    second = getattr(optim, kind)([x, d], lr=123.0)
    second.load_state_dict(saved)
    trained(kind, 4, x, d, second)
    assert x.tolist() == w.tolist()
    assert d.item() == b.item()


def test_a_state_dict_has_pytorchs_layout() -> None:
    w, b = fresh()
    state = trained("Adam", 2, w, b).state_dict()
    assert set(state) == {"state", "param_groups"}
    assert list(state["state"]) == [0, 1]
    assert list(state["state"][0]) == ["step", "exp_avg", "exp_avg_sq", "max_exp_avg_sq"]
    assert state["state"][0]["step"].item() == 2.0
    assert state["state"][0]["exp_avg"].shape == (2, 2)
    assert list(state["param_groups"][0]) == [
        "lr", "betas", "eps", "weight_decay", "amsgrad", "maximize", "foreach", "capturable", "differentiable", "fused",
        "decoupled_weight_decay", "params",
    ]  # fmt: skip
    assert state["param_groups"][0]["params"] == [0, 1]
    assert optim.SGD([w]).state_dict() == {
        "state": {},
        "param_groups": [
            {
                "lr": 0.001, "momentum": 0, "dampening": 0, "weight_decay": 0, "nesterov": False, "maximize": False,
                "foreach": None, "differentiable": False, "fused": None, "params": [0],
            }
        ],
    }  # fmt: skip


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


def test_a_closure_is_called_once_with_recording_on() -> None:
    w, b = fresh()
    optimizer, calls = optim.SGD([w, b], lr=0.1), []

    def closure() -> Any:
        optimizer.zero_grad()
        loss = loss_of(w, b)
        loss.backward()
        calls.append(loss.item())
        return loss

    with ad.no_grad():
        assert optimizer.step(closure).item() == calls[0]
    assert len(calls) == 1
    assert loss_of(w, b).item() < calls[0]
    assert optimizer.step() is None


def test_lbfgs_solves_a_least_squares_problem_and_needs_a_closure() -> None:
    rng = np.random.default_rng(0)
    design, y = rng.normal(size=(20, 4)), rng.normal(size=20)
    w, b = ad.tensor(np.zeros(4)), ad.tensor(0.0)
    optimizer = optim.LBFGS([w, b], line_search_fn="strong_wolfe")

    def closure() -> Any:
        optimizer.zero_grad()
        loss = ((design @ w + b - y) ** 2).sum()
        loss.backward()
        return loss

    for _ in range(3):
        optimizer.step(closure)
    exact = np.linalg.lstsq(np.column_stack([design, np.ones(20)]), y, rcond=None)[0]
    np.testing.assert_allclose([*w.tolist(), b.item()], exact, atol=1e-6)
    assert optimizer.state[w]["n_iter"] > 3
    with pytest.raises(TypeError, match="needs a closure that computes the loss anew"):
        optimizer.step()
    with pytest.raises(
        ValueError, match='must be None or "strong_wolfe", not "armijo"'.replace('"armijo"', "'armijo'")
    ):
        optim.LBFGS([w], line_search_fn="armijo")
    with pytest.raises(ValueError, match="LBFGS has one parameter group, not 2"):
        optim.LBFGS([{"params": [w]}, {"params": [b]}])


def test_lbfgs_goes_on_from_its_state_dict() -> None:
    def closure_for(x: Any, optimizer: optim.Optimizer) -> Any:
        def closure() -> Any:
            optimizer.zero_grad()
            loss = (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()
            loss.backward()
            return loss

        return closure

    x = ad.tensor([-1.0, 1.5, 0.5])
    first = optim.LBFGS([x], max_iter=4, line_search_fn="strong_wolfe")
    first.step(closure_for(x, first))
    y = ad.tensor(x.detach())
    second = optim.LBFGS([y], line_search_fn="strong_wolfe")
    second.load_state_dict(first.state_dict())
    first.step(closure_for(x, first))
    second.step(closure_for(y, second))
    assert y.tolist() == x.tolist()


def test_an_interrupted_line_search_leaves_the_parameters_where_it_began() -> None:
    w, calls = ad.tensor([3.0, 4.0]), []
    optimizer = optim.LBFGS([w], line_search_fn="strong_wolfe")

    def closure() -> Any:
        calls.append(w.tolist())
        if len(calls) == 2:
            raise KeyboardInterrupt
        optimizer.zero_grad()
        loss = (w**2).sum()
        loss.backward()
        return loss

    with pytest.raises(KeyboardInterrupt):
        optimizer.step(closure)
    assert calls[1] != [3.0, 4.0]
    assert w.tolist() == [3.0, 4.0]


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


def test_a_state_dict_of_another_shape_is_refused_and_nothing_changes() -> None:
    w, b = fresh()
    optimizer = trained("Adam", 2, w, b)
    before = optimizer.state_dict()
    other = trained("Adam", 1, ad.tensor(np.ones((2, 3))), ad.tensor(1.0)).state_dict()
    message = r"'exp_avg' of parameter 0 has shape \(2, 3\), but the tensor 'w' has \(2, 2\)"
    with pytest.raises(ValueError, match=message):
        optimizer.load_state_dict(other)
    with pytest.raises(ValueError, match="group 0 was saved with 1 parameters, but has 2 in this Adam"):
        optimizer.load_state_dict(optim.Adam([b]).state_dict())
    with pytest.raises(ValueError, match="1 parameter groups were saved, but this SGD has 2"):
        optim.SGD([{"params": [w]}, {"params": [b]}]).load_state_dict(optim.SGD([w]).state_dict())
    after = optimizer.state_dict()
    assert after["param_groups"] == before["param_groups"]
    assert after["state"][0]["exp_avg"].tolist() == before["state"][0]["exp_avg"].tolist()


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda o: lrs.StepLR(3, 1), TypeError, "StepLR needs an optimizer of ad.optim, not int"),
        (lambda o: lrs.StepLR(o, 1, last_epoch=4), KeyError, "has no 'initial_lr'"),
        (lambda o: lrs.ConstantLR(o, factor=2.0), ValueError, "ConstantLR: factor must be between 0 and 1, not 2.0"),
        (lambda o: lrs.LinearLR(o, start_factor=0), ValueError, "start_factor must be above 0 and at most 1, not 0"),
        (lambda o: lrs.LinearLR(o, end_factor=2), ValueError, "LinearLR: end_factor must be between 0 and 1, not 2"),
        (lambda o: lrs.CosineAnnealingWarmRestarts(o, 0), ValueError, "T_0 must be a positive integer, not 0"),
        (lambda o: lrs.LambdaLR(o, [len, len]), ValueError, "lr_lambda has 2 values, but the optimizer has 1"),
        (lambda o: lrs.MultiplicativeLR(o, 0.5), TypeError, "lr_lambda must be a function, not float"),
        (lambda o: lrs.OneCycleLR(o, 1.0), ValueError, "give total_steps, or epochs and steps_per_epoch"),
        (lambda o: lrs.OneCycleLR(o, 1.0, 10.5), ValueError, "total_steps must be a positive integer, not 10.5"),
        (lambda o: lrs.OneCycleLR(o, 1.0, 10, pct_start=3), ValueError, "pct_start must be between 0 and 1, not 3"),
        (lambda o: lrs.OneCycleLR(o, 1.0, 9, anneal_strategy="x"), ValueError, 'must be "cos" or "linear", not \'x\''),
        (lambda o: lrs.CyclicLR(o, 0.1, 1.0, mode="x"), ValueError, "mode must be .* not 'x'"),
        (lambda o: lrs.CyclicLR(optim.Adagrad([ad.tensor(1.0)]), 0, 1), ValueError, "neither momentum nor betas"),
        (lambda o: lrs.ReduceLROnPlateau(o, factor=1), ValueError, "factor must be below 1, not 1"),
        (lambda o: lrs.ReduceLROnPlateau(o, "least"), ValueError, 'mode must be "min" or "max", not \'least\''),
        (lambda o: lrs.ChainedScheduler([]), ValueError, "ChainedScheduler needs at least one scheduler"),
        (lambda o: lrs.ChainedScheduler([lrs.ReduceLROnPlateau(o)]), ValueError, "step needs a metric; step it apart"),
        (lambda o: lrs.SequentialLR(o, [lrs.StepLR(o, 1)], [1]), ValueError, "1 schedulers need 0 milestones, not 1"),
        (
            lambda o: lrs.SequentialLR(optim.SGD([ad.tensor(1.0)]), [lrs.StepLR(o, 1)], []),
            ValueError,
            "another optimizer",
        ),
    ],
)
def test_bad_schedules_are_refused(make: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        make(optim.SGD([ad.tensor(1.0)], lr=0.1))


def test_a_schedule_stepped_before_the_optimizer_warns() -> None:
    scheduler = lrs.StepLR(optim.SGD([ad.tensor(1.0)], lr=0.1), 1)
    with pytest.warns(UserWarning, match="Call optimizer.step\\(\\) first"):
        scheduler.step()


def test_a_schedule_steps_to_an_epoch_by_its_formula() -> None:
    optimizer = optim.SGD([ad.tensor(1.0)], lr=0.1)
    optimizer.step()
    for scheduler, rate in (
        (lrs.StepLR(optimizer, 2, 0.5), 0.1 * 0.5**3),
        (lrs.ExponentialLR(optimizer, 0.9), 0.1 * 0.9**7),
        (lrs.CosineAnnealingLR(optimizer, 7), 0.0),
        (lrs.LinearLR(optimizer), 0.1),
        (lrs.PolynomialLR(optimizer, 14), 0.05),
        (lrs.ConstantLR(optimizer, 0.5, 9), 0.05),
        (lrs.MultiStepLR(optimizer, [2, 3, 8]), 0.001),
    ):
        scheduler.step(7)
        assert scheduler.get_last_lr() == pytest.approx([rate], abs=1e-15)


def test_one_cycle_ends() -> None:
    optimizer = optim.SGD([ad.tensor(1.0)], lr=0.1, momentum=0.9)
    scheduler = lrs.OneCycleLR(optimizer, 1.0, total_steps=3)
    optimizer.step()
    for _ in range(3):
        scheduler.step()
    with pytest.raises(ValueError, match="step 4 of a schedule of 3 steps; make it longer"):
        scheduler.step()
