"""Tests of every layer find the shared helpers (`strategies.py`) beside this file, however pytest imports them."""

from __future__ import annotations

import pathlib
import sys

from hypothesis import HealthCheck, settings

sys.path.insert(0, str(pathlib.Path(__file__).parent))

# The first example of a primitive compiles its kernel, so no deadline; derandomised, so that a run can be repeated.
settings.register_profile(
    "notebook_ad", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("notebook_ad")
