"""NAdam: Adam with Nesterov's momentum (Dozat 2016)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from notebook_ad.optim.adam import means
from notebook_ad.optim.optimizer import Group, Optimizer, State, Update, checked, checked_betas


class NAdam(Optimizer):
    """Adam that looks one step ahead along its momentum. As `torch.optim.NAdam`.

    Args:
        params: tensors, pairs (name, tensor), or dicts of groups.
        lr: step size.
        betas: how much of the running means of g and of g² is kept in a step.
        eps: added to the denominator.
        weight_decay: times w is added to the gradient; with decoupled_weight_decay, w shrinks by lr times it.
        momentum_decay: step n has the momentum `betas[0] * (1 - 0.5 * 0.96 ** (n * momentum_decay))`.
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
        momentum_decay: float = 4e-3,
        decoupled_weight_decay: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
    ) -> None:
        checked("NAdam", lr=(lr, 0), eps=(eps, 0), weight_decay=(weight_decay, 0), momentum_decay=(momentum_decay, 0))
        checked_betas("NAdam", betas)
        defaults = {
            "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "momentum_decay": momentum_decay,
            "decoupled_weight_decay": decoupled_weight_decay, "maximize": maximize, "foreach": foreach,
            "capturable": capturable, "differentiable": differentiable,
        }  # fmt: skip
        super().__init__(params, defaults)

    def _rule(self, group: Group) -> Update:
        lr, eps, decay = float(group["lr"]), float(group["eps"]), float(group["weight_decay"])
        beta1, beta2 = (float(beta) for beta in group["betas"])
        slowing, decoupled = float(group["momentum_decay"]), group["decoupled_weight_decay"]

        def momentum(step: int) -> float:
            return beta1 * (1 - 0.5 * math.pow(0.96, step * slowing))

        def update(w: np.ndarray, g: np.ndarray, out: np.ndarray, state: State) -> None:
            if not state:
                state.update(step=0, mu_product=1.0, exp_avg=np.zeros_like(w), exp_avg_sq=np.zeros_like(w))
            state["step"] = step = state["step"] + 1
            t, ahead = self._scratch(w), self._scratch(w, 1)
            if decay and decoupled:
                w = np.multiply(w, 1 - lr * decay, out=out)
            elif decay:
                np.multiply(w, decay, out=out)
                g = np.add(g, out, out=self._scratch(w, 2))
            now, after = momentum(step), momentum(step + 1)
            state["mu_product"] = product = state["mu_product"] * now
            means(state["exp_avg"], state["exp_avg_sq"], g, beta1, beta2, t)
            np.multiply(g, (1 - now) / (1 - product), out=ahead)
            ahead += np.multiply(state["exp_avg"], after / (1 - product * after), out=t)
            np.divide(state["exp_avg_sq"], 1 - beta2**step, out=t)
            np.sqrt(t, out=t)
            t += eps
            ahead /= t
            ahead *= -lr
            np.add(w, ahead, out=out)

        return update
