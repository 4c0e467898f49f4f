"""The state of a training in a file, from which `fit(resume=…)` goes on bit for bit."""

from __future__ import annotations

import os
from typing import Any

from notebook_ad.nn import saving
from notebook_ad.training.callbacks import Callback, Logs
from notebook_ad.training.monitor import Monitor

KIND, VERSION = "notebook_ad.fit", 1


def load_checkpoint(path: str | os.PathLike[str]) -> dict[str, Any]:
    """What a ModelCheckpoint wrote: "model" is the state dict of the model, "optimizer" that of the optimizer.

    Raises:
        ValueError: the file is damaged, or something else.
        FileNotFoundError: there is none.
    """
    state = saving.load(path)
    if not isinstance(state, dict) or state.get(KIND) != VERSION:
        raise ValueError(f"{os.fspath(path)} is no checkpoint of fit (version {VERSION}); ad.load() reads other files")
    return state


class ModelCheckpoint(Callback):
    """Write a checkpoint after an epoch: weights, optimizer, scheduler, random numbers, order of data, history.

    Args:
        filepath: where; `{epoch}` (from 1) and names of logs are filled in: "run-{epoch:02d}-{val_loss:.3f}.npz".
        monitor: the log by which an epoch is the best.
        save_best_only: write only after the best epoch so far.
        mode: "min", "max", or "auto", by the name of the log.
        every: write only after every so many epochs.

    `load_checkpoint(path)["model"]` is the state dict of the model alone.
    """

    last = True  # after the other callbacks, whose state it holds

    def __init__(
        self,
        filepath: str | os.PathLike[str],
        monitor: str = "val_loss",
        save_best_only: bool = False,
        mode: str = "auto",
        every: int = 1,
    ) -> None:
        if every < 1:
            raise ValueError(f"ModelCheckpoint: every must be a positive integer, not {every}")
        self.filepath, self.save_best_only, self.every = os.fspath(filepath), save_best_only, every
        self.monitor = Monitor("ModelCheckpoint", monitor, mode)
        self.written: str | None = None

    def on_epoch_end(self, epoch: int, logs: Logs) -> None:
        """Write, where it is time to."""
        if (epoch + 1) % self.every:
            return
        if self.save_best_only and not self.monitor.better(self.monitor.of(logs)):
            return
        self.written = self.filepath.format(**{**logs, "epoch": epoch + 1})
        saving.save({KIND: VERSION, **self.run.state_dict()}, self.written)

    def state_dict(self) -> dict[str, Any]:
        """The best so far."""
        return {"best": self.monitor.best}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Go on from where `state_dict` was asked."""
        self.monitor.best = state_dict["best"]
