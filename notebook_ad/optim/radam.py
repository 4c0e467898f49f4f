"""RAdam: Adam whose first steps are rectified (Liu et al. 2020)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from notebook_ad.optim.adam import means
from notebook_ad.optim.optimizer import Group, Optimizer, State, Update, checked, checked_betas


class RAdam(Optimizer):
    """Adam that goes along the mean gradient while too few g² have been seen. As `torch.optim.RAdam`.

    Args:
        params: tensors, pairs (name, tensor), or dicts of groups.
        lr: step size.
        betas: how much of the running means of g and of g² is kept in a step.
        eps: added to the denominator.
        weight_decay: times w is added to the gradient; with decoupled_weight_decay, w shrinks by lr times it.
        foreach: accepted as PyTorch's; numbers do not depend on it.
        maximize: climb instead.

    Raises:
        ValueError: an option is out of range.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        checked("RAdam", lr=(lr, 0), eps=(eps, 0), weight_decay=(weight_decay, 0))
        checked_betas("RAdam", betas)
        defaults = {
            "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "maximize": maximize, "foreach": foreach,
            "capturable": capturable, "decoupled_weight_decay": decoupled_weight_decay, "differentiable": differentiable,
        }  # fmt: skip
        super().__init__(params, defaults)

    def _rule(self, group: Group) -> Update:
        lr, eps, decay = float(group["lr"]), float(group["eps"]), float(group["weight_decay"])
        beta1, beta2 = (float(beta) for beta in group["betas"])
        decoupled = group["decoupled_weight_decay"]

        def update(w: np.ndarray, g: np.ndarray, out: np.ndarray, state: State) -> None:
            if not state:
                state.update(step=0, exp_avg=np.zeros_like(w), exp_avg_sq=np.zeros_like(w))
            state["step"] = step = state["step"] + 1
            t = self._scratch(w)
            if decay and decoupled:
                w = np.multiply(w, 1 - lr * decay, out=out)
            elif decay:
                np.multiply(w, decay, out=out)
                g = np.add(g, out, out=out)
            means(state["exp_avg"], state["exp_avg_sq"], g, beta1, beta2, t)
            along = -lr / (1 - beta1**step)
            length = rectified(beta2, step)
            if length is None:
                np.multiply(state["exp_avg"], along, out=t)
            else:
                np.sqrt(state["exp_avg_sq"], out=t)
                t += eps
                np.divide(state["exp_avg"], t, out=t)
                t *= along * length * math.sqrt(1 - beta2**step)
            np.add(w, t, out=out)

        return update


def rectified(beta2: float, step: int) -> float | None:
    """The factor r of Liu et al., equation 5; None where the variance is intractable yet (at most 5 effective samples)."""
    most = 2 / (1 - beta2) - 1
    now = most - 2 * step * beta2**step / (1 - beta2**step)
    if now <= 5:
        return None
    return math.sqrt((now - 4) * (now - 2) * most / ((most - 4) * (most - 2) * now))
