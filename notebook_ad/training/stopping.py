"""Ending when nothing improves any more (Prechelt 1998)."""

from __future__ import annotations

from typing import Any

from notebook_ad.training.callbacks import Callback, Logs
from notebook_ad.training.monitor import Monitor


class EarlyStopping(Callback):
    """End when a log has not improved for patience epochs. As Keras's.

    Args:
        monitor: the log.
        min_delta: how much better counts.
        patience: epochs without improvement that are tolerated.
        mode: "min", "max", or "auto", by the name of the log.
        baseline: what has to be surpassed at first.
        restore_best_weights: give the model the weights of its best epoch at the end.
        start_from_epoch: epochs before it, counted from 0, are not looked at.
    """

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0.0,
        patience: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        self.monitor = Monitor("EarlyStopping", monitor, mode, min_delta)
        if baseline is not None:
            self.monitor.best = baseline
        self.patience, self.start_from_epoch = patience, start_from_epoch
        self.restore_best_weights = restore_best_weights
        self.wait, self.best_epoch, self.stopped_epoch = 0, -1, -1
        self.best_weights: dict[str, Any] | None = None

    @property
    def best(self) -> float:
        """The best value so far."""
        return self.monitor.best

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """Look at the log."""
        value = self.monitor.of(logs)
        if epoch < self.start_from_epoch:
            return
        if self.monitor.better(value):
            self.wait, self.best_epoch = 0, epoch
            self.best_weights = self.run.weights() if self.restore_best_weights else None
            return
        self.wait += 1
        if self.wait >= max(1, self.patience):
            self.stopped_epoch = epoch
            self.run.stop(f"{self.monitor.name} has not improved for {self.wait} epochs")

    def on_train_end(self, logs: Logs) -> None:
        """Give the best weights back, where asked for."""
        if self.best_weights is not None:
            self.run.set_weights(self.best_weights)

    def state_dict(self) -> dict[str, Any]:
        """The best so far, and how long ago."""
        return {
            "best": self.monitor.best, "wait": self.wait, "best_epoch": self.best_epoch, "weights": self.best_weights,
        }  # fmt: skip

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from where `state_dict` was asked."""
        self.monitor.best, self.wait = state_dict["best"], state_dict["wait"]
        self.best_epoch, self.best_weights = state_dict["best_epoch"], state_dict["weights"]
