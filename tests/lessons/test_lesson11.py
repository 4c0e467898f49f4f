"""Checks of lesson 11: the reference passes, the stub and the usual slips fail with the words that fit them."""

from __future__ import annotations

import math

import lesson_checks as checks
import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.lessons import lesson11 as lesson
from notebook_ad.lessons.functions.cross_entropies import reference

RIGHT = {"z0": 0.125, "z1": -0.75, "z2": 0.625}
RIGHT_MODIFIED = {"z0": "1/8", "z1": "2/8", "z2": "−3/8"}
RIGHT_1 = {"p0": 0.1, "p1": 0.3, "p2": 0.6, "dp2_dz2": 0.24, "dp1_dz2": -0.18, "dz0": 0.1, "dz1": 0.3, "dz2": -0.4}


def softmax(z):
    e = np.exp(z - np.max(z))
    return e / e.sum()


def stable(z, true):
    z = np.array(z)
    m = z.max()
    return m + np.log(np.exp(z - m).sum()) - z[true], softmax(z) - np.eye(len(z))[true]


def by_the_engine(z, true):
    t = ad.tensor(z)
    loss = ad.nn.functional.cross_entropy(t, true)
    loss.backward()
    return loss, t.grad


def naive(z, true):
    e = np.exp(np.array(z))
    p = e / e.sum()
    return -np.log(p[true]), p - np.eye(len(z))[true]


def naive_with_math(z, true):
    e = [math.exp(score) for score in z]
    return -math.log(e[true] / sum(e)), [one / sum(e) - (j == true) for j, one in enumerate(e)]


def log_of_probability(z, true):
    p = softmax(np.array(z))
    return -np.log(p[true]), p - np.eye(len(z))[true]


def wrong_gradient(slip):
    return lambda z, true: (reference(z, true)[0], slip(softmax(np.array(z)), np.eye(len(z))[true]))


test_reference_solution_passes = checks.reference_passes(
    [
        (lesson.predict, RIGHT),
        (lesson.predict_modified, RIGHT_MODIFIED),
        (lesson.find_error, 4),
        (lesson.exercise_1, RIGHT_1),
        (lesson.exercise_2, "1/(1 + exp(-s)) - t"),
        (lesson.exercise_3, reference),
    ]
)


def test_solution_that_is_shown_for_the_cross_entropy_passes():
    assert lesson.exercise_3(checks.shown(lesson.EXERCISE_3, "cross_entropy", math=math))


test_unsolved_stub_shows_the_task_and_the_first_hint = checks.stub_shows_the_task(
    [
        (lesson.predict, dict.fromkeys(RIGHT)),
        (lesson.predict_modified, dict.fromkeys(RIGHT)),
        (lesson.find_error, None),
        (lesson.exercise_1, dict.fromkeys(RIGHT_1)),
        (lesson.exercise_2, None),
        (lesson.exercise_3, lambda *_: None),
        (lesson.exercise_3, None),
    ]
)


test_usual_slip_is_named = checks.slips_are_named(
    [
        (lesson.predict, RIGHT, "z0", 0, "softmax is not diagonal"),
        (lesson.predict, RIGHT, "z1", 0.75, "it is p − y, not y − p"),
        (lesson.predict, RIGHT, "z1", 0.25, "that is p1 itself"),
        (lesson.predict, RIGHT, "z1", -4, "the chain stops too early, at p1"),
        (lesson.predict, RIGHT, "z1", 0.1875, "the upstream gradient −1/p1 is forgotten"),
        (lesson.predict, RIGHT, "z2", -0.15625, "the upstream gradient −1/p1 is forgotten"),
        (lesson.predict, RIGHT, "z2", 0.234375, "p1 is what the loss depends on"),
        (lesson.predict, RIGHT, "z2", -0.375, "for the true class only, and that is class 1"),
        (lesson.predict_modified, RIGHT_MODIFIED, "z1", -0.75, "for the true class only, and that is class 2"),
        (lesson.predict_modified, RIGHT_MODIFIED, "z2", 0.625, "that is p2 itself"),
        (lesson.exercise_1, RIGHT_1, "p1", 3, "divide by the sum"),
        (lesson.exercise_1, RIGHT_1, "dp2_dz2", -0.36, "on the diagonal it is p2·(1 − p2)"),
        (lesson.exercise_1, RIGHT_1, "dp1_dz2", 0, "softmax is not diagonal"),
        (lesson.exercise_1, RIGHT_1, "dp1_dz2", 0.18, "when z2 grows, p1 loses"),
        (lesson.exercise_1, RIGHT_1, "dz2", 0.6, "so 1 is subtracted"),
        (lesson.exercise_1, RIGHT_1, "dz0", 0, "softmax is not diagonal"),
    ]
)


