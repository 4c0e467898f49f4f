"""Checks of lesson 01: the computation graph and the chain rule."""

from __future__ import annotations

from notebook_ad.graph.graph import Graph
from notebook_ad.graph.slips import Slip, of_gradient, scalar
from notebook_ad.lessons.answers import marking, points
from notebook_ad.lessons.answers.traced import traced
from notebook_ad.lessons.exercises import exercise
from notebook_ad.lessons.exercises.exercise import Exercise
from notebook_ad.lessons.exercises.feedback import Feedback
from notebook_ad.lessons.sheets.lesson01 import EXERCISE_1, EXERCISE_2, EXERCISE_3, FIND_ERROR, MODIFIED, PREDICT, SHEET
from notebook_ad.tensor.tensor import Tensor

LEAVES = ("a", "w", "b", "y_true")


_POINTS_2 = ({"w": 3.0, "x": 5.0, "b": 7.0, "y": 19.0}, {"w": -1.5, "x": 0.7, "b": 2.0, "y": 0.25},
             {"w": 0.3, "x": -4.0, "b": -1.0, "y": 2.5})  # fmt: skip
_POINTS_3 = ({"a": 3.0, "b": 5.0, "c": 7.0, "d": 4.0}, {"a": -1.5, "b": 0.7, "c": 2.0, "d": -0.4},
             {"a": 0.2, "b": -6.0, "c": -3.0, "d": 2.5})  # fmt: skip

hint, solution, reset = SHEET.hint, SHEET.solution, SHEET.reset


def predict(predicted: object) -> Feedback:
    """Check the predicted gradients of L = (a·w + b − y_true)² at a = 2, w = 3, b = 4, y_true = 11."""
    return _predicted(PREDICT, predicted, (2, 3, 4, 11))


def predict_modified(predicted: object) -> Feedback:
    """Check the predicted gradients of the same L at a = 5, w = 3, b = 7, y_true = 19."""
    return _predicted(MODIFIED, predicted, (5, 3, 7, 19))


def find_error(wrong_line: object) -> Feedback:
    """Check which line of the printed derivation does not hold."""
    why_not = {
        1: "it holds: it only names the result, in the forward pass",
        2: "it holds: it is the loss, in the forward pass",
        3: "it holds: the derivative of u² is 2u, and the local derivative of z − y with respect to z is 1",
    }
    return exercise.judge(FIND_ERROR, marking.choice(wrong_line, "line", 4, why_not))


def exercise_1(answer: object) -> Feedback:
    """Check q, f and the gradients of f = (x + y)·z at x = −2, y = 5, z = −4."""
    graph = traced(_exercise_1, {"x": -2, "y": 5, "z": -4}, "f")
    forward = {
        "q": (3.0, [Slip(-10.0, "q is a sum, not a product"), Slip(7.0, "x is −2: mind its sign")]),
        "f": (-12.0, [Slip(12.0, "z is −4: mind its sign"), Slip(-1.0, "f is a product, not a sum")]),
    }
    backward = {f"d{name}": (scalar(graph.node(name).grad), of_gradient(graph, name)) for name in ("q", "z", "x", "y")}
    return exercise.judge(EXERCISE_1, marking.blanks(answer, forward | backward))


def exercise_2(answer: object) -> Feedback:
    """Check a formula for ∂L/∂w of L = (w·x + b − y)²; any equivalent form is right."""

    def truth(point: points.Point) -> tuple[float, list[Slip]]:
        graph = traced(_exercise_2, point, "L")
        right = scalar(graph.grad("w"))
        return right, of_gradient(graph, "w")

    return exercise.judge(EXERCISE_2, points.formula(answer, "∂L/∂w", _POINTS_2, truth))


def exercise_3(answer: object) -> Feedback:
    """Check a function backward(a, b, c, d) that returns the gradients of z = (a·b − c) / d."""

    def graph(point: points.Point) -> Graph:
        return traced(_exercise_3, point, "z")

    def extra(point: points.Point) -> dict[str, list[Slip]]:
        numerator = point["a"] * point["b"] - point["c"]
        return {"d": [Slip(-numerator / point["d"], "the derivative of n/d with respect to d is −n/d²: d is squared")]}

    marks = points.backward_function(answer, "z", tuple("abcd"), _POINTS_3, graph, extra)
    return exercise.judge(EXERCISE_3, marks)


def _predicted(asked: Exercise, predicted: object, values: tuple[float, ...]) -> Feedback:
    graph = traced(_textbook, dict(zip(LEAVES, values, strict=True)), "L")
    return exercise.judge(asked, marking.gradients(predicted, graph, LEAVES))


def _textbook(a: Tensor, w: Tensor, b: Tensor, y_true: Tensor) -> Tensor:
    return (a * w + b - y_true) ** 2


def _exercise_1(x: Tensor, y: Tensor, z: Tensor) -> Tensor:
    q = x + y
    q.name = "q"
    return q * z


def _exercise_2(w: Tensor, x: Tensor, b: Tensor, y: Tensor) -> Tensor:
    return (w * x + b - y) ** 2


def _exercise_3(a: Tensor, b: Tensor, c: Tensor, d: Tensor) -> Tensor:
    return (a * b - c) / d
