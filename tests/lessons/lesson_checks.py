"""What the checks of every lesson must do. Each test is made from a table of what is particular to a lesson:

test_usual_slip_in_the_formula_is_named = first_mark_says(lesson.exercise_2, [("w*x", "the factor 2 is missing")])
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from notebook_ad.lessons.exercises.exercise import Exercise
from notebook_ad.lessons.exercises.feedback import Feedback

Check = Callable[[Any], Feedback]
Test = Callable[..., None]
Cases = Sequence[tuple[Any, ...]]


def one_line(feedback: Feedback) -> str:
    return repr(feedback).replace("\n  ", " ")


def shown(exercise: Exercise, name: str, **names: object) -> object:
    """The function of this name in the code of a solution; `names` are what the code may use."""
    code = exercise.solution.partition("\n")[2]
    exec("\n".join(line.removeprefix("    ") for line in code.split("\n")), names)
    return names[name]


def reference_passes(cases: Cases) -> Test:
    @pytest.mark.parametrize(("check", "answer"), cases)
    def test(check: Check, answer: object) -> None:
        feedback = check(answer)
        assert feedback.passed, feedback
        assert "Right. " in repr(feedback)
        assert "✗" not in repr(feedback)

    return test


def stub_shows_the_task(cases: Cases) -> Test:
    """With the first hint, however often it is run."""

    @pytest.mark.parametrize(("check", "stub"), cases)
    def test(check: Check, stub: object) -> None:
        first, second = check(stub), check(stub)
        assert not first
        assert repr(first).startswith("not answered yet: ")
        assert "hint 1 of 3: " in repr(first)
        assert repr(first) == repr(second)

    return test


def slips_are_named(cases: Cases) -> Test:
    """One blank of the right answer is replaced: its mark says the words, no other is wrong."""

    @pytest.mark.parametrize(("check", "right", "name", "answer", "words"), cases)
    def test(check: Check, right: dict[str, object], name: str, answer: object, words: str) -> None:
        feedback = check({**right, name: answer})
        assert not feedback
        (wrong,) = (mark for mark in feedback.marks if mark.state == "wrong")
        assert words in wrong.note

    return test


def first_mark_says(check: Check, cases: Cases) -> Test:
    @pytest.mark.parametrize(("answer", "words"), cases)
    def test(answer: object, words: str) -> None:
        feedback = check(answer)
        assert not feedback
        assert words in feedback.marks[0].note

    return test


def mark_says(check: Check, cases: Cases) -> Test:
    @pytest.mark.parametrize(("wrong", "title", "words"), cases)
    def test(wrong: object, title: str, words: str) -> None:
        feedback = check(wrong)
        assert not feedback
        assert words in {mark.label: mark.note for mark in feedback.marks}[title]

    return test


def feedback_says(check: Check, cases: Cases) -> Test:
    @pytest.mark.parametrize(("answer", "words"), cases)
    def test(answer: object, words: str) -> None:
        feedback = check(answer)
        assert not feedback
        assert words in one_line(feedback)

    return test


def feedback_says_once(check: Check, cases: Cases, reference: Callable[..., object] | None = None) -> Test:
    """With a reference, a case is what makes the slip in it: its keyword arguments."""

    @pytest.mark.parametrize(("slip", "words"), cases)
    def test(slip: Any, words: str) -> None:
        feedback = check(functools.partial(reference, **slip) if reference else slip)
        assert not feedback
        assert one_line(feedback).count(words) == 1

    return test
