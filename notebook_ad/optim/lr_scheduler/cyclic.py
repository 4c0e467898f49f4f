"""Cyclical learning rates (Smith 2017)."""

from __future__ import annotations

import math
import types
from collections.abc import Callable
from typing import Any

from notebook_ad.optim.lr_scheduler import momenta
from notebook_ad.optim.lr_scheduler.scheduler import LRScheduler, checked_optimizer, per_group
from notebook_ad.optim.optimizer import Optimizer


class CyclicLR(LRScheduler):
    """Up and down between base_lr and max_lr, to be stepped after every batch. As `torch.optim.lr_scheduler.CyclicLR`.

    Args:
        optimizer: whose rates (and momenta) are set.
        base_lr, max_lr: bounds, for all groups or one each.
        step_size_up, step_size_down: steps of the rise, and of the fall (the same if left out).
        mode: "triangular"; "triangular2", which halves the height each cycle; "exp_range", which scales it by gamma**step.
        scale_fn, scale_mode: a function of the "cycle" or of the "iterations", instead of a mode.
        cycle_momentum, base_momentum, max_momentum: whether the momentum falls while the rate rises, and between what.

    Raises:
        ValueError: an unknown mode, or the optimizer has no momentum to cycle.
    """

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: float | list[float],
        max_lr: float | list[float],
        step_size_up: int = 2000,
        step_size_down: int | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.8,
        max_momentum: float | list[float] = 0.9,
        last_epoch: int = -1,
    ) -> None:
        optimizer = checked_optimizer(self, optimizer)
        if mode not in ("triangular", "triangular2", "exp_range") and scale_fn is None:
            raise ValueError(f'CyclicLR: mode must be "triangular", "triangular2" or "exp_range", not {mode!r}')
        base_lrs = per_group("base_lr", optimizer, base_lr)
        if last_epoch == -1:
            for group, rate in zip(optimizer.param_groups, base_lrs, strict=True):
                group["lr"] = rate
        self.max_lrs = per_group("max_lr", optimizer, max_lr)
        self.total_size = float(step_size_up) + float(step_size_up if step_size_down is None else step_size_down)
        self.step_ratio = step_size_up / self.total_size
        self.mode, self.gamma, self.scale_mode, self._scale_fn_custom = mode, gamma, scale_mode, scale_fn
        if scale_fn is None:
            self.scale_mode = "iterations" if mode == "exp_range" else "cycle"
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self.base_momentums = per_group("base_momentum", optimizer, base_momentum)
            self.max_momentums = per_group("max_momentum", optimizer, max_momentum)
            self.use_beta1 = momenta.prepare("CyclicLR", optimizer, base_momentum, max_momentum, last_epoch == -1)
        super().__init__(optimizer, last_epoch)
        self.base_lrs = base_lrs

    def scale_fn(self, x: float) -> float:
        """What the height is multiplied by, in a cycle (counted from 1) or at a step."""
        if self._scale_fn_custom is not None:
            return self._scale_fn_custom(x)
        if self.mode == "triangular":
            return 1.0
        factor: float = 2.0 ** (1 - x) if self.mode == "triangular2" else self.gamma**x
        return factor

    def get_lr(self) -> list[float]:
        """The rates of this step; sets the momenta too."""
        cycle = math.floor(1 + self.last_epoch / self.total_size)
        x = 1.0 + self.last_epoch / self.total_size - cycle
        height = x / self.step_ratio if x <= self.step_ratio else (x - 1) / (self.step_ratio - 1)
        scale = self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)
        if self.cycle_momentum:
            bounds = zip(self.base_momentums, self.max_momentums, strict=True)
            momenta.assign(
                self.optimizer, [most - (most - base) * height * scale for base, most in bounds], self.use_beta1
            )
        return [base + (most - base) * height * scale for base, most in zip(self.base_lrs, self.max_lrs, strict=True)]

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimizer and a plain scale_fn; of a callable object its attributes."""
        own = self._scale_fn_custom
        kept = None if own is None or isinstance(own, types.FunctionType) else dict(vars(own))
        return {**super().state_dict(), "_scale_fn_custom": kept}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from where `state_dict` was asked; a plain scale_fn stays the one given here."""
        if (saved := state_dict.get("_scale_fn_custom")) is not None:
            vars(self._scale_fn_custom).update(saved)
        super().load_state_dict({key: value for key, value in state_dict.items() if key != "_scale_fn_custom"})
