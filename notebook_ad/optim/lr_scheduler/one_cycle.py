"""The one-cycle policy (Smith and Topin 2018)."""

from __future__ import annotations

import math
from typing import Any

from notebook_ad.optim.lr_scheduler import momenta
from notebook_ad.optim.lr_scheduler.scheduler import LRScheduler, checked_optimizer, per_group, within
from notebook_ad.optim.optimizer import Optimizer


class OneCycleLR(LRScheduler):
    """Up to max_lr, then down below the first rate, to be stepped after every batch. As `torch.optim.lr_scheduler`'s.

    Args:
        optimizer: whose rates (and momenta) are set.
        max_lr: the highest rate, for all groups or one each.
        total_steps: or epochs and steps_per_epoch.
        pct_start: the part of the steps in which the rate rises.
        anneal_strategy: "cos" or "linear".
        cycle_momentum, base_momentum, max_momentum: whether the momentum falls while the rate rises, and between what.
        div_factor, final_div_factor: the first rate is max_lr / div_factor, the last one that / final_div_factor.
        three_phase: fall to the first rate as long as it rose, and to the last one afterwards.

    Raises:
        ValueError: an option is out of range, or more than the total of steps are taken.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | list[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.85,
        max_momentum: float | list[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        optimizer = checked_optimizer(self, optimizer)
        self.total_steps = _total(total_steps, epochs, steps_per_epoch)
        within(self, "pct_start", pct_start, 0, 1)
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(f'OneCycleLR: anneal_strategy must be "cos" or "linear", not {anneal_strategy!r}')
        self._anneal_func_type = anneal_strategy
        self._schedule_phases = _phases(pct_start * self.total_steps, self.total_steps, three_phase)
        if last_epoch == -1:
            for group, most in zip(optimizer.param_groups, per_group("max_lr", optimizer, max_lr), strict=True):
                group["initial_lr"], group["max_lr"] = most / div_factor, most
                group["min_lr"] = group["initial_lr"] / final_div_factor
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self.use_beta1 = momenta.prepare("OneCycleLR", optimizer, base_momentum, max_momentum, last_epoch == -1)
        super().__init__(optimizer, last_epoch)

    def get_lr(self) -> list[float]:
        """The rates of this step; sets the momenta too."""
        step = self.last_epoch
        if step > self.total_steps:
            raise ValueError(f"OneCycleLR: step {step} of a schedule of {self.total_steps} steps; make it longer")
        start = 0.0
        phase = self._schedule_phases[0]
        for phase in self._schedule_phases:
            if step <= phase["end_step"]:
                break
            start = phase["end_step"] if phase is not self._schedule_phases[-1] else start
        part = (step - start) / (phase["end_step"] - start)
        if self.cycle_momentum:
            ends = [(group[phase["start_momentum"]], group[phase["end_momentum"]]) for group in self.groups]
            momenta.assign(self.optimizer, [self._between(*end, part) for end in ends], self.use_beta1)
        return [self._between(group[phase["start_lr"]], group[phase["end_lr"]], part) for group in self.groups]

    def _between(self, start: float, end: float, part: float) -> float:
        if self._anneal_func_type == "linear":
            return (end - start) * part + start
        return end + (start - end) / 2.0 * (math.cos(math.pi * part) + 1)


def _total(total_steps: int | None, epochs: int | None, steps_per_epoch: int | None) -> int:
    if total_steps is None and (epochs is None or steps_per_epoch is None):
        raise ValueError("OneCycleLR: give total_steps, or epochs and steps_per_epoch")
    given = (
        {"total_steps": total_steps}
        if total_steps is not None
        else {"epochs": epochs, "steps_per_epoch": steps_per_epoch}
    )
    for name, value in given.items():
        if not isinstance(value, int) or value <= 0:
            raise ValueError(f"OneCycleLR: {name} must be a positive integer, not {value}")
    return math.prod(value for value in given.values() if value is not None)


def _phases(rise: float, total: int, three: bool) -> list[dict[str, Any]]:
    def phase(end: float, lr: tuple[str, str], momentum: tuple[str, str]) -> dict[str, Any]:
        return {
            "end_step": end, "start_lr": f"{lr[0]}_lr", "end_lr": f"{lr[1]}_lr",
            "start_momentum": f"{momentum[0]}_momentum", "end_momentum": f"{momentum[1]}_momentum",
        }  # fmt: skip

    up = phase(float(rise) - 1, ("initial", "max"), ("max", "base"))
    if not three:
        return [up, phase(total - 1, ("max", "min"), ("base", "max"))]
    down = phase(float(2 * rise) - 2, ("max", "initial"), ("base", "max"))
    return [up, down, phase(total - 1, ("initial", "min"), ("max", "max"))]
