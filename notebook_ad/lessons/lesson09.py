"""Checks of lesson 09: a multilayer perceptron trains."""

from __future__ import annotations

from collections.abc import Sequence

from notebook_ad.graph.graph import Graph
from notebook_ad.graph.slips import Slip, of_gradient, scalar
from notebook_ad.lessons.answers import marking, points
from notebook_ad.lessons.answers.traced import traced
from notebook_ad.lessons.exercises import exercise
from notebook_ad.lessons.exercises.feedback import Feedback
from notebook_ad.lessons.functions import training_loops
from notebook_ad.lessons.sheets.lesson09 import (
    BATCH,
    EXERCISE_1,
    EXERCISE_2,
    EXERCISE_3,
    FIND_ERROR,
    PREDICT,
    SHEET,
    STEP,
)
from notebook_ad.tensor.tensor import Tensor

PARAMETERS = {"w1": 1.0, "b1": 1.0, "w2": 2.0, "b2": 1.0, "v1": 2.0, "v2": -1.0, "c": 1.0}


_POINTS_2 = ({"w": 2.0, "x": 3.0, "b": 1.0, "v": -1.5, "c": 5.0, "y": 4.0},
             {"w": 0.5, "x": -2.0, "b": 3.0, "v": 0.7, "c": -1.0, "y": 2.5},
             {"w": -1.0, "x": 0.4, "b": 2.0, "v": 3.0, "c": 0.2, "y": -6.0})  # fmt: skip

hint, solution, reset = SHEET.hint, SHEET.solution, SHEET.reset


def predict(predicted: object) -> Feedback:
    """Check the gradients of the seven parameters of the network with two hidden units, at x = 2, y = 0."""
    graph = _network(2.0, 0.0)
    return exercise.judge(PREDICT, marking.gradients(predicted, graph, PARAMETERS))


def predict_step(predicted: object) -> Feedback:
    """Check three parameters after one step of SGD with lr = 0.01."""
    graph = _network(2.0, 0.0)
    expected = {name: _updated(PARAMETERS[name], scalar(graph.grad(name)), 0.01) for name in ("v1", "w2", "c")}
    return exercise.judge(STEP, marking.blanks(predicted, expected))


def predict_batch(predicted: object) -> Feedback:
    """Check three gradients of the mean loss of the examples (2, 0) and (0, 3)."""
    first, second = _network(2.0, 0.0), _network(0.0, 3.0)
    expected: dict[str, tuple[float, Sequence[Slip]]] = {}
    for name in ("v1", "c", "w1"):
        one, other = scalar(first.grad(name)), scalar(second.grad(name))
        slips = [
            Slip(one, "that is the gradient of the first example alone: a path is forgotten"),
            Slip(other, "that is the gradient of the second example alone: a path is forgotten"),
            Slip(one + other, "that is the sum; the loss is the mean of the two, so divide by 2"),
            Slip((one - other) / 2, "mind the sign of the second example: its guess is too low, so u = −1"),
            Slip(one / 2, "the second example is missing: a path is forgotten"),
        ]
        expected[name] = ((one + other) / 2, slips)
    return exercise.judge(BATCH, marking.blanks(predicted, expected))


def find_error(repair: object) -> Feedback:
    """Check which repair mends the loop without zero_grad."""
    why_not = {
        1: "a smaller step hides it for a while; the gradients still add up from step to step",
        3: "between backward() and step() it throws the new gradient away: step() then changes nothing",
        4: "the order of backward() and step() was right; the old gradients would still be there",
    }
    return exercise.judge(FIND_ERROR, marking.choice(repair, "repair", 2, why_not))


def exercise_1(answer: object) -> Feedback:
    """Check forward, backward and update of one hidden unit at x = 3, w = 2, b = −1, v = 2, y = 12."""
    values = {"w": 2, "b": -1, "v": 2, "x": 3, "y": 12}
    graph = traced(lambda w, b, v, x, y: (v * (w * x + b).relu() - y) ** 2, values, "L")
    expected: dict[str, tuple[float, Sequence[Slip]]] = {
        "h": (5.0, [Slip(6.0, "the bias b = −1 is missing"), Slip(7.0, "b is −1: mind its sign")]),
        "out": (10.0, [Slip(7.0, "out is a product: v·h")]),
    }
    expected |= {f"d{name}": (scalar(graph.grad(name)), of_gradient(graph, name)) for name in ("v", "w", "b")}
    expected |= {f"new_{name}": _updated(2.0, scalar(graph.grad(name)), 0.01) for name in ("v", "w")}
    return exercise.judge(EXERCISE_1, marking.blanks(answer, expected))


def exercise_2(answer: object) -> Feedback:
    """Check a formula for ∂L/∂w of L = (v·ReLU(w·x + b) + c − y)² where the unit is on."""

    def truth(point: points.Point) -> tuple[float, list[Slip]]:
        graph = traced(lambda w, x, b, v, c, y: (v * (w * x + b).relu() + c - y) ** 2, point, "L")
        u = point["v"] * (point["w"] * point["x"] + point["b"]) + point["c"] - point["y"]
        special = [
            Slip(2 * u * point["x"], "the factor v is missing: the chain goes through v·h"),
            Slip(point["v"] * point["x"], "the upstream gradient ∂L/∂out = 2u is forgotten"),
            Slip(2 * u * point["v"], "that is ∂L/∂b: the local derivative of w·x with respect to w is x"),
        ]
        return scalar(graph.grad("w")), [*special, *of_gradient(graph, "w")]

    return exercise.judge(EXERCISE_2, points.formula(answer, "∂L/∂w", _POINTS_2, truth))


def exercise_3(answer: object) -> Feedback:
    """Check a function train(model, loss_fn, optimizer, X, y, steps) that returns the losses, on three models."""
    return exercise.judge(EXERCISE_3, training_loops.marks(answer))


def _network(x: float, y: float) -> Graph:
    def loss(
        w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor, v1: Tensor, v2: Tensor, c: Tensor, x: Tensor, y: Tensor
    ) -> Tensor:
        out: Tensor = v1 * (w1 * x + b1).relu() + v2 * (w2 * x + b2).relu() + c
        return (out - y) ** 2

    return traced(loss, {**PARAMETERS, "x": x, "y": y}, "L")


def _updated(value: float, gradient: float, lr: float) -> tuple[float, list[Slip]]:
    slips = [
        Slip(value + lr * gradient, "that goes uphill: the step is minus lr × gradient"),
        Slip(value - gradient, "lr is forgotten"),
        Slip(gradient, "that is the gradient, not the new value"),
        Slip(lr * gradient, "that is the size of the step; subtract it from the old value"),
        Slip(-lr * gradient, "that is the step; add it to the old value"),
        Slip(value, "that is the old value: the step is missing"),
    ]
    return value - lr * gradient, slips
