"""A rate that falls when a metric no longer improves."""

from __future__ import annotations

import math
from typing import Any

from notebook_ad.optim.lr_scheduler.scheduler import LRScheduler, checked_optimizer, per_group
from notebook_ad.optim.optimizer import Optimizer


class ReduceLROnPlateau(LRScheduler):
    """Times factor when the metric has not improved for more than patience steps. As `torch.optim.lr_scheduler`'s.

    Args:
        optimizer: whose rates are set.
        mode: "min" or "max": whether a smaller or a larger metric is better.
        factor: below 1.
        patience: steps without improvement that are tolerated.
        threshold, threshold_mode: how much better counts: a part of the best ("rel"), or an amount ("abs").
        cooldown: steps after a reduction in which nothing counts.
        min_lr: a bound, for all groups or one each.
        eps: smaller reductions are left out.

    Raises:
        ValueError: an option is out of range.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        mode: str = "min",
        factor: float = 0.1,
        patience: int = 10,
        threshold: float = 1e-4,
        threshold_mode: str = "rel",
        cooldown: int = 0,
        min_lr: list[float] | float = 0,
        eps: float = 1e-8,
    ) -> None:
        if factor >= 1.0:
            raise ValueError(f"ReduceLROnPlateau: factor must be below 1, not {factor}")
        for name, value, known in (("mode", mode, ("min", "max")), ("threshold_mode", threshold_mode, ("rel", "abs"))):
            if value not in known:
                raise ValueError(f'ReduceLROnPlateau: {name} must be "{known[0]}" or "{known[1]}", not {value!r}')
        self.optimizer = checked_optimizer(self, optimizer)
        self.mode, self.factor, self.patience = mode, factor, patience
        self.threshold, self.threshold_mode = threshold, threshold_mode
        self.cooldown, self.eps, self.last_epoch = cooldown, eps, 0
        self.min_lrs = per_group("min_lr", optimizer, min_lr)
        self.best = math.inf if mode == "min" else -math.inf
        self.cooldown_counter = self.num_bad_epochs = 0
        self._last_lr = self._now()

    @property
    def in_cooldown(self) -> bool:
        """Whether nothing counts now."""
        return self.cooldown_counter > 0

    def step(self, metrics: Any, epoch: float | None = None) -> None:  # type: ignore[override]
        """Take the metric of an epoch (a number, or a tensor of one element) into account."""
        current = float(metrics.item() if hasattr(metrics, "item") else metrics)
        self.last_epoch = self.last_epoch + 1 if epoch is None else int(epoch)
        if self._better(current):
            self.best, self.num_bad_epochs = current, 0
        else:
            self.num_bad_epochs += 1
        if self.in_cooldown:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0
        if self.num_bad_epochs > self.patience:
            self._reduce()
            self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0
        self._last_lr = self._now()

    def _better(self, current: float) -> bool:
        sign = 1 if self.mode == "min" else -1
        if self.threshold_mode == "rel":
            return sign * current < sign * self.best * (1.0 - sign * self.threshold)
        return sign * current < sign * self.best - self.threshold

    def _reduce(self) -> None:
        bounds = self.min_lrs + self.min_lrs[-1:] * (len(self.groups) - len(self.min_lrs))
        for group, least in zip(self.groups, bounds, strict=True):
            lower = max(float(group["lr"]) * self.factor, least)
            if float(group["lr"]) - lower > self.eps:
                group["lr"] = lower
