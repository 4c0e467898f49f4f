"""Checks of lesson 03: the reference passes, the stub and the usual slips fail with the words that fit them."""

from __future__ import annotations

import lesson_checks as checks
import numpy as np

from notebook_ad.lessons import lesson03 as lesson

RIGHT = {
    "forward_difference": -3.432,
    "central_difference": -2.496,
    "first_slope": 2.4,
    "second_slope": -1.12,
    "automatic": -2.688,
}
RIGHT_MODIFIED = {"slope_1": 1.6, "slope_2": -2.72, "slope_3": -0.3008, "automatic": 1.309}
RIGHT_1 = {"forward": 12.61, "central": 12.01, "exact": 12, "runs_forward": 101, "runs_central": 200}


def central(f, x, h=6e-6, over=2.0):
    slopes = []
    for i in range(len(x)):
        up, down = list(x), list(x)
        up[i] += h
        down[i] -= h
        slopes.append((f(up) - f(down)) / (over * h))
    return slopes


test_reference_solution_passes = checks.reference_passes(
    [
        (lesson.predict, RIGHT),
        (lesson.predict_modified, RIGHT_MODIFIED),
        (lesson.find_error, 3),
        (lesson.exercise_1, RIGHT_1),
        (lesson.exercise_2, "3*x*h + h**2"),
        (lesson.exercise_2, "h*(3*x + h)"),
        (lesson.exercise_2, lambda x, h: ((x + h) ** 3 - x**3) / h - 3 * x**2),
        (lesson.exercise_3, central),
        (lesson.exercise_3, lambda f, x: central(f, x, h=1e-4)),
        (lesson.exercise_3, lambda f, x: np.array(central(f, x))),
        (lesson.exercise_3, lambda f, x: [(f([*x[:i], v + 1e-7, *x[i + 1 :]]) - f(x)) / 1e-7 for i, v in enumerate(x)]),
    ]
)


def test_solution_that_is_shown_for_the_checker_passes():
    assert lesson.exercise_3(checks.shown(lesson.EXERCISE_3, "numeric_gradient"))


test_unsolved_stub_shows_the_task_and_the_first_hint = checks.stub_shows_the_task(
    [
        (lesson.predict, dict.fromkeys(RIGHT)),
        (lesson.predict_modified, dict.fromkeys(RIGHT_MODIFIED)),
        (lesson.find_error, None),
        (lesson.exercise_1, dict.fromkeys(RIGHT_1)),
        (lesson.exercise_2, None),
        (lesson.exercise_3, lambda *_: None),
        (lesson.exercise_3, None),
    ]
)


test_usual_slip_is_named = checks.slips_are_named(
    [
        (lesson.predict, RIGHT, "forward_difference", -0.1716, "divide it by h"),
        (lesson.predict, RIGHT, "forward_difference", 3.432, "the sign is turned around"),
        (lesson.predict, RIGHT, "forward_difference", -2.496, "that is the central difference"),
        (lesson.predict, RIGHT, "central_difference", -4.992, "2h apart"),
        (lesson.predict, RIGHT, "first_slope", 3.2, "a path is forgotten: 0.2 is used twice"),
        (lesson.predict, RIGHT, "first_slope", 0.64, "the value after the step"),
        (lesson.predict, RIGHT, "second_slope", 2.4, "that is the slope at x"),
        (lesson.predict, RIGHT, "second_slope", 1.12, "the sign is turned around"),
        (lesson.predict, RIGHT, "automatic", 1.28, "along a path they are multiplied"),
        (lesson.predict, RIGHT, "automatic", 5.76, "all slopes are taken at x"),
        (lesson.predict, RIGHT, "automatic", -1.12, "the chain stops too early"),
        (lesson.predict_modified, RIGHT_MODIFIED, "slope_3", 0.99434, "the value after the step"),
        (lesson.predict_modified, RIGHT_MODIFIED, "slope_2", 1.6, "that is the slope at x"),
        (lesson.predict_modified, RIGHT_MODIFIED, "automatic", 4.096, "all slopes are taken at x"),
        (lesson.predict_modified, RIGHT_MODIFIED, "automatic", -4.352, "the last slope is missing"),
        (lesson.predict_modified, RIGHT_MODIFIED, "automatic", -1.4208, "added"),
        (lesson.exercise_1, RIGHT_1, "forward", 1.261, "divide the change by h"),
        (lesson.exercise_1, RIGHT_1, "central", 24.02, "2h apart"),
        (lesson.exercise_1, RIGHT_1, "exact", 8, "the value of x³"),
        (lesson.exercise_1, RIGHT_1, "runs_forward", 100, "the run at the point itself is missing"),
        (lesson.exercise_1, RIGHT_1, "runs_central", 201, "the point itself is not used"),
    ]
)


test_usual_slip_in_the_formula_is_named = checks.first_mark_says(
    lesson.exercise_2,
    [
        ("3*x*h", "the last term h² is missing"),
        ("h**2", "the error of the central difference"),
        ("3*x**2 + 3*x*h + h**2", "subtract the exact slope"),
        ("-3*x*h - h**2", "the sign is turned around"),
        ("3*x*h**2 + h**3", "divide by h"),
    ],
)


test_usual_slip_in_the_checker_is_named_once = checks.feedback_says_once(
    lesson.exercise_3,
    [
        (lambda f, x: central(f, x, over=1.0), "divide by 2h"),
        (lambda f, x: [-slope for slope in central(f, x)], "the sign is turned around"),
        (lambda f, x: [sum(central(f, x))] * len(x), "move one at a time"),
        (lambda f, x: central(f, x, h=1e-40), "x + h is x"),
        (lambda f, x: [(f([*x[:i], v + 0.01, *x[i + 1 :]]) - f(x)) / 0.01 for i, v in enumerate(x)], "near, but four"),
    ],
)


test_checker_that_cannot_be_tried_is_told_why = checks.feedback_says(
    lesson.exercise_3,
    [
        (lambda f, x: f(x + 1), "your function raised TypeError"),
        (lambda f, x: central(f, x)[0], "it gives 1 number instead of 2"),
        (lambda f, x: [*central(f, x), 0.0], "it gives 3 numbers instead of 2"),
        (lambda *_: "slope", "is not a list of numbers"),
        ([2.0, 5.0], "hand over the function itself"),
    ],
)


test_line_that_is_right_is_defended = checks.first_mark_says(
    lesson.find_error, [(4, "one point on each side"), (5, "2h apart"), (9, "choose")]
)
