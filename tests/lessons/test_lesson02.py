"""Checks of lesson 02: the reference passes, the stub and the usual slips fail with the words that fit them."""

from __future__ import annotations

import functools

import pytest

from notebook_ad.lessons import lesson02 as lesson
from notebook_ad.lessons.tapes import reference_sweep

RIGHT = {"x1_through_mul": 1, "x1_through_square": 4, "x0": 2, "x1": 5}
RIGHT_TWINS = {"x + x": 2, "x - x": 0, "x * x": 6}
RIGHT_1 = {"through_mul": 7, "through_add": 4, "total": 11}


@pytest.mark.parametrize(
    ("check", "answer"),
    [
        (lesson.predict, RIGHT),
        (lesson.predict_twins, RIGHT_TWINS),
        (lesson.find_error, 4),
        (lesson.exercise_1, RIGHT_1),
        (lesson.exercise_2, "2*w*h0 + x1"),
        (lesson.exercise_2, "w*h0 + (w*h0 + x1)"),
        (lesson.exercise_3, reference_sweep),
    ],
)
def test_reference_solution_passes(check, answer):
    feedback = check(answer)
    assert feedback.passed
    assert "Right. " in repr(feedback)
    assert "✗" not in repr(feedback)


def test_solution_that_is_shown_for_the_sweep_passes():
    code = lesson.EXERCISE_3.solution.partition("\n")[2]
    names: dict[str, object] = {}
    exec("\n".join(line.removeprefix("    ") for line in code.split("\n")), names)
    assert lesson.exercise_3(names["sweep"])


@pytest.mark.parametrize(
    ("check", "stub"),
    [
        (lesson.predict, {"x1_through_mul": None, "x1_through_square": None, "x0": None, "x1": None}),
        (lesson.predict_twins, {"x + x": None, "x - x": None, "x * x": None}),
        (lesson.find_error, None),
        (lesson.exercise_1, {"through_mul": None, "through_add": None, "total": None}),
        (lesson.exercise_2, None),
        (lesson.exercise_3, lambda *_: None),
    ],
)
def test_unsolved_stub_shows_the_task_and_the_first_hint(check, stub):
    feedback = check(stub)
    assert not feedback
    assert repr(feedback).startswith("not answered yet: ")
    assert "hint 1 of 3: " in repr(feedback)


@pytest.mark.parametrize(
    ("check", "right", "name", "answer", "words"),
    [
        (lesson.predict, RIGHT, "x1", 1, "a path is forgotten"),
        (lesson.predict, RIGHT, "x1", 4, "a path is forgotten"),
        (lesson.predict, RIGHT, "x1", 2.5, "averaged; they must be added"),
        (lesson.predict, RIGHT, "x1", 2, "the value of x1 itself"),
        (lesson.predict, RIGHT, "x1_through_mul", 2, "the other operand, x0 = 1"),
        (lesson.predict, RIGHT, "x1_through_square", 2, "the derivative of x1² is 2·x1"),
        (lesson.predict, RIGHT, "x0", 1, "the other operand, x1 = 2"),
        (lesson.predict_twins, RIGHT_TWINS, "x + x", 1, "a path is forgotten"),
        (lesson.predict_twins, RIGHT_TWINS, "x - x", 1, "a path is forgotten"),
        (lesson.predict_twins, RIGHT_TWINS, "x * x", 9, "multiplied; they must be added"),
        (lesson.exercise_1, RIGHT_1, "through_add", 1, "the upstream gradient is forgotten"),
        (lesson.exercise_1, RIGHT_1, "through_mul", 4, "the other operand, x + 3 = 7"),
        (lesson.exercise_1, RIGHT_1, "total", 28, "multiplied; they must be added"),
        (lesson.exercise_1, RIGHT_1, "total", 5.5, "averaged; they must be added"),
    ],
)
def test_usual_slip_is_named(check, right, name, answer, words):
    feedback = check({**right, name: answer})
    assert not feedback
    (wrong,) = (mark for mark in feedback.marks if mark.state == "wrong")
    assert words in wrong.note


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("w*h0 + x1", "a path is forgotten"),
        ("w*h0", "a path is forgotten"),
        ("w*h0 * (w*h0 + x1)", "multiplied; they must be added"),
        ("(2*w*h0 + x1)/2", "averaged; they must be added"),
    ],
)
def test_usual_slip_in_the_formula_is_named(formula, words):
    assert words in lesson.exercise_2(formula).marks[0].note


@pytest.mark.parametrize(
    ("slip", "words"),
    [
        ({"adds": False}, "use += instead of ="),
        ({"seed": 0.0}, "needs the seed 1"),
        ({"chains": False}, "the upstream gradient is forgotten"),
        ({"backward": False}, "go through reversed(tape)"),
    ],
)
def test_usual_slip_in_the_sweep_is_named_once(slip, words):
    feedback = lesson.exercise_3(functools.partial(reference_sweep, **slip))
    assert not feedback
    assert repr(feedback).replace("\n  ", " ").count(words) == 1


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (lambda *_: {}["p"], "your function raised KeyError"),
        (lambda *_: [1.0], "return a dict of gradients, not list"),
        (lambda tape, output: {**reference_sweep(tape, output), "x1": "five"}, "'five' is not a name"),
        ({"x0": 2.0}, "hand over the function itself"),
    ],
)
def test_sweep_that_cannot_be_checked_is_told_why(broken, words):
    assert words in repr(lesson.exercise_3(broken)).replace("\n  ", " ")


def test_sweep_that_changes_the_tape_in_place_does_no_harm_to_later_tries():
    def emptying(tape, _output):
        tape.clear()
        return {}

    assert not lesson.exercise_3(emptying)
    assert lesson.exercise_3(reference_sweep)


@pytest.mark.parametrize(
    ("line", "words"), [(3, "its contributions are added"), (5, "hands the gradient on"), (9, "choose")]
)
def test_line_that_is_right_is_defended(line, words):
    assert words in lesson.find_error(line).marks[0].note
