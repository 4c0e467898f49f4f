"""Checks of lesson 05: gradient descent is not backpropagation."""

from __future__ import annotations

from notebook_ad.graph.slips import Slip
from notebook_ad.lessons.answers import marking, points
from notebook_ad.lessons.exercises import exercise
from notebook_ad.lessons.exercises.feedback import Feedback
from notebook_ad.lessons.functions.descent import TASK
from notebook_ad.lessons.sheets.lesson05 import EXERCISE_1, EXERCISE_2, EXERCISE_3, FIND_ERROR, MODIFIED, PREDICT, SHEET

_UPHILL = "that goes uphill: subtract lr × gradient, and the gradient is negative"
_NO_RATE = "the learning rate is forgotten: the gradient is not the step"
_POINTS_2 = ({"w": 2.0, "x": 3.0, "y": 11.0, "lr": 0.05}, {"w": -1.5, "x": 0.7, "y": 0.4, "lr": 0.3},
             {"w": 0.6, "x": -1.2, "y": 2.5, "lr": 0.8})  # fmt: skip

hint, solution, reset = SHEET.hint, SHEET.solution, SHEET.reset


def predict(predicted: object) -> Feedback:
    """Check one step with learning rate 0.05 from w = 3, b = 4 on L = (2w + b − 11)²."""
    expected = {
        "w": (3.2, [Slip(2.8, _UPHILL), Slip(7.0, _NO_RATE), Slip(0.2, "that is the change of w; add it to 3")]),
        "b": (4.1, [Slip(3.9, _UPHILL), Slip(6.0, _NO_RATE), Slip(0.1, "that is the change of b; add it to 4")]),
        "loss": (
            0.25,
            [
                Slip(2.25, _UPHILL),
                Slip(81.0, _NO_RATE),
                Slip(0.36, "b moves, too: that is the loss with the new w alone"),
                Slip(0.81, "w moves, too: that is the loss with the new b alone"),
                Slip(-0.5, "that is u; the loss is u²"),
                Slip(0.5, "the error is halved, and the loss is its square"),
                Slip(1.0, "that is the loss before the step"),
                Slip(0.0, "the step does not go all the way to the minimum"),
            ],
        ),
        "w_grad": (
            -2.0,
            [
                Slip(2.0, "the size is right, the sign is turned around: u is still negative"),
                Slip(-4.0, "that is the gradient at the old point: after a step it is stale"),
                Slip(-1.0, "that is the gradient of b"),
                Slip(0.0, "the step does not go all the way to the minimum"),
            ],
        ),
    }
    return exercise.judge(PREDICT, marking.blanks(predicted, expected))


def predict_modified(predicted: object) -> Feedback:
    """Check two steps with learning rate 0.2 from the same point."""
    stale = "the gradient is stale: at the new point it has the other sign"
    expected = {
        "w": (3.8, [Slip(2.2, _UPHILL), Slip(7.0, _NO_RATE), Slip(3.2, "that is the step with 0.05")]),
        "b": (4.4, [Slip(3.6, _UPHILL), Slip(6.0, _NO_RATE), Slip(4.1, "that is the step with 0.05")]),
        "loss": (
            1.0,
            [
                Slip(9.0, _UPHILL),
                Slip(81.0, _NO_RATE),
                Slip(0.25, "that is the loss after a step with 0.05"),
                Slip(0.0, "the step goes too far: past the minimum"),
            ],
        ),
        "w_after_two": (3.0, [Slip(4.6, stale), Slip(3.8, "that is w after one step"), Slip(-0.2, _UPHILL)]),
    }
    return exercise.judge(MODIFIED, marking.blanks(predicted, expected))


def find_error(wrong_line: object) -> Feedback:
    """Check which line of the printed program stands in the wrong place."""
    why_not = {
        1: "it is right: the derivative of the square, with the weights of the forward pass",
        2: "it is right: upstream gradient × the other operand, hidden",
        4: "it is right as a formula: ask which w2 it reads",
        5: "it is right: upstream gradient × the other operand, x",
        6: "it is in time: nothing after it reads w1",
    }
    return exercise.judge(FIND_ERROR, marking.choice(wrong_line, "line", 3, why_not))


def exercise_1(answer: object) -> Feedback:
    """Check one step with learning rate 0.05 on L = (2w − 6)² from w = 1."""
    expected = {
        "loss": (16.0, [Slip(-4.0, "that is the bracket; the loss is its square")]),
        "gradient": (
            -16.0,
            [
                Slip(16.0, "the size is right, the sign is turned around: the bracket is negative"),
                Slip(-8.0, "the factor 2 is missing: from the square, or from 2w"),
                Slip(-4.0, "that is the bracket, not the gradient"),
            ],
        ),
        "change": (
            0.8,
            [Slip(-0.8, _UPHILL), Slip(16.0, _NO_RATE), Slip(0.4, "the factor 2 is missing in the gradient")],
        ),
        "new_w": (1.8, [Slip(0.2, _UPHILL), Slip(17.0, _NO_RATE), Slip(0.8, "that is the change; add it to w = 1")]),
        "new_loss": (
            5.76,
            [Slip(31.36, _UPHILL), Slip(784.0, _NO_RATE), Slip(-2.4, "that is the bracket; the loss is its square")],
        ),
    }
    return exercise.judge(EXERCISE_1, marking.blanks(answer, expected))


def exercise_2(answer: object) -> Feedback:
    """Check a formula for w after one step on (w·x − y)²; any equivalent form is right."""

    def truth(point: points.Point) -> tuple[float, list[Slip]]:
        w, x, y, lr = (point[name] for name in ("w", "x", "y", "lr"))
        slope = 2 * (w * x - y) * x
        return w - lr * slope, [
            Slip(w + lr * slope, "that goes uphill: subtract"),
            Slip(w - slope, _NO_RATE),
            Slip(w - lr * slope / 2, "the factor 2 is missing: it comes from the square"),
            Slip(w - lr * 2 * (w * x - y), "the inner derivative x is missing in the gradient"),
            Slip(slope, "that is the gradient; the update uses it"),
            Slip(-lr * slope, "that is the change; add it to w"),
            Slip(lr * slope, "that is lr × gradient; subtract it from w"),
        ]

    return exercise.judge(EXERCISE_2, points.formula(answer, "the new w", _POINTS_2, truth))


def exercise_3(answer: object) -> Feedback:
    """Check a function descend(gradient, w, lr, steps), on four losses."""
    return exercise.judge(EXERCISE_3, TASK.marks(answer))
