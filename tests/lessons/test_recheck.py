"""Every check of every lesson is remembered when it is called, and can be called again with the same result."""

from __future__ import annotations

import importlib
import inspect
import json
import re

import pytest

import notebook_ad.lessons as bundled
from notebook_ad.lessons.bundled import recheck
from notebook_ad.lessons.bundled.notebooks import find
from notebook_ad.lessons.exercises import calls, exercise
from notebook_ad.lessons.exercises.exercise import Exercise

LESSONS = bundled.lessons()


def module(lesson):
    return importlib.import_module(f"notebook_ad.lessons.lesson{lesson.number}")


def checks(lesson) -> list[str]:
    """The names of the checks that the notebook calls."""
    sources = ["".join(cell["source"]) for cell in lesson.notebook()["cells"] if cell["cell_type"] == "code"]
    return [name for source in sources for name in re.findall(r"^lesson\.(\w+)\(", source, re.M)]


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)
def test_every_check_of_the_notebook_can_be_called_again(lesson):
    asked = {one.key for one in recheck.sheet(lesson.number).asked}
    for name in checks(lesson):
        check = getattr(module(lesson), name)
        arguments = [None] * len(inspect.signature(check).parameters)
        first = check(*arguments)
        (call,) = (call for key in asked if (call := calls.last(key)) and call.check is check)
        with exercise.without_counting():
            assert call.again().marks == first.marks
        calls.forget()


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)
def test_a_lesson_has_its_three_exercises_under_the_keys_that_progress_counts(lesson):
    asked = recheck.sheet(lesson.number).asked
    found = [one.key for one in asked]
    assert set(lesson.exercises) <= set(found)
    assert all(key.startswith(f"{lesson.number}.") for key in found)
    assert all(len(one.hints) == 3 and one.solution for one in asked)
    assert [one for one in vars(module(lesson)).values() if isinstance(one, Exercise) and one not in asked] == []


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)
def test_a_lesson_that_was_not_run_has_no_right_answer(lesson):
    shown = repr(recheck.recheck(lesson))
    assert re.search(rf"Lesson {lesson.number}, .*: 0 of \d+ right\.", shown)
    assert "✗" not in shown


def test_an_answer_that_raises_now_is_wrong_and_says_why(monkeypatch):
    lesson01 = module(find(1))

    def broken(answer):
        raise ZeroDivisionError("division by zero")

    lesson01.exercise_2("w")
    monkeypatch.setitem(calls._last, "01.2", calls.Call(broken, ("w",), {}))
    assert re.search("✗ wrong +it raised ZeroDivisionError: division by zero", repr(recheck.recheck(find(1))))


def test_keyword_arguments_are_remembered_too():
    lesson01 = module(find(1))
    lesson01.exercise_2(answer="2*x*(w*x + b - y)")
    assert calls.last("01.2").again()
    assert calls.latest_lesson() == "01"


def test_a_check_outside_the_lessons_is_not_remembered():
    exercise.judge(Exercise("test.1", "say it.", ("a", "b", "c"), "d"), [])
    assert calls.last("test.1") is None
    assert calls.latest_lesson() is None


@pytest.mark.parametrize(
    ("key", "words"),
    [("01.1", "Exercise 1"), ("01.error", "Find the error"), ("01.predict", "Predict"), ("05.why_slow", "Why slow")],
)
def test_keys_are_shown_as_words(key, words):
    assert recheck.label(key) == words


def test_the_notebooks_checks_are_found():
    assert checks(find(1)) == ["predict", "predict_modified", "find_error", "exercise_1", "exercise_2", "exercise_3"]
    assert json.dumps(checks(find(2))).count("exercise_") == 3
