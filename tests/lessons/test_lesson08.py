"""Checks of lesson 08: the reference passes, the stub and the usual slips fail with the words that fit them."""

from __future__ import annotations

import lesson_checks as checks
import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.lessons import lesson08 as lesson

WEIGHTS = [[1, -2, 4], [5, 2, -1]]
RIGHT = {"dW": [[6, 0, -2], [9, 0, -3]], "dx": [-1, 16], "db": [3, 0, -1]}
RIGHT_BATCH = {"dW": [[5, -2, -2], [13, 8, -3]], "db": [4, 2, -1]}
RIGHT_BROADCAST = {"drow": [30, 30, 30], "dcol": [[6], [6]]}
RIGHT_1 = {"dW": [[-1], [5]], "dX": [[8, -4], [-4, 2]], "db": [1]}


def gradients(x, w, g):
    return {"dX": g @ w, "dW": g.T @ x, "db": g.sum(axis=0)}


def layer_backward(x, w, b, y, *, masked=True, factor=2.0, over="all"):
    z = x @ w + b
    a = np.maximum(0, z)
    g = factor * (a - y) / {"all": a.size, "examples": len(x), "none": 1}[over] * (z > 0 if masked else 1)
    return {"dW": x.T @ g, "db": g.sum(axis=0)}


def by_the_engine(x, w, b, y):
    w, b = ad.tensor(w), ad.tensor(b)
    ad.nn.MSELoss()(ad.relu(x @ w + b), y).backward()
    return w.grad, b.grad


test_reference_solution_passes = checks.reference_passes(
    [
        (lesson.predict, RIGHT),
        (lesson.predict, {name: np.array(value) for name, value in RIGHT.items()}),
        (lesson.predict, {**RIGHT, "dx": ["−1", 16.0]}),
        (lesson.predict_batch, RIGHT_BATCH),
        (lesson.predict_broadcast, RIGHT_BROADCAST),
        (lesson.find_error, 3),
        (lesson.exercise_1, RIGHT_1),
        (lesson.exercise_2, gradients),
        (lesson.exercise_2, lambda x, w, g: (np.einsum("no,oi->ni", g, w), (x.T @ g).T, np.ones(len(g)) @ g)),
        (lesson.exercise_3, layer_backward),
        (lesson.exercise_3, by_the_engine),
    ]
)


@pytest.mark.parametrize("number", [2, 3])
def test_solution_that_is_shown_passes(number):
    exercise, check, name = {
        2: (lesson.EXERCISE_2, lesson.exercise_2, "gradients"),
        3: (lesson.EXERCISE_3, lesson.exercise_3, "layer_backward"),
    }[number]
    assert check(checks.shown(exercise, name, np=np))


test_unsolved_stub_shows_the_task_and_the_first_hint = checks.stub_shows_the_task(
    [
        (lesson.predict, {"dW": [[None] * 3] * 2, "dx": [None] * 2, "db": [None] * 3}),
        (lesson.predict_batch, {"dW": [[None] * 3] * 2, "db": [None] * 3}),
        (lesson.predict_broadcast, {"drow": [None] * 3, "dcol": [[None]] * 2}),
        (lesson.find_error, None),
        (lesson.exercise_1, {"dW": [[None]] * 2, "dX": [[None] * 2] * 2, "db": [None]}),
        (lesson.exercise_2, lambda *_: {"dX": None, "dW": None, "db": None}),
        (lesson.exercise_3, lambda *_: None),
    ]
)


