"""Checks of lesson 03: three ways to differentiate."""

from __future__ import annotations

from collections.abc import Sequence

from notebook_ad.graph.numbers import short
from notebook_ad.graph.slips import Slip
from notebook_ad.lessons.answers import marking, points
from notebook_ad.lessons.exercises import exercise
from notebook_ad.lessons.exercises.feedback import Feedback
from notebook_ad.lessons.functions.differencing import TASK
from notebook_ad.lessons.sheets.lesson03 import EXERCISE_1, EXERCISE_2, EXERCISE_3, FIND_ERROR, MODIFIED, PREDICT, SHEET

_POINTS_2 = ({"x": 2.0, "h": 0.5}, {"x": -1.5, "h": 0.3}, {"x": 0.4, "h": 0.7})

hint, solution, reset = SHEET.hint, SHEET.solution, SHEET.reset


def predict(predicted: object) -> Feedback:
    """Check two differences and the slopes of z = 4y(1 − y), y = 4x(1 − x) at x = 0.2."""
    forward = [
        Slip(3.432, "the size is right, the sign is turned around: z falls"),
        Slip(-0.1716, "that is the change of z; divide it by h"),
        Slip(-1.56, "that is the difference on the left, with x − h"),
        Slip(-2.496, "that is the central difference"),
    ]
    central = [
        Slip(2.496, "the size is right, the sign is turned around: z falls"),
        Slip(-4.992, "the two points are 2h apart, so divide by 2h"),
        Slip(-0.2496, "that is the change of z; divide it by 2h"),
        Slip(-3.432, "that is the forward difference"),
    ]
    slopes = _steps((0.2, 0.64), ("first_slope", "second_slope"))
    product = _product((2.4, -1.12), 0.2)
    product += [Slip(-3.432, "that is the forward difference"), Slip(-2.496, "that is the central difference")]
    expected = {
        "forward_difference": (-3.432, forward),
        "central_difference": (-2.496, central),
        **slopes,
        "automatic": (-2.688, product),
    }
    return exercise.judge(PREDICT, marking.blanks(predicted, expected))


def predict_modified(predicted: object) -> Feedback:
    """Check the slopes of three steps from x = 0.3, and their product."""
    slopes = _steps((0.3, 0.84, 0.5376), ("slope_1", "slope_2", "slope_3"))
    values = [right for right, _ in slopes.values()]
    expected = {**slopes, "automatic": (values[0] * values[1] * values[2], _product(values, 0.3))}
    return exercise.judge(MODIFIED, marking.blanks(predicted, expected))


def find_error(wrong_line: object) -> Feedback:
    """Check which line of the printed program gives the wrong slope."""
    why_not = {
        1: "it is right: sin is a good first test, as its slope at 0 is 1",
        2: "it is right: the slope of f is wanted at x",
        4: "it is right: one point on each side of x",
        5: "it is right: the two points are 2h apart",
    }
    return exercise.judge(FIND_ERROR, marking.choice(wrong_line, "line", 3, why_not))


def exercise_1(answer: object) -> Feedback:
    """Check the differences of x³ at x = 2 with h = 0.1, and the numbers of runs for 100 inputs."""
    expected = {
        "forward": (12.61, [Slip(1.261, "divide the change by h"), Slip(12.01, "that is the central difference")]),
        "central": (
            12.01,
            [
                Slip(24.02, "the two points are 2h apart, so divide by 2h"),
                Slip(12.61, "that is the forward difference"),
                Slip(11.41, "that is the difference on the left alone"),
            ],
        ),
        "exact": (12.0, [Slip(8.0, "that is the value of x³, not its slope"), Slip(6.0, "the slope of x³ is 3x²")]),
        "runs_forward": (
            101.0,
            [Slip(100.0, "the run at the point itself is missing"), Slip(200.0, "the run at the point is shared")],
        ),
        "runs_central": (
            200.0,
            [
                Slip(201.0, "the point itself is not used"),
                Slip(101.0, "each input needs two runs of its own"),
                Slip(100.0, "each input needs two runs, one on each side"),
            ],
        ),
    }
    return exercise.judge(EXERCISE_1, marking.blanks(answer, expected))


def exercise_2(answer: object) -> Feedback:
    """Check a formula for the error of the forward difference of x³; any equivalent form is right."""

    def truth(point: points.Point) -> tuple[float, list[Slip]]:
        x, h = point["x"], point["h"]
        error = 3 * x * h + h**2
        return error, [
            Slip(-error, "the size is right, the sign is turned around: difference minus slope"),
            Slip(3 * x * h, "the last term h² is missing"),
            Slip(h**2, "that is the error of the central difference"),
            Slip(3 * x**2 + error, "that is the difference itself; subtract the exact slope 3x²"),
            Slip(3 * x * h**2 + h**3, "divide by h: the difference is a change divided by h"),
            Slip(3 * x**2, "that is the exact slope"),
        ]

    return exercise.judge(EXERCISE_2, points.formula(answer, "the error", _POINTS_2, truth))


def exercise_3(answer: object) -> Feedback:
    """Check a function numeric_gradient(f, x), on four functions."""
    return exercise.judge(EXERCISE_3, TASK.marks(answer))


def _steps(inputs: Sequence[float], names: Sequence[str]) -> dict[str, tuple[float, list[Slip]]]:
    """For each step 4v(1 − v) its slope 4 − 8v, with what goes wrong in it."""
    asked = {}
    for name, v in zip(names, inputs, strict=True):
        slips = [
            Slip(8 * v - 4, "the size is right, the sign is turned around"),
            Slip(4 * v * (1 - v), "that is the value after the step, not its slope"),
            Slip(
                4 * (1 - v), f"a path is forgotten: {short(v)} is used twice, and the other use brings {short(-4 * v)}"
            ),
            Slip(
                -4 * v, f"a path is forgotten: {short(v)} is used twice, and the other use brings {short(4 * (1 - v))}"
            ),
            Slip(4 - 8 * inputs[0], f"that is the slope at x; this step is at {short(v)}"),
        ]
        asked[name] = (4 - 8 * v, slips)
    return asked


def _product(slopes: Sequence[float], x: float) -> list[Slip]:
    product = 1.0
    for slope in slopes:
        product *= slope
    return [
        Slip(-product, "the size is right, the sign is turned around"),
        Slip(sum(slopes), "the slopes are added; along a path they are multiplied"),
        Slip(sum(slopes) / len(slopes), "the slopes are averaged; along a path they are multiplied"),
        Slip((4 - 8 * x) ** len(slopes), "all slopes are taken at x; each step has its own input"),
        Slip(slopes[0], "that is the first slope alone: the chain stops too early"),
        Slip(slopes[-1], "that is the last slope alone: the chain stops too early"),
        Slip(product / slopes[-1], "the last slope is missing: the chain stops too early"),
    ]
