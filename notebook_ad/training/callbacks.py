"""What is told of each epoch and batch. Method names are Keras's."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

from notebook_ad.training.run import Run

Logs = dict[str, float]


class Callback:
    """A base: override what is of interest. `self.run` has the model, the optimizer and the data; `self.run.stop()` ends."""

    run: Run

    def on_train_begin(self, logs: Logs) -> None:
        """Before the first epoch."""

    def on_train_end(self, logs: Logs) -> None:
        """After the last epoch, with its logs; not after an error or Ctrl-C."""

    def on_epoch_begin(self, epoch: int, logs: Logs) -> None:
        """Before an epoch, counted from 0."""

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """After an epoch and its validation: logs has loss, the metrics, and with `val_` those of the validation."""

    def on_train_batch_end(self, batch: int, logs: Logs) -> None:
        """After a step: logs has its loss and metrics."""

    def state_dict(self) -> dict[str, Any]:
        """What a checkpoint is to hold of this callback."""
        return {}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from where `state_dict` was asked."""


class History(Callback):
    """The logs of all epochs: `history["loss"]`, or `history.history` as a dict of lists; `epoch` counts from 0."""

    def __init__(self) -> None:
        self.history: dict[str, list[float]] = {}
        self.epoch: list[int] = []

    def __getitem__(self, name: str) -> list[float]:
        if name not in self.history:
            raise KeyError(f"no {name!r} in the history; there is {', '.join(self.history) or 'nothing yet'}")
        return self.history[name]

    def __repr__(self) -> str:
        last = ", ".join(f"{name}={values[-1]:.4g}" for name, values in self.history.items())
        return f"History of {len(self.epoch)} epochs: {last}" if self.epoch else "History of 0 epochs"

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """Keep the logs."""
        self.epoch.append(epoch)
        for name, value in logs.items():
            self.history.setdefault(name, []).append(value)

    def state_dict(self) -> dict[str, Any]:
        """All logs."""
        return {"history": {name: list(values) for name, values in self.history.items()}, "epoch": list(self.epoch)}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from where `state_dict` was asked."""
        self.history, self.epoch = state_dict["history"], state_dict["epoch"]


class TerminateOnNaN(Callback):
    """End when a loss is nan or infinite, before the epoch is over."""

    def on_train_batch_end(self, batch: int, logs: Logs) -> None:
        """Look at the loss."""
        if not math.isfinite(logs["loss"]):
            self.run.stop(f"the loss of batch {batch} is {logs['loss']}", now=True)


class Function(Callback):
    """A plain function `f(epoch, logs)`, called after every epoch."""

    def __init__(self, function: Callable[[int, Logs], Any]) -> None:
        self.function = function

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """Call it."""
        self.function(epoch, logs)


def arranged(given: Iterable[Any] | Callable[[int, Logs], Any], run: Run) -> list[Callback]:
    """Callbacks in the order in which they are called: a History first, what writes checkpoints last.

    Raises:
        TypeError: one is neither a Callback nor a function.
    """
    items = list(given) if isinstance(given, list | tuple) else [given]
    found: list[Callback] = []
    for item in items:
        if not isinstance(item, Callback) and not callable(item):
            raise TypeError(f"fit: a callback is a Callback or a function of (epoch, logs), not {type(item).__name__}")
        found.append(item if isinstance(item, Callback) else Function(item))
    if not any(isinstance(item, History) for item in found):
        found.append(History())
    found.sort(key=lambda item: (not isinstance(item, History), getattr(item, "last", False)))
    for item in found:
        item.run = run
    return found
