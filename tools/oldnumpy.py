"""Run the tests of what computes with the oldest NumPy that is supported: no browser, no notebooks.

Run by the Python of the environment of `make oldnumpy`; further arguments go to pytest.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest

TESTS = Path(__file__).resolve().parent.parent / "tests"
SUITES = (  # what has the longest files first, so that no worker is left alone with one at the end
    "lifted", "graph", "properties", "pains", "engine", "tensor", "library", "transforms", "compat", "scipy", "nn", "optim",
    "data", "training",
)  # fmt: skip


def main() -> int:
    """Run pytest on the suites; refuse a NumPy that is not the oldest, which would show nothing."""
    if not np.__version__.startswith("1.26."):
        sys.exit(f"`make oldnumpy` is for NumPy 1.26; this environment has {np.__version__}")
    sys.path = [p for p in sys.path if Path(p or ".").resolve() != Path(__file__).resolve().parent]
    workers = os.environ.get("NOTEBOOK_AD_WORKERS", str(min(4, os.cpu_count() or 1)))
    return int(pytest.main(["-q", "-n", workers, *sys.argv[1:], *(str(TESTS / name) for name in SUITES)]))


if __name__ == "__main__":
    sys.exit(main())
