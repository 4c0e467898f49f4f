"""Tests of every layer find the shared helpers (`strategies.py`) beside this file, however pytest imports them."""

from __future__ import annotations

import gc
import pathlib
import sys
from collections import Counter
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long and cannot be shared out goes first: the browser's files, then the lessons."""
    items.sort(key=lambda item: ("browser" not in item.path.parts, item.path.suffix != ".ipynb"))


def pytest_collection_finish() -> None:
    """What the collection made stays: no later collection of garbage has to look at it.

    A full one takes 0.36 s with 16,000 tests in memory, next to nothing after this, and every shell that ends asks for two.
    """
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Several workers take one share of the tests after another, in the order of the collection."""
    from xdist.scheduler import LoadScopeScheduling

    class Shares(LoadScopeScheduling):
        shares: dict[str, str] | None = None

        def _split_scope(self, nodeid: str) -> str:
            if self.shares is None:
                self.shares = _shares(self.collection)
            return self.shares[nodeid]

    config.option.loadscopereorder = False
    return Shares(config, log)


def _shares(collection: list[str]) -> dict[str, str]:
    """Each test's share: its file, or fifty tests of a long one.

    Cells of a notebook share a kernel, and browser tests the page of their worker, so their files stay whole. Others need not, but
    what one test compiled the next of its file has: with single tests for shares, each worker compiles and loads everything.
    """
    shares, seen = {}, Counter[str]()
    for nodeid in collection:
        file = nodeid.split("::")[0]
        whole = file.endswith(".ipynb") or "tests/browser/" in file
        shares[nodeid] = file if whole else f"{file} {seen[file] // 50}"
        seen[file] += 1
    return shares
