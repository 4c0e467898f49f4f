"""A lesson that takes too long or too much memory fails the suite; one that does not passes."""

from __future__ import annotations

import importlib.util
import json
import os
import pathlib
import re
import subprocess
import sys

import pytest

LIMITS = pathlib.Path(__file__).parents[2] / "conftest.py"
spec = importlib.util.spec_from_file_location("limits", LIMITS)
assert spec is not None
assert spec.loader is not None
limits = importlib.util.module_from_spec(spec)
sys.modules["limits"] = limits  # dataclasses look their module up
spec.loader.exec_module(limits)


@pytest.mark.parametrize(
    ("processor", "clock", "memory", "said"),
    [
        (5.0, 6.0, 300.0, ""),
        (21.0, 19.0, 300.0, ""),
        (19.0, 60.0, 300.0, ""),
        (21.0, 22.0, 300.0, "takes 21.0 s, more than 20 s"),
        (5.0, 6.0, 1025.0, "takes 1025 MiB of memory, more than 1024 MiB"),
    ],
)
def test_the_limits_are_20_seconds_and_a_gibibyte(processor, clock, memory, said):
    complaint = limits.Cost(processor, clock, memory).complaint()
    assert complaint.endswith(said)
    assert bool(complaint) == bool(said)


def test_the_cost_of_a_process_is_measured():
    found = limits.cost(os.getpid())
    assert found.processor > 0.1
    assert found.clock > 0.1
    assert 20 < found.memory < 100_000


def ran(folder: pathlib.Path, seconds: str, *sources: str) -> subprocess.CompletedProcess[str]:
    """Run a notebook with these cells under nbval, with another limit."""
    limited = re.sub(r"(?m)^SECONDS = .*", f"SECONDS = {seconds}", LIMITS.read_text("utf-8"))
    (folder / "conftest.py").write_text(limited, "utf-8")
    cell = {"cell_type": "code", "metadata": {}, "execution_count": 1, "outputs": []}
    cells = [{**cell, "id": f"c{i}", "source": source} for i, source in enumerate(sources)]
    book = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "lesson.ipynb").write_text(json.dumps(book), "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", "--nbval-current-env"]
    command += ["--rootdir", str(folder), str(folder)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


@pytest.mark.parametrize(("seconds", "passes"), [("20.0", True), ("0.001", False)])
def test_a_notebook_over_the_limit_fails(tmp_path, seconds, passes):
    done = ran(tmp_path, seconds, "x = 1", "y = 2")
    assert (done.returncode == 0) == passes, done.stdout
    assert "2 passed" in done.stdout
    assert ("this lesson takes" in done.stdout) != passes


def test_a_notebook_that_is_slow_only_the_first_time_passes(tmp_path):
    """As where the first run compiles what the second one finds on disk."""
    work = (
        "import pathlib, time\n"
        "done = pathlib.Path('done')\n"
        "end = time.process_time() + 6 * (not done.exists())\n"
        "while time.process_time() < end:\n    pass\n"
        "done.touch()"
    )
    done = ran(tmp_path, "5.0", work)
    assert done.returncode == 0, done.stdout
    assert (tmp_path / "done").exists()
