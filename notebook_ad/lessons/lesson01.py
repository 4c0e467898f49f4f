"""Checks of lesson 01: the computation graph and the chain rule."""

from __future__ import annotations

from notebook_ad.graph.graph import Graph
from notebook_ad.graph.slips import Slip, of_gradient, scalar
from notebook_ad.lessons import exercise, marking
from notebook_ad.lessons.exercise import Exercise
from notebook_ad.lessons.feedback import Feedback
from notebook_ad.lessons.traced import traced
from notebook_ad.tensor.tensor import Tensor

LEAVES = ("a", "w", "b", "y_true")

PREDICT = Exercise(
    key="01.predict",
    ask="replace each None by the gradient that you expect for this leaf.",
    hints=(
        "Walk back from L. On each edge multiply two numbers: upstream gradient × local derivative.",
        "The upstream gradient is −2 at the result of −, and + hands it on unchanged: −2 at the result of ×, too.",
        "Local derivatives: u − v has 1 and −1, u + v has 1 and 1. In a·w they are w = 3 for a, and a = 2 for w.",
    ),
    solution="a: −2 × 3 = −6. w: −2 × 2 = −4. b: −2 × 1 = −2. y_true: −2 × (−1) = 2.",
)
MODIFIED = Exercise(
    key="01.modified",
    ask="replace each None by the gradient at a = 5, w = 3, b = 7, y_true = 19.",
    hints=(
        "Forward first: a·w, then a·w + b, then a·w + b − y_true, then L.",
        "Forward: 15, 22, 3, 9. The derivative of u² is 2u, so the upstream gradient at the result of − is 2 × 3 = 6.",
        "6 flows back through − and + to the result of ×. There a gets 6 × w, and w gets 6 × a.",
    ),
    solution="a: 6 × 3 = 18. w: 6 × 5 = 30. b: 6 × 1 = 6. y_true: 6 × (−1) = −6.",
)
FIND_ERROR = Exercise(
    key="01.error",
    ask="set wrong_line to the number of the line that does not hold.",
    hints=(
        "Three of the four lines are right. Read each one as 'derivative of … with respect to …'.",
        "In a chain ∂L/∂w = ∂L/∂z · ∂z/∂w the two z's meet. Check that the inner names match in each line.",
        "∂x/∂w asks how x changes with w. But x is a leaf: nothing computes it, and w does not move it.",
    ),
    solution=(
        "In line 4 the upstream gradient must be that of the op's result, and the local derivative that of the same "
        "result: ∂L/∂w = ∂L/∂z · ∂z/∂w = 2(z − y) · x."
    ),
)
EXERCISE_1 = Exercise(
    key="01.1",
    ask="replace each None by a number: two forward values, then four gradients.",
    hints=(
        "Forward: q = x + y, then f = q·z. Backward starts at f with the seed 1.",
        "f = q·z is a product: the gradient of q is 1 × z, and that of z is 1 × q.",
        "q = x + y is a sum: the local derivatives are 1 and 1, so x and y both get the gradient of q.",
    ),
    solution="q = −2 + 5 = 3, f = 3 × (−4) = −12. dq = 1 × (−4) = −4, dz = 1 × 3 = 3, dx = dy = −4 × 1 = −4.",
)
EXERCISE_2 = Exercise(
    key="01.2",
    ask='write the formula as text, for example "2*w + x".',
    hints=(
        "Name the steps: p = w·x, u = p + b − y, L = u². Go back one step at a time.",
        "The gradient of u is 2u. Through − and + it comes unchanged to p.",
        "p = w·x, so the local derivative of p with respect to w is x. Multiply: 2u · x, and write u out again.",
    ),
    solution="∂L/∂w = 2·(w·x + b − y)·x, in Python: 2*(w*x + b - y)*x.",
)
EXERCISE_3 = Exercise(
    key="01.3",
    ask="let backward(a, b, c, d) return the four gradients, as a dict or in the order a, b, c, d.",
    hints=(
        "Forward first, with a name for each step: p = a·b, n = p − c, z = n / d. Then go back from z with the seed 1.",
        "z = n / d has the local derivatives 1/d with respect to n, and −n/d² with respect to d.",
        "With dn = 1/d: the subtraction hands dn to p, and −dn to c. The product gives a: dn·b, and b: dn·a.",
    ),
    solution=(
        "One way to write it:\n"
        "    def backward(a, b, c, d):\n"
        "        n = a * b - c                                          # forward\n"
        "        dn, dd = 1 / d, -n / d**2                              # z = n / d, seed 1\n"
        "        return dict(a=dn * b, b=dn * a, c=-dn, d=dd)           # upstream × local"
    ),
)
EXERCISES = (EXERCISE_1, EXERCISE_2, EXERCISE_3)

_POINTS_2 = ({"w": 3.0, "x": 5.0, "b": 7.0, "y": 19.0}, {"w": -1.5, "x": 0.7, "b": 2.0, "y": 0.25},
             {"w": 0.3, "x": -4.0, "b": -1.0, "y": 2.5})  # fmt: skip
_POINTS_3 = ({"a": 3.0, "b": 5.0, "c": 7.0, "d": 4.0}, {"a": -1.5, "b": 0.7, "c": 2.0, "d": -0.4},
             {"a": 0.2, "b": -6.0, "c": -3.0, "d": 2.5})  # fmt: skip


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

    def truth(point: marking.Point) -> tuple[float, list[Slip]]:
        graph = traced(_exercise_2, point, "L")
        right = scalar(graph.grad("w"))
        return right, of_gradient(graph, "w")

    return exercise.judge(EXERCISE_2, marking.formula(answer, "∂L/∂w", _POINTS_2, truth))


def exercise_3(answer: object) -> Feedback:
    """Check a function backward(a, b, c, d) that returns the gradients of z = (a·b − c) / d."""

    def graph(point: marking.Point) -> Graph:
        return traced(_exercise_3, point, "z")

    def extra(point: marking.Point) -> dict[str, list[Slip]]:
        numerator = point["a"] * point["b"] - point["c"]
        return {"d": [Slip(-numerator / point["d"], "the derivative of n/d with respect to d is −n/d²: d is squared")]}

    marks = marking.backward_function(answer, "z", tuple("abcd"), _POINTS_3, graph, extra)
    return exercise.judge(EXERCISE_3, marks)


def hint(number: int) -> Feedback:
    """The next hint of an exercise (1, 2 or 3), without giving an answer."""
    return exercise.hint(exercise.pick(EXERCISES, number))


def solution(number: int) -> Feedback:
    """The solution of an exercise (1, 2 or 3)."""
    return exercise.solution(exercise.pick(EXERCISES, number))


def reset() -> None:
    """Forget all answers of this lesson: hints start again with the first."""
    exercise.reset(PREDICT, MODIFIED, FIND_ERROR, *EXERCISES)


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
