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


LAYERS: dict[str, tuple[Callable[[Any], Any], tuple[int, ...]]] = {
    "Linear(128, 128)": (lambda nn: nn.Linear(128, 128), (64, 128)),
    "LayerNorm(128)": (lambda nn: nn.LayerNorm(128), (64, 128)),
    "BatchNorm1d(128)": (lambda nn: nn.BatchNorm1d(128), (64, 128)),
    "Softmax": (lambda nn: nn.Softmax(-1), (64, 128)),
    "Conv2d(8, 16, 3)": (lambda nn: nn.Conv2d(8, 16, 3, padding=1), (64, 8, 4, 4)),
    "MaxPool2d(2)": (lambda nn: nn.MaxPool2d(2), (64, 8, 8, 8)),
    "LSTM(64, 128), 20 steps": (lambda nn: nn.LSTM(64, 128), (20, 64, 64)),
    "GRU(64, 128), 20 steps": (lambda nn: nn.GRU(64, 128), (20, 64, 64)),
    "MultiheadAttention(128, 4), 20 places": (lambda nn: nn.MultiheadAttention(128, 4, batch_first=True), (64, 20, 128)),
    "TransformerEncoderLayer(128, 4, 256), 20 places": (
        lambda nn: nn.TransformerEncoderLayer(128, 4, 256, 0.0, batch_first=True),
        (64, 20, 128),
    ),
}  # fmt: skip
LOSSES: dict[str, tuple[str, Any, Any]] = {  # the loss, its input and its target
    "cross-entropy of 10 classes": ("CrossEntropyLoss", X[:, :10], RNG.integers(0, 10, 64)),
    "MSE": ("MSELoss", X, Y.astype("float32")),
}


def layer(library: Any, make: Callable[[Any], Any], shape: tuple[int, ...]) -> Callable[[], None]:
    """Forward and backward of a layer, float32."""
    module = make(library.nn).float()
    x = library.tensor(np.random.default_rng(0).normal(size=shape).astype("float32"), requires_grad=True)
    attends = isinstance(module, library.nn.MultiheadAttention)

    def run() -> None:
        for t in (x, *module.parameters()):
            t.grad = None
        found = module(x, x, x, need_weights=False) if attends else module(x)
        (found[0] if isinstance(found, tuple) else found).sum().backward()

    return run


def loss_alone(library: Any, name: str, given: Any, target: Any) -> Callable[[], None]:
    """Forward and backward of a loss, float32."""
    module = getattr(library.nn, name)()
    x, y = library.tensor(given.astype("float32"), requires_grad=True), library.tensor(target, requires_grad=False)

    def run() -> None:
        x.grad = None
        module(x, y).backward()

    return run


def images(library: Any) -> Callable[[], None]:
    """A step of Adam on a small network of convolutions over 64 digits of 8 × 8, float32."""
    nn, rng = library.nn, np.random.default_rng(0)
    model = nn.Sequential(
        *(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(64, 10)),
    ).float()
    x = library.tensor(rng.normal(size=(64, 1, 8, 8)).astype("float32"), requires_grad=False)
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
    number = max(1, int(0.005 / max(1e-6, timeit.timeit(ours, number=1))))
    rounds = [(timeit.timeit(ours, number=number), timeit.timeit(theirs, number=number)) for _ in range(25)]
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
    cases.append(("float32, a training step of convolutions on 64 digits (Adam)", images(ad), images(torch)))
    for name, made in LAYERS.items():
        cases.append((f"float32, {name}, forward and backward", layer(ad, *made), layer(torch, *made)))
    for name, given in LOSSES.items():
        cases.append((f"float32, {name}, forward and backward", loss_alone(ad, *given), loss_alone(torch, *given)))
    rows = []
    for name, mine, other in cases:
        ours, theirs = together(mine, other)
        budget = "" if name.endswith("forward and backward") or "convolutions" in name else "≥ 1 ×"
        rows.append((f"against eager PyTorch: {name}", f"{ours * 1e6:,.0f} µs, {theirs / ours:.2f} ×", budget))
    return rows


if __name__ == "__main__":
    print(json.dumps(results()))
