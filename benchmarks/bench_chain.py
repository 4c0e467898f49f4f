"""A chain of a million operations, forward and backward: no recursion, memory proportional to its length."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys, time
from pathlib import Path
import notebook_ad as ad
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
def chain(ops):
    a = c = ad.tensor(1.0000001)
    for _ in range(ops):
        c = c * a
    return c
chain(10).backward()
ops, before, start = int(sys.argv[1]), resident(), time.perf_counter()
c = chain(ops)
middle = time.perf_counter()
c.backward()
print(middle - start, time.perf_counter() - middle, resident() - before)
"""


def run(ops: int) -> tuple[float, float, float]:
    """Seconds forward, seconds backward, bytes, in a process of its own."""
    done = subprocess.run([sys.executable, "-c", PROGRAM, str(ops)], capture_output=True, text=True, check=True)
    forward, backward, size = map(float, done.stdout.split())
    return forward, backward, size


def results() -> list[tuple[str, str, str]]:
    """Rows of (claim, figure, budget)."""
    half, whole = run(500_000), run(1_000_000)
    return [
        ("chain of 1,000,000 ops: forward, backward", f"{whole[0]:.2f} s, {whole[1]:.2f} s", "no recursion"),
        ("its memory per op, and at half its length", f"{whole[2] / 1e6:.0f}, {half[2] / 5e5:.0f} bytes", "equal"),
    ]


if __name__ == "__main__":
    for row in results():
        print(*row, sep=" | ")
