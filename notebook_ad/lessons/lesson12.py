"""Checks of lesson 12: vanishing and exploding gradients."""

from __future__ import annotations

import math
from collections.abc import Sequence

from notebook_ad.graph.slips import Slip, of_gradient, scalar
from notebook_ad.lessons.answers import marking, points
from notebook_ad.lessons.answers.traced import traced
from notebook_ad.lessons.exercises import exercise
from notebook_ad.lessons.exercises.feedback import Feedback
from notebook_ad.lessons.functions import clipping
from notebook_ad.lessons.sheets.lesson12 import EXERCISE_1, EXERCISE_2, EXERCISE_3, FIND_ERROR, MODIFIED, PREDICT, SHEET
from notebook_ad.tensor.tensor import Tensor

_WEIGHTS = ("w1", "w2", "w3", "w4")
_POINTS_2 = ({"n": 50.0, "a": 0.1}, {"n": 8.0, "a": 0.5}, {"n": 300.0, "a": 0.0})

hint, solution, reset = SHEET.hint, SHEET.solution, SHEET.reset


def predict(predicted: object) -> Feedback:
    """Check the gradients of four weights w = 2 in a chain of sigmoids with b = −1."""
    return exercise.judge(PREDICT, marking.blanks(predicted, {name: _of_chain(name, 2.0, -1.0) for name in _WEIGHTS}))


def predict_modified(predicted: object) -> Feedback:
    """Check the gradients of the same chain with w = 8 and b = −4."""
    return exercise.judge(MODIFIED, marking.blanks(predicted, {name: _of_chain(name, 8.0, -4.0) for name in _WEIGHTS}))


def find_error(wrong_line: object) -> Feedback:
    """Check which line of the printed training loop stands in the wrong place; line 4 to the end is the same repair."""
    why_not = {
        1: "it is right: the forward pass comes first",
        2: "it is right: the gradients of the turn before are thrown away before the new ones come",
        3: "it is right: the sweep fills the gradients in",
    }
    marks = marking.choice(wrong_line, "line", 4 if wrong_line == 4 else 5, why_not)
    return exercise.judge(FIND_ERROR, marks)


def exercise_1(answer: object) -> Feedback:
    """Check factors through layers, two spreads of weights, and one gradient clipped in both ways."""
    expected: dict[str, tuple[float, Sequence[Slip]]] = {
        "factor": (0.5, [
            Slip(0.25, "the weight is forgotten: a layer multiplies by w as well as by σ'"),
            Slip(2.0, "σ' is forgotten: a layer multiplies by σ' = 0.25 as well as by w"),
        ]),
        "five_layers": (0.5**5, [
            Slip(2.5, "the factors of the layers are added; along a path they are multiplied"),
            Slip(0.25**5, "the weights are forgotten: each layer multiplies by w × 0.25"),
        ]),
        "w_kept": (4.0, [Slip(1.0, "with w = 1 the factor is σ' = 0.25"), Slip(0.25, "that is σ' itself")]),
        "xavier": (0.1, [
            Slip(0.01, "that is the variance; the standard deviation is its square root"),
            Slip(0.2, "that is He's: Xavier's divides by n_in + n_out = 200"),
            Slip(math.sqrt(1.0 / 200.0), "the 2 is missing"),
        ]),
        "he": (0.2, [
            Slip(0.04, "that is the variance; the standard deviation is its square root"),
            Slip(0.1, "that is Xavier's: He's divides 2 by n_in = 50"),
            Slip(math.sqrt(2.0 / 150.0), "He's counts the inputs, n_in = 50, not the outputs"),
        ]),
        "norm": (10.0, [
            Slip(100.0, "the square root is missing"), Slip(14.0, "that is the sum of the sizes, not the root of squares"),
            Slip(-2.0, "that is the sum of the elements, not the root of the squares"),
        ]),
        "by_norm_0": (3.0, [Slip(5.0, "that is clipping by value"), Slip(1.2, "divide by the norm 10, multiply by 5")]),
        "by_norm_1": (-4.0, [Slip(-5.0, "that is clipping by value"), Slip(4.0, "the sign stays")]),
        "by_value_0": (5.0, [Slip(3.0, "that is clipping by norm: here each element is cut on its own")]),
        "by_value_1": (-5.0, [Slip(-4.0, "that is clipping by norm: here each element is cut on its own"),
                              Slip(5.0, "the sign stays: −8 is cut at −5"),
                              Slip(-8.0, "−8 is below −5, so it is cut there")]),
    }  # fmt: skip
    return exercise.judge(EXERCISE_1, marking.blanks(answer, expected))


def exercise_2(answer: object) -> Feedback:
    """Check a formula for the standard deviation that leaky ReLU needs; any equivalent form is right."""

    def truth(point: points.Point) -> tuple[float, list[Slip]]:
        n, a = point["n"], point["a"]
        variance = 2.0 / (n * (1.0 + a * a))
        return math.sqrt(variance), [
            Slip(variance, "that is the variance; the standard deviation is its square root"),
            Slip(math.sqrt(2.0 / n), "that is He's for plain ReLU: the negative half counts here, too, with a²"),
            Slip(math.sqrt(1.0 / (n * (1.0 + a * a))), "the 2 is missing: each half of the z counts for one half only"),
            Slip(math.sqrt(2.0 / (n * (1.0 + a))), "a is not squared: h² = (a·z)² = a²·z²"),
            Slip(math.sqrt(2.0 / n) / (1.0 + a), "1 + a is squared as a whole; the halves are 1 and a²"),
            Slip(math.sqrt(2.0 / n * (1.0 + a * a)), "1 + a² must divide: a larger h² needs smaller weights"),
            Slip(1.0 / math.sqrt(variance), "turned upside down: more inputs need smaller weights"),
        ]

    return exercise.judge(EXERCISE_2, points.formula(answer, "std", _POINTS_2, truth))


def exercise_3(answer: object) -> Feedback:
    """Check a function clip(grads, max_norm) that clips a list of arrays by their norm as one vector."""
    return exercise.judge(EXERCISE_3, clipping.marks(answer))


def _of_chain(name: str, w: float, b: float) -> tuple[float, list[Slip]]:
    graph = traced(_chain, dict.fromkeys(_WEIGHTS, w) | {"b": b, "h0": 0.5}, "h4")
    right, behind = scalar(graph.grad(name)), 4 - int(name[1])
    other = f"w{5 - int(name[1])}"
    slips = [
        Slip(right / 0.5, f"that is the gradient of {name}·h + b: multiply by the other operand, h = 0.5"),
        Slip(right / 0.25, "the 0.25 of the weight's own σ is missing"),
        Slip(0.125, "that is the last weight's: on the way back here each layer multiplies by w × 0.25"),
        Slip(scalar(graph.grad(other)), f"that is the gradient of {other}: the sweep starts at the output, next to w4"),
        Slip(0.25**behind * 0.125, "the weights on the way are forgotten: each layer multiplies by w × 0.25"),
        Slip(w**behind * 0.125, "the σ' on the way are forgotten: each layer multiplies by w × 0.25"),
    ]
    return right, [*slips, *of_gradient(graph, name)]


def _chain(w1: Tensor, w2: Tensor, w3: Tensor, w4: Tensor, b: Tensor, h0: Tensor) -> Tensor:
    h = h0
    for w in (w1, w2, w3, w4):
        h = (w * h + b).sigmoid()
    return h
