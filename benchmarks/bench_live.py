"""What `ad.live` costs a loop of 1 ms steps, and what it keeps of 100,000 steps; the view's messages go nowhere."""

from __future__ import annotations

import gc
import statistics
import time
import types
from pathlib import Path
from typing import Any

import numpy as np

import notebook_ad as ad
from notebook_ad.tensor.gradients import watcher
from notebook_ad.widgets import display
from notebook_ad.widgets.loop import Loop

STEP = 1e-3  # seconds
STEPS = 4_000
LONG = 100_000
RUNS = 3
clock = time.perf_counter


def headless() -> None:
    """Have a kernel without a browser."""
    kernel = types.SimpleNamespace(get_parent=lambda: {"header": {"msg_id": "1"}, "metadata": {"cellId": "1"}})
    display._shell = lambda: types.SimpleNamespace(kernel=kernel)
    display._publish = lambda data: None


class Net:
    """A small MLP and its training step."""

    def __init__(self) -> None:
        rng = np.random.default_rng(0)
        self.w1, self.w2 = ad.tensor(rng.normal(size=(5, 8)), name="w1"), ad.tensor(rng.normal(size=(8, 1)), name="w2")
        self.x = rng.normal(size=(32, 5))
        self.y = self.x[:, :1] * 0.5

    def step(self) -> None:
        """Forward, backward, update."""
        loss = ((ad.tanh(self.x @ self.w1) @ self.w2 - self.y) ** 2).mean()
        loss.backward()
        with ad.no_grad():
            for p in (self.w1, self.w2):
                p -= 0.1 * p.grad
                p.grad = None


def loop(rest: float) -> tuple[float, float, float, float]:
    """Seconds of the first step, of the others, of what `ad.live` did in those, and after the loop.

    Each step is followed by `rest` seconds of other work.
    """
    net, spent = Net(), 0.0
    step = Loop.step

    def timed(*args: Any) -> None:
        nonlocal spent
        start = clock()
        step(*args)
        spent += clock() - start

    with ad.live():
        begin = clock()
        net.step()
        Loop.step = timed  # type: ignore[method-assign]
        start = clock()
        for _ in range(STEPS):
            net.step()
            end = clock() + rest
            while clock() < end:
                pass
        middle = clock()
        Loop.step = step  # type: ignore[method-assign]
    return start - begin, middle - start, spent, clock() - middle


def share() -> tuple[float, float, float]:
    """What `ad.live` adds to a loop of 1 ms steps; seconds to open the view and after the loop: medians."""
    _, whole, spent, _ = loop(0.0)
    rest = max(0.0, STEP - (whole - spent) / STEPS)
    runs = [loop(rest) for _ in range(RUNS)]
    opening, ratio, after = zip(
        *((first, spent / (whole - spent), end) for first, whole, spent, end in runs), strict=True
    )
    return statistics.median(ratio), statistics.median(opening), statistics.median(after)


def resident() -> float:
    """MB of this process in memory (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def kept() -> float:
    """MB that are held after 100,000 steps more than after 20,000."""
    net, before = Net(), 0.0
    with ad.live():
        for i in range(LONG):
            if i == LONG // 5:
                gc.collect()
                before = resident()
            net.step()
        gc.collect()
        return resident() - before


def unwatched() -> float:
    """Nanoseconds that every backward takes to see that nobody watches."""
    start = clock()
    for _ in range(1_000_000):
        if watcher.get() is not None:
            raise AssertionError
    return (clock() - start) * 1e3


def results() -> list[tuple[str, str, str]]:
    """Rows of (claim, figure, budget)."""
    headless()
    ratio, opening, after = share()
    return [
        (f"ad.live on {STEPS:,} steps of 1 ms: more time", f"{ratio:.1%}", "≤ 5 %"),
        ("once per block: its picture; frames and last picture", f"{opening:.2f} s; {after:.2f} s", ""),
        (f"memory after {LONG:,} steps, beyond that after {LONG // 5:,}", f"{kept():.1f} MB", "≤ 25 MB"),
        ("a backward that nobody watches", f"{unwatched():.0f} ns more", "not measurable"),
    ]


if __name__ == "__main__":
    for row in results():
        print(*row, sep=" | ")
