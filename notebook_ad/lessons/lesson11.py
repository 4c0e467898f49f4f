"""Checks of lesson 11: losses, softmax and cross-entropy."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from notebook_ad.graph.slips import Slip, of_gradient, scalar
from notebook_ad.lessons import cross_entropies, exercise, marking
from notebook_ad.lessons.cross_entropies import softmax
from notebook_ad.lessons.exercise import Exercise
from notebook_ad.lessons.feedback import Feedback
from notebook_ad.lessons.traced import traced
from notebook_ad.tensor.tensor import Tensor

PREDICT = Exercise(
    key="11.predict",
    ask="replace each None by the gradient that you expect for this score.",
    hints=(
        "Only p1 has an upstream gradient: −1/p1 = −4. Multiply it by the local derivatives of p1, one for each score.",
        "The local derivatives of p1 stand in the middle row of the table: −2/64, 12/64, −10/64.",
        "z0: −4 × (−2/64). z1: −4 × 12/64. z2: −4 × (−10/64).",
    ),
    solution="z0: −4 × (−2/64) = 0.125. z1: −4 × 12/64 = −0.75. z2: −4 × (−10/64) = 0.625.",
)
MODIFIED = Exercise(
    key="11.modified",
    ask="replace each None by the gradient when class 2 is the true one.",
    hints=(
        "The probabilities are the same as before: 1/8, 2/8, 5/8. Only y has moved.",
        "y is now 0, 0, 1. The gradient is p − y, score by score.",
        "z0: 1/8 − 0. z1: 2/8 − 0. z2: 5/8 − 1.",
    ),
    solution="z0: 1/8 = 0.125. z1: 2/8 = 0.25. z2: 5/8 − 1 = −3/8 = −0.375.",
)
FIND_ERROR = Exercise(
    key="11.error",
    ask="set wrong_line to the number of the line that does not hold.",
    hints=(
        "Four of the five lines are right. Ask for each derivative which results move when one score moves.",
        "One score moves every probability, because all of them share the sum e.sum().",
        "Which line knows only how p[i] moves with its own z[i]? Compare it with the table of nine numbers.",
    ),
    solution=(
        "Line 4 keeps the diagonal of the Jacobian and puts 0 everywhere else. Right is "
        "J = np.diag(p) - np.outer(p, p), which has −p[i]·p[j] off the diagonal."
    ),
)
EXERCISE_1 = Exercise(
    key="11.1",
    ask="replace each None by a number: three probabilities, two entries of the Jacobian, three gradients.",
    hints=(
        "Probabilities: each e^z over the sum of all three, 1 + 3 + 6 = 10.",
        "Jacobian: ∂p2/∂z2 = p2·(1 − p2), and ∂p1/∂z2 = −p1·p2.",
        "Gradients: p − y, and y is 0, 0, 1.",
    ),
    solution=(
        "p = 0.1, 0.3, 0.6. ∂p2/∂z2 = 0.6 × 0.4 = 0.24. ∂p1/∂z2 = −0.3 × 0.6 = −0.18. dz = 0.1, 0.3, 0.6 − 1 = −0.4."
    ),
)
EXERCISE_2 = Exercise(
    key="11.2",
    ask='write the formula as text in s and t, for example "exp(s) - t".',
    hints=(
        "Two terms, two paths from s. The second one is easy: −t·s has the derivative −t.",
        "ln(u) has the derivative 1/u, and u = 1 + e^s has the derivative e^s.",
        "Together: e^s / (1 + e^s) − t. The first part is the sigmoid of s.",
    ),
    solution=(
        "∂L/∂s = e^s/(1 + e^s) − t = σ(s) − t, in Python: 1/(1 + exp(-s)) - t. It is p − y once more, for two classes."
    ),
)
EXERCISE_3 = Exercise(
    key="11.3",
    ask="let cross_entropy(z, true) return the loss and the list of gradients.",
    hints=(
        "Subtract m = max(z) from every score first. That changes no probability, and no exponential overflows.",
        "The loss is m + ln Σ e^(z − m) − z[true]. Do not take the logarithm of a probability: it may have become 0.",
        "The gradient of score j is p[j], minus 1 for the true class.",
    ),
    solution=(
        "One way to write it:\n"
        "    def cross_entropy(z, true):\n"
        "        m = max(z)\n"
        "        e = [math.exp(score - m) for score in z]\n"
        "        loss = m + math.log(sum(e)) - z[true]\n"
        "        return loss, [e[j] / sum(e) - (j == true) for j in range(len(z))]"
    ),
)
EXERCISES = (EXERCISE_1, EXERCISE_2, EXERCISE_3)

_SCORES = (0.0, math.log(2.0), math.log(5.0))
_POINTS_2 = ({"s": 0.5, "t": 1.0}, {"s": -2.0, "t": 0.3}, {"s": 1.5, "t": 0.0})


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

    def truth(point: marking.Point) -> tuple[float, list[Slip]]:
        graph = traced(_binary, point, "L")
        p, t = 1.0 / (1.0 + math.exp(-point["s"])), point["t"]
        special = [
            Slip(p, "that is the path through the logarithm alone: −t·s also depends on s"),
            Slip((p - t) * p * (1.0 - p), "the derivative of the sigmoid is multiplied in once too often"),
            Slip(1.0 / (1.0 + math.exp(point["s"])) - t, "the derivative of ln(u) is 1/u times the derivative of u"),
            Slip(p * (1.0 - p) - t, "the derivative of ln(1 + e^s) is the sigmoid itself, not its derivative"),
        ]
        return scalar(graph.grad("s")), [*special, *of_gradient(graph, "s")]

    return exercise.judge(EXERCISE_2, marking.formula(answer, "∂L/∂s", _POINTS_2, truth))


def exercise_3(answer: object) -> Feedback:
    """Check a function cross_entropy(z, true) that returns loss and gradients, at moderate and at huge scores."""
    return exercise.judge(EXERCISE_3, cross_entropies.marks(answer))


def hint(number: int) -> Feedback:
    """The next hint of an exercise (1, 2 or 3), without giving an answer."""
    return exercise.hint(exercise.pick(EXERCISES, number))


def solution(number: int) -> Feedback:
    """The solution of an exercise (1, 2 or 3)."""
    return exercise.solution(exercise.pick(EXERCISES, number))


def reset() -> None:
    """Forget all answers of this lesson: hints start again with the first."""
    exercise.reset(PREDICT, MODIFIED, FIND_ERROR, *EXERCISES)


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
