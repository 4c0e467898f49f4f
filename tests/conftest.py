"""Tests of every layer find the shared helpers (`strategies.py`) beside this file, however pytest imports them."""

from __future__ import annotations

import pathlib
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

sys.path.insert(0, str(pathlib.Path(__file__).parent))

collect_ignore_glob = ["*/reference/make_*.py"]  # they write the stored reference outputs, with PyTorch

# The first example of a primitive compiles its kernel, so no deadline; derandomised, so that a run can be repeated.
settings.register_profile(
    "notebook_ad", deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("notebook_ad")


@pytest.fixture(autouse=True, scope="session")
def _leftovers() -> Iterator[None]:
    """The memory in which a sweep adds gradients up holds NaN before: what no kernel wrote or cleared is seen in a result."""
    from notebook_ad.engine.slots import Slots
    from notebook_ad.engine.workspace import Workspace

    arena, made = Workspace.arena, Slots.__init__

    def filled(self: Workspace, size: int) -> tuple[np.ndarray, int]:
        memory, address = arena(self, size)
        memory[: (size + 7) // 8] = np.nan
        return memory, address

    def own(self: Slots, *args: Any) -> None:
        made(self, *args)
        for array in self._own.values():
            array.fill(np.nan)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Workspace, "arena", filled)
        patch.setattr(Slots, "__init__", own)
        yield


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With several workers: the cells of a notebook share a kernel, the browser tests a server, so each stay together."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            if "tests/browser/" in nodeid:
                return "browser"
            return nodeid.split("::")[0] if ".ipynb::" in nodeid else nodeid

    return Together(config, log)
