"""Adam for sparse gradients: only the rows that a step's gradient has are touched."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from notebook_ad.optim.optimizer import Group, Optimizer, State, Update, UpdateRows, checked, checked_betas


class SparseAdam(Optimizer):
    """Adam whose means are changed, and whose steps are made, in the rows looked up only. As `torch.optim.SparseAdam`.

    Args:
        params: weights of `Embedding(sparse=True)`; tensors, pairs (name, tensor), or dicts of groups.
        lr: step size.
        betas: how much of the mean of g, and of g², is kept.
        eps: added to the denominator.
        maximize: climb instead.

    Raises:
        ValueError: an option is out of range.
        RuntimeError: in a step: a gradient is dense.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        maximize: bool = False,
    ) -> None:
        checked("SparseAdam", lr=(lr, 0), eps=(eps, 0))
        checked_betas("SparseAdam", betas)
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "maximize": maximize})

    def _rule(self, group: Group) -> Update:
        def update(w: np.ndarray, g: np.ndarray, out: np.ndarray, state: State) -> None:
            raise RuntimeError(
                "SparseAdam got a dense gradient; give it weights of Embedding(sparse=True), or use Adam"
            )

        return update

    def _rule_of_rows(self, group: Group) -> UpdateRows:
        lr, eps, (keep, keep_squares) = float(group["lr"]), float(group["eps"]), group["betas"]

        def update(w: np.ndarray, g: np.ndarray, at: np.ndarray, like: np.ndarray, state: State) -> np.ndarray:
            if not state:
                state.update(step=0, exp_avg=np.zeros_like(like), exp_avg_sq=np.zeros_like(like))
            state["step"] += 1
            mean, squares = state["exp_avg"][at], state["exp_avg_sq"][at]
            state["exp_avg"][at] = mean = mean + (g - mean) * (1 - keep)
            state["exp_avg_sq"][at] = squares = squares + (g * g - squares) * (1 - keep_squares)
            size = lr * math.sqrt(1 - keep_squares ** state["step"]) / (1 - keep ** state["step"])
            new: np.ndarray = w - mean / (np.sqrt(squares) + eps) * size
            return new

        return update