test_usual_slip_in_the_formula_is_named = checks.first_mark_says(
    lesson.exercise_2,
    [
        ("1/(1 + exp(-s))", "−t·s also depends on s"),
        ("t - 1/(1 + exp(-s))", "sign is turned around"),
        ("1/(1 + exp(s)) - t", "1/u times the derivative of u"),
        ("(1/(1 + exp(-s)) - t) * exp(-s)/(1 + exp(-s))**2", "multiplied in once too often"),
        ("exp(-s)/(1 + exp(-s))**2 - t", "the sigmoid itself, not its derivative"),
        ("sigmoid(s) - t", "a formula may call exp"),
    ],
)


@pytest.mark.parametrize(
    "formula", ["exp(s)/(1 + exp(s)) - t", "1 - 1/(1 + exp(s)) − t", lambda s, t: (1 + math.tanh(s / 2)) / 2 - t]
)
def test_any_form_that_is_equal_is_right(formula):
    assert lesson.exercise_2(formula)


@pytest.mark.parametrize(
    "function", [stable, by_the_engine, lambda z, true: dict(zip("lg", stable(z, true), strict=True))]
)
def test_cross_entropy_is_accepted_in_any_clothes(function):
    assert lesson.exercise_3(function)


test_usual_slip_in_the_cross_entropy_is_named = checks.mark_says(
    lesson.exercise_3,
    [
        (naive, "large scores", "subtract the largest score"),
        (naive, "very negative scores", "subtract the largest score"),
        (naive_with_math, "large scores", "raised OverflowError"),
        (naive_with_math, "large scores", "subtract the largest score"),
        (log_of_probability, "large scores, and wrong", "compute ln Σ instead of ln p"),
        (wrong_gradient(lambda p, y: y - p), "three scores", "it is p − y, not y − p"),
        (wrong_gradient(lambda p, y: p), "three scores", "the 1 of the true class"),
        (wrong_gradient(lambda p, y: -y * (1 - p)), "three scores", "softmax is not diagonal"),
        (wrong_gradient(lambda p, y: p - 1), "five scores", "not only from the true one"),
        (wrong_gradient(lambda p, y: p @ y * (y - p)), "five scores", "−1/p is forgotten"),
        (lambda z, t: (-reference(z, t)[0], reference(z, t)[1]), "three scores", "it is −ln p"),
        (lambda z, t: (reference(z, t)[0] + z[t], reference(z, t)[1]), "five scores", "is not subtracted"),
        (lambda z, t: (reference(z, t)[0] - max(z), reference(z, t)[1]), "five scores", "must be added again"),
        (lambda z, t: (softmax(np.array(z))[t], reference(z, t)[1]), "three scores", "the loss is −ln p"),
    ],
)


test_function_that_cannot_be_checked_is_told_what_to_return = checks.feedback_says(
    lesson.exercise_3,
    [
        (lambda *_: 1.0, "return two things"),
        (lambda *_: (1.0, [1.0]), "a list of 3 gradients, one for each score"),
        (lambda *_: ("much", [1.0, 2.0, 3.0]), "'much' is not a name"),
        (lambda z, _: z - 1, "np.array(z)"),
        (lambda z, _: z[9], "your function raised IndexError"),
        (3.0, "hand over the function itself"),
    ],
)


test_line_that_holds_is_defended = checks.first_mark_says(
    lesson.find_error, [(1, "changes no probability"), (5, "summed over all"), (9, "choose one")]
)


def test_hints_come_in_stages_and_then_the_solution():
    lesson.reset()
    assert repr(lesson.hint(2)).count("hint") == 1
    assert repr(lesson.hint(2)).count("hint") == 2
    lesson.hint(2)
    assert "solution: ∂L/∂s" in repr(lesson.hint(2))
    assert "solution: One way" in repr(lesson.solution(3))
    lesson.reset()
