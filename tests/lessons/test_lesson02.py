"""Checks of lesson 02: the reference passes, the stub and the usual slips fail with the words that fit them."""

from __future__ import annotations

import lesson_checks as checks

from notebook_ad.lessons import lesson02 as lesson
from notebook_ad.lessons.functions.tapes import reference_sweep

RIGHT = {"x1_through_mul": 1, "x1_through_square": 4, "x0": 2, "x1": 5}
RIGHT_TWINS = {"x + x": 2, "x - x": 0, "x * x": 6}
RIGHT_1 = {"through_mul": 7, "through_add": 4, "total": 11}


test_reference_solution_passes = checks.reference_passes(
    [
        (lesson.predict, RIGHT),
        (lesson.predict_twins, RIGHT_TWINS),
        (lesson.find_error, 4),
        (lesson.exercise_1, RIGHT_1),
        (lesson.exercise_2, "2*w*h0 + x1"),
        (lesson.exercise_2, "w*h0 + (w*h0 + x1)"),
        (lesson.exercise_3, reference_sweep),
    ]
)


def test_solution_that_is_shown_for_the_sweep_passes():
    assert lesson.exercise_3(checks.shown(lesson.EXERCISE_3, "sweep"))


test_unsolved_stub_shows_the_task_and_the_first_hint = checks.stub_shows_the_task(
    [
        (lesson.predict, {"x1_through_mul": None, "x1_through_square": None, "x0": None, "x1": None}),
        (lesson.predict_twins, {"x + x": None, "x - x": None, "x * x": None}),
        (lesson.find_error, None),
        (lesson.exercise_1, {"through_mul": None, "through_add": None, "total": None}),
        (lesson.exercise_2, None),
        (lesson.exercise_3, lambda *_: None),
    ]
)


test_usual_slip_is_named = checks.slips_are_named(
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
    ]
)


test_usual_slip_in_the_formula_is_named = checks.first_mark_says(
    lesson.exercise_2,
    [
        ("w*h0 + x1", "a path is forgotten"),
        ("w*h0", "a path is forgotten"),
        ("w*h0 * (w*h0 + x1)", "multiplied; they must be added"),
        ("(2*w*h0 + x1)/2", "averaged; they must be added"),
    ],
)


test_usual_slip_in_the_sweep_is_named_once = checks.feedback_says_once(
    lesson.exercise_3,
    [
        ({"adds": False}, "use += instead of ="),
        ({"seed": 0.0}, "needs the seed 1"),
        ({"chains": False}, "the upstream gradient is forgotten"),
        ({"backward": False}, "go through reversed(tape)"),
    ],
    reference_sweep,
)


test_sweep_that_cannot_be_checked_is_told_why = checks.feedback_says(
    lesson.exercise_3,
    [
        (lambda *_: {}["p"], "your function raised KeyError"),
        (lambda *_: [1.0], "return a dict of gradients, not list"),
        (lambda tape, output: {**reference_sweep(tape, output), "x1": "five"}, "'five' is not a name"),
        ({"x0": 2.0}, "hand over the function itself"),
    ],
)


def test_sweep_that_changes_the_tape_in_place_does_no_harm_to_later_tries():
    def emptying(tape, _output):
        tape.clear()
        return {}

    assert not lesson.exercise_3(emptying)
    assert lesson.exercise_3(reference_sweep)


test_line_that_is_right_is_defended = checks.first_mark_says(
    lesson.find_error, [(3, "its contributions are added"), (5, "hands the gradient on"), (9, "choose")]
)
