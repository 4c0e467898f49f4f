"""Memory over long loops: `make soak`. Each loop runs 100,000 times and must not grow by more than a segment or two."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

import notebook_ad as ad

STEPS = 100_000
ALLOWED = 24.0  # MiB: two segments of the tape with their scratch memory, and the allocator's slack


def resident() -> float:
    """MiB of this process in memory (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20


def swept() -> Iterator[None]:
    """A small training step: forward, backward, update, as in every tutorial."""
    w = ad.tensor(0.5)
    while True:
        loss = (w * 2.0 - 1.0) ** 2 + ad.sin(w)
        loss.backward()
        with ad.no_grad():
            w -= 0.01 * w.grad
        w.grad = None
        yield


def never_swept() -> Iterator[None]:
    """A loss that is only looked at."""
    w = ad.tensor(0.5)
    while True:
        _ = (w * 2.0 - 1.0) ** 2
        yield


def running_after() -> Iterator[None]:
    """`running += loss` after the backward."""
    w, running = ad.tensor(0.5), ad.tensor(0.0, requires_grad=False)
    while True:
        loss = (w * 2.0 - 1.0) ** 2
        loss.backward()
        running = running + loss
        yield


def running_before() -> Iterator[None]:
    """`running += loss` before the backward."""
    w, running = ad.tensor(0.5), ad.tensor(0.0, requires_grad=False)
    while True:
        loss = (w * 2.0 - 1.0) ** 2
        running = running + loss
        loss.backward()
        yield


def truncated() -> Iterator[None]:
    """Truncated back-propagation: the state is detached after each step."""
    w, state = ad.tensor(0.5), ad.tensor(0.1, requires_grad=False)
    while True:
        state = ad.tanh(w * state + 0.1)
        (state * state).backward()
        state = state.detach()
        yield


def arrays() -> Iterator[None]:
    """A layer on a batch."""
    rng = np.random.default_rng(0)
    w, x = ad.tensor(rng.normal(size=(8, 4))), ad.tensor(rng.normal(size=(16, 8)), requires_grad=False)
    while True:
        loss = (ad.tanh(x @ w) ** 2).mean()
        loss.backward()
        with ad.no_grad():
            w -= 0.01 * w.grad
        w.grad = None
        yield


def second_order() -> Iterator[None]:
    """A gradient penalty: create_graph in every step."""
    w, x = ad.tensor(0.5), ad.tensor(0.3)
    while True:
        (slope,) = ad.autograd.grad(ad.sin(w * x), x, create_graph=True)
        (slope * slope).backward()
        with ad.no_grad():
            w -= 0.01 * w.grad
        w.grad = x.grad = None
        yield


def kept_graph() -> Iterator[None]:
    """`backward(create_graph=True)`, whose `.grad` is on the tape until it is reset."""
    w = ad.tensor(0.5)
    while True:
        ((w * 2.0 - 1.0) ** 2).backward(create_graph=True)
        w.grad = None
        yield


def forward_mode() -> Iterator[None]:
    """jvp in every step, the value carried on."""
    x = 0.5
    rate = np.array([0.5, 0.25])
    while True:
        x, _ = ad.jvp(lambda x: ad.tanh(x) + 0.1, (x,), (1.0,))
        _ = ad.jvp(lambda v: np.cumsum(v * v), (rate,), (rate,))
        yield


def transformed() -> Iterator[None]:
    """grad() and its gradient in every step, plain numbers in and out."""
    w = np.array([0.5, -0.5])
    slope = ad.grad(lambda w: np.sum(np.tanh(w) ** 2))
    curve = ad.grad(lambda x: ad.grad(lambda y: ad.sin(y) * y)(x))
    while True:
        w = w - 0.01 * slope(w)
        _ = curve(0.5)
        yield


def hooked() -> Iterator[None]:
    """Hooks on a parameter and on an intermediate, and a gradient that is kept."""
    w, seen = ad.tensor(0.5), [0.0]
    w.register_hook(lambda g: g * 0.5)
    while True:
        h = w * 2.0
        h.retain_grad()
        h.register_hook(lambda g: seen.__setitem__(0, g.item()))
        ((h - 1.0) ** 2).backward()
        with ad.no_grad():
            w -= 0.01 * w.grad
        w.grad = None
        yield


def custom_rule() -> Iterator[None]:
    """A function with a rule of its own, and a checkpoint."""
    clipped = ad.custom_vjp(lambda x: x)
    clipped.defvjp(lambda x: (x, None), lambda _, g: (g * 0.5,))
    part = ad.checkpoint(lambda x: ad.tanh(x) * x)
    w = ad.tensor(0.5)
    while True:
        part(clipped(w)).backward()
        w.grad = None
        yield


def trained() -> Iterator[None]:
    """A network, an optimiser with buffers, clipped gradients, a schedule and shuffled batches: the explicit loop."""
    ad.manual_seed(0)
    rng = np.random.default_rng(0)
    loader = ad.data.batches(rng.normal(size=(64, 4)), rng.normal(size=(64, 1)), batch_size=16)
    model = ad.nn.Sequential(ad.nn.Linear(4, 8), ad.nn.ReLU(), ad.nn.Linear(8, 1))
    criterion = ad.nn.MSELoss()
    optimizer = ad.optim.AdamW(model.parameters(), amsgrad=True)
    scheduler = ad.optim.lr_scheduler.CosineAnnealingLR(optimizer, 100)
    total = 0.0
    while True:
        for x, y in loader:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            ad.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            scheduler.step()
            total += loss.item()
            yield


LOOPS: tuple[Callable[[], Iterator[None]], ...] = (
    swept, never_swept, running_after, running_before, truncated, arrays, second_order, kept_graph, forward_mode,
    transformed, hooked, custom_rule, trained,
)  # fmt: skip


def growth(loop: Callable[[], Iterator[None]]) -> float:
    """MiB that the loop grew by after its first fifth."""
    steps = loop()
    for _ in range(STEPS // 5):
        next(steps)
    gc.collect()
    before = resident()
    for _ in range(STEPS - STEPS // 5):
        next(steps)
    gc.collect()
    return resident() - before


def main() -> int:
    """Run every loop; the exit code counts those that grew too much."""
    failed = 0
    for loop in LOOPS:
        grown = growth(loop)
        failed += grown > ALLOWED
        print(f"{loop.__name__:16} {grown:+7.1f} MiB over {STEPS:,} steps (allowed {ALLOWED:g})", flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
