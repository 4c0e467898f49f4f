"""What is solved is kept in a file of the reader's, atomically, and nothing that is wrong with the file stops a lesson."""

from __future__ import annotations

import json
import os
import pathlib
import sys

import pytest

from notebook_ad.lessons import find, lesson01
from notebook_ad.lessons.bundled import progress
from notebook_ad.lessons.bundled.overview import mark
from notebook_ad.lessons.exercises import exercise

RIGHT_1 = {"q": 3, "f": -12, "dq": -4, "dz": 3, "dx": -4, "dy": -4}


@pytest.fixture
def file() -> pathlib.Path:
    found = progress.path()
    assert found is not None
    return found


def test_the_file_is_in_jupyters_data_folder(file, tmp_path):
    assert file == tmp_path / "jupyter" / "notebook_ad" / "progress.json"


def test_nothing_is_written_before_the_extension_is_loaded(file):
    lesson01.exercise_1(RIGHT_1)
    assert not file.exists()


def test_what_was_solved_before_and_after_loading_is_kept(file):
    lesson01.exercise_1(RIGHT_1)
    progress.follow()
    lesson01.exercise_2("2*x*(w*x + b - y)")
    lesson01.find_error(1)
    assert progress.solved() == {"01.1", "01.2"}
    assert json.loads(file.read_text("utf-8")) == {"solved": ["01.1", "01.2"]}
    assert [one.name for one in file.parent.iterdir()] == [file.name]
    assert mark(find(1), progress.solved()) == "●●○"


def test_another_kernels_progress_stays(file):
    progress.add(["05.1"])
    exercise.forget()
    progress.add(["05.2"])
    assert progress.solved() == {"05.1", "05.2"}


@pytest.mark.parametrize("text", ["", "[]", "null", '{"solved": 3}', '{"solved": [1, "01.1"', "\x00"])
def test_file_that_cannot_be_understood_counts_as_empty_and_is_replaced(file, text):
    file.parent.mkdir(parents=True)
    file.write_text(text)
    assert progress.solved() == frozenset()
    assert progress.add(["01.1"])
    assert progress.solved() == {"01.1"}


def test_folder_that_cannot_be_made_stops_nothing(monkeypatch, tmp_path):
    blocked = tmp_path / "a file"
    blocked.write_text("so no folder can be made in it")
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(blocked / "jupyter"))
    progress.follow()
    assert lesson01.exercise_1(RIGHT_1)
    assert progress.solved() == frozenset()
    assert not progress.add(["01.1"])


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(file, monkeypatch):
    progress.add(["01.1"])

    def fail(*_):
        raise PermissionError("no")

    monkeypatch.setattr(os, "replace", fail)
    assert not progress.add(["01.2"])
    assert progress.solved() == {"01.1"}
    assert [one.name for one in file.parent.iterdir()] == [file.name]


def test_without_jupyter_there_is_no_file_and_no_error(monkeypatch):
    monkeypatch.setitem(sys.modules, "jupyter_core.paths", None)
    assert progress.path() is None
    assert progress.solved() == frozenset()
    assert not progress.add(["01.1"])
