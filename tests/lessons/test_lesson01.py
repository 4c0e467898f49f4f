"""Checks of lesson 01: the reference passes, the stub and the usual slips fail with the words that fit them."""

from __future__ import annotations

import lesson_checks as checks
import pytest

import notebook_ad as ad
from notebook_ad.lessons import lesson01 as lesson

RIGHT = {"a": -6, "w": -4, "b": -2, "y_true": 2}
RIGHT_MODIFIED = {"a": 18, "w": 30, "b": 6, "y_true": -6}
RIGHT_1 = {"q": 3, "f": -12, "dq": -4, "dz": 3, "dx": -4, "dy": -4}


def backward(a, b, c, d):
    n = a * b - c
    dn, dd = 1 / d, -n / d**2
    return {"a": dn * b, "b": dn * a, "c": -dn, "d": dd}


test_reference_solution_passes = checks.reference_passes(
    [
        (lesson.predict, RIGHT),
        (lesson.predict_modified, RIGHT_MODIFIED),
        (lesson.find_error, 4),
        (lesson.exercise_1, RIGHT_1),
        (lesson.exercise_2, "2*(w*x + b - y)*x"),
        (lesson.exercise_3, backward),
    ]
)


test_unsolved_stub_shows_the_task_and_the_first_hint_however_often_it_is_run = checks.stub_shows_the_task(
    [
        (lesson.predict, {"a": None, "w": None, "b": None, "y_true": None}),
        (lesson.predict_modified, {"a": None, "w": None, "b": None, "y_true": None}),
        (lesson.find_error, None),
        (lesson.exercise_1, {"q": None, "f": None, "dq": None, "dz": None, "dx": None, "dy": None}),
        (lesson.exercise_2, None),
        (lesson.exercise_3, lambda *_: None),
    ]
)


@pytest.mark.parametrize(
    ("name", "answer", "words"),
    [
        ("a", -18, "sign is turned around"),
        ("a", 30, "own 5; the local derivative of a·w is the other operand, w = 3"),
        ("w", 18, "own 3; the local derivative of a·w is the other operand, a = 5"),
        ("a", 6, "the chain stops too early, at a·w"),
        ("w", 5, "the upstream gradient is forgotten"),
        ("b", 7, "that is the value itself"),
        ("y_true", 6, "the derivative of u − v with respect to v is −1"),
        ("y_true", 30, "that is the gradient of w"),
        ("a", 9, "the factor 2 is missing"),
    ],
)
def test_usual_slip_in_a_prediction_is_named(name, answer, words):
    feedback = lesson.predict_modified({**RIGHT_MODIFIED, name: answer})
    assert not feedback
    (wrong,) = (mark for mark in feedback.marks if mark.state == "wrong")
    assert words in wrong.note
    assert wrong.label.startswith(f"{name} = ")


test_usual_slip_in_the_formula_is_named = checks.first_mark_says(
    lesson.exercise_2,
    [
        ("2*(w*x + b - y)", "the chain stops too early"),
        ("(w*x + b - y)*x", "the factor 2 is missing"),
        ("2*(w*x + b - y)*w", "the other operand, x = 5"),
        ("-2*(w*x + b - y)*x", "sign is turned around"),
        ("x", "the upstream gradient is forgotten"),
        ("2(w*x + b - y)x", "write it as in Python, 2*w for 2w"),
        ("2*w*x^2", "a power is written w**2"),
        ("2*z", "'z' is not a name of this exercise; its names: w, x, b, y"),
    ],
)


@pytest.mark.parametrize(
    "formula",
    ["-2*x*(y - b - w*x)", "2*w*x**2 + 2*b*x - 2*x*y", "2·(w·x + b − y)·x", lambda w, x, b, y: 2 * x * (w * x + b - y)],
)
def test_any_form_that_is_equal_is_right(formula):
    assert lesson.exercise_2(formula)


@pytest.mark.parametrize(
    ("wrong", "name", "words"),
    [
        (lambda a, b, c, d: (a / d, a / d, -1 / d, -(a * b - c) / d**2), "a", "the other operand, b = 5"),
        (lambda a, b, c, d: (b / d, a / d, 1 / d, -(a * b - c) / d**2), "c", "the derivative of u − v"),
        (lambda a, b, c, d: (b / d, a / d, -1 / d, -(a * b - c) / d), "d", "d is squared"),
        (lambda a, b, c, d: (b / d, a / d, -1 / d, (a * b - c) / d**2), "d", "sign is turned around"),
        (lambda a, b, c, d: (b, a / d, -1 / d, -(a * b - c) / d**2), "a", "the upstream gradient is forgotten"),
    ],
)
def test_usual_slip_in_the_backward_function_is_named(wrong, name, words):
    marks = {mark.label: mark for mark in lesson.exercise_3(wrong).marks}
    assert words in marks.pop(f"∂z/∂{name}").note
    assert all(mark.state == "right" for mark in marks.values())


test_function_that_cannot_be_checked_is_told_what_to_return = checks.feedback_says(
    lesson.exercise_3,
    [
        (lambda *_: 1 / 0, "your function raised ZeroDivisionError at a=3, b=5, c=7, d=4"),
        (lambda *_: {"a": 1}, "the returned dict has no b, c, d"),
        (lambda *_: 5, "return a dict with the keys a, b, c, d"),
        (backward(1, 2, 3, 4), "hand over the function itself"),
    ],
)


test_line_that_holds_is_defended = checks.first_mark_says(
    lesson.find_error, [(1, "it only names the result"), (3, "it holds: the derivative of u² is 2u")]
)


def test_gradients_of_the_engine_itself_are_accepted_as_answers():
    a, w, b, y = (ad.tensor(v) for v in (2.0, 3.0, 4.0, 11.0))
    ((a * w + b - y) ** 2).backward()
    assert lesson.predict({"a": a.grad, "w": w.grad, "b": "−2", "y_true": y.grad.item()})
