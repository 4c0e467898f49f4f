"""Ctrl-C between two batches: the first one waits until the step is done, the second one does not."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType


@dataclass
class Interrupt:
    """Whether Ctrl-C was pressed."""

    wanted: bool = False

    def check(self) -> None:
        """To be called where all is consistent.

        Raises:
            KeyboardInterrupt: it was pressed.
        """
        if self.wanted:
            raise KeyboardInterrupt


@contextmanager
def held_back() -> Iterator[Interrupt]:
    """Inside, a first Ctrl-C is noted only. In other threads than the main one, and under handlers of others, nothing changes."""
    interrupt = Interrupt()
    before = signal.getsignal(signal.SIGINT) if threading.current_thread() is threading.main_thread() else None
    if before is not signal.default_int_handler:
        yield interrupt
        return

    def handler(number: int, frame: FrameType | None) -> None:
        if interrupt.wanted:
            raise KeyboardInterrupt
        interrupt.wanted = True

    signal.signal(signal.SIGINT, handler)
    try:
        yield interrupt
    finally:
        signal.signal(signal.SIGINT, before)
