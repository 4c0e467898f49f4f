"""Checks of lesson 12: the reference passes, the stub and the usual slips fail with the words that fit them."""

from __future__ import annotations

import math

import lesson_checks as checks
import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad import nn
from notebook_ad.lessons import lesson12 as lesson
from notebook_ad.lessons.functions import clipping

RIGHT = {"w1": 1 / 64, "w2": 1 / 32, "w3": "1/16", "w4": 0.125}
RIGHT_MODIFIED = {"w1": 1, "w2": 0.5, "w3": 0.25, "w4": 0.125}
RIGHT_1 = {"factor": 0.5, "five_layers": 1 / 32, "w_kept": 4, "xavier": 0.1, "he": 0.2, "norm": 10,
           "by_norm_0": 3, "by_norm_1": -4, "by_value_0": 5, "by_value_1": -5}  # fmt: skip


def norm(grads):
    return math.sqrt(sum(np.sum(g**2) for g in grads))


def in_place(grads, max_norm):
    factor = min(1.0, max_norm / (norm(grads) + 1e-12))
    for g in grads:
        g *= factor
    return tuple(grads)


def by_the_engine(grads, max_norm):
    parameters = [ad.tensor(np.zeros_like(g)) for g in grads]
    for parameter, g in zip(parameters, grads, strict=True):
        parameter.grad = ad.tensor(g, requires_grad=False)
    nn.utils.clip_grad_norm_(parameters, max_norm)
    return [parameter.grad for parameter in parameters]


test_reference_solution_passes = checks.reference_passes(
    [
        (lesson.predict, RIGHT),
        (lesson.predict_modified, RIGHT_MODIFIED),
        (lesson.find_error, 5),
        (lesson.find_error, 4),
        (lesson.exercise_1, RIGHT_1),
        (lesson.exercise_2, "sqrt(2/(n*(1 + a**2)))"),
        (lesson.exercise_3, clipping.reference),
    ]
)


def test_solution_that_is_shown_for_the_clipping_passes():
    assert lesson.exercise_3(checks.shown(lesson.EXERCISE_3, "clip", math=math, np=np))


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
        (lesson.predict, RIGHT, "w4", 0.25, "multiply by the other operand, h = 0.5"),
        (lesson.predict, RIGHT, "w4", 0.5, "the 0.25 of the weight's own σ is missing"),
        (lesson.predict, RIGHT, "w1", 0.125, "that is the last weight's"),
        (lesson.predict, RIGHT, "w1", 0.25**3 * 0.125, "the weights on the way are forgotten"),
        (lesson.predict, RIGHT, "w1", 1, "the σ' on the way are forgotten"),
        (lesson.predict, RIGHT, "w2", -1 / 32, "sign is turned around"),
        (lesson.predict, RIGHT, "w3", 2, "that is the value itself"),
        (lesson.predict_modified, RIGHT_MODIFIED, "w1", 0.125, "that is the last weight's"),
        (lesson.predict_modified, RIGHT_MODIFIED, "w4", 1, "that is the gradient of w1"),
        (lesson.predict_modified, RIGHT_MODIFIED, "w1", 64, "the σ' on the way are forgotten"),
        (lesson.predict_modified, RIGHT_MODIFIED, "w2", 1, "multiply by the other operand"),
        (lesson.exercise_1, RIGHT_1, "factor", 0.25, "the weight is forgotten"),
        (lesson.exercise_1, RIGHT_1, "five_layers", 2.5, "along a path they are multiplied"),
        (lesson.exercise_1, RIGHT_1, "he", 0.04, "that is the variance"),
        (lesson.exercise_1, RIGHT_1, "xavier", 0.2, "that is He's"),
        (lesson.exercise_1, RIGHT_1, "he", 0.11547, "He's counts the inputs"),
        (lesson.exercise_1, RIGHT_1, "by_value_1", -8, "so it is cut there"),
        (lesson.exercise_1, RIGHT_1, "norm", 100, "the square root is missing"),
        (lesson.exercise_1, RIGHT_1, "norm", 14, "that is the sum of the sizes"),
        (lesson.exercise_1, RIGHT_1, "by_norm_0", 5, "that is clipping by value"),
        (lesson.exercise_1, RIGHT_1, "by_value_1", -4, "that is clipping by norm"),
    ]
)


