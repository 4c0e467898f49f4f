"""The gradient of a matrix product with BLAS's threads as they are by default, beside one thread.

Two BLAS libraries whose threads compete for the cores show here; elsewhere they look like slow products.
"""

from __future__ import annotations

import os
import subprocess
import sys

PROGRAM = """
import timeit
import numpy as np
import notebook_ad as ad
rng = np.random.default_rng(0)
x, m = rng.normal(size=(64, 128)), rng.normal(size=(128, 128))
g = ad.grad(lambda x, m: np.sum(np.tanh(x @ m)), argnums=(0, 1))
g(x, m)
print(min(timeit.repeat(lambda: g(x, m), number=50, repeat=9)) / 50)
"""
ONE = dict.fromkeys(("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1")


def seconds(**environment: str) -> float:
    """Of one gradient, in a process of its own."""
    variables = {k: v for k, v in os.environ.items() if k not in ONE} | environment
    done = subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True, env=variables)
    return float(done.stdout)


def results() -> list[tuple[str, str, str]]:
    """Rows of (claim, figure, budget)."""
    usual, one = min(seconds() for _ in range(3)), min(seconds(**ONE) for _ in range(3))
    figure = f"{usual * 1e6:,.0f} µs, {one / usual:.2f} ×"
    return [("grad of tanh(x @ m), 64 × 128, with default threads, against one thread", figure, "≥ 0.7 ×")]


if __name__ == "__main__":
    for row in results():
        print(*row, sep=" | ")
