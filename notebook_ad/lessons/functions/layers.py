"""A layer's gradients in NumPy with the usual slips, and small layers on which a learner's function is tried."""

from __future__ import annotations

import numpy as np

from notebook_ad.lessons.answers.arrays import Array, ArraySlip, Expected
from notebook_ad.tensor.functions import relu
from notebook_ad.tensor.tensor import Tensor
from notebook_ad.transforms.reverse import grad

SHAPES = ((4, 2, 3), (5, 3, 2), (3, 3, 3))  # N, in, out; where all are equal, a wrong transpose has the right shape
AVERAGED = "the contributions of the examples are averaged; they must be added"


def slips(x: Array, w: Array, g: Array) -> Expected:
    """The gradients of Y = X W + b, with the usual slips."""
    db = g.sum(axis=0)
    weight_slips = [
        ArraySlip(np.outer(x[0], g[0]), "only the first example is there: W is used in both, so a path is forgotten"),
        ArraySlip(np.outer(x[-1], g[-1]), "only the last example is there: W is used in both, so a path is forgotten"),
        ArraySlip(x.T @ g / len(x), AVERAGED),
        ArraySlip(w, "that is the value of W itself, not a gradient"),
    ]
    bias_slips = [
        ArraySlip(db / len(g), AVERAGED),
        ArraySlip(g[0], "only the first example is there: b is used in each, so a path is forgotten"),
        ArraySlip(g[-1], "only the last example is there: b is used in each, so a path is forgotten"),
        ArraySlip(g, "that is G itself: b was used in every row, so add the rows"),
        ArraySlip(g.sum(axis=1), "you added along the rows; b is used once in each row, so add down the columns"),
        ArraySlip(db[None], "the numbers are right, but b has one axis: sum without keepdims"),
        ArraySlip(db.sum(), "you added all elements; add only over the examples, axis 0"),
    ]
    return {"dX": (g @ w.T, []), "dW": (x.T @ g, weight_slips), "db": (db, bias_slips)}


def with_relu(x: Array, w: Array, b: Array, y: Array) -> Expected:
    """The engine's gradients of mean((max(0, X W + b) − Y)²), with the usual slips."""

    def loss(w: Tensor, b: Tensor) -> Tensor:
        total: Tensor = ((relu(x @ w + b) - y) ** 2).mean()
        return total

    dw, db = grad(loss, argnums=(0, 1))(w, b)
    z = x @ w + b
    a = np.maximum(0.0, z)
    mask, error = z > 0, a - y
    wrong = {
        "the ReLU is forgotten: where Z is negative nothing flows back, so multiply by (Z > 0)": 2 * error / a.size,
        "you divide by the number of examples; the mean runs over all elements of A": 2 * error / len(x) * mask,
        "that is the gradient of the sum; the mean divides by the number of elements": 2 * error * mask,
        "the factor 2 is missing: it comes from the derivative of the square": error / a.size * mask,
        "the size is right, the sign is turned around: the error is A − Y": -2 * error / a.size * mask,
        "the error is computed from Z instead of A": 2 * (z - y) / a.size,
    }
    averaged = ArraySlip((2 * error / a.size * mask).mean(axis=0), AVERAGED)
    return {
        "dW": (dw, [ArraySlip(x.T @ g, words) for words, g in wrong.items()]),
        "db": (db, [averaged, *(ArraySlip(g.sum(axis=0), words) for words, g in wrong.items())]),
    }


def case(sizes: tuple[int, int, int]) -> tuple[Array, ...]:
    """X, W, b and Y (or G) of a layer; fixed small numbers, some units on and some off."""
    examples, inputs, outputs = sizes
    rng = np.random.default_rng(8)
    x, w = rng.integers(-3, 4, (examples, inputs)), rng.integers(-3, 4, (inputs, outputs))
    b, y = rng.integers(-2, 3, outputs) + 0.5, rng.integers(-4, 5, (examples, outputs)) + 0.25
    return tuple(one.astype(np.float64) for one in (x, w, b, y))
