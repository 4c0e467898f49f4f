"""What lesson 08 asks: a layer with vectors, shapes and broadcasting."""

from __future__ import annotations

from notebook_ad.lessons.exercises.exercise import Exercise
from notebook_ad.lessons.exercises.sheet import Sheet

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

SHEET = Sheet((PREDICT, BATCH, BROADCAST, FIND_ERROR, EXERCISE_1, EXERCISE_2, EXERCISE_3))
