"""The progress bar: tqdm's, which suits notebooks and terminals; without it, none."""

from __future__ import annotations

import importlib
import time
from collections.abc import Mapping
from typing import Any

PACE = 0.1  # seconds between texts


class Bar:
    """A bar over all batches of all epochs."""

    def __init__(self, shown: bool, epochs: int, batches: int | None, first: int) -> None:
        self._bar: Any = None
        self._epochs, self._last = epochs, 0.0
        if not shown:
            return
        try:
            tqdm = importlib.import_module("tqdm.auto").tqdm
        except ModuleNotFoundError:
            return
        total = None if batches is None else batches * epochs
        self._bar = tqdm(total=total, initial=0 if batches is None else batches * first, unit="batch", leave=True)

    def step(self, epoch: int, loss: float) -> None:
        """A batch is done."""
        if self._bar is None:
            return
        now = time.monotonic()
        if now - self._last > PACE:
            self._last = now
            self._bar.set_description_str(f"epoch {epoch + 1}/{self._epochs}", refresh=False)
            self._bar.set_postfix_str(f"loss={loss:.4g}", refresh=False)
        self._bar.update()

    def epoch(self, epoch: int, logs: Mapping[str, float]) -> None:
        """An epoch is done."""
        if self._bar is not None:
            self._bar.set_description_str(f"epoch {epoch + 1}/{self._epochs}", refresh=False)
            self._bar.set_postfix_str(", ".join(f"{key}={value:.4g}" for key, value in logs.items()))

    def close(self) -> None:
        """Leave it as it is."""
        if self._bar is not None:
            self._bar.close()
