"""Run every benchmark beside this file, print its rows, and write RESULTS.md with machine and versions."""

from __future__ import annotations

import importlib
import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).resolve().parent
PACKAGES = ("numpy", "numba", "scipy", "ipywidgets", "anywidget", "micrograd", "autograd")


def machine() -> str:
    """The machine and the versions, in one line."""
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    versions = ", ".join(f"{p} {version(p)}" for p in PACKAGES)
    return f"{os.cpu_count()} cores ({model}), {platform.system()}, Python {platform.python_version()}, {versions}"


def rows_of(file: Path) -> list[tuple[str, str, str]]:
    """A benchmark's rows; the one beside PyTorch runs in the environment that has it, whose Python is our argument.

    There, PyTorch and BLAS have one thread each: their threads would compete for the cores.
    """
    if file.stem != "bench_torch":
        return importlib.import_module(file.stem).results()
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run([sys.argv[1], str(file)], check=True, capture_output=True, text=True, env=environment)
    return json.loads(done.stdout)


def main() -> None:
    """Run, print, write."""
    sys.path.insert(0, str(HERE))
    lines = ["# Results", "", f"Measured by `make bench` on {machine()}. A shared machine: read the ratios.", ""]
    lines += ["| what | measured | budget |", "|---|---|---|"]
    for file in sorted(HERE.glob("bench_*.py")):
        for what, figure, budget in rows_of(file):
            lines.append(f"| {what} | {figure} | {budget} |")
            print(lines[-1], flush=True)
    (HERE / "RESULTS.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
