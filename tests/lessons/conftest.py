"""Every check starts as in a fresh kernel: no answers given so far, and no progress of the person who runs the tests."""

from __future__ import annotations

import pathlib
import sys

import pytest

from notebook_ad.lessons.exercises import exercise

sys.path.insert(0, str(pathlib.Path(__file__).parent))
pytest.register_assert_rewrite("lesson_checks")


@pytest.fixture(autouse=True)
def nothing_answered_yet(monkeypatch: pytest.MonkeyPatch, tmp_path: pathlib.Path) -> None:
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    exercise.forget()
    exercise.observe(None)
