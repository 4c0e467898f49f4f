"""Schedules by a function of the step."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

from notebook_ad.optim.lr_scheduler.scheduler import LRScheduler, checked_optimizer, per_group
from notebook_ad.optim.optimizer import Optimizer

Factor = Callable[[int], float]


class _ByFunction(LRScheduler):
    def __init__(self, optimizer: Optimizer, lr_lambda: Factor | list[Factor], last_epoch: int = -1) -> None:
        self.lr_lambdas: list[Factor] = per_group("lr_lambda", checked_optimizer(self, optimizer), lr_lambda)
        for function in self.lr_lambdas:
            if not callable(function):
                raise TypeError(f"{type(self).__name__}: lr_lambda must be a function, not {type(function).__name__}")
        super().__init__(optimizer, last_epoch)

    def state_dict(self) -> dict[str, Any]:
        """Everything but the optimizer and plain functions; of callable objects their attributes."""
        state = super().state_dict()
        state["lr_lambdas"] = [None if isinstance(f, types.FunctionType) else dict(vars(f)) for f in self.lr_lambdas]
        return state

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from where `state_dict` was asked; plain functions stay those given here."""
        for function, saved in zip(self.lr_lambdas, state_dict["lr_lambdas"], strict=True):
            if saved is not None:
                vars(function).update(saved)
        super().load_state_dict({key: value for key, value in state_dict.items() if key != "lr_lambdas"})


class LambdaLR(_ByFunction):
    """The initial rate times `lr_lambda(step)`. As `torch.optim.lr_scheduler.LambdaLR`."""

    def get_lr(self) -> list[float]:
        """The rates of this step."""
        return [base * f(self.last_epoch) for f, base in zip(self.lr_lambdas, self.base_lrs, strict=True)]


class MultiplicativeLR(_ByFunction):
    """The rate times `lr_lambda(step)` in each step. As `torch.optim.lr_scheduler.MultiplicativeLR`."""

    def get_lr(self) -> list[float]:
        """The rates of this step."""
        if self._is_initial:
            return self._now()
        return [group["lr"] * f(self.last_epoch) for f, group in zip(self.lr_lambdas, self.groups, strict=True)]
