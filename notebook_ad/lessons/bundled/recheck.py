"""All checks of a lesson again, with the answers that they were last given in this kernel."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from notebook_ad.lessons.bundled.notebooks import Lesson, find
from notebook_ad.lessons.bundled.table import Table
from notebook_ad.lessons.exercises import calls, exercise
from notebook_ad.lessons.exercises.exercise import Exercise
from notebook_ad.lessons.exercises.feedback import Feedback
from notebook_ad.lessons.exercises.sheet import Sheet

_PACKAGE = "notebook_ad.lessons.lesson"


def open_lesson(names: Mapping[str, Any]) -> Lesson | None:
    """The lesson that is worked on in this kernel: the one whose check was called last, else the one that was imported.

    Args:
        names: the notebook's variables.
    """
    number = calls.latest_lesson()
    if number is None:
        imported = (value.__name__ for value in names.values() if isinstance(value, ModuleType))
        number = next((name.removeprefix(_PACKAGE) for name in imported if name.startswith(_PACKAGE)), None)
    return None if number is None else find(number)


def recheck(lesson: Lesson) -> Table:
    """Call each check of the lesson again, and tell which exercises are right."""
    asked = sheet(lesson.number).asked
    rows, right = [], 0
    with exercise.without_counting():
        for one in asked:
            state, note = _state(one)
            right += state == "✓ right"
            rows.append((label(one.key), state, note))
    lines = (f"Lesson {lesson.number}, {lesson.title}: {right} of {len(asked)} right.",)
    return Table(("", "answer", "what was asked"), rows, (), lines)


def sheet(number: str) -> Sheet:
    """What the lesson of this number asks."""
    found: Sheet = importlib.import_module(f"notebook_ad.lessons.sheets.lesson{number}").SHEET
    return found


def label(key: str) -> str:
    """An exercise's key in words."""
    name = key.partition(".")[2]
    if name.isdecimal():
        return f"Exercise {name}"
    return {"error": "Find the error"}.get(name, name.replace("_", " ").replace("-", " ").capitalize())


def _state(asked: Exercise) -> tuple[str, str]:
    call = calls.last(asked.key)
    if call is None:
        return "· not run yet", asked.ask
    try:
        feedback = call.again()
    except Exception as error:  # an answer may raise only now
        return "✗ wrong", f"it raised {type(error).__name__}: {error}"
    states = {mark.state for mark in feedback.marks} if isinstance(feedback, Feedback) else set()
    if states == {"right"}:
        return "✓ right", asked.ask
    if "wrong" in states:
        return "✗ wrong", asked.ask
    return ("· answered in part" if "right" in states else "· not answered yet"), asked.ask
