"""Checks of lesson 06: a tape in forty lines."""

from __future__ import annotations

import math

from notebook_ad.graph.slips import Slip
from notebook_ad.lessons.answers import marking, points
from notebook_ad.lessons.exercises import exercise
from notebook_ad.lessons.exercises.feedback import Feedback
from notebook_ad.lessons.functions import orders
from notebook_ad.lessons.sheets.lesson06 import EXERCISE_1, EXERCISE_2, EXERCISE_3, FIND_ERROR, PREDICT, SHEET, SQRT

_POINTS = ({"a": 3.0, "b": 4.0}, {"a": -1.5, "b": 2.0}, {"a": 0.4, "b": -0.9})

hint, solution, reset = SHEET.hint, SHEET.solution, SHEET.reset


def predict(predicted: object) -> Feedback:
    """Check the gradients of q, p and x in y = q·p with q = p + x, p = x·x at x = 3."""
    forgotten = "one of the 2 contributions is missing: p is used by × and by +, so a path is forgotten"
    expected = {
        "dq": (9.0, [Slip(12.0, "that is q itself; the local derivative of q·p with respect to q is p"),
                     Slip(21.0, "that is the gradient of p")]),
        "dp": (21.0, [Slip(12.0, forgotten), Slip(9.0, forgotten),
                      Slip(108.0, "the contributions are multiplied; they must be added"),
                      Slip(10.5, "the contributions are averaged; they must be added")]),
        "dx": (135.0, [
            Slip(81.0, "you went on to x before p was complete: dp is 12 + 9, not 12"),
            Slip(63.0, "you went on to x before p was complete: dp is 12 + 9, not 9"),
            Slip(207.0, "p was handed on twice, first with 12 and then with 21: wait until it is complete"),
            Slip(189.0, "p was handed on twice, first with 9 and then with 21: wait until it is complete"),
            Slip(27.0, "that is one of five paths: 9 · 1 · 3"),
            Slip(126.0, "the path through + is forgotten: x is used there, too"),
            Slip(72.0, "x is both operands of x·x, and an operand of +: paths are forgotten"),
            Slip(30.0, "that is dp + dq; multiply dp by the local derivatives of x·x first"),
        ]),
    }  # fmt: skip
    return exercise.judge(PREDICT, marking.blanks(predicted, expected))


def predict_sqrt(predicted: object) -> Feedback:
    """Check the local derivative of a root and the gradient of y = x·√x at x = 16."""
    expected = {
        "local": (0.125, [Slip(0.25, "the 2 is missing: the derivative of √x is 1 / (2·√x)"),
                          Slip(8.0, "turn it around: 1 / (2·√x)"), Slip(2.0, "that is √x / 2; it is 1 / (2·√x)"),
                          Slip(1 / 32, "x is under the root: 1 / (2·√x), not 1 / (2·x)"),
                          Slip(4.0, "that is the value of the root, not its derivative")]),
        "through_root": (2.0, [Slip(0.125, "that is the local derivative alone: the upstream gradient is forgotten"),
                               Slip(0.5, "the upstream gradient is the other operand of ×, x = 16, not the root"),
                               Slip(4.0, "that is the direct contribution; the path through the root has upstream 16 × 0.125"),
                               Slip(16.0, "that is the upstream gradient alone: the chain stops too early")]),
        "direct": (4.0, [Slip(16.0, "that is x itself; the local derivative is the other operand, √x = 4"),
                         Slip(1.0, "that is the upstream gradient alone; multiply by the other operand, √x = 4")]),
        "dx": (6.0, [Slip(4.0, "a path is forgotten: x goes into the root, too"),
                     Slip(2.0, "a path is forgotten: x goes into × directly, too"),
                     Slip(8.0, "the contributions are multiplied; they must be added"),
                     Slip(3.0, "the contributions are averaged; they must be added")]),
    }  # fmt: skip
    return exercise.judge(SQRT, marking.blanks(predicted, expected))


def find_error(wrong_line: object) -> Feedback:
    """Check which line of the printed operation loses a part of the gradient."""
    why_not = {
        1: "it is right: an operation with one operand",
        2: "it is right: the value of exp",
        3: "it is right: a function that will run in the backward pass, when out.grad is complete",
        5: "it is right: the sweep calls this function later",
        6: "it is right: the result goes on into the next operation",
    }
    return exercise.judge(FIND_ERROR, marking.choice(wrong_line, "line", 4, why_not))


def exercise_1(answer: object) -> Feedback:
    """Check local derivatives and gradients of the tape of y = (a + b)·b at a = 2, b = 3."""
    expected = {
        "local_s": (3.0, [Slip(5.0, "that is s itself; the local derivative is the other operand, b")]),
        "local_b": (5.0, [Slip(3.0, "that is b itself; the local derivative is the other operand, s")]),
        "ds": (3.0, [Slip(5.0, "that is the gradient for b; s gets the other operand, b = 3"),
                     Slip(15.0, "that is y itself; the sweep starts with 1")]),
        "da": (3.0, [Slip(1.0, "that is the local derivative alone: the upstream gradient is forgotten"),
                     Slip(5.0, "the upstream gradient is taken from the wrong row: a goes into s, so take ds")]),
        "db": (8.0, [Slip(5.0, "a path is forgotten: b is used in s = a + b, too"),
                     Slip(3.0, "overwritten: row 2 must add to the 5 from row 3, += instead of ="),
                     Slip(6.0, "through + b gets ds × 1 = 3, not 1"),
                     Slip(15.0, "the contributions are multiplied; they must be added"),
                     Slip(4.0, "the contributions are averaged; they must be added")]),
    }  # fmt: skip
    return exercise.judge(EXERCISE_1, marking.blanks(answer, expected))


def exercise_2(answer: object) -> Feedback:
    """Check a formula for the local derivative of z = √(a² + b²) with respect to a."""

    def truth(point: points.Point) -> tuple[float, list[Slip]]:
        a, b = point["a"], point["b"]
        z = math.hypot(a, b)
        return a / z, [
            Slip(1 / z, "the 2 of the root and the inside are missing: 1 / (2·√n), then times 2a"),
            Slip(1 / (2 * z), "the chain stops too early: multiply by the derivative of the inside, 2a"),
            Slip(2 * a / z, "the 2 of the root is missing: its derivative is 1 / (2·√n)"),
            Slip(a / (2 * z), "the 2 of the square is missing: the derivative of a² is 2a"),
            Slip(b / z, "that is the derivative with respect to b"),
            Slip(a * z, "divide by the root, do not multiply"),
            Slip(z, "that is z itself, not its derivative"),
            Slip(-a / z, "the size is right, the sign is turned around"),
            Slip(a / z**2, "the root is missing: divide by √(a² + b²)"),
        ]

    return exercise.judge(EXERCISE_2, points.formula(answer, "∂z/∂a", _POINTS, truth))


def exercise_3(answer: object) -> Feedback:
    """Check a function order(output) that lists all values so that each comes before its operands."""
    return exercise.judge(EXERCISE_3, orders.marks(answer))
