"""Checks of lesson 07: the reference passes, the stub and the usual slips fail with the words that fit them."""

from __future__ import annotations

import lesson_checks as checks
import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.lessons import lesson07 as lesson

RIGHT = {"z": -1, "y": 0, "dz": 0, "dw": 0, "dx": 0, "db": 0}
RIGHT_MODIFIED = {"z": 5, "y": 5, "dz": 5, "dw": 20, "dx": 15, "db": 5}
RIGHT_LEAKY = {"y": -0.1, "dz": 0.5, "dw": 1, "dx": 1.5, "db": 0.5}
RIGHT_1 = {"z": 3, "y": 3, "dz": -2, "dw": 4, "dx": 8, "db": -2}
FORMULA = "2*(tanh(w*x + b) - t)*(1 - tanh(w*x + b)**2)*x"


def neuron_backward(xs, w, b, slope, gs, *, adds=True, below=None, power=1, upstream=True, divide=1):
    dw = db = 0
    for x, g in zip(xs, gs, strict=True):
        local = 1 if w * x + b > 0 else (slope if below is None else below)
        dz = (g if upstream else 1) * local**power / divide
        dw, db = (dw + dz * x, db + dz) if adds else (dz * x, dz)
    return {"dw": dw, "db": db}


def by_the_engine(xs, w, b, slope, gs):
    w, b = ad.tensor(w), ad.tensor(b)
    ad.nn.LeakyReLU(slope)(w * np.array(xs) + b).backward(np.array(gs))
    return w.grad, b.grad


test_reference_solution_passes = checks.reference_passes(
    [
        (lesson.predict, RIGHT),
        (lesson.predict_modified, RIGHT_MODIFIED),
        (lesson.predict_leaky, RIGHT_LEAKY),
        (lesson.find_error, 5),
        (lesson.exercise_1, RIGHT_1),
        (lesson.exercise_2, FORMULA),
        (lesson.exercise_2, "-2*x*(t - tanh(b + x*w))*(1 - tanh(w*x + b))*(1 + tanh(w*x + b))"),
        (lesson.exercise_2, lambda w, x, b, t: 2 * x * (np.tanh(w * x + b) - t) / np.cosh(w * x + b) ** 2),
        (lesson.exercise_3, neuron_backward),
        (lesson.exercise_3, by_the_engine),
    ]
)


def test_solution_that_is_shown_passes():
    assert lesson.exercise_3(checks.shown(lesson.EXERCISE_3, "neuron_backward"))


test_unsolved_stub_shows_the_task_and_the_first_hint = checks.stub_shows_the_task(
    [
        (lesson.predict, dict.fromkeys(RIGHT)),
        (lesson.predict_modified, dict.fromkeys(RIGHT_MODIFIED)),
        (lesson.predict_leaky, dict.fromkeys(RIGHT_LEAKY)),
        (lesson.find_error, None),
        (lesson.exercise_1, dict.fromkeys(RIGHT_1)),
        (lesson.exercise_2, None),
        (lesson.exercise_3, lambda *_: None),
    ]
)


test_usual_slip_is_named = checks.slips_are_named(
    [
        (lesson.predict, RIGHT, "z", 13, "mind the sign of b"),
        (lesson.predict, RIGHT, "z", 6, "b is missing"),
        (lesson.predict, RIGHT, "y", -1, "z is below 0"),
        (lesson.predict, RIGHT, "dz", 5, "the ReLU is forgotten: z = −1 is below 0"),
        (lesson.predict, RIGHT, "dw", 10, "the ReLU is forgotten"),
        (lesson.predict, RIGHT, "dx", 15, "the ReLU is forgotten"),
        (lesson.predict, RIGHT, "dz", -5, "you multiplied by z"),
        (lesson.predict, RIGHT, "dw", 2, "the upstream gradient is forgotten"),
        (lesson.predict, RIGHT, "dw", 3, "that is the value itself"),
        (lesson.predict_modified, RIGHT_MODIFIED, "dw", 15, "own 3; the local derivative of w·x is the other operand"),
        (lesson.predict_modified, RIGHT_MODIFIED, "dw", 5, "the chain stops too early"),
        (lesson.predict_modified, RIGHT_MODIFIED, "dw", 0, "the ReLU lets the gradient through"),
        (lesson.predict_modified, RIGHT_MODIFIED, "dz", 25, "you multiplied by z"),
        (lesson.predict_modified, RIGHT_MODIFIED, "db", 1, "the upstream gradient is forgotten"),
        (lesson.predict_leaky, RIGHT_LEAKY, "y", 0, "that is the plain ReLU"),
        (lesson.predict_leaky, RIGHT_LEAKY, "dw", 0, "that is the plain ReLU"),
        (lesson.predict_leaky, RIGHT_LEAKY, "dw", 0.1, "multiplied twice"),
        (lesson.predict_leaky, RIGHT_LEAKY, "dx", 15, "the activation is forgotten"),
        (lesson.exercise_1, RIGHT_1, "dx", -8, "sign is turned around"),
        (lesson.exercise_1, RIGHT_1, "dw", 8, "own −4; the local derivative of w·x is the other operand, x = −2"),
        (lesson.exercise_1, RIGHT_1, "dz", -6, "you multiplied by z"),
    ]
)


test_usual_slip_in_the_formula_is_named = checks.first_mark_says(
    lesson.exercise_2,
    [
        ("2*(tanh(w*x + b) - t)*x", "the local derivative of tanh is forgotten"),
        (FORMULA + "*(1 - tanh(w*x + b)**2)", "multiplied twice"),
        ("(tanh(w*x + b) - t)*(1 - tanh(w*x + b)**2)*x", "the factor 2 is missing"),
        ("2*(tanh(w*x + b) - t)*(1 - tanh(w*x + b)**2)", "the chain stops too early"),
        ("2*(tanh(w*x + b) - t)*(1 - tanh(w*x + b)**2)*w", "the other operand, x = 3"),
    ],
)


@pytest.mark.parametrize(
    ("slip", "words"),
    [
        ({"adds": False}, "use += instead of ="),
        ({"below": 0}, "below 0 the local derivative is slope, not 0"),
        ({"below": 1}, "the activation is forgotten"),
        ({"power": 2}, "multiplied twice"),
        ({"upstream": False}, "the upstream gradients gs are forgotten"),
        ({"divide": 3}, "averaged; they must be added"),
    ],
)
def test_usual_slip_in_the_backward_function_is_named(slip, words):
    feedback = lesson.exercise_3(lambda *case: neuron_backward(*case, **slip))
    assert not feedback
    assert all(words in mark.note for mark in feedback.marks), feedback


def test_function_that_raises_is_told_with_which_numbers():
    feedback = lesson.exercise_3(lambda xs, w, b, slope, gs: 1 / 0)
    assert (
        "with [2.0, 4.0, -1.0], 3.0, -7.0, 0.1, [5.0, 2.0, 3.0] it raised ZeroDivisionError" in feedback.marks[0].note
    )


test_line_that_holds_is_defended = checks.first_mark_says(
    lesson.find_error, [(4, "it holds: upstream dy"), (1, "it holds"), (6, "choose one of")]
)
