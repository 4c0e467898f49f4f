"""Checks of lesson 08: a layer with vectors, shapes and broadcasting."""

from __future__ import annotations

import numpy as np

from notebook_ad.lessons.answers import arrays, marking
from notebook_ad.lessons.answers.arrays import Array, ArraySlip, Expected
from notebook_ad.lessons.exercises import exercise
from notebook_ad.lessons.exercises.feedback import Feedback
from notebook_ad.lessons.functions import layers
from notebook_ad.lessons.sheets.lesson08 import (
    BATCH,
    BROADCAST,
    EXERCISE_1,
    EXERCISE_2,
    EXERCISE_3,
    FIND_ERROR,
    PREDICT,
    SHEET,
)

_W = np.array([[1.0, -2.0, 4.0], [5.0, 2.0, -1.0]])
_X = np.array([[2.0, 3.0], [-1.0, 4.0]])
_G = np.array([[3.0, 0.0, -1.0], [1.0, 2.0, 0.0]])

hint, solution, reset = SHEET.hint, SHEET.solution, SHEET.reset


def predict(predicted: object) -> Feedback:
    """Check dW, dx and db of y = x W + b for one example, with the upstream gradients g = [3, 0, −1]."""
    x, g = _X[0], _G[0]
    expected: Expected = {
        "dW": (np.outer(x, g), [
            ArraySlip(_W * g, "you multiplied by the weight itself; the local derivative of W[i][j]·x[i] is x[i]"),
            ArraySlip(np.outer(x, np.ones(3)), "that is the local derivative alone: the upstream gradient is forgotten"),
            ArraySlip(np.tile(g, (2, 1)), "that is the upstream gradient alone: multiply it by x[i]"),
            ArraySlip(_W, "that is the value of W itself, not a gradient"),
            ArraySlip(-np.outer(x, g), "the size is right, the sign is turned around"),
        ]),
        "dx": (_W @ g, [
            ArraySlip(_W.sum(axis=1), "the upstream gradient is forgotten: multiply each weight by g[j] before you add"),
            ArraySlip(_W @ g / 3, "the contributions of the three neurons are averaged; they must be added"),
            ArraySlip((_W * g)[:, 0], "only the first neuron is there: x[i] is used by all three, so a path is forgotten"),
            ArraySlip(x, "that is the value of x itself, not a gradient"),
        ]),
        "db": (g, [
            ArraySlip(np.ones(3), "that is the local derivative alone: the upstream gradient is forgotten"),
            ArraySlip([1.0, 0.0, -6.0], "that is the value of b itself, not a gradient"),
        ]),
    }  # fmt: skip
    return exercise.judge(PREDICT, arrays.blanks(predicted, expected))


def predict_batch(predicted: object) -> Feedback:
    """Check dW and db of Y = X W + b for a batch of two examples."""
    truth = layers.slips(_X, _W, _G)
    return exercise.judge(BATCH, arrays.blanks(predicted, {name: truth[name] for name in ("dW", "db")}))


def predict_broadcast(predicted: object) -> Feedback:
    """Check the gradients of table = col · row, where col is (2, 1), row is (3,) and all upstream gradients are 1."""
    row, col = np.array([1.0, 2.0, 3.0]), np.array([[10.0], [20.0]])
    words = "that is what one cell of the table contributes: all cells in which it stands must be added"
    expected: Expected = {
        "drow": (np.full(3, 30.0), [
            ArraySlip(np.full(3, 15.0), "the contributions are averaged; they must be added"),
            ArraySlip(np.full(3, 2.0), "you added the upstream gradients alone: multiply each by the other operand"),
            ArraySlip(np.full(3, 10.0), words),
            ArraySlip(row * 2, "you multiplied by the value's own element; the local derivative is the other operand"),
        ]),
        "dcol": (np.full((2, 1), 6.0), [
            ArraySlip(np.full((2, 1), 2.0), "the contributions are averaged; they must be added"),
            ArraySlip(np.full((2, 1), 3.0), "you added the upstream gradients alone: multiply each by the other operand"),
            ArraySlip(np.full((2, 1), 1.0), words),
            ArraySlip(col * 3, "you multiplied by the value's own element; the local derivative is the other operand"),
        ]),
    }  # fmt: skip
    return exercise.judge(BROADCAST, arrays.blanks(predicted, expected))


def find_error(wrong_line: object) -> Feedback:
    """Check which line of the printed backward pass makes the gradient wrong."""
    why_not = {
        1: "it is right: (N, in) @ (in, out) is (N, out), and b is broadcast over the rows",
        2: "it is right: it is the loss, one term for each example, divided by their number",
        4: "it is right: (in, N) @ (N, out) is (in, out), the shape of W",
        5: "it is right: b is used once in each row, so the rows are added",
    }
    return exercise.judge(FIND_ERROR, marking.choice(wrong_line, "line", 3, why_not))


def exercise_1(answer: object) -> Feedback:
    """Check dW, dX and db of a layer with two inputs and one neuron."""
    x, w, g = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([[4.0], [-2.0]]), np.array([[2.0], [-1.0]])
    truth = layers.slips(x, w, g)
    swapped = ArraySlip(x @ g, "you multiplied X by G; here both fit, but dW = Xᵀ G: swap rows and columns of X first")
    return exercise.judge(
        EXERCISE_1, arrays.blanks(answer, {**truth, "dW": (truth["dW"][0], [swapped, *truth["dW"][1]])})
    )


def exercise_2(answer: object) -> Feedback:
    """Check a function gradients(X, W, G) for the layer Y = X Wᵀ + b, whose W is stored as (out, in)."""

    def truth(x: Array, w: Array, g: Array) -> Expected:
        here = layers.slips(x, w.T, g)
        other = ArraySlip(x.T @ g, "that is dW for a W stored as (in, out); here it is (out, in), so dW is Gᵀ X")
        return {
            "dX": (g @ w, [ArraySlip(g @ w.T, "W is stored as (out, in): G @ W fits without a transpose")]
                   if g.shape[1] == w.shape[1] else []),
            "dW": (g.T @ x, [other, ArraySlip(g.T @ x / len(x), layers.AVERAGED)]),
            "db": here["db"],
        }  # fmt: skip

    cases = [(x, w.T, g) for x, w, _, g in map(layers.case, layers.SHAPES)]
    return exercise.judge(EXERCISE_2, arrays.function(answer, cases, truth))


def exercise_3(answer: object) -> Feedback:
    """Check a function layer_backward(X, W, b, Y) for a layer with ReLU and mean squared error."""
    cases = [layers.case(sizes) for sizes in layers.SHAPES]
    return exercise.judge(EXERCISE_3, arrays.function(answer, cases, layers.with_relu))
