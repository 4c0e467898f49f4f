"""Schedules: what they refuse, and their closed forms."""

from __future__ import annotations

from typing import Any

import pytest

import notebook_ad as ad
from notebook_ad import optim
from notebook_ad.optim import lr_scheduler as lrs


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
