"""Checks of lesson 08: a layer with vectors, shapes and broadcasting."""

from __future__ import annotations

import numpy as np

from notebook_ad.lessons import arrays, exercise, layers, marking
from notebook_ad.lessons.arrays import Array, ArraySlip, Expected
from notebook_ad.lessons.exercise import Exercise
from notebook_ad.lessons.feedback import Feedback

PREDICT = Exercise(
    key="08.predict",
    ask="replace each None by the gradient that you expect. Each gradient has the shape of its value.",
    hints=(
        "Each weight is used once: W[i][j] takes x[i] to y[j]. So its gradient is g[j] × x[i].",
        "Column j of dW is x times g[j]. For dx[i] go along row i of W: x[i] is used by all three neurons.",
        "Row 0 of dW is 2 × g, row 1 is 3 × g. dx[0] = 3·1 + 0·(−2) + (−1)·4. b is added, so db = g.",
    ),
    solution="dW = [[2·3, 2·0, 2·(−1)], [3·3, 3·0, 3·(−1)]] = [[6, 0, −2], [9, 0, −3]]. "
    "dx = [3 + 0 − 4, 15 + 0 + 1] = [−1, 16]. db = g = [3, 0, −1].",
)
BATCH = Exercise(
    key="08.batch",
    ask="replace each None by the gradient that you expect for the batch of two examples.",
    hints=(
        "W and b are used once for each example. Where a value is used twice, its contributions add up.",
        "db adds the two rows of G. dW adds the two tables x[i] × g[j], one for each example.",
        "The second table is [[−1·1, −1·2, 0], [4·1, 4·2, 0]] = [[−1, −2, 0], [4, 8, 0]]. Add the first one to it.",
    ),
    solution="dW = [[6 − 1, 0 − 2, −2 + 0], [9 + 4, 0 + 8, −3 + 0]] = [[5, −2, −2], [13, 8, −3]]. "
    "db = [3 + 1, 0 + 2, −1 + 0] = [4, 2, −1].",
)
BROADCAST = Exercise(
    key="08.broadcast",
    ask="replace each None by the gradient of its vector, when every element of the table has the upstream gradient 1.",
    hints=(
        "Each element of the row is used once for each element of the column, and the other way round.",
        "The element row[j] stands in two cells of the table, multiplied by col[0] and by col[1].",
        "drow[j] = col[0] + col[1], the same for each j. dcol[i] = row[0] + row[1] + row[2], the same for each i.",
    ),
    solution="drow = [10 + 20, 10 + 20, 10 + 20] = [30, 30, 30]. dcol = [[1 + 2 + 3], [1 + 2 + 3]] = [[6], [6]].",
)
FIND_ERROR = Exercise(
    key="08.error",
    ask="set wrong_line to the number of the line that makes the gradient wrong.",
    hints=(
        "All shapes fit, so no shape tells. Differentiate line 2 by hand, and compare it with line 3.",
        "L has one factor 1/N. How often does line 3 divide by the number of examples?",
        "Z has the shape (N, out). What is Z.shape[0]?",
    ),
    solution="Line 3 divides by N twice, because Z.shape[0] is N again. The derivative of line 2 is G = 2 * (Z - Y) / N.",
)
EXERCISE_1 = Exercise(
    key="08.1",
    ask="replace each None by a number. Each gradient has the shape of its value.",
    hints=(
        "dW = Xᵀ G: swap the rows and columns of X, then multiply by G.",
        "dW[0] = 1·2 + 3·(−1). dX[0] is row 0 of G times Wᵀ: 2·4 and 2·(−2).",
        "dW[1] = 2·2 + (−1)·(−1). dX[1] = [−1·4, −1·(−2)]. db = 2 + (−1).",
    ),
    solution="dW = [[2 − 3], [4 + 1]] = [[−1], [5]]. dX = [[8, −4], [−4, 2]]. db = [2 − 1] = [1].",
)
EXERCISE_2 = Exercise(
    key="08.2",
    ask="let gradients(X, W, G) return dX, dW and db, as a dict or in this order.",
    hints=(
        "Let the shapes lead: X is (N, in), W is (out, in), G is (N, out).",
        "dW must be (out, in). Which product of G, X and their transposes has this shape?",
        "dW = G.T @ X. dX must be (N, in): G @ W, without a transpose. db adds the rows of G.",
    ),
    solution=(
        "with W stored as (out, in), both transposes move:\n"
        "    def gradients(X, W, G):\n"
        "        return dict(dX=G @ W, dW=G.T @ X, db=G.sum(axis=0))"
    ),
)
EXERCISE_3 = Exercise(
    key="08.3",
    ask="let layer_backward(X, W, b, Y) return dW and db of the mean squared error, as a dict or in this order.",
    hints=(
        "Name the steps: Z = X @ W + b, A = max(0, Z), L = mean of (A − Y)². Go back one step at a time.",
        "The mean runs over all N·out elements: dA = 2 * (A − Y) / A.size. Through the ReLU: G = dA * (Z > 0).",
        "Then the layer: dW = X.T @ G and db = G.sum(axis=0).",
    ),
    solution=(
        "One way to write it:\n"
        "    def layer_backward(X, W, b, Y):\n"
        "        Z = X @ W + b\n"
        "        A = np.maximum(0, Z)\n"
        "        G = 2 * (A - Y) / A.size * (Z > 0)\n"
        "        return dict(dW=X.T @ G, db=G.sum(axis=0))"
    ),
)
EXERCISES = (EXERCISE_1, EXERCISE_2, EXERCISE_3)

_W = np.array([[1.0, -2.0, 4.0], [5.0, 2.0, -1.0]])
_X = np.array([[2.0, 3.0], [-1.0, 4.0]])
_G = np.array([[3.0, 0.0, -1.0], [1.0, 2.0, 0.0]])


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


def hint(number: int) -> Feedback:
    """The next hint of an exercise (1, 2 or 3), without giving an answer."""
    return exercise.hint(exercise.pick(EXERCISES, number))


def solution(number: int) -> Feedback:
    """The solution of an exercise (1, 2 or 3)."""
    return exercise.solution(exercise.pick(EXERCISES, number))


def reset() -> None:
    """Forget all answers of this lesson: hints start again with the first."""
    exercise.reset(PREDICT, BATCH, BROADCAST, FIND_ERROR, *EXERCISES)
