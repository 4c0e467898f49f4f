"""Eager programs on arrays of 64 × 128 beside eager PyTorch on one thread: forward, backward, a step. Ratios in one run.

Runs in the environment of `make peers`, which has PyTorch.
"""

from __future__ import annotations

import json
import timeit
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

import notebook_ad as ad

RNG = np.random.default_rng(0)
X, Y, B = RNG.normal(size=(64, 128)), RNG.normal(size=(64, 128)), RNG.normal(size=128)
M = RNG.normal(size=(128, 128)) * 0.1


def chain(x: Any, y: Any, m: Any, b: Any) -> Any:
    """Ten products and sums."""
    for _ in range(10):
        x = x * y + y
    return x.sum()


def tanhs(x: Any, y: Any, m: Any, b: Any) -> Any:
    """Five tanh."""
    for _ in range(5):
        x = x.tanh()
    return x.sum()


PROGRAMS: dict[str, Callable[..., Any]] = {
    "x·y + x, summed": lambda x, y, m, b: (x * y + x).sum(),
    "10 × (x·y + y)": chain,
    "5 × tanh": tanhs,
    "(x² + 1) / (y² + 1)": lambda x, y, m, b: ((x**2 + 1.0) / (y**2 + 1.0)).sum(),
    "tanh(x·b + b), mean": lambda x, y, m, b: (x * b + b).tanh().mean(),
    "layer: tanh(x @ m + b)², mean": lambda x, y, m, b: ((x @ m + b).tanh() ** 2).mean(),
}


def program(library: Any, dtype: str, f: Callable[..., Any]) -> Callable[[], None]:
    """Forward and backward of a program in a library."""
    leaves = [library.tensor(v.astype(dtype), requires_grad=True) for v in (X, Y, M, B)]

    def run() -> None:
        for leaf in leaves:
            leaf.grad = None
        f(*leaves).backward()

    return run


def training(library: Any) -> Callable[[], None]:
    """A step of Adam on three layers of 128, batch 64, cross-entropy; float32, the same weights."""
    nn, rng = library.nn, np.random.default_rng(0)
    model = nn.Sequential(nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 10))
    with library.no_grad():
        for p in model.parameters():
            p.copy_(library.tensor((rng.normal(size=tuple(p.shape)) * 0.05).astype("float32"), requires_grad=False))
    model.float()
    x = library.tensor(X.astype("float32"), requires_grad=False)
    labels = library.tensor(rng.integers(0, 10, 64), requires_grad=False)
    optimizer, loss = library.optim.Adam(model.parameters(), lr=1e-3), nn.CrossEntropyLoss()

    def step() -> None:
        optimizer.zero_grad()
        loss(model(x), labels).backward()
        optimizer.step()

    return step


def together(ours: Callable[[], None], theirs: Callable[[], None]) -> tuple[float, float]:
    """Seconds of each, the fastest of rounds that take turns."""
    for _ in range(20):
        ours(), theirs()
    number = max(1, int(0.02 / max(1e-6, timeit.timeit(ours, number=1))))
    rounds = [(timeit.timeit(ours, number=number), timeit.timeit(theirs, number=number)) for _ in range(9)]
    return min(r[0] for r in rounds) / number, min(r[1] for r in rounds) / number


def results() -> list[tuple[str, str, str]]:
    """Rows of (claim, figure, budget)."""
    torch.set_num_threads(1)
    cases = [
        (f"{dtype}, {name}", program(ad, dtype, f), program(torch, dtype, f))
        for dtype in ("float64", "float32")
        for name, f in PROGRAMS.items()
    ]
    cases.append(("float32, a training step (batch 64, layers of 128, Adam)", training(ad), training(torch)))
    rows = []
    for name, mine, other in cases:
        ours, theirs = together(mine, other)
        rows.append((f"against eager PyTorch: {name}", f"{ours * 1e6:,.0f} µs, {theirs / ours:.2f} ×", "≥ 1 ×"))
    return rows


if __name__ == "__main__":
    print(json.dumps(results()))
