"""Eager scalars against micrograd: the same expression, forward and backward, in alternating runs of one process."""

from __future__ import annotations

import gc
import itertools
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from micrograd.engine import Value

import notebook_ad as ad

RUNS, LOOP = 15, 10


def chain(leaf: Callable[[float], Any], ops: int) -> Any:
    """c = c·a + b, over and over."""
    a, b = leaf(1.0001), leaf(0.5)
    c = a
    for _ in range(ops // 2):
        c = c * a
        c = c + b
    return c


def perceptron(leaf: Callable[[float], Any], samples: int) -> tuple[Callable[[], Any], int]:
    """micrograd's own demo: an MLP 2-16-16-1 of scalars on some samples; returns its pass and its op count."""
    sizes = (2, 16, 16, 1)
    rng = random.Random(0)
    layers = [
        [([leaf(rng.uniform(-1, 1)) for _ in range(n)], leaf(0.0)) for _ in range(m)]
        for n, m in itertools.pairwise(sizes)
    ]
    inputs = [[leaf(rng.uniform(-1, 1)) for _ in range(2)] for _ in range(samples)]

    def score(x: list[Any]) -> Any:
        for i, layer in enumerate(layers):
            out = []
            for weights, bias in layer:
                z = bias
                for w, v in zip(weights, x, strict=True):
                    z = z + w * v
                out.append(z.relu() if i + 2 < len(sizes) else z)
            x = out
        return x[0]

    def forward() -> Any:
        total = score(inputs[0])
        for x in inputs[1:]:
            total = total + score(x)
        return total

    ops = sum(2 * n * m + m for n, m in itertools.pairwise(sizes)) - sizes[-1]
    return forward, samples * (ops + 1) - 1


def timed(forward: Callable[[], Any]) -> float:
    """Seconds for one forward and backward, in a loop as training is one: each pays for its own garbage."""
    gc.collect()
    forward().backward()
    start = time.perf_counter()
    for _ in range(LOOP):
        forward().backward()
    return (time.perf_counter() - start) / LOOP


def compare(ours: Callable[[], Any], theirs: Callable[[], Any], ops: int) -> tuple[float, float, float]:
    """Median nanoseconds per op of both, and the median of the ratios of adjacent runs."""
    pairs = [(timed(ours), timed(theirs)) for _ in range(RUNS + 3)][3:]
    mine, other = (statistics.median(p[i] for p in pairs) / ops * 1e9 for i in (0, 1))
    return mine, other, statistics.median(t / o for o, t in pairs)


def results() -> list[tuple[str, str, str]]:
    """Rows of (claim, figure, budget)."""
    rows = []
    for ops in (200, 800):  # micrograd recurses: 1,000 is beyond it
        a, b, ratio = compare(lambda n=ops: chain(ad.tensor, n), lambda n=ops: chain(Value, n), ops)
        rows.append((f"eager scalars, chain of {ops:,} ops, forward + backward vs micrograd",
                     f"{ratio:.1f} × faster ({a:.0f} against {b:.0f} ns an op)", "≥ 3 ×"))  # fmt: skip
    for samples in (1, 20):
        ours, ops = perceptron(ad.tensor, samples)
        a, b, ratio = compare(ours, perceptron(Value, samples)[0], ops)
        rows.append((f"eager scalars, micrograd's demo MLP 2-16-16-1 on {samples} samples ({ops:,} ops)",
                     f"{ratio:.1f} × faster ({a:.0f} against {b:.0f} ns an op)", "≥ 3 ×"))  # fmt: skip
    return rows


if __name__ == "__main__":
    for row in results():
        print(*row, sep=" | ")
