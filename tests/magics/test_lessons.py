"""`%lessons`: what it shows, what it copies, what it checks, and what it says to words that it does not know."""

from __future__ import annotations

import pathlib
import re

import pytest

from notebook_ad.lessons import lessons
from notebook_ad.lessons.bundled import progress
from notebook_ad.lessons.bundled.table import Table
from notebook_ad.lessons.exercises import exercise

IMPORT = "from notebook_ad.lessons import lesson01 as lesson"
EXERCISE_1 = "lesson.exercise_1(dict(q=3, f=-12, dq=-4, dz=3, dx=-4, dy=-4));"
NAME = "01_computation_graph.ipynb"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch) -> pathlib.Path:
    here = tmp_path / "work"
    here.mkdir()
    monkeypatch.chdir(here)
    exercise.forget()
    return here


def html(notebook) -> str:
    (shown,) = notebook.displays
    return shown.data["text/html"]


def error(notebook, line: str, capsys) -> str:
    """What is said to a line that cannot be understood; no traceback is shown with it."""
    notebook.cell(line)
    assert not notebook.displays
    assert not notebook.tracebacks
    return capsys.readouterr().err.strip()


def test_the_list_has_a_row_for_each_lesson_in_order(notebook):
    notebook.cell("%lessons")
    rows = html(notebook).split("<tr>")[2:]
    for lesson, row in zip(lessons(), rows, strict=True):
        for text in (lesson.number, lesson.title, f"{lesson.minutes} min", "○○○", lesson.summary):
            assert f">{text}<" in row
    lines = notebook.text.splitlines()
    assert [line[:2] for line in lines[1 : len(rows) + 1]] == [lesson.number for lesson in lessons()]


def test_solved_exercises_are_marked_in_the_list_of_a_later_kernel(notebook):
    notebook.cell(f"{IMPORT}\n{EXERCISE_1}")
    exercise.forget()
    notebook.cell("%lessons")
    (row,) = (row for row in html(notebook).split("<tr>") if "chain rule" in row)
    assert "●○○" in row


def test_titles_are_links_where_there_is_a_copy(notebook):
    notebook.cell("%lessons open 1")
    notebook.cell("%lessons")
    assert re.findall(r'href="([^"]*)"', html(notebook)) == [NAME]


def test_opening_makes_a_copy_and_links_to_it(notebook, folder):
    notebook.cell("%lessons open 01")
    assert (folder / NAME).exists()
    assert f'<a href="{NAME}">The computation graph and the chain rule</a>' in html(notebook)
    assert f"`{NAME}` is in this folder now, without outputs" in notebook.text


def test_a_comment_behind_the_command_is_one(notebook, folder):
    notebook.cell("%lessons open 01  # the textbook graph")
    assert (folder / NAME).exists()
    notebook.cell("%lessons  # all of them")
    assert "exercises" in notebook.text


def test_opening_again_only_links_and_an_edited_copy_stays(notebook, folder):
    notebook.cell("%lessons open 01")
    notebook.cell("%lessons open computation_graph")
    assert "was in this folder already, with nothing changed" in notebook.text
    (folder / NAME).write_text("my own")
    notebook.cell("%lessons open 01")
    assert "has changes of yours. It was left as it is" in notebook.text
    assert f'href="{NAME}"' in html(notebook)
    assert (folder / NAME).read_text() == "my own"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("%lessons open 99", "there is no lesson 99; there are 00 to "),
        ("%lessons open losse", "there is no lesson 'losse'; did you mean losses?"),
        ("%lessons open", "open which lesson? As in %lessons open 01; %lessons lists them"),
        ("%lessons open 01 02", "one lesson at a time, not 01 02"),
        ("%lessons open $HOME", "there is no lesson '$HOME'"),
        ("%lessons opn", "unknown: opn; did you mean open?"),
        ("%lessons --list", "unknown: --list; "),
        ("%lessons 4", "did you mean %lessons open 04?"),
        ("%lessons check 99", "there is no lesson 99"),
        ("%lessons check", "no lesson is open in this notebook: run its cells first"),
    ],
)
def test_what_cannot_be_done_is_answered_with_what_can(notebook, capsys, line, said):
    shown = error(notebook, line, capsys)
    assert shown.startswith("UsageError: %lessons: ")
    assert said in shown


