"""Adadelta (Zeiler 2012)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from notebook_ad.optim.optimizer import Group, Optimizer, State, Update, checked
from notebook_ad.optim.rmsprop import running_square


class Adadelta(Optimizer):
    """Steps whose size is the running mean of earlier steps over that of the gradients. As `torch.optim.Adadelta`.

    Args:
        params: tensors, pairs (name, tensor), or dicts of groups.
        lr: multiplies the step.
        rho: how much of the running means is kept in a step.
        eps: added under both roots.
        weight_decay: times w is added to the gradient.
        foreach: accepted as PyTorch's; numbers do not depend on it.
        maximize: climb instead.

    Raises:
        ValueError: an option is out of range.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1.0,
        rho: float = 0.9,
        eps: float = 1e-6,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        capturable: bool = False,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        checked("Adadelta", lr=(lr, 0), rho=(rho, 0), eps=(eps, 0), weight_decay=(weight_decay, 0))
        if rho > 1:
            raise ValueError(f"Adadelta: rho must be at most 1, not {rho}")
        defaults = {
            "lr": lr, "rho": rho, "eps": eps, "weight_decay": weight_decay, "maximize": maximize, "capturable": capturable,
            "foreach": foreach, "differentiable": differentiable,
        }  # fmt: skip
        super().__init__(params, defaults)

    def _rule(self, group: Group) -> Update:
        lr, rho, eps, decay = (float(group[key]) for key in ("lr", "rho", "eps", "weight_decay"))

        def update(w: np.ndarray, g: np.ndarray, out: np.ndarray, state: State) -> None:
            if not state:
                state.update(step=0, square_avg=np.zeros_like(w), acc_delta=np.zeros_like(w))
            state["step"] += 1
            t, delta = self._scratch(w), self._scratch(w, 1)
            if decay:
                np.multiply(w, decay, out=out)
                g = np.add(g, out, out=out)
            running_square(state["square_avg"], g, rho, t)
            np.add(state["square_avg"], eps, out=t)
            np.sqrt(t, out=t)
            np.add(state["acc_delta"], eps, out=delta)
            np.sqrt(delta, out=delta)
            delta /= t
            delta *= g
            running_square(state["acc_delta"], delta, rho, t)
            np.multiply(delta, -lr, out=out)
            out += w

        return update
