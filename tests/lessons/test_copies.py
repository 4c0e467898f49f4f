"""A copy of a lesson has no outputs, runs as it is, and never replaces what the reader has written."""

from __future__ import annotations

import json
import os
import pathlib
import sys

import pytest

import notebook_ad.lessons as bundled
from notebook_ad.lessons import find
from notebook_ad.lessons.bundled import lab, terminal
from notebook_ad.lessons.bundled.copies import open_copy

NAME = "01_computation_graph.ipynb"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> pathlib.Path:
    here = tmp_path / "work"
    here.mkdir()
    monkeypatch.chdir(here)
    return here


@pytest.mark.parametrize("lesson", bundled.lessons(), ids=lambda lesson: lesson.number)
def test_a_copy_has_the_same_cells_and_no_outputs(lesson, folder):
    made = open_copy(lesson, folder)
    assert made.state == "new"
    copied, original = json.loads(made.path.read_text("utf-8")), lesson.notebook()
    assert [cell["source"] for cell in copied["cells"]] == [cell["source"] for cell in original["cells"]]
    assert copied["metadata"] == original["metadata"]
    code = [cell for cell in copied["cells"] if cell["cell_type"] == "code"]
    assert code
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


def test_a_copy_that_was_run_and_saved_but_not_edited_is_only_linked(folder):
    made = open_copy(find(1), folder)
    notebook = find(1).notebook()
    notebook["metadata"]["language_info"]["version"] = "3.12"
    made.path.write_text(json.dumps(notebook), "utf-8")
    before = made.path.read_bytes()
    assert open_copy(find(1), folder).state == "same"
    assert made.path.read_bytes() == before


@pytest.mark.parametrize("text", ["edited", "", "[]", '{"cells": 3}', '{"cells": [{}]}', "\x00"])
def test_whatever_else_has_that_name_stays_as_it_is(folder, text):
    (folder / NAME).write_text(text)
    assert open_copy(find(1), folder).state == "edited"
    assert (folder / NAME).read_text() == text


def test_one_edited_answer_makes_it_the_readers_own(folder):
    path = open_copy(find(1), folder).path
    path.write_text(path.read_text("utf-8").replace("wrong_line = None", "wrong_line = 4"), "utf-8")
    assert open_copy(find(1), folder).state == "edited"
    assert "wrong_line = 4" in path.read_text("utf-8")


def test_a_link_to_nowhere_is_not_followed(folder, tmp_path):
    (folder / NAME).symlink_to(tmp_path / "elsewhere")
    assert open_copy(find(1), folder).state == "edited"
    assert not (tmp_path / "elsewhere").exists()


def test_a_folder_of_that_name_is_an_error(folder):
    (folder / NAME).mkdir()
    with pytest.raises(IsADirectoryError, match=NAME):
        open_copy(find(1), folder)


def test_the_terminal_lists_every_lesson_on_a_line_of_its_own(capsys):
    assert terminal.main(["lessons"]) == 0
    lines = capsys.readouterr().out.splitlines()
    for lesson in bundled.lessons():
        (line,) = (line for line in lines if line.startswith(lesson.number))
        assert lesson.title in line
        assert lesson.summary in line
        assert f"{lesson.minutes} min" in line
        assert "○○○" in line


def test_a_narrow_terminal_gets_lines_that_fit():
    assert terminal._cut("short\n" + "x" * 50, 20) == "short\n" + "x" * 19 + "…"


def test_the_terminal_opens_a_lesson_and_keeps_an_edited_copy(capsys, folder):
    assert terminal.main(["lessons", "open", "01"]) == 0
    assert f"{NAME} is in this folder now" in capsys.readouterr().out
    (folder / NAME).write_text("mine")
    assert terminal.main(["lessons", "open", "computation_graph"]) == 0
    assert "has changes of yours. It was left as it is" in capsys.readouterr().out
    assert (folder / NAME).read_text() == "mine"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["open", "99"], "there is no lesson 99; there are 00 to "),
        (["open", "slops"], "there is no lesson 'slops'; did you mean slopes?"),
    ],
)
def test_the_terminal_names_what_there_is(capsys, words, said):
    assert terminal.main(["lessons", *words]) == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("words", [["lessons", "opn"], ["lessons", "open"], ["lesson"], ["lessons", "open", "1", "2"]])
def test_words_that_cannot_be_understood_are_refused(capsys, words):
    with pytest.raises(SystemExit) as ended:
        terminal.main(words)
    assert ended.value.code == 2
    assert "usage: python -m notebook_ad" in capsys.readouterr().err


def test_no_words_at_all_give_the_help(capsys):
    assert terminal.main([]) == 0
    assert "list the bundled lessons" in capsys.readouterr().out


def test_a_folder_that_cannot_be_written_is_said(capsys, monkeypatch):
    def fail(*_, **__):
        raise PermissionError("[Errno 13] Permission denied")

    monkeypatch.setattr(pathlib.Path, "open", fail)
    assert terminal.main(["lessons", "open", "01"]) == 1
    assert "the copy cannot be written here: [Errno 13]" in capsys.readouterr().err


def test_lab_without_jupyterlab_says_the_cure_and_leaves_the_copy(capsys, monkeypatch, folder):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert terminal.main(["lessons", "open", "01", "--lab"]) == 1
    assert "-m pip install jupyterlab, or open 01_computation_graph.ipynb" in capsys.readouterr().err
    assert (folder / NAME).exists()


def test_lab_starts_jupyterlab_on_the_copy(monkeypatch):
    started = []
    monkeypatch.setattr(os, "execv", lambda *args: started.append(args))
    monkeypatch.setattr(lab.subprocess, "call", lambda args: started.append((args[0], args)) or 0)
    monkeypatch.setattr(lab, "has_screen", lambda: True)
    terminal.main(["lessons", "open", "01", "--lab"])
    program, args = started[0]
    assert program == sys.executable
    assert args[:4] == [sys.executable, "-m", "jupyterlab", NAME]


def test_lab_without_a_screen_prints_the_address(monkeypatch, capsys):
    started = []
    monkeypatch.setattr(os, "execv", lambda *args: started.append(args))
    monkeypatch.setattr(lab.subprocess, "call", lambda args: started.append((args[0], args)) or 0)
    monkeypatch.setattr(lab, "has_screen", lambda: False)
    lab.start(NAME)
    assert "open the address below" in capsys.readouterr().out
    assert f"--LabApp.default_url=/lab/tree/{NAME}" in started[0][1]
