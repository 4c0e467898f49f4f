"""Lion (Chen et al. 2023): the sign of a mean of gradients. PyTorch has none; options are named as in the paper's code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from notebook_ad.optim.optimizer import Group, Optimizer, State, Update, checked, checked_betas


class Lion(Optimizer):
    """`w -= lr * (sign(β₁ m + (1 - β₁) g) + weight_decay * w)`, then `m = β₂ m + (1 - β₂) g`.

    Args:
        params: tensors, pairs (name, tensor), or dicts of groups.
        lr: step size; usually 3 to 10 times smaller than Adam's.
        betas: β₁ and β₂.
        weight_decay: decoupled, as AdamW's.
        maximize: climb instead.

    Raises:
        ValueError: an option is out of range.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-4,
        betas: tuple[float, float] = (0.9, 0.99),
        weight_decay: float = 0.0,
        *,
        maximize: bool = False,
    ) -> None:
        checked("Lion", lr=(lr, 0), weight_decay=(weight_decay, 0))
        checked_betas("Lion", betas)
        super().__init__(params, {"lr": lr, "betas": betas, "weight_decay": weight_decay, "maximize": maximize})

    def _rule(self, group: Group) -> Update:
        lr, decay = float(group["lr"]), float(group["weight_decay"])
        beta1, beta2 = (float(beta) for beta in group["betas"])

        def update(w: np.ndarray, g: np.ndarray, out: np.ndarray, state: State) -> None:
            if not state:
                state["exp_avg"] = np.zeros_like(w)
            t, m = self._scratch(w), state["exp_avg"]
            np.multiply(w, 1 - lr * decay, out=out)
            np.subtract(m, g, out=t)
            t *= beta1
            t += g
            np.sign(t, out=t)
            t *= lr
            out -= t
            np.subtract(m, g, out=t)
            t *= beta2
            np.add(t, g, out=m)

        return update