def test_a_folder_that_cannot_be_written_is_said(notebook, capsys, monkeypatch):
    def fail(*_, **__):
        raise PermissionError("[Errno 13] Permission denied")

    monkeypatch.setattr(pathlib.Path, "open", fail)
    assert "cannot be written here: [Errno 13] Permission denied; go to another" in error(
        notebook, "%lessons open 01", capsys
    )


def test_checking_again_tells_right_wrong_and_not_answered(notebook):
    notebook.cell(
        f"{IMPORT}\n{EXERCISE_1}\nlesson.find_error(2);\nlesson.exercise_2(None);\nlesson.predict({{'a': -6}});"
    )
    notebook.cell("%lessons check")
    states = {line.split("  ")[0].strip(): line for line in notebook.text.splitlines()}
    assert "✓ right" in states["Exercise 1"]
    assert "· not answered yet" in states["Exercise 2"]
    assert "· not run yet" in states["Exercise 3"]
    assert "✗ wrong" in states["Find the error"]
    assert "· answered in part" in states["Predict"]
    assert notebook.text.endswith("Lesson 01, The computation graph and the chain rule: 1 of 6 right.")
    assert "<td" in html(notebook)


def test_checking_again_uses_up_no_hint_and_prints_nothing_of_the_readers(notebook):
    function = "def backward(a, b, c, d):\n    print('mine')\n    return 1, 2, 3, 4\nlesson.exercise_3(backward)"
    notebook.cell(f"{IMPORT}\n{function}")
    for _ in range(3):
        notebook.cell("%lessons check")
        assert "mine" not in notebook.printed
    result = notebook.cell("lesson.exercise_3(backward)").result
    assert "hint 2 of 3" in repr(result)


def test_checking_follows_what_has_become_of_an_answer(notebook):
    notebook.cell(f"{IMPORT}\nanswer = dict(q=3, f=-12, dq=-4, dz=3, dx=-4, dy=None)\nlesson.exercise_1(answer);")
    notebook.cell("answer['dy'] = -4")
    notebook.cell("%lessons check")
    assert re.search(r"Exercise 1 +✓ right", notebook.text)
    assert progress.solved() == {"01.1"}


def test_a_lesson_that_was_only_imported_is_the_open_one(notebook):
    notebook.cell("from notebook_ad.lessons import lesson02")
    notebook.cell("%lessons check")
    assert "Lesson 02, Many paths, one gradient: 0 of 6 right." in notebook.text


def test_progress_that_cannot_be_kept_is_said_and_nothing_raises(notebook, monkeypatch, tmp_path):
    blocked = tmp_path / "a file"
    blocked.write_text("so no folder can be made in it")
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(blocked))
    assert notebook.cell(f"{IMPORT}\n{EXERCISE_1}").success
    notebook.cell("%lessons check")
    assert "Progress cannot be kept" in notebook.text
    assert notebook.cell("%lessons").success
    assert "●○○" in notebook.text


def test_the_magic_goes_when_the_extension_is_unloaded(notebook):
    notebook.cell("%unload_ext notebook_ad")
    assert notebook.shell.find_line_magic("lessons") is None
    assert notebook.shell.find_cell_magic("predict") is None
    notebook.cell(f"{IMPORT}\n{EXERCISE_1}")
    assert progress.solved() == frozenset()


def test_a_table_escapes_what_it_shows():
    table = Table(("<b>", "x"), [("a&b", "<script>")], ['"><img>'], ("`1 < 2` & more",))
    assert "<script>" not in table._repr_html_()
    assert '<a href="&quot;&gt;&lt;img&gt;">&lt;script&gt;</a>' in table._repr_html_()
    assert "<p><code>1 &lt; 2</code> &amp; more</p>" in table._repr_html_()
    assert repr(table) == "<b>  x\na&b  <script>\n\n`1 < 2` & more"