test_usual_slip_in_the_formula_is_named = checks.first_mark_says(
    lesson.exercise_2,
    [
        ("2/(n*(1 + a**2))", "that is the variance"),
        ("sqrt(2/n)", "that is He's for plain ReLU"),
        ("sqrt(1/(n*(1 + a**2)))", "the 2 is missing"),
        ("sqrt(2/(n*(1 + a)))", "a is not squared"),
        ("sqrt(2/n)/(1 + a)", "1 + a is squared as a whole"),
        ("sqrt(2*(1 + a**2)/n)", "1 + a² must divide"),
        ("sqrt(n*(1 + a**2)/2)", "turned upside down"),
    ],
)


@pytest.mark.parametrize(
    "formula", ["(n*(1 + a*a)/2)**-0.5", "sqrt(2)/sqrt(n + n*a²)", lambda n, a: math.sqrt(2 / n / (1 + a**2))]
)
def test_any_form_that_is_equal_is_right(formula):
    assert lesson.exercise_2(formula)


@pytest.mark.parametrize("function", [in_place, by_the_engine])
def test_clipping_is_accepted_in_any_clothes(function):
    assert lesson.exercise_3(function)


test_usual_slip_in_the_clipping_is_named = checks.mark_says(
    lesson.exercise_3,
    [
        (clipping.each_by_its_own_norm, "two arrays, norm 13", "its own norm, which turns the direction"),
        (clipping.each_by_its_own_norm, "a matrix and a vector", "its own norm, which turns the direction"),
        (lambda grads, c: [np.clip(g, -c, c) for g in grads], "two arrays, norm 13", "clipping by value"),
        (lambda grads, c: [g * c / norm(grads) for g in grads], "already small enough", "is scaled up"),
        (lambda grads, c: [g * c / norm(grads) for g in grads], "all zero", "do not divide by it"),
        (lambda grads, c: [g / max(norm(grads), 1) for g in grads], "a matrix and a vector", "by max_norm, too"),
        (lambda grads, c: grads, "two arrays, norm 13", "nothing is clipped"),
        (lambda grads, c: [g * min(1, c / (norm(grads) ** 2 + 1e-9)) for g in grads], "two arrays, norm 13", "root"),
        (
            lambda grads, c: [g * min(1, c / (sum(norm([h]) for h in grads) + 1e-9)) for g in grads],
            "two arrays, norm 13",
            "add their squares",
        ),
    ],
)


test_function_that_cannot_be_checked_is_told_what_to_return = checks.feedback_says(
    lesson.exercise_3,
    [
        (lambda grads, c: [grads[0]], "of the same shapes: (2,), (1,)"),
        (lambda grads, c: 5.0, "your function raised TypeError"),
        (lambda grads, c: [g * (c / sum(0 * g)) for g in grads], "NaN or ∞ comes out"),
        (lambda grads, c: 1 / 0, "the norm is 0: do not divide by it"),
        (3.0, "hand over the function itself"),
    ],
)


test_line_that_is_right_is_defended = checks.first_mark_says(
    lesson.find_error, [(2, "thrown away"), (3, "fills the gradients in"), (9, "choose one")]
)


def test_hints_come_in_stages_and_then_the_solution():
    lesson.reset()
    assert repr(lesson.hint(1)).count("hint") == 1
    assert repr(lesson.hint(1)).count("hint") == 2
    lesson.hint(1)
    assert "solution: factor 2 × 0.25" in repr(lesson.hint(1))
    assert "solution: std = " in repr(lesson.solution(2))
    lesson.reset()
