"""Checks of lesson 02: many paths, one gradient."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from notebook_ad.graph.slips import Slip, of_contribution, of_gradient, scalar
from notebook_ad.lessons.answers import marking, points
from notebook_ad.lessons.answers.traced import traced
from notebook_ad.lessons.exercises import exercise
from notebook_ad.lessons.exercises.feedback import Feedback
from notebook_ad.lessons.functions import tapes
from notebook_ad.lessons.sheets.lesson02 import EXERCISE_1, EXERCISE_2, EXERCISE_3, FIND_ERROR, PREDICT, SHEET, TWINS
from notebook_ad.tensor.tensor import Tensor

_POINTS_2 = ({"w": 2.0, "h0": 1.0, "x1": 3.0, "x2": -4.0}, {"w": -0.5, "h0": 3.0, "x1": 0.7, "x2": 2.0},
             {"w": 1.7, "h0": -2.0, "x1": -5.0, "x2": 0.3})  # fmt: skip

hint, solution, reset = SHEET.hint, SHEET.solution, SHEET.reset


def predict(predicted: object) -> Feedback:
    """Check contributions and gradients of y = x0·x1 + x1² at x0 = 1, x1 = 2."""
    graph = traced(_two_paths, {"x0": 1, "x1": 2}, "y")
    by_op = {graph.nodes[edge.user].op: edge for edge in graph.users(graph.node("x1").id)}
    product, square = by_op["mul"], by_op["pow"]
    halved = Slip(2.0, "the derivative of x1² is 2·x1, not x1")
    expected = {
        "x1_through_mul": (scalar(product.contribution), of_contribution(graph, product.id)),
        "x1_through_square": (scalar(square.contribution), [halved, *of_contribution(graph, square.id)]),
        "x0": (scalar(graph.grad("x0")), of_gradient(graph, "x0")),
        "x1": (scalar(graph.grad("x1")), of_gradient(graph, "x1")),
    }
    return exercise.judge(PREDICT, marking.blanks(predicted, expected))


def predict_twins(predicted: object) -> Feedback:
    """Check the gradients of x + x, x − x and x · x at x = 3."""
    twins: dict[str, Callable[[Tensor], Tensor]] = {
        "x + x": lambda x: x + x,
        "x - x": lambda x: x - x,
        "x * x": lambda x: x * x,
    }
    expected = {}
    for name, twin in twins.items():
        graph = traced(twin, {"x": 3}, "y")
        expected[name] = (scalar(graph.grad("x")), of_gradient(graph, "x"))
    return exercise.judge(TWINS, marking.blanks(predicted, expected))


def find_error(wrong_line: object) -> Feedback:
    """Check which line of the printed sweep breaks the gradients."""
    why_not = {
        1: "it is right: the sweep starts with the seed, and w has no contribution yet",
        2: "it is right: the sweep visits the last step first",
        3: "it is right: w is used in each step, so its contributions are added",
        5: "it is right: it hands the gradient on to the step before",
    }
    return exercise.judge(FIND_ERROR, marking.choice(wrong_line, "line", 4, why_not))


def exercise_1(answer: object) -> Feedback:
    """Check contributions and gradient of y = x·(x + 3) at x = 4."""
    graph = traced(lambda x: x * (x + 3.0), {"x": 4}, "y")
    by_op = {graph.nodes[edge.user].op: edge for edge in graph.users(graph.node("x").id)}
    expected: dict[str, tuple[float, Sequence[Slip]]] = {
        f"through_{op}": (scalar(by_op[op].contribution), of_contribution(graph, by_op[op].id)) for op in ("mul", "add")
    }
    expected["total"] = (scalar(graph.grad("x")), of_gradient(graph, "x"))
    return exercise.judge(EXERCISE_1, marking.blanks(answer, expected))


def exercise_2(answer: object) -> Feedback:
    """Check a formula for ∂h2/∂w of h1 = w·h0 + x1, h2 = w·h1 + x2; any equivalent form is right."""

    def truth(point: points.Point) -> tuple[float, list[Slip]]:
        graph = traced(_recurrence, point, "h2")
        return scalar(graph.grad("w")), of_gradient(graph, "w")

    return exercise.judge(EXERCISE_2, points.formula(answer, "∂h2/∂w", _POINTS_2, truth))


def exercise_3(answer: object) -> Feedback:
    """Check a function sweep(tape, output) that returns the gradients of a tape, on five tapes."""
    return exercise.judge(EXERCISE_3, tapes.marks(answer))


def _two_paths(x0: Tensor, x1: Tensor) -> Tensor:
    return x0 * x1 + x1**2


def _recurrence(w: Tensor, h0: Tensor, x1: Tensor, x2: Tensor) -> Tensor:
    return w * (w * h0 + x1) + x2
