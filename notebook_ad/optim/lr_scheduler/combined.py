"""Schedules made of schedules: one after the other, or all at once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from notebook_ad.optim.lr_scheduler.plateau import ReduceLROnPlateau
from notebook_ad.optim.lr_scheduler.scheduler import LRScheduler
from notebook_ad.optim.optimizer import Optimizer


class _Combined(LRScheduler):
    _schedulers: list[LRScheduler]

    def _check(self, schedulers: Sequence[Any], optimizer: Optimizer | None) -> None:
        who = type(self).__name__
        if not schedulers:
            raise ValueError(f"{who} needs at least one scheduler")
        for i, scheduler in enumerate(schedulers):
            if isinstance(scheduler, ReduceLROnPlateau):
                raise ValueError(f"{who}: scheduler {i} is ReduceLROnPlateau, whose step needs a metric; step it apart")
            if not isinstance(scheduler, LRScheduler):
                raise TypeError(f"{who}: scheduler {i} is a {type(scheduler).__name__}, not a scheduler")
            if scheduler.optimizer is not (optimizer or schedulers[0].optimizer):
                raise ValueError(f"{who}: scheduler {i} belongs to another optimizer; all must have the same")

    def _next(self, warns: bool) -> None:
        raise NotImplementedError

    def _advance(self, epoch: float | None = None) -> None:
        self._next(warns=False)  # the first step of a schedule, before any of the optimizer

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimizer, with the state dicts of the schedulers."""
        state = super().state_dict()
        return {**state, "_schedulers": [scheduler.state_dict() for scheduler in self._schedulers]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from where `state_dict` was asked."""
        super().load_state_dict({key: value for key, value in state_dict.items() if key != "_schedulers"})
        for scheduler, saved in zip(self._schedulers, state_dict["_schedulers"], strict=True):
            scheduler.load_state_dict(saved)


class SequentialLR(_Combined):
    """Each scheduler from its milestone on. As `torch.optim.lr_scheduler.SequentialLR`.

    Args:
        optimizer: whose rates are set.
        schedulers: in order.
        milestones: the step at which each but the first begins.

    Raises:
        ValueError: the numbers do not fit, a scheduler belongs to another optimizer, or needs a metric.
    """

    def __init__(
        self, optimizer: Optimizer, schedulers: list[LRScheduler], milestones: list[int], last_epoch: int = -1
    ) -> None:
        self._check(schedulers, optimizer)
        if len(milestones) != len(schedulers) - 1:
            raise ValueError(
                f"SequentialLR: {len(schedulers)} schedulers need {len(schedulers) - 1} milestones, not {len(milestones)}"
            )
        self._schedulers, self._milestones = list(schedulers), list(milestones)
        self.optimizer, self.last_epoch = optimizer, last_epoch + 1
        for group in self.groups:
            group["lr"] = group["initial_lr"]
        _step_back(self)
        first = self._schedulers[bisect_right(self._milestones, 0)]
        first._initial_step()
        self._last_lr = first.get_last_lr()

    def step(self, epoch: float | None = None) -> None:
        """Set the next rates."""
        self._next(True)

    def _next(self, warns: bool) -> None:
        self.last_epoch += 1
        i = bisect_right(self._milestones, self.last_epoch)
        scheduler = self._schedulers[i]
        if i and self._milestones[i - 1] == self.last_epoch:
            scheduler._update_lr(0)
        else:
            scheduler.step() if warns else scheduler._advance()
        self._last_lr = scheduler.get_last_lr()


def _step_back(scheduler: LRScheduler) -> None:
    """Undo the counting of the first steps, which every scheduler took when it was made."""
    if isinstance(scheduler, _Combined):
        for inner in scheduler._schedulers:
            _step_back(inner)
    else:
        scheduler.last_epoch -= 1


class ChainedScheduler(_Combined):
    """All schedulers in each step, each on what the one before left. As `torch.optim.lr_scheduler.ChainedScheduler`.

    Raises:
        ValueError: there is none, one belongs to another optimizer, or needs a metric.
    """

    def __init__(self, schedulers: Sequence[LRScheduler], optimizer: Optimizer | None = None) -> None:
        self._check(schedulers, optimizer)
        self._schedulers, self.optimizer = list(schedulers), optimizer or schedulers[0].optimizer
        self._last_lr = self._now()

    def __repr__(self) -> str:
        return f"ChainedScheduler({self._schedulers})"

    def step(self, epoch: float | None = None) -> None:
        """Step all."""
        self._next(True)

    def _next(self, warns: bool) -> None:
        for scheduler in self._schedulers:
            scheduler.step() if warns else scheduler._advance()
        self._last_lr = self._now()
