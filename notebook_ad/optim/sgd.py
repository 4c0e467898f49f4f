"""Stochastic gradient descent, with momentum (Polyak 1964) in Nesterov's form or not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from notebook_ad.optim.optimizer import Group, Optimizer, State, Update, UpdateRows, checked


class SGD(Optimizer):
    """`w -= lr * g`; with momentum `b = momentum * b + (1 - dampening) * g; w -= lr * b`. As `torch.optim.SGD`.

    Args:
        params: tensors, pairs (name, tensor), or dicts of groups.
        lr: step size.
        momentum: how much of the last step's direction is kept; the buffer begins as the first gradient.
        dampening: how much of a new gradient is left out of the buffer.
        weight_decay: times w is added to the gradient.
        nesterov: step along `g + momentum * b`.
        maximize: climb instead.
        foreach, fused: accepted as PyTorch's; numbers do not depend on them.

    Raises:
        ValueError: an option is out of range, or nesterov without momentum or with dampening.
    """

    def __init__(
        self,
        params: Iterable[Any],
        lr: float = 1e-3,
        momentum: float = 0,
        dampening: float = 0,
        weight_decay: float = 0,
        nesterov: bool = False,
        *,
        maximize: bool = False,
        foreach: bool | None = None,
        differentiable: bool = False,
        fused: bool | None = None,
    ) -> None:
        checked("SGD", lr=(lr, 0), momentum=(momentum, 0), weight_decay=(weight_decay, 0))
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError(f"SGD: nesterov needs momentum above 0 and dampening 0, not {momentum} and {dampening}")
        defaults = {
            "lr": lr, "momentum": momentum, "dampening": dampening, "weight_decay": weight_decay, "nesterov": nesterov,
            "maximize": maximize, "foreach": foreach, "differentiable": differentiable, "fused": fused,
        }  # fmt: skip
        super().__init__(params, defaults)

    def _rule(self, group: Group) -> Update:
        lr, momentum, decay = float(group["lr"]), float(group["momentum"]), float(group["weight_decay"])
        fresh, nesterov = 1 - float(group["dampening"]), group["nesterov"]

        def update(w: np.ndarray, g: np.ndarray, out: np.ndarray, state: State) -> None:
            if decay:
                decayed = self._scratch(w, 1)
                np.multiply(w, decay, out=decayed)
                g = np.add(g, decayed, out=decayed)
            if momentum:
                buffer = state.get("momentum_buffer")
                if buffer is None:
                    state["momentum_buffer"] = buffer = np.array(g)
                else:
                    buffer *= momentum
                    buffer += g if fresh == 1 else np.multiply(g, fresh, out=self._scratch(w))
                if nesterov:
                    along = np.multiply(buffer, momentum, out=self._scratch(w))
                    along += g
                    g = along
                else:
                    g = buffer
            np.multiply(g, -lr, out=out)
            out += w

        return update

    def _rule_of_rows(self, group: Group) -> UpdateRows | None:
        if group["momentum"] or group["weight_decay"]:
            return None
        lr = float(group["lr"])
        return lambda w, g, at, like, state: g * -lr + w
