"""Adagrad (Duchi, Hazan and Singer 2011)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from notebook_ad.optim.optimizer import Group, Optimizer, State, Update, UpdateRows, checked


class Adagrad(Optimizer):
    """Steps of `lr * g / (sqrt(s) + eps)`, s the sum of all g² so far. As `torch.optim.Adagrad`.

    Args:
        params: tensors, pairs (name, tensor), or dicts of groups.
        lr: step size.
        lr_decay: step n is by `lr / (1 + (n - 1) * lr_decay)`.
        weight_decay: times w is added to the gradient.
        initial_accumulator_value: what the sum begins with.
        eps: added to the denominator.
        foreach, fused: accepted as PyTorch's; numbers do not depend on them.
        maximize: climb instead.

    Raises:
        ValueError: an option is out of range.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        lr_decay: float = 0,
        weight_decay: float = 0,
        initial_accumulator_value: float = 0,
        eps: float = 1e-10,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        checked(
            "Adagrad",
            lr=(lr, 0),
            lr_decay=(lr_decay, 0),
            weight_decay=(weight_decay, 0),
            initial_accumulator_value=(initial_accumulator_value, 0),
            eps=(eps, 0),
        )
        defaults = {
            "lr": lr, "lr_decay": lr_decay, "eps": eps, "weight_decay": weight_decay,
            "initial_accumulator_value": initial_accumulator_value, "foreach": foreach, "maximize": maximize,
            "differentiable": differentiable, "fused": fused,
        }  # fmt: skip
        super().__init__(params, defaults)

    def _rule(self, group: Group) -> Update:
        lr, lr_decay, decay = float(group["lr"]), float(group["lr_decay"]), float(group["weight_decay"])
        eps, start = float(group["eps"]), float(group["initial_accumulator_value"])

        def update(w: np.ndarray, g: np.ndarray, out: np.ndarray, state: State) -> None:
            if not state:
                state.update(step=0, sum=np.full_like(w, start))
            state["step"] += 1
            t, total = self._scratch(w), state["sum"]
            if decay:
                np.multiply(w, decay, out=out)
                g = np.add(g, out, out=out)
            np.multiply(g, g, out=t)
            total += t
            np.sqrt(total, out=t)
            t += eps
            np.divide(g, t, out=out)
            out *= -lr / (1 + (state["step"] - 1) * lr_decay)
            out += w

        return update

    def _rule_of_rows(self, group: Group) -> UpdateRows | None:
        if group["weight_decay"]:
            return None
        lr, lr_decay, eps = float(group["lr"]), float(group["lr_decay"]), float(group["eps"])
        start = float(group["initial_accumulator_value"])

        def update(w: np.ndarray, g: np.ndarray, at: np.ndarray, like: np.ndarray, state: State) -> np.ndarray:
            if not state:
                state.update(step=0, sum=np.full_like(like, start))
            state["step"] += 1
            state["sum"][at] = total = state["sum"][at] + g * g
            new: np.ndarray = g / (np.sqrt(total) + eps) * (-lr / (1 + (state["step"] - 1) * lr_decay)) + w
            return new

        return update
