"""Checks of lesson 10: the reference passes, the stub and the usual slips fail with the words that fit them."""

from __future__ import annotations

import math

import lesson_checks as checks
import numpy as np

from notebook_ad.lessons import lesson10 as lesson
from notebook_ad.lessons.functions.units_off import reference

RIGHT = {"sigmoid": 1.5, "tanh": 2.88, "relu": 0, "leaky": 0.8, "softplus": 2}
RIGHT_CHAIN = {"last": 16, "middle": 4, "first": 1}
RIGHT_1 = {"dh": 1.6, "slope": 0.16, "dz": 0.256, "dw": 0.768, "db": 0.256}


test_reference_solution_passes = checks.reference_passes(
    [
        (lesson.predict, RIGHT),
        (lesson.predict, {**RIGHT, "sigmoid": "8*3/16", "softplus": np.float64(2)}),
        (lesson.predict_chain, RIGHT_CHAIN),
        (lesson.find_error, 3),
        (lesson.exercise_1, RIGHT_1),
        (lesson.exercise_2, "s + z*s*(1 - s)"),
        (lesson.exercise_2, "s*(1 + z - z*s)"),
        (lesson.exercise_2, "1/(1 + exp(-z)) + z*exp(-z)/(1 + exp(-z))**2"),
        (lesson.exercise_2, lambda z, s: s * (1 + z * (1 - s))),
        (lesson.exercise_3, reference),
        (lesson.exercise_3, lambda Z: [1 - np.mean(Z > 0), sum(max(column) <= 0 for column in Z.T)]),  # noqa: N803
    ]
)


def test_counter_that_is_shown_as_the_solution_passes():
    assert lesson.exercise_3(checks.shown(lesson.EXERCISE_3, "units_off"))


test_unsolved_stub_shows_the_task_and_the_first_hint = checks.stub_shows_the_task(
    [
        (lesson.predict, dict.fromkeys(RIGHT)),
        (lesson.predict_chain, dict.fromkeys(RIGHT_CHAIN)),
        (lesson.find_error, None),
        (lesson.exercise_1, dict.fromkeys(RIGHT_1)),
        (lesson.exercise_2, None),
        (lesson.exercise_3, None),
        (lesson.exercise_3, lambda *_: None),
    ]
)


test_usual_slip_is_named = checks.slips_are_named(
    [
        (lesson.predict, RIGHT, "sigmoid", 3 / 16, "the upstream gradient is forgotten"),
        (lesson.predict, RIGHT, "sigmoid", 8 * (3 / 16) ** 2, "multiplied in twice"),
        (lesson.predict, RIGHT, "sigmoid", 2, "you multiplied by the output"),
        (lesson.predict, RIGHT, "sigmoid", -1.5, "no slope is negative here"),
        (lesson.predict, RIGHT, "tanh", 14.4, "1 − tanh², with the square"),
        (lesson.predict, RIGHT, "tanh", -6.4, "you multiplied by the output"),
        (lesson.predict, RIGHT, "relu", 8, "the local derivative is 0 for a negative input"),
        (lesson.predict, RIGHT, "leaky", -0.8, "no slope is negative here"),
        (lesson.predict, RIGHT, "softplus", 6, "3/4 is the slope at z = +ln 3"),
        (lesson.predict, RIGHT, "softplus", 8 * math.log(4 / 3), "you multiplied by the output"),
        (lesson.predict_chain, RIGHT_CHAIN, "last", 32, "1/2 is the value of the sigmoid at 0"),
        (lesson.predict_chain, RIGHT_CHAIN, "first", 16, "the chain stops too early"),
        (lesson.predict_chain, RIGHT_CHAIN, "middle", 32, "multiplied along a path, not subtracted"),
        (lesson.predict_chain, RIGHT_CHAIN, "middle", 0.25, "the upstream gradient is forgotten"),
        (lesson.exercise_1, RIGHT_1, "dh", 0.8, "the factor 2 is missing"),
        (lesson.exercise_1, RIGHT_1, "slope", 0.8, "the output h itself"),
        (lesson.exercise_1, RIGHT_1, "slope", 0.2139, "do not put it into the sigmoid again"),
        (lesson.exercise_1, RIGHT_1, "dz", 1.28, "multiply by the slope"),
        (lesson.exercise_1, RIGHT_1, "dz", 0.04096, "multiplied in twice"),
        (lesson.exercise_1, RIGHT_1, "dw", 4.8, "the slope of the sigmoid is missing"),
        (lesson.exercise_1, RIGHT_1, "db", 0.768, "that is dw"),
    ]
)


test_usual_slip_in_the_formula_is_named = checks.first_mark_says(
    lesson.exercise_2,
    [
        ("s", "z is inside s, too"),
        ("z*s*(1 - s)", "z is also a factor itself"),
        ("s*(1 - s)", "both paths are cut short"),
        ("s * z*s*(1 - s)", "multiplied; they must be added"),
        ("s - z*s*(1 - s)", "mind the sign"),
        ("s + s*(1 - s)", "the second path has the factor z"),
        ("z*s", "the value of SiLU itself"),
        ("z*sigmoid(z)", "a formula may call"),
    ],
)


test_usual_slip_in_the_counter_is_named = checks.feedback_says(
    lesson.exercise_3,
    [
        (lambda Z: ((Z <= 0).mean(), (Z <= 0).all(axis=1).sum()), "a unit is a column"),  # noqa: N803
        (lambda Z: ((Z <= 0).mean(), (Z <= 0).any(axis=0).sum()), "off for some example"),  # noqa: N803
        (lambda Z: ((Z < 0).mean(), (Z < 0).all(axis=0).sum()), "exactly 0 is off, too"),  # noqa: N803
        (lambda Z: ((Z > 0).mean(), (Z > 0).all(axis=0).sum()), "units that are on"),  # noqa: N803
        (lambda Z: ((Z <= 0).sum(), (Z <= 0).all(axis=0).sum()), "the share is their mean"),  # noqa: N803
        (lambda Z: reference(Z)[::-1], "the order is"),  # noqa: N803
        (lambda Z: ((Z <= 0).mean(), (Z <= 0).all(axis=0).mean()), "how many units, not their share"),  # noqa: N803
        (lambda Z: (0.5,), "it gives 1 number instead of 2"),  # noqa: N803
        (lambda Z: Z.no_such_thing, "your function raised AttributeError"),  # noqa: N803
        (lambda Z: 3, "return several numbers in a list or tuple"),  # noqa: N803
        ((0.5, 2), "hand over the function itself"),
    ],
)


test_statement_that_holds_is_defended = checks.first_mark_says(
    lesson.find_error, [(1, "1/4"), (2, "libraries choose 0"), (4, "4 × 1/4 = 1"), (9, "choose")]
)


def test_hints_and_solutions_are_given_by_number():
    assert "hint 1 of 3" in repr(lesson.hint(1))
    assert "s + z*s*(1 - s)" in repr(lesson.solution(2))
