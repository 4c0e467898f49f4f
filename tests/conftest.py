"""Tests of every layer find the shared helpers (`strategies.py`) beside this file, however pytest imports them."""

from __future__ import annotations

import pathlib
import sys

import pytest
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(pathlib.Path(__file__).parent))

# The first example of a primitive compiles its kernel, so no deadline; derandomised, so that a run can be repeated.
settings.register_profile(
    "notebook_ad", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("notebook_ad")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The cells of a notebook run in one kernel, so on one worker."""
    for item in items:
        if item.path.suffix == ".ipynb":
            item.add_marker(pytest.mark.xdist_group(item.path.name))
