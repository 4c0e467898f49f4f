"""Every check starts as in a fresh kernel: no answers given so far."""

from __future__ import annotations

import pytest

from notebook_ad.lessons import lesson01, lesson02


@pytest.fixture(autouse=True)
def nothing_answered_yet() -> None:
    lesson01.reset()
    lesson02.reset()
