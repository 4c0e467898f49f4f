"""Hints come one at a time, then the solution; answers of every kind are read or refused with advice."""

from __future__ import annotations

import fractions
import math

import numpy as np
import pytest

from notebook_ad.graph import reading
from notebook_ad.lessons import lesson01
from notebook_ad.lessons.exercises import exercise
from notebook_ad.lessons.exercises.feedback import Feedback, Mark

TASK = exercise.Exercise("test", "say it.", ("one", "two", "three"), "the end.")
WRONG, RIGHT, OPEN = Mark("x", "wrong"), Mark("x", "right"), Mark("x", "open")


@pytest.fixture(autouse=True)
def afresh():
    exercise.reset(TASK)


def test_each_wrong_answer_reveals_the_next_hint_and_the_fourth_the_solution():
    last_lines = [repr(exercise.judge(TASK, [WRONG])).splitlines()[-1] for _ in range(5)]
    assert last_lines == [
        "hint 1 of 3: one",
        "hint 2 of 3: two",
        "hint 3 of 3: three",
        "solution: the end.",
        "solution: the end.",
    ]


def test_blank_answer_costs_no_hint():
    for _ in range(5):
        exercise.judge(TASK, [OPEN])
    assert "hint 1 of 3" in repr(exercise.judge(TASK, [WRONG]))


def test_asking_for_hints_repeats_the_earlier_ones_and_ends_with_the_solution():
    exercise.hint(TASK)
    assert repr(exercise.hint(TASK)) == "hint 1 of 3: one\nhint 2 of 3: two"
    exercise.hint(TASK)
    assert repr(exercise.hint(TASK)).endswith("hint 3 of 3: three\nsolution: the end.")
    assert exercise.hint(TASK).lines == exercise.hint(TASK).lines


def test_reset_starts_with_the_first_hint_again():
    exercise.judge(TASK, [WRONG])
    exercise.judge(TASK, [RIGHT])
    assert exercise.solved(TASK)
    exercise.reset(TASK)
    assert not exercise.solved(TASK)
    assert "hint 1 of 3" in repr(exercise.judge(TASK, [WRONG]))


def test_hints_of_one_exercise_do_not_use_up_those_of_another():
    lesson01.exercise_2("w")
    lesson01.exercise_2("w")
    assert "hint 1 of 3" in repr(lesson01.exercise_1({"q": 0}))


def test_answer_in_progress_is_marked_without_a_hint():
    feedback = lesson01.predict({"a": -6, "w": None})
    assert not feedback
    assert repr(feedback) == "✓ a = −6\n· w: not answered yet\n· b: not answered yet\n· y_true: not answered yet"


def test_unknown_blank_is_named_with_the_nearest_one():
    assert "did you mean 'y_true'?" in repr(lesson01.predict({"a": -6, "w": -4, "b": -2, "ytrue": 2}))


def test_answer_that_is_no_dict_is_told_the_keys():
    assert "it must be a dict with the keys a, w, b, y_true" in repr(lesson01.predict([-6, -4, -2, 2]))


def test_exercise_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="there are 1 to 3"):
        lesson01.hint(4)
    assert "solution: " in repr(lesson01.solution(2))


def test_long_feedback_is_wrapped_and_lines_of_code_keep_their_indent():
    text = repr(Feedback((), ("word " * 60, "code:\n    def f():\n        return 1")))
    assert max(map(len, text.splitlines())) <= 96
    assert text.endswith("code:\n    def f():\n        return 1")


@pytest.mark.parametrize(
    "answer",
    [3, 3.0, np.float32(3), np.int64(3), np.array(3.0), np.array([3.0]), "3", " 6/2 ", "−3 + 6", fractions.Fraction(3)],
)
def test_number_is_read_in_all_its_clothes(answer):
    if isinstance(answer, np.ndarray) and answer.ndim:
        with pytest.raises(reading.UnreadableError, match="not one number"):
            reading.number(answer)
    else:
        assert reading.number(answer) == 3.0


@pytest.mark.parametrize("answer", [True, [3], "three", "", math.nan, math.inf, np.array([1.0, 2.0]), {}, "1/0", 1j])
def test_what_is_no_finite_number_is_refused(answer):
    with pytest.raises(reading.UnreadableError):
        reading.number(answer)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "w.__class__",
        "(lambda: 1)()",
        "[w for w in (1, 2)]",
        "w if w else w",
        "w < 2",
        "f'{w}'",
        "9.0**9**9**9",
        "exp(w, w)",
        "eval('w')",
        "w @ w",
        "'w'",
        "True",
        "(" * 500 + "w" + ")" * 500,
    ],
)
def test_text_that_is_no_formula_is_refused_without_running_it(text):
    with pytest.raises(reading.UnreadableError):
        reading.evaluate(text, {"w": 2.0})


def test_formula_may_call_elementary_functions():
    assert reading.evaluate("exp(0) + sqrt(w) - cos(0)", {"w": 4.0}) == 2.0


def test_answer_read_off_the_picture_with_four_digits_is_close_enough():
    assert reading.close(0.3333, 1 / 3)
    assert not reading.close(0.33, 1 / 3)
    assert reading.close(0.0, 0.0)
    assert not reading.close(1e-6, 0.0)
