"""Adam (Kingma and Ba 2015), its variant amsgrad (Reddi et al. 2018), and AdamW (Loshchilov and Hutter 2019)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from notebook_ad.optim.optimizer import Group, Optimizer, State, Update, checked, checked_betas


class Adam(Optimizer):
    """Steps of `lr * m / (sqrt(v) + eps)`: m and v are running means of g and g², corrected for their start at 0.

    As `torch.optim.Adam`.

    Args:
        params: tensors, pairs (name, tensor), or dicts of groups.
        lr: step size.
        betas: how much of the running means of g and of g² is kept in a step.
        eps: added to the denominator.
        weight_decay: times w is added to the gradient; with decoupled_weight_decay, w shrinks by lr times it.
        amsgrad: use the largest v so far.
        maximize: climb instead.
        foreach, fused: accepted as PyTorch's; numbers do not depend on them.

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
        amsgrad: bool = False,
        *,
        foreach: bool | None = None,
        maximize: bool = False,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
        decoupled_weight_decay: bool = False,
    ) -> None:
        who = type(self).__name__
        checked(who, lr=(lr, 0), eps=(eps, 0), weight_decay=(weight_decay, 0))
        checked_betas(who, betas)
        defaults = {
            "lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay, "amsgrad": amsgrad, "maximize": maximize,
            "foreach": foreach, "capturable": capturable, "differentiable": differentiable, "fused": fused,
            "decoupled_weight_decay": decoupled_weight_decay,
        }  # fmt: skip
        super().__init__(params, defaults)

    def _rule(self, group: Group) -> Update:
        lr, eps, decay = float(group["lr"]), float(group["eps"]), float(group["weight_decay"])
        beta1, beta2 = (float(beta) for beta in group["betas"])
        amsgrad, decoupled = group["amsgrad"], group["decoupled_weight_decay"]

        def update(w: np.ndarray, g: np.ndarray, out: np.ndarray, state: State) -> None:
            if not state:
                state.update(step=0, exp_avg=np.zeros_like(w), exp_avg_sq=np.zeros_like(w))
                if amsgrad:
                    state["max_exp_avg_sq"] = np.zeros_like(w)
            state["step"] = step = state["step"] + 1
            t = self._scratch(w)
            if decay and decoupled:
                w = np.multiply(w, 1 - lr * decay, out=out)
            elif decay:
                np.multiply(w, decay, out=out)
                g = np.add(g, out, out=out)
            means(state["exp_avg"], state["exp_avg_sq"], g, beta1, beta2, t)
            v = state["exp_avg_sq"]
            if amsgrad:
                v = np.maximum(state["max_exp_avg_sq"], v, out=state["max_exp_avg_sq"])
            # m / c1 / (sqrt(v) / c2 + eps) with one operation on arrays less
            c1, c2 = 1 - beta1**step, math.sqrt(1 - beta2**step)
            np.sqrt(v, out=t)
            t += eps * c2
            np.divide(state["exp_avg"], t, out=t)
            t *= -lr * c2 / c1
            np.add(w, t, out=out)

        return update


class AdamW(Adam):
    """Adam whose weight decay shrinks w by `lr * weight_decay` apart from the gradient. As `torch.optim.AdamW`.

    Args: as Adam's.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 1e-2,
        amsgrad: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        capturable: bool = False,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        super().__init__(
            params, lr, betas, eps, weight_decay, amsgrad, foreach=foreach, maximize=maximize, capturable=capturable,
            differentiable=differentiable, fused=fused, decoupled_weight_decay=True,
        )  # fmt: skip


def means(m: np.ndarray, v: np.ndarray, g: np.ndarray, beta1: float, beta2: float, t: np.ndarray) -> None:
    """Move the running means m of g and v of g²; t is overwritten."""
    np.subtract(g, m, out=t)
    t *= 1 - beta1
    m += t
    np.multiply(g, g, out=t)
    t *= 1 - beta2
    v *= beta2
    v += t
