"""Checks of lesson 04: forward mode and reverse mode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from notebook_ad.graph.slips import Slip
from notebook_ad.lessons.answers import marking, points
from notebook_ad.lessons.exercises import exercise
from notebook_ad.lessons.exercises.feedback import Feedback
from notebook_ad.lessons.functions.pushing import TASK
from notebook_ad.lessons.sheets.lesson04 import EXERCISE_1, EXERCISE_2, EXERCISE_3, FIND_ERROR, MODIFIED, PREDICT, SHEET

_LOCAL_ONLY = "the local derivative alone: the number that it is multiplied by is forgotten"
_VALUE = "that is the value, not the tangent"
_POINTS_2 = ({"x": 3.0, "y": 2.0, "dx": 0.7, "dy": 1.3}, {"x": -1.5, "y": 0.4, "dx": 2.0, "dy": -0.3},
             {"x": 0.8, "y": -2.5, "dx": -1.1, "dy": 0.6})  # fmt: skip
_SWEEPS: Mapping[str, tuple[float, Sequence[Slip]]] = {
    "forward_sweeps": (
        3.0,
        [
            Slip(2.0, "that is one for each output; a forward sweep starts at one input"),
            Slip(1.0, "one sweep gives one column of the Jacobian only"),
            Slip(6.0, "a sweep gives a whole column of the Jacobian, not one number"),
        ],
    ),
    "reverse_sweeps": (
        2.0,
        [
            Slip(3.0, "that is one for each input; a reverse sweep starts at one output"),
            Slip(1.0, "one sweep gives one row of the Jacobian only"),
            Slip(6.0, "a sweep gives a whole row of the Jacobian, not one number"),
        ],
    ),
}

hint, solution, reset = SHEET.hint, SHEET.solution, SHEET.reset


def predict(predicted: object) -> Feedback:
    """Check the tangents of y = (a·b + c)·a and z = a·b·c at (2, 5, 3), seeded at a, and the numbers of sweeps."""
    stopped = "the tangent of s alone: the local derivative is forgotten"
    tangents = {
        "p": (5.0, [Slip(2.0, "the local derivative of a·b for a is the other operand, b = 5"), Slip(10.0, _VALUE)]),
        "s": (5.0, [Slip(6.0, "c does not move: its tangent is 0"), Slip(13.0, _VALUE), Slip(1.0, _LOCAL_ONLY)]),
        "y": (
            23.0,
            [
                Slip(10.0, "a path is forgotten: a goes into the last product, too"),
                Slip(13.0, "a path is forgotten: s moves, too"),
                Slip(130.0, "the two contributions are multiplied; they must be added"),
                Slip(11.5, "the two contributions are averaged; they must be added"),
                Slip(5.0, stopped),
                Slip(26.0, _VALUE),
            ],
        ),
        "z": (
            15.0,
            [
                Slip(3.0, _LOCAL_ONLY),
                Slip(25.0, "c does not move: its tangent is 0"),
                Slip(5.0, "the tangent of p alone: the local derivative is forgotten"),
                Slip(30.0, _VALUE),
            ],
        ),
    }
    return exercise.judge(PREDICT, marking.blanks(predicted, {**tangents, **_SWEEPS}))


def predict_modified(predicted: object) -> Feedback:
    """Check the tangents of the same functions in the direction (1, 0, −1)."""
    expected = {
        "p": (5.0, [Slip(3.0, "c does not go into p"), Slip(10.0, _VALUE)]),
        "s": (4.0, [Slip(6.0, "c moves by −1: mind the sign"), Slip(5.0, "c moves, too: its tangent is −1")]),
        "y": (
            21.0,
            [
                Slip(23.0, "that is the tangent for a alone; c moves, too"),
                Slip(25.0, "c moves by −1: mind the sign"),
                Slip(8.0, "a path is forgotten: a goes into the last product, too"),
                Slip(13.0, "a path is forgotten: s moves, too"),
            ],
        ),
        "z": (
            5.0,
            [
                Slip(15.0, "that is the tangent for a alone; c moves, too"),
                Slip(25.0, "c moves by −1: mind the sign"),
                Slip(-10.0, "a path is forgotten: p moves, too"),
                Slip(-150.0, "the two contributions are multiplied; they must be added"),
            ],
        ),
    }
    return exercise.judge(MODIFIED, marking.blanks(predicted, expected))


def find_error(wrong_line: object) -> Feedback:
    """Check which of the printed sentences does not hold."""
    why_not = {
        1: "it holds: the tangent of a result needs only the values and tangents of its operands",
        3: "it holds: the local derivatives are taken at these values, and the sweep begins at the end",
        4: "it holds: one output, so one reverse sweep, however many inputs",
    }
    return exercise.judge(FIND_ERROR, marking.choice(wrong_line, "sentence", 2, why_not))


def exercise_1(answer: object) -> Feedback:
    """Check tangents (seeded at y) and gradients of r = p·q, p = x·y, q = p + y at x = 2, y = 3."""
    expected = {
        "p_tangent": (2.0, [Slip(3.0, "the local derivative of x·y for y is the other operand, x = 2")]),
        "q_tangent": (3.0, [Slip(2.0, "a path is forgotten: y moves, too"), Slip(1.0, "a path is forgotten: p moves")]),
        "r_tangent": (
            36.0,
            [
                Slip(18.0, "a path is forgotten: p and q both move"),
                Slip(324.0, "the two contributions are multiplied; they must be added"),
                Slip(54.0, _VALUE),
            ],
        ),
        "q_grad": (6.0, [Slip(9.0, "the local derivative of p·q for q is the other operand, p = 6")]),
        "p_grad": (15.0, [Slip(9.0, "a path is forgotten: p goes into q"), Slip(6.0, "a path is forgotten: into r")]),
        "x_grad": (
            45.0,
            [
                Slip(3.0, _LOCAL_ONLY),
                Slip(30.0, "the local derivative is the other operand, y = 3"),
                Slip(27.0, "it starts from an incomplete p: add both contributions first"),
                Slip(18.0, "it starts from an incomplete p: add both contributions first"),
            ],
        ),
        "y_grad": (36.0, [Slip(30.0, "a path is forgotten: y goes into q"), Slip(6.0, "a path is forgotten: into p")]),
    }
    return exercise.judge(EXERCISE_1, marking.blanks(answer, expected))


def exercise_2(answer: object) -> Feedback:
    """Check a formula for the tangent of x / y; any equivalent form is right."""

    def truth(point: points.Point) -> tuple[float, list[Slip]]:
        x, y, dx, dy = (point[name] for name in ("x", "y", "dx", "dy"))
        return dx / y - x * dy / y**2, [
            Slip(dx / y + x * dy / y**2, "the derivative of x / y with respect to y is −x/y²: mind the sign"),
            Slip(dx / y, "a path is forgotten: y moves, too"),
            Slip(-x * dy / y**2, "a path is forgotten: x moves, too"),
            Slip(dx / y - x * dy / y, "the derivative of x / y with respect to y is −x/y²: y is squared"),
            Slip(1 / y - x / y**2, "the tangents dx and dy are forgotten"),
            Slip(dx / dy, "that is the quotient of the tangents, not the tangent of the quotient"),
            Slip(dx * y - x * dy, "divide by y²"),
        ]

    return exercise.judge(EXERCISE_2, points.formula(answer, "the tangent", _POINTS_2, truth))


def exercise_3(answer: object) -> Feedback:
    """Check a function push(tape, seeds) that returns the tangents of a tape, on five tapes."""
    return exercise.judge(EXERCISE_3, TASK.marks(answer))
