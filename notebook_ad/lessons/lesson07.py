"""Checks of lesson 07: one neuron, active, inactive and dead."""

from __future__ import annotations

import math

import numpy as np

from notebook_ad.graph.slips import Slip, of_gradient, scalar
from notebook_ad.lessons.answers import arrays, marking, points
from notebook_ad.lessons.answers.arrays import Array, ArraySlip
from notebook_ad.lessons.answers.traced import traced
from notebook_ad.lessons.exercises import exercise
from notebook_ad.lessons.exercises.feedback import Feedback, Mark
from notebook_ad.lessons.sheets.lesson07 import (
    EXERCISE_1,
    EXERCISE_2,
    EXERCISE_3,
    FIND_ERROR,
    LEAKY,
    MODIFIED,
    PREDICT,
    SHEET,
)
from notebook_ad.tensor.functions import relu, tanh
from notebook_ad.tensor.tensor import Tensor

_POINTS = ({"w": 0.5, "x": 3.0, "b": -1.0, "t": 2.0}, {"w": -0.7, "x": 1.5, "b": 0.4, "t": -0.3})
_CASES = (
    ([2.0, 4.0, -1.0], 3.0, -7.0, 0.1, [5.0, 2.0, 3.0]),
    ([1.0, 3.0], -2.0, -1.0, 0.0, [4.0, -6.0]),
    ([-2.0, 5.0, 0.5, 3.0], 1.5, 1.0, 0.25, [1.0, -3.0, 2.0, 0.5]),
)

hint, solution, reset = SHEET.hint, SHEET.solution, SHEET.reset


def predict(predicted: object) -> Feedback:
    """Check the forward values and the gradients of y = ReLU(w·x + b) at x = 2, with the upstream gradient 5."""
    return exercise.judge(PREDICT, _neuron(predicted, x=2.0, w=3.0, b=-7.0, upstream=5.0))


def predict_modified(predicted: object) -> Feedback:
    """Check the same at x = 4, where the neuron is active."""
    return exercise.judge(MODIFIED, _neuron(predicted, x=4.0, w=3.0, b=-7.0, upstream=5.0))


def predict_leaky(predicted: object) -> Feedback:
    """Check output and gradients of the leaky neuron at x = 2."""
    flat = "that is the plain ReLU; the leaky one has the slope 0.1 below 0"
    expected = {"y": (-0.1, [Slip(0.0, flat), Slip(0.1, "z is negative, and so is 0.1·z"), Slip(-1.0, "that is z")])}
    for name, local in {"dz": 1.0, "dw": 2.0, "dx": 3.0, "db": 1.0}.items():
        through = Slip(5.0 * local, "the activation is forgotten: its local derivative is 0.1 here")
        twice = Slip(0.05 * local, "the activation's derivative is multiplied twice; it belongs into dz, once")
        alone = Slip(0.1 * local, "the upstream gradient 5 is forgotten")
        expected[name] = (
            0.5 * local,
            [Slip(0.0, flat), through, twice, alone, Slip(-0.5 * local, "the sign is wrong")],
        )
    return exercise.judge(LEAKY, marking.blanks(predicted, expected))


def find_error(wrong_line: object) -> Feedback:
    """Check which line of the printed backward pass does not hold."""
    why_not = {
        1: "it holds: it is the forward pass",
        2: "it holds: the sigmoid of z",
        3: "it holds: the derivative of (y − t)² with respect to y",
        4: "it holds: upstream dy times the local derivative of the sigmoid, y·(1 − y)",
    }
    return exercise.judge(FIND_ERROR, marking.choice(wrong_line, "line", 5, why_not))


def exercise_1(answer: object) -> Feedback:
    """Check z, y and the gradients at x = −2, w = −4, b = −5 with the upstream gradient −2."""
    return exercise.judge(EXERCISE_1, _neuron(answer, x=-2.0, w=-4.0, b=-5.0, upstream=-2.0))


