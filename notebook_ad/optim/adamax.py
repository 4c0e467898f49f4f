"""Adamax (Kingma and Ba 2015, section 7.1)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from notebook_ad.optim.optimizer import Group, Optimizer, State, Update, checked, checked_betas


class Adamax(Optimizer):
    """Adam with a decaying maximum of |g| instead of the root of the mean of g². As `torch.optim.Adamax`.

    Args:
        params: tensors, pairs (name, tensor), or dicts of groups.
        lr: step size.
        betas: how much of the running mean of g, and of the maximum, is kept in a step.
        eps: added to |g|.
        weight_decay: times w is added to the gradient.
        foreach: accepted as PyTorch's; numbers do not depend on it.
        maximize: climb instead.

    Raises:
        ValueError: an option is out of range.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 2e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0,
        foreach: bool | None = None,
        *,
        maximize: bool = False,
        differentiable: bool = False,
        capturable: bool = False,
    ) -> None:
        checked("Adamax", lr=(lr, 0), eps=(eps, 0), weight_decay=(weight_decay, 0))
        checked_betas("Adamax", betas)
        defaults = {
            "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "foreach": foreach, "maximize": maximize,
            "differentiable": differentiable, "capturable": capturable,
        }  # fmt: skip
        super().__init__(params, defaults)

    def _rule(self, group: Group) -> Update:
        lr, eps, decay = float(group["lr"]), float(group["eps"]), float(group["weight_decay"])
        beta1, beta2 = (float(beta) for beta in group["betas"])

        def update(w: np.ndarray, g: np.ndarray, out: np.ndarray, state: State) -> None:
            if not state:
                state.update(step=0, exp_avg=np.zeros_like(w), exp_inf=np.zeros_like(w))
            state["step"] += 1
            t, m, most = self._scratch(w), state["exp_avg"], state["exp_inf"]
            if decay:
                np.multiply(w, decay, out=out)
                g = np.add(g, out, out=out)
            np.subtract(g, m, out=t)
            t *= 1 - beta1
            m += t
            np.abs(g, out=t)
            t += eps
            most *= beta2
            np.maximum(most, t, out=most)
            np.divide(m, most, out=out)
            out *= -lr / (1 - beta1 ** state["step"])
            out += w

        return update
