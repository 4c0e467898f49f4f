"""Checks of lesson 04: the reference passes, the stub and the usual slips fail with the words that fit them."""

from __future__ import annotations

import functools

import lesson_checks as checks

from notebook_ad.lessons import lesson04 as lesson
from notebook_ad.lessons.functions.pushing import reference_push

RIGHT = {"p": 5, "s": 5, "y": 23, "z": 15, "forward_sweeps": 3, "reverse_sweeps": 2}
RIGHT_MODIFIED = {"p": 5, "s": 4, "y": 21, "z": 5}
RIGHT_1 = {"p_tangent": 2, "q_tangent": 3, "r_tangent": 36, "q_grad": 6, "p_grad": 15, "x_grad": 45, "y_grad": 36}


test_reference_solution_passes = checks.reference_passes(
    [
        (lesson.predict, RIGHT),
        (lesson.predict_modified, RIGHT_MODIFIED),
        (lesson.find_error, 2),
        (lesson.exercise_1, RIGHT_1),
        (lesson.exercise_2, "dx/y - x*dy/y**2"),
        (lesson.exercise_2, "(dx*y - x*dy) / y**2"),
        (lesson.exercise_2, lambda x, y, dx, dy: (dx - (x / y) * dy) / y),
        (lesson.exercise_3, reference_push),
        (lesson.exercise_3, lambda t, s: {name: v for name, v in reference_push(t, s).items() if name not in s}),
        (
            lesson.exercise_3,
            lambda tape, seeds: functools.reduce(
                lambda d, row: {**d, row[0]: sum(local * d.get(name, 0) for name, local in row[1])}, tape, seeds
            ),
        ),
    ]
)


def test_solution_that_is_shown_for_the_sweep_passes():
    assert lesson.exercise_3(checks.shown(lesson.EXERCISE_3, "push"))


test_unsolved_stub_shows_the_task_and_the_first_hint = checks.stub_shows_the_task(
    [
        (lesson.predict, dict.fromkeys(RIGHT)),
        (lesson.predict_modified, dict.fromkeys(RIGHT_MODIFIED)),
        (lesson.find_error, None),
        (lesson.exercise_1, dict.fromkeys(RIGHT_1)),
        (lesson.exercise_2, None),
        (lesson.exercise_3, lambda *_: None),
    ]
)


test_usual_slip_is_named = checks.slips_are_named(
    [
        (lesson.exercise_1, RIGHT_1, "x_grad", 27, "it starts from an incomplete p"),
        (lesson.predict, RIGHT, "p", 2, "the other operand, b = 5"),
        (lesson.predict, RIGHT, "p", 10, "that is the value"),
        (lesson.predict, RIGHT, "s", 6, "c does not move"),
        (lesson.predict, RIGHT, "y", 10, "a path is forgotten"),
        (lesson.predict, RIGHT, "y", 13, "a path is forgotten"),
        (lesson.predict, RIGHT, "y", 130, "multiplied; they must be added"),
        (lesson.predict, RIGHT, "z", 3, "the local derivative alone"),
        (lesson.predict, RIGHT, "z", 25, "c does not move"),
        (lesson.predict, RIGHT, "forward_sweeps", 2, "a forward sweep starts at one input"),
        (lesson.predict, RIGHT, "forward_sweeps", 6, "a whole column"),
        (lesson.predict, RIGHT, "reverse_sweeps", 3, "a reverse sweep starts at one output"),
        (lesson.predict_modified, RIGHT_MODIFIED, "s", 6, "mind the sign"),
        (lesson.predict_modified, RIGHT_MODIFIED, "y", 23, "that is the tangent for a alone"),
        (lesson.predict_modified, RIGHT_MODIFIED, "z", -150, "multiplied; they must be added"),
        (lesson.exercise_1, RIGHT_1, "p_tangent", 3, "the other operand, x = 2"),
        (lesson.exercise_1, RIGHT_1, "q_tangent", 2, "a path is forgotten: y moves, too"),
        (lesson.exercise_1, RIGHT_1, "r_tangent", 18, "a path is forgotten"),
        (lesson.exercise_1, RIGHT_1, "p_grad", 9, "a path is forgotten: p goes into q"),
        (lesson.exercise_1, RIGHT_1, "x_grad", 30, "the other operand, y = 3"),
        (lesson.exercise_1, RIGHT_1, "y_grad", 30, "a path is forgotten: y goes into q"),
    ]
)


test_usual_slip_in_the_formula_is_named = checks.first_mark_says(
    lesson.exercise_2,
    [
        ("dx/y + x*dy/y**2", "mind the sign"),
        ("dx/y", "a path is forgotten: y moves"),
        ("dx/y - x*dy/y", "y is squared"),
        ("dx/dy", "the quotient of the tangents"),
        ("dx*y - x*dy", "divide by y²"),
        ("1/y - x/y**2", "the tangents dx and dy are forgotten"),
    ],
)


test_usual_slip_in_the_sweep_is_named_once = checks.feedback_says_once(
    lesson.exercise_3,
    [
        ({"adds": False}, "+= instead of ="),
        ({"chains": False}, "the tangent of the operand is forgotten"),
        ({"forward": False}, "the tape is read backwards"),
    ],
    reference_push,
)


test_sweep_that_cannot_be_checked_is_told_why = checks.feedback_says(
    lesson.exercise_3,
    [
        (lambda tape, seeds: reference_push(tape, {}), "start with tangents = dict(seeds)"),
        (lambda *_: {}["p"], "your function raised KeyError"),
        (lambda *_: [1.0], "return a dict, not list"),
        (lambda *_: {"p": 5.0}, "the returned dict has no 's'"),
        (lambda tape, seeds: {**reference_push(tape, seeds), "y": "five"}, "'five' is not a name"),
        ({"p": 5.0}, "hand over the function itself"),
    ],
)


def test_sweep_that_changes_its_arguments_does_no_harm_to_later_tries():
    def emptying(tape, seeds):
        tape.clear()
        seeds.clear()
        return {}

    assert not lesson.exercise_3(emptying)
    assert lesson.exercise_3(reference_push)


test_sentence_that_is_right_is_defended = checks.first_mark_says(
    lesson.find_error, [(1, "values and tangents"), (3, "begins at the end"), (4, "one output"), (9, "choose")]
)
