"""One call of `fit`: what it trains, what a checkpoint holds of it, and whether it is to end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from notebook_ad.optim.optimizer import Optimizer
from notebook_ad.tensor import random
from notebook_ad.tensor.inplace import rebind
from notebook_ad.tensor.tensor import Tensor, constant


@dataclass
class Run:
    """What callbacks may look at and change.

    Attributes:
        model: the model; optimizer, scheduler, data: as given, or made.
        callbacks: all, in the order in which they are called.
        epoch: the one that is running, from 0; epochs: how many there are to be.
        stopped: why the training is to end after this epoch (or this batch, if `at_once`); empty while it is not.
    """

    model: Any
    optimizer: Optimizer
    data: Any
    epochs: int
    scheduler: Any = None
    callbacks: list[Any] = field(default_factory=list)
    epoch: int = 0
    stopped: str = ""
    at_once: bool = False

    def stop(self, why: str = "stopped by a callback", now: bool = False) -> None:
        """End after this epoch; with `now`, after this batch."""
        self.stopped, self.at_once = why, now or self.at_once

    def weights(self) -> dict[str, Any]:
        """Copies of the model's parameters and buffers: its state_dict, or the optimizer's parameters by number."""
        if hasattr(self.model, "state_dict"):
            return {key: constant(t) if isinstance(t, Tensor) else t for key, t in self.model.state_dict().items()}
        return {str(i): constant(p) for i, p in enumerate(self._parameters())}

    def set_weights(self, weights: dict[str, Any]) -> None:
        """Take such copies over."""
        if hasattr(self.model, "state_dict"):
            self.model.load_state_dict(weights)
            return
        parameters = self._parameters()
        shapes = [p.shape for p in parameters], [np.shape(w._value) for w in weights.values()]
        if shapes[0] != shapes[1]:
            raise ValueError(f"the checkpoint has parameters of shapes {shapes[1]}, the optimizer of {shapes[0]}")
        for i, p in enumerate(parameters):
            rebind(p, weights[str(i)]._value)

    def _parameters(self) -> list[Tensor]:
        return [p for group in self.optimizer.param_groups for p in group["params"]]

    def state_dict(self) -> dict[str, Any]:
        """All that the rest of the training depends on, after the running epoch."""
        return {
            "epoch": self.epoch + 1,
            "model": self.weights(),
            "optimizer": self.optimizer.state_dict(),
            "scheduler": None if self.scheduler is None else self.scheduler.state_dict(),
            "data": self.data.state_dict() if hasattr(self.data, "state_dict") else None,
            "random": random.get_rng_state(),
            "callbacks": [[type(c).__name__, c.state_dict()] for c in self.callbacks],
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from a checkpoint, at its epoch. The weights stay as they are where it does not fit.

        Raises:
            ValueError: it is of another model, optimizer or list of callbacks.
        """
        names = [type(c).__name__ for c in self.callbacks], [name for name, _ in state["callbacks"]]
        if names[0] != names[1]:
            raise ValueError(f"fit: the checkpoint was written with callbacks {names[1]}, but there are {names[0]}")
        if (state["scheduler"] is None) != (self.scheduler is None):
            which = "without" if state["scheduler"] is None else "with"
            raise ValueError(f"fit: the checkpoint was written {which} a scheduler; give the same as then")
        before = self.weights()
        try:
            self.set_weights(state["model"])
            self.optimizer.load_state_dict(state["optimizer"])
        except Exception:
            self.set_weights(before)
            raise
        if self.scheduler is not None:
            self.scheduler.load_state_dict(state["scheduler"])
        if state["data"] is not None and hasattr(self.data, "load_state_dict"):
            self.data.load_state_dict(state["data"])
        random.set_rng_state(state["random"])
        for callback, (_, own) in zip(self.callbacks, state["callbacks"], strict=True):
            callback.load_state_dict(own)
        self.epoch = state["epoch"]
