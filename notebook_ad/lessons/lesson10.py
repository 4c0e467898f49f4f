"""Checks of lesson 10: activations."""

from __future__ import annotations

import math
from collections.abc import Sequence

from notebook_ad.graph.slips import Slip
from notebook_ad.lessons.answers import marking, points
from notebook_ad.lessons.exercises import exercise
from notebook_ad.lessons.exercises.feedback import Feedback
from notebook_ad.lessons.functions import units_off
from notebook_ad.lessons.sheets.lesson10 import CHAIN, EXERCISE_1, EXERCISE_2, EXERCISE_3, FIND_ERROR, PREDICT, SHEET

_POINTS_2 = tuple({"z": z, "s": 1 / (1 + math.exp(-z))} for z in (1.5, -0.8, 3.0))

hint, solution, reset = SHEET.hint, SHEET.solution, SHEET.reset


def predict(predicted: object) -> Feedback:
    """Check what reaches z = −ln 3 through five activations, where 8 arrives at the output."""
    expected = {
        "sigmoid": _through(8.0, 0.25, 3 / 16, "σ(1 − σ), with σ = 1/4"),
        "tanh": _through(8.0, -0.8, 0.36, "1 − tanh², with tanh = −0.8"),
        "relu": _through(8.0, 0.0, 0.0, "0 for a negative input"),
        "leaky": _through(8.0, -0.1 * math.log(3), 0.1, "0.1 for a negative input"),
        "softplus": _through(8.0, math.log(4 / 3), 0.25, "σ(z) = 1/4"),
    }
    expected["sigmoid"][1].append(Slip(8 * 0.75, "that is 8 × (1 − σ): the factor σ is missing"))
    expected["tanh"][1].append(
        Slip(8 * 1.8, "that is 8 × (1 − tanh): the local derivative is 1 − tanh², with the square")
    )
    expected["softplus"][1].append(Slip(8 * 0.75, "3/4 is the slope at z = +ln 3; here z is −ln 3"))
    return exercise.judge(PREDICT, marking.blanks(predicted, expected))


def predict_chain(predicted: object) -> Feedback:
    """Check what is left of 64 after one, two and three sigmoids at their steepest."""
    expected: dict[str, tuple[float, Sequence[Slip]]] = {}
    for count, name in enumerate(("last", "middle", "first"), 1):
        slips = [
            Slip(64 * 0.5**count, "1/2 is the value of the sigmoid at 0; its slope is 1/2 × (1 − 1/2) = 1/4"),
            Slip(16.0, "the chain stops too early: multiply by 1/4 for each sigmoid on the way"),
            Slip(64.0 - 16.0 * count, "the factors are multiplied along a path, not subtracted"),
            Slip(0.25, "that is the local derivative alone: the upstream gradient is forgotten"),
            Slip(0.25**count, "the upstream gradient 64 is forgotten"),
            Slip(64.0, "that is the upstream gradient alone"),
        ]
        expected[name] = (64 * 0.25**count, slips)
    return exercise.judge(CHAIN, marking.blanks(predicted, expected))


def find_error(wrong_line: object) -> Feedback:
    """Check which of the four printed statements does not hold."""
    why_not = {
        1: "it holds: σ(1 − σ) is largest at σ = 1/2, and there it is 1/4",
        2: "it holds: the slope is 0 on the left of 0 and 1 on the right, and the libraries choose 0",
        4: "it holds: tanh(z) = 2·σ(2z) − 1 gives the slope 4·σ′(2z), and at 0 this is 4 × 1/4 = 1",
    }
    return exercise.judge(FIND_ERROR, marking.choice(wrong_line, "statement", 3, why_not))


def exercise_1(answer: object) -> Feedback:
    """Check the gradients of L = (σ(w·x + b) − y)² at x = 3, y = 0, where the output is 0.8."""
    twice = Slip(1.6 * 0.16**2, "the local derivative of the sigmoid is multiplied in twice")
    expected: dict[str, tuple[float, Sequence[Slip]]] = {
        "dh": (1.6, [Slip(0.8, "the factor 2 is missing: the derivative of u² is 2u"), Slip(0.64, "that is L itself")]),
        "slope": (
            0.16,
            [
                Slip(0.8, "that is the output h itself, not its slope"),
                Slip(0.2, "that is 1 − h: the factor h is missing"),
                Slip(_sigmoid_slope(0.8), "h is the output already: do not put it into the sigmoid again"),
            ],
        ),
        "dz": (
            0.256,
            [
                Slip(1.6 * 0.8, "you multiplied by the output h; multiply by the slope h·(1 − h)"),
                Slip(1.6, "that is the upstream gradient alone"),
                Slip(0.16, "that is the local derivative alone: the upstream gradient is forgotten"),
                twice,
            ],
        ),
        "dw": (
            0.768,
            [
                Slip(0.256, "that is the upstream gradient alone: the local derivative of w·x is x = 3"),
                Slip(3.0, "that is the local derivative alone: the upstream gradient is forgotten"),
                Slip(1.6 * 3, "the slope of the sigmoid is missing"),
                Slip(3 * twice.value, twice.words),
            ],
        ),
        "db": (
            0.256,
            [Slip(0.768, "that is dw; the local derivative of + is 1"), Slip(1.0, "that is local only"), twice],
        ),
    }
    return exercise.judge(EXERCISE_1, marking.blanks(answer, expected))


def exercise_2(answer: object) -> Feedback:
    """Check a formula for the derivative of SiLU, z·σ(z); any equivalent form in z and s = σ(z) is right."""

    def truth(point: points.Point) -> tuple[float, list[Slip]]:
        z, s = point["z"], point["s"]
        slope = s * (1 - s)
        slips = [
            Slip(s, "a path is forgotten: z is inside s, too"),
            Slip(z * slope, "a path is forgotten: z is also a factor itself, and gets 1 × s"),
            Slip(slope, "both paths are cut short: SiLU is a product, z·s"),
            Slip(s * z * slope, "the contributions of the paths are multiplied; they must be added"),
            Slip(s - z * slope, "mind the sign: the derivative of σ is +s·(1 − s)"),
            Slip((s + z * slope) / 2, "the contributions of the paths are averaged; they must be added"),
            Slip(s + slope, "the second path has the factor z: upstream 1 × z"),
            Slip(z * s, "that is the value of SiLU itself"),
        ]
        return s + z * slope, slips

    return exercise.judge(EXERCISE_2, points.formula(answer, "the derivative of z·σ(z)", _POINTS_2, truth))


def exercise_3(answer: object) -> Feedback:
    """Check a function units_off(Z) that returns the share of inputs off and the number of units off for all rows."""
    return exercise.judge(EXERCISE_3, units_off.TASK.marks(answer))


def _through(upstream: float, output: float, local: float, words: str) -> tuple[float, list[Slip]]:
    slips = [
        Slip(local, "that is the local derivative alone: the upstream gradient is forgotten"),
        Slip(upstream, f"that is the upstream gradient alone; the local derivative is {words}"),
        Slip(upstream * local**2, "the local derivative is multiplied in twice"),
        Slip(-upstream * local, "the size is right, the sign is turned around: no slope is negative here"),
        Slip(upstream * output, f"you multiplied by the output; the local derivative is {words}"),
        Slip(output, "that is the output itself, not a gradient"),
    ]
    return upstream * local, slips


def _sigmoid_slope(z: float) -> float:
    s = 1 / (1 + math.exp(-z))
    return s * (1 - s)
