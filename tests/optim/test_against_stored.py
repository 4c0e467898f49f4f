"""Ten steps of every optimiser, and thirty of every schedule, against stored outputs of PyTorch."""

from __future__ import annotations

import pathlib
from collections.abc import Callable
from typing import Any

import numpy as np
import optimizer_cases as cases
import pytest

import notebook_ad as ad
from notebook_ad import optim
from notebook_ad.optim import lr_scheduler as lrs
from notebook_ad.optim import swa_utils

REFERENCE = pathlib.Path(__file__).parent / "reference"
OPTIMIZERS, SCHEDULERS = np.load(REFERENCE / "optimizers.npz"), np.load(REFERENCE / "schedulers.npz")


def ten_steps(name: str, options: dict[str, Any], dtype: str = "float64") -> np.ndarray:
    ps = [ad.tensor(cases.start(s, i), dtype=dtype, requires_grad=True) for i, s in enumerate(cases.SHAPES)]
    optimizer = getattr(optim, name)(ps, **options)
    rows = []
    for step in range(cases.STEPS):
        for i, p in enumerate(ps):
            p.grad = cases.gradient(step, i, cases.SHAPES[i])
        optimizer.step()
        rows.append(np.concatenate([np.ravel(p.detach().numpy()) for p in ps]))
        assert all(p.dtype == np.dtype(dtype) and p.is_leaf and p.requires_grad for p in ps)
    return np.array(rows)


@pytest.mark.parametrize("key", cases.OPTIMIZERS)
def test_ten_steps_are_pytorchs(key: str) -> None:
    np.testing.assert_allclose(ten_steps(*cases.OPTIMIZERS[key]), OPTIMIZERS[key], rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("key", ["sgd nesterov", "adam decay", "rmsprop centered"])
def test_ten_steps_in_float32_are_pytorchs(key: str) -> None:
    found = ten_steps(*cases.OPTIMIZERS[key], dtype="float32")
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, OPTIMIZERS[f"{key} float32"], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("key", cases.SEARCHES)
def test_ten_steps_of_lbfgs_are_pytorchs(key: str) -> None:
    x = ad.tensor([-1.2, 1.0, 0.5])
    optimizer = optim.LBFGS([x], **cases.SEARCHES[key])

    def closure() -> Any:
        optimizer.zero_grad()
        loss = cases.rosenbrock(x)
        loss.backward()
        return loss

    rows = []
    for _ in range(cases.STEPS):
        optimizer.step(closure)
        rows.append(x.detach().numpy().copy())
    np.testing.assert_allclose(np.array(rows), OPTIMIZERS[key], rtol=1e-6, atol=1e-8)


def two_groups(momentum: bool = True) -> optim.Optimizer:
    ps = [ad.tensor([1.0]) for _ in range(2)]
    groups = [{"params": [ps[0]], "lr": 0.1}, {"params": [ps[1]], "lr": 0.05}]
    return optim.SGD(groups, momentum=0.9) if momentum else optim.Adam(groups)


def rates(optimizer: optim.Optimizer, scheduler: Any, step: Any = None) -> np.ndarray:
    rows = []
    for epoch in range(cases.EPOCHS + 1):
        momenta = [g["momentum"] if "momentum" in g else g["betas"][0] for g in optimizer.param_groups]
        now = [g["lr"] for g in optimizer.param_groups]
        assert scheduler.get_last_lr() == now
        rows.append([*now, *momenta])
        optimizer.step()
        if epoch < cases.EPOCHS:
            scheduler.step() if step is None else step(scheduler, epoch)
    return np.array(rows)


def made(key: str) -> tuple[optim.Optimizer, Any, Any]:
    """The optimizer, its scheduler, and how to step it."""
    if key in cases.PLATEAUS:
        o = two_groups()
        return o, lrs.ReduceLROnPlateau(o, **cases.PLATEAUS[key]), lambda s, epoch: s.step(cases.metrics()[epoch])
    if key in cases.SCHEDULERS:
        name, options = cases.SCHEDULERS[key]
        o = two_groups(key != "cyclic range")
        return o, getattr(lrs, name)(o, **options), None
    o = two_groups()
    return o, MADE[key](o), None


def sequential(o: optim.Optimizer) -> Any:
    parts = [lrs.LinearLR(o, 0.1, total_iters=5), lrs.CosineAnnealingLR(o, 10), lrs.ExponentialLR(o, 0.9)]
    return lrs.SequentialLR(o, parts, milestones=[5, 15])


def chained(o: optim.Optimizer) -> Any:
    return lrs.ChainedScheduler([lrs.ConstantLR(o, 0.1, 4), lrs.ExponentialLR(o, 0.9), lrs.StepLR(o, 6)], o)


def nested(o: optim.Optimizer) -> Any:
    first = lrs.ChainedScheduler([lrs.ConstantLR(o, 0.1, 4), lrs.ExponentialLR(o, 0.9)])
    return lrs.SequentialLR(o, [first, lrs.MultiStepLR(o, [3, 9], 0.5)], [12])


MADE: dict[str, Callable[[optim.Optimizer], Any]] = {
    "sequential": sequential,
    "chained": chained,
    "nested": nested,
    "lambda": lambda o: lrs.LambdaLR(o, [lambda e: 0.95**e, lambda e: 1 / (1 + e)]),
    "multiplicative": lambda o: lrs.MultiplicativeLR(o, lambda e: 0.9 if e % 2 else 1.05),
    "swa cos": lambda o: swa_utils.SWALR(o, 0.02, 8, "cos"),
    "swa linear": lambda o: swa_utils.SWALR(o, 0.02, 8, "linear"),
}


def test_every_stored_schedule_is_compared() -> None:
    assert set(SCHEDULERS.files) == {*cases.SCHEDULERS, *cases.PLATEAUS, *MADE}


@pytest.mark.parametrize("key", [*cases.SCHEDULERS, *cases.PLATEAUS, *MADE])
def test_thirty_steps_of_a_schedule_are_pytorchs(key: str) -> None:
    np.testing.assert_allclose(rates(*made(key)), SCHEDULERS[key], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("key", [*cases.SCHEDULERS, *cases.PLATEAUS, *MADE])
def test_a_schedule_goes_on_from_its_state_dict(key: str) -> None:
    whole = rates(*made(key))
    optimizer, scheduler, step = made(key)
    for epoch in range(11):
        optimizer.step()
        scheduler.step() if step is None else step(scheduler, epoch)
    after, again, _ = made(key)
    again.load_state_dict(scheduler.state_dict())
    after.load_state_dict(optimizer.state_dict())
    assert again.get_last_lr() == scheduler.get_last_lr()
    rest = []
    for epoch in range(11, cases.EPOCHS):
        after.step()
        again.step() if step is None else step(again, epoch)
        rest.append([g["lr"] for g in after.param_groups])
    np.testing.assert_array_equal(np.array(rest), whole[12:, :2])


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_tutorials_loop_gives_pytorchs_losses(dtype: str) -> None:
    found = cases.tutorial(ad, dtype)
    np.testing.assert_allclose(found, OPTIMIZERS[f"tutorial {dtype}"], rtol=1e-6 if dtype == "float32" else 1e-12)
    assert found[-1] < found[0] / 5
