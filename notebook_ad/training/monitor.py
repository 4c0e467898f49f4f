"""Watching one of the logs for its best value."""

from __future__ import annotations

import math
from collections.abc import Mapping

GREATER = ("acc", "accuracy", "auc", "precision", "recall", "f1", "r2")


class Monitor:
    """The best value of a log so far.

    Args:
        who: whose messages name it.
        name: of the log.
        mode: "min", "max", or "auto": the greater is better where the name says so.
        least: how much better counts.

    Raises:
        ValueError: another mode.
    """

    def __init__(self, who: str, name: str, mode: str = "auto", least: float = 0.0) -> None:
        if mode not in ("auto", "min", "max"):
            raise ValueError(f'{who}: mode must be "auto", "min" or "max", not {mode!r}')
        if mode == "auto":
            mode = "max" if name.removeprefix("val_") in GREATER else "min"
        self.who, self.name, self.sign, self.least = who, name, 1 if mode == "min" else -1, abs(least)
        self.best = self.sign * math.inf

    def of(self, logs: Mapping[str, float]) -> float:
        """The log's value.

        Raises:
            KeyError: there is no such log.
        """
        if self.name not in logs:
            cure = "give fit validation data, or " if self.name.startswith("val_") else ""
            raise KeyError(f"{self.who}: there is no log {self.name!r}; {cure}monitor one of {', '.join(logs)}")
        return logs[self.name]

    def better(self, value: float) -> bool:
        """Whether a value is better than the best; then it is the best."""
        if not self.sign * value < self.sign * self.best - self.least:
            return False
        self.best = value
        return True
