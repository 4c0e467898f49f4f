"""The base of the schedulers. As in PyTorch, most go on from the rate as it is now, so that schedules can be chained."""

from __future__ import annotations

import warnings
from typing import Any

from notebook_ad.optim.optimizer import Group, Optimizer

EARLY = (
    "lr_scheduler.step() was called before optimizer.step(), so the first learning rate of the schedule is skipped. "
    "Call optimizer.step() first"
)


class LRScheduler:
    """Sets `lr` of each parameter group. As `torch.optim.lr_scheduler.LRScheduler`; subclasses give `get_lr`.

    Args:
        optimizer: whose rates are set.
        last_epoch: steps already taken; -1 begins, and takes the groups' `lr` as `initial_lr`.

    Raises:
        TypeError: it is no optimizer.
        KeyError: last_epoch is given, but a group has no `initial_lr`.
    """

    last_epoch: int
    _last_lr: list[float]

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        self.optimizer = checked_optimizer(self, optimizer)
        self._is_initial = False
        self._step_count = 0
        for i, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                group.setdefault("initial_lr", group["lr"])
            elif "initial_lr" not in group:
                raise KeyError(
                    f"{type(self).__name__}: last_epoch is {last_epoch}, but param_groups[{i}] has no 'initial_lr'; "
                    "load the optimizer's state_dict first, or leave last_epoch out"
                )
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self.last_epoch = last_epoch
        self._initial_step()

    def _initial_step(self) -> None:
        self._step_count, self._is_initial = 0, True
        try:
            self._advance()
        finally:
            self._is_initial = False

    def __repr__(self) -> str:
        return f"{type(self).__name__}(last_epoch={self.last_epoch}, lr={self._last_lr})"

    @property
    def groups(self) -> list[Group]:
        """The optimizer's parameter groups."""
        return self.optimizer.param_groups

    def get_lr(self) -> list[float]:
        """The rates of the step `last_epoch`, computed from those of the groups."""
        raise NotImplementedError

    def get_last_lr(self) -> list[float]:
        """The rates that the last step set, one a group."""
        return self._last_lr

    def closed_form(self) -> list[float] | None:
        """The rates of the step `last_epoch` by themselves, where there is a formula."""
        return None

    def step(self, epoch: float | None = None) -> None:
        """Set the next rates; with an epoch those of that one."""
        if self._step_count == 1 and not self.optimizer._steps:
            warnings.warn(EARLY, UserWarning, stacklevel=2)
        self._advance(epoch)

    def _advance(self, epoch: float | None = None) -> None:
        self._step_count += 1
        self._update_lr(epoch)

    def _update_lr(self, epoch: float | None = None) -> None:
        self.last_epoch = self.last_epoch + 1 if epoch is None else int(epoch)
        rates = None if epoch is None else self.closed_form()
        self._set(self.get_lr() if rates is None else rates)

    def _set(self, rates: list[float]) -> None:
        for group, rate in zip(self.groups, rates, strict=True):
            group["lr"] = rate
        self._last_lr = [group["lr"] for group in self.groups]

    def _now(self) -> list[float]:
        return [group["lr"] for group in self.groups]

    def _times(self, factor: float) -> list[float]:
        return [group["lr"] * factor for group in self.groups]

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimizer, as plain values."""
        return {key: value for key, value in vars(self).items() if key != "optimizer"}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from where `state_dict` was asked; the optimizer's own state is to be loaded too."""
        vars(self).update(state_dict)


def checked_optimizer(scheduler: object, optimizer: Any) -> Optimizer:
    """The optimizer.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"{type(scheduler).__name__} needs an optimizer of ad.optim, not {type(optimizer).__name__}")
    return optimizer


def per_group(name: str, optimizer: Optimizer, value: Any) -> list[Any]:
    """One value a group.

    Raises:
        ValueError: a list of another length.
    """
    if not isinstance(value, list | tuple):
        return [value] * len(optimizer.param_groups)
    if len(value) != len(optimizer.param_groups):
        raise ValueError(
            f"{name} has {len(value)} values, but the optimizer has {len(optimizer.param_groups)} parameter groups"
        )
    return list(value)


def within(scheduler: object, name: str, value: float, low: float, high: float) -> None:
    """Check an option.

    Raises:
        ValueError: it is not between the bounds.
    """
    if not low <= value <= high:
        raise ValueError(f"{type(scheduler).__name__}: {name} must be between {low:g} and {high:g}, not {value}")
