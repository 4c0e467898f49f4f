"""RMSprop (Hinton, Srivastava and Swersky 2012), centred (Graves 2013) or not, with momentum or not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from notebook_ad.optim.optimizer import Group, Optimizer, State, Update, checked


class RMSprop(Optimizer):
    """Steps of `lr * g / (sqrt(v) + eps)`, v a running mean of g². As `torch.optim.RMSprop`.

    Args:
        params: tensors, pairs (name, tensor), or dicts of groups.
        lr: step size.
        alpha: how much of the running means is kept in a step.
        eps: added to the denominator.
        weight_decay: times w is added to the gradient.
        momentum: how much of the last step is kept.
        centered: v is the variance, v less the squared running mean of g.
        foreach: accepted as PyTorch's; numbers do not depend on it.
        maximize: climb instead.

    Raises:
        ValueError: an option is out of range.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-2,
        alpha: float = 0.99,
        eps: float = 1e-8,
        weight_decay: float = 0,
        momentum: float = 0,
        centered: bool = False,
        capturable: bool = False,
        foreach: bool | None = None,
        maximize: bool = False,
        differentiable: bool = False,
    ) -> None:
        checked(
            "RMSprop",
            lr=(lr, 0),
            eps=(eps, 0),
            momentum=(momentum, 0),
            weight_decay=(weight_decay, 0),
            alpha=(alpha, 0),
        )
        defaults = {
            "lr": lr, "momentum": momentum, "alpha": alpha, "eps": eps, "centered": centered, "weight_decay": weight_decay,
            "capturable": capturable, "foreach": foreach, "maximize": maximize, "differentiable": differentiable,
        }  # fmt: skip
        super().__init__(params, defaults)

    def _rule(self, group: Group) -> Update:
        lr, alpha, eps = float(group["lr"]), float(group["alpha"]), float(group["eps"])
        decay, momentum, centered = float(group["weight_decay"]), float(group["momentum"]), group["centered"]

        def update(w: np.ndarray, g: np.ndarray, out: np.ndarray, state: State) -> None:
            if not state:
                state.update(step=0, square_avg=np.zeros_like(w))
                if momentum:
                    state["momentum_buffer"] = np.zeros_like(w)
                if centered:
                    state["grad_avg"] = np.zeros_like(w)
            state["step"] += 1
            t, v = self._scratch(w), state["square_avg"]
            if decay:
                np.multiply(w, decay, out=out)
                g = np.add(g, out, out=out)
            running_square(v, g, alpha, t)
            if centered:
                mean = state["grad_avg"]
                np.subtract(g, mean, out=t)
                t *= 1 - alpha
                mean += t
                np.multiply(mean, mean, out=t)
                np.subtract(v, t, out=t)
                np.sqrt(t, out=t)
            else:
                np.sqrt(v, out=t)
            t += eps
            np.divide(g, t, out=t)
            if momentum:
                buffer = state["momentum_buffer"]
                buffer *= momentum
                buffer += t
                np.multiply(buffer, -lr, out=out)
            else:
                np.multiply(t, -lr, out=out)
            out += w

        return update


def running_square(v: np.ndarray, g: np.ndarray, kept: float, t: np.ndarray) -> None:
    """Move the running mean v of g²; t is overwritten."""
    np.multiply(g, g, out=t)
    t *= 1 - kept
    v *= kept
    v += t