test_usual_slip_is_named = checks.slips_are_named(
    [
        (lesson.predict, RIGHT, "dW", [[3, 0, -4], [15, 0, 1]], "the local derivative of W[i][j]·x[i] is x[i]"),
        (lesson.predict, RIGHT, "dW", [[2, 2, 2], [3, 3, 3]], "the upstream gradient is forgotten"),
        (lesson.predict, RIGHT, "dW", [[6, 9], [0, 0], [-2, -3]], "rows and columns are swapped"),
        (lesson.predict, RIGHT, "dW", WEIGHTS, "the value of W itself"),
        (lesson.predict, RIGHT, "dW", [[6, 0, -2], [9, 0, 3]], "5 of 6 numbers are right; look at dW[1][2] again"),
        (lesson.predict, RIGHT, "dx", [3, 6], "the upstream gradient is forgotten"),
        (lesson.predict, RIGHT, "dx", [3, 15], "a path is forgotten"),
        (lesson.predict, RIGHT, "db", [1, 1, 1], "the upstream gradient is forgotten"),
        (lesson.predict, RIGHT, "db", [[3, 0], [-1]], "its rows differ in length"),
        (lesson.predict_batch, RIGHT_BATCH, "dW", [[6, 0, -2], [9, 0, -3]], "only the first example is there"),
        (lesson.predict_batch, RIGHT_BATCH, "dW", [[2.5, -1, -1], [6.5, 4, -1.5]], "averaged; they must be added"),
        (lesson.predict_batch, RIGHT_BATCH, "db", [2, 1, -0.5], "averaged; they must be added"),
        (lesson.predict_batch, RIGHT_BATCH, "db", [[3, 0, -1], [1, 2, 0]], "add the rows"),
        (lesson.predict_batch, RIGHT_BATCH, "db", [2, 3], "add down the columns"),
        (lesson.predict_broadcast, RIGHT_BROADCAST, "drow", [2, 2, 2], "multiply each by the other operand"),
        (lesson.predict_broadcast, RIGHT_BROADCAST, "drow", [15, 15, 15], "averaged; they must be added"),
        (lesson.predict_broadcast, RIGHT_BROADCAST, "dcol", [6, 6], "the numbers are right, but its shape is (2,)"),
        (lesson.exercise_1, RIGHT_1, "dW", [[0], [7]], "swap rows and columns of X first"),
        (lesson.exercise_1, RIGHT_1, "db", [0.5], "averaged; they must be added"),
        (lesson.exercise_1, RIGHT_1, "db", [2], "only the first example"),
    ]
)


test_usual_slip_in_the_gradients_of_a_layer_is_named = checks.feedback_says(
    lesson.exercise_2,
    [
        (lambda x, w, g: (g @ w, x.T @ g, g.sum(axis=0)), "that is dW for a W stored as (in, out)"),
        (lambda x, w, g: (g @ w, g.T @ x, g.mean(axis=0)), "averaged; they must be added"),
        (lambda x, w, g: (g @ w, g.T @ x, g.sum(axis=1)), "add down the columns"),
        (lambda x, w, g: (g @ w, g.T @ x, g.sum(axis=0, keepdims=True)), "sum without keepdims"),
        (lambda x, w, g: (g @ w.T if x.shape[1] == g.shape[1] else g @ w, g.T @ x, g.sum(axis=0)), "without a transp"),
        (lambda x, w, g: (g @ w.T, g.T @ x, g.sum(axis=0)), "it raised ValueError"),
        (lambda x, w, g: (g @ w, g.T @ x), "return a dict with the keys dX, dW, db"),
        ({"dX": 1}, "hand over the function itself"),
    ],
)


@pytest.mark.parametrize(
    ("slip", "words"),
    [
        ({"masked": False}, "the ReLU is forgotten"),
        ({"factor": 1.0}, "the factor 2 is missing"),
        ({"factor": -2.0}, "the sign is turned around"),
        ({"over": "examples"}, "the mean runs over all elements of A"),
        ({"over": "none"}, "that is the gradient of the sum"),
    ],
)
def test_usual_slip_in_the_whole_layer_is_named(slip, words):
    feedback = lesson.exercise_3(lambda *arrays: layer_backward(*arrays, **slip))
    assert not feedback
    assert all(words in mark.note for mark in feedback.marks)


def test_numbers_that_are_missing_are_counted():
    feedback = lesson.predict({**RIGHT, "dx": [-1, None]})
    assert not feedback
    assert "dx, 1 of 2 numbers: not answered yet" in repr(feedback)


def test_function_that_changes_its_arguments_in_place_does_no_harm_to_later_tries():
    def spoiling(x, w, g):
        x[:] = 0
        return gradients(x, w, g)

    assert not lesson.exercise_2(spoiling)
    assert lesson.exercise_2(gradients)


test_line_that_is_right_is_defended = checks.first_mark_says(
    lesson.find_error, [(1, "b is broadcast"), (5, "the rows are added"), (7, "choose one of")]
)
