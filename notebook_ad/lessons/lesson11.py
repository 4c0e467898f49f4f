"""Checks of lesson 11: losses, softmax and cross-entropy."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from notebook_ad.graph.slips import Slip, of_gradient, scalar
from notebook_ad.lessons.answers import marking, points
from notebook_ad.lessons.answers.traced import traced
from notebook_ad.lessons.exercises import exercise
from notebook_ad.lessons.exercises.feedback import Feedback
from notebook_ad.lessons.functions import cross_entropies
from notebook_ad.lessons.functions.cross_entropies import softmax
from notebook_ad.lessons.sheets.lesson11 import EXERCISE_1, EXERCISE_2, EXERCISE_3, FIND_ERROR, MODIFIED, PREDICT, SHEET
from notebook_ad.tensor.tensor import Tensor

_SCORES = (0.0, math.log(2.0), math.log(5.0))
_POINTS_2 = ({"s": 0.5, "t": 1.0}, {"s": -2.0, "t": 0.3}, {"s": 1.5, "t": 0.0})

hint, solution, reset = SHEET.hint, SHEET.solution, SHEET.reset


def predict(predicted: object) -> Feedback:
    """Check the gradients of −ln p1 with respect to the scores 0, ln 2, ln 5."""
    return exercise.judge(PREDICT, marking.blanks(predicted, _gradients(_SCORES, 1)))


def predict_modified(predicted: object) -> Feedback:
    """Check the gradients of −ln p2 at the same scores."""
    return exercise.judge(MODIFIED, marking.blanks(predicted, _gradients(_SCORES, 2)))


def find_error(wrong_line: object) -> Feedback:
    """Check which line of the printed backward pass of softmax does not hold."""
    why_not = {
        1: "it holds: subtracting the largest score changes no probability",
        2: "it holds: each exponential over the sum of all of them",
        3: "it holds: L = −Σ y·ln p, and the derivative of −y·ln p with respect to p is −y/p",
        5: "it holds: upstream gradient × local derivative, summed over all the results p",
    }
    return exercise.judge(FIND_ERROR, marking.choice(wrong_line, "line", 4, why_not))


def exercise_1(answer: object) -> Feedback:
    """Check probabilities, two entries of the Jacobian and the gradients for e^z = 1, 3, 6 with the true class 2."""
    e = (1.0, 3.0, 6.0)
    p = [one / 10.0 for one in e]
    diagonal = Slip(0.0, "softmax is not diagonal: z2 moves p1, too, because it moves the sum")
    expected: dict[str, tuple[float, Sequence[Slip]]] = {
        f"p{j}": (p[j], [Slip(e[j], "divide by the sum, so that the three add up to 1")]) for j in range(3)
    }
    expected["dp2_dz2"] = (0.24, [
        Slip(-0.36, "that is −p2·p2: on the diagonal it is p2·(1 − p2), because z2 moves e^z2 itself as well"),
        Slip(0.6, "that is p2 itself: z2 stands in the sum below, too, so multiply by 1 − p2"),
        Slip(0.36, "that is p2²; it must be p2·(1 − p2)"),
    ])  # fmt: skip
    expected["dp1_dz2"] = (-0.18, [
        diagonal,
        Slip(0.18, "the size is right, the sign is turned around: when z2 grows, p1 loses"),
        Slip(0.21, "that is p1·(1 − p1), the diagonal entry ∂p1/∂z1"),
    ])  # fmt: skip
    gradients = _gradients([math.log(one) for one in e], 2)
    expected |= {f"d{name}": gradient for name, gradient in gradients.items()}
    return exercise.judge(EXERCISE_1, marking.blanks(answer, expected))


def exercise_2(answer: object) -> Feedback:
    """Check a formula for ∂L/∂s of L = ln(1 + e^s) − t·s; any equivalent form is right."""

    def truth(point: points.Point) -> tuple[float, list[Slip]]:
        graph = traced(_binary, point, "L")
        p, t = 1.0 / (1.0 + math.exp(-point["s"])), point["t"]
        special = [
            Slip(p, "that is the path through the logarithm alone: −t·s also depends on s"),
            Slip((p - t) * p * (1.0 - p), "the derivative of the sigmoid is multiplied in once too often"),
            Slip(1.0 / (1.0 + math.exp(point["s"])) - t, "the derivative of ln(u) is 1/u times the derivative of u"),
            Slip(p * (1.0 - p) - t, "the derivative of ln(1 + e^s) is the sigmoid itself, not its derivative"),
        ]
        return scalar(graph.grad("s")), [*special, *of_gradient(graph, "s")]

    return exercise.judge(EXERCISE_2, points.formula(answer, "∂L/∂s", _POINTS_2, truth))


def exercise_3(answer: object) -> Feedback:
    """Check a function cross_entropy(z, true) that returns loss and gradients, at moderate and at huge scores."""
    return exercise.judge(EXERCISE_3, cross_entropies.marks(answer))


def _gradients(scores: Sequence[float], true: int) -> Mapping[str, tuple[float, Sequence[Slip]]]:
    p = softmax(scores)
    return {f"z{j}": (p[j] - (j == true), _slips(p, j, true)) for j in range(len(p))}


def _slips(p: Sequence[float], j: int, true: int) -> list[Slip]:
    own = j == true
    local = p[true] * (own - p[j])
    slips = [
        Slip(own - p[j], "the size is right, the sign is turned around: it is p − y, not y − p"),
        Slip(
            local, f"that is the local derivative ∂p{true}/∂z{j} alone: the upstream gradient −1/p{true} is forgotten"
        ),
        Slip(-1.0 / p[true], f"that is the upstream gradient −1/p{true} alone: the chain stops too early, at p{true}"),
        Slip(p[j] * (1.0 - p[j]), f"that is the local derivative ∂p{j}/∂z{j}; p{true} is what the loss depends on"),
    ]
    if own:
        slips.append(Slip(p[j], f"that is p{j} itself: class {true} is the true one, so 1 is subtracted"))
    else:
        slips.append(Slip(0.0, f"z{j} moves p{true}, too, because it moves the sum: softmax is not diagonal"))
        slips.append(Slip(p[j] - 1.0, f"1 is subtracted for the true class only, and that is class {true}"))
    return slips


def _binary(s: Tensor, t: Tensor) -> Tensor:
    loss: Tensor = (1.0 + s.exp()).log() - t * s
    return loss