def exercise_2(answer: object) -> Feedback:
    """Check a formula for ∂L/∂w of L = (tanh(w·x + b) − t)²; any equivalent form is right."""

    def truth(point: points.Point) -> tuple[float, list[Slip]]:
        graph = traced(lambda w, x, b, t: (tanh(w * x + b) - t) ** 2, point, "L")
        right = scalar(graph.grad("w"))
        local = 1 - math.tanh(point["w"] * point["x"] + point["b"]) ** 2
        known = [
            Slip(right / local, "the local derivative of tanh is forgotten: multiply by 1 − y²"),
            Slip(right * local, "the activation's derivative is multiplied twice; it belongs into dz, once"),
        ]
        return right, known + of_gradient(graph, "w")

    return exercise.judge(EXERCISE_2, points.formula(answer, "∂L/∂w", _POINTS, truth))


def exercise_3(answer: object) -> Feedback:
    """Check a function neuron_backward(xs, w, b, slope, gs) for a leaky neuron and several examples."""
    return exercise.judge(EXERCISE_3, arrays.function(answer, _CASES, _examples))


def _neuron(answer: object, *, x: float, w: float, b: float, upstream: float) -> list[Mark]:
    """Marks for z, y, dz, dw, dx and db of a ReLU neuron, against the engine."""

    def neuron(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        z = w * x + b
        z.name = "z"
        return upstream * relu(z)

    graph = traced(neuron, {"x": x, "w": w, "b": b}, "L")
    z = scalar(graph.node("z").value)
    above = "the ReLU only cuts off below 0, and z is above" if z > 0 else "y = max(0, z), and z is below 0"
    expected = {
        "z": (
            z,
            [Slip(w * x, "b is missing"), Slip(w * x - b, "mind the sign of b"), Slip(w + x + b, "w·x, not w + x")],
        ),
        "y": (
            max(0.0, z),
            [Slip(min(0.0, z), above), Slip(-z, above), Slip(w * x, "the bias and the ReLU are missing")],
        ),
    }
    off = f"the ReLU is forgotten: z = {z:g} is below 0, so its local derivative is 0".replace("-", "−")
    times_z = "you multiplied by z; the local derivative of the ReLU is 1 above 0, and 0 below"
    for name, local in {"z": 1.0, "w": x, "x": w, "b": 1.0}.items():
        dz = upstream if z > 0 else 0.0
        slips = [Slip(upstream * local, off), Slip(upstream * z * local, times_z)]
        slips.append(Slip(0.0, "z is above 0, so the ReLU lets the gradient through"))
        slips += of_gradient(graph, name)
        expected[f"d{name}"] = (dz * local, slips)
    return marking.blanks(answer, expected)


def _examples(xs: list[float], w: float, b: float, slope: float, gs: list[float]) -> arrays.Expected:
    x, g = np.array(xs), np.array(gs)
    on = w * x + b > 0
    dz = g * np.where(on, 1.0, slope)
    wrong: dict[str, Array] = {
        "the contributions of the examples are averaged; they must be added": dz / len(dz),
        "the last example overwrites the others: use += instead of =": dz * (np.arange(len(dz)) == len(dz) - 1),
        "below 0 the local derivative is slope, not 0": g * on,
        "the activation is forgotten: below 0 multiply by slope": g,
        "slope is multiplied everywhere; above 0 the local derivative is 1": g * slope,
        "the activation's derivative is multiplied twice": dz * np.where(on, 1.0, slope),
        "the upstream gradients gs are forgotten": np.where(on, 1.0, slope),
    }
    own = ArraySlip(float(np.sum(dz * w)), "the local derivative of w·x with respect to w is the other operand, x")
    return {
        "dw": (float(dz @ x), [*(ArraySlip(float(d @ x), words) for words, d in wrong.items()), own]),
        "db": (float(dz.sum()), [ArraySlip(float(d.sum()), words) for words, d in wrong.items()]),
    }
