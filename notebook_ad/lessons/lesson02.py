"""Checks of lesson 02: many paths, one gradient."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from notebook_ad.graph.slips import Slip, of_contribution, of_gradient, scalar
from notebook_ad.lessons import exercise, marking, tapes
from notebook_ad.lessons.exercise import Exercise
from notebook_ad.lessons.feedback import Feedback
from notebook_ad.lessons.traced import traced
from notebook_ad.tensor.tensor import Tensor

PREDICT = Exercise(
    key="02.predict",
    ask="replace each None by a number: the two contributions to x1, then the two gradients.",
    hints=(
        "x0 has one path to y. x1 has two: one through ×, one through the square.",
        "The seed 1 comes unchanged through + to both its operands. Multiply by the local derivative of × or x1².",
        "Local derivatives: x0·x1 has x0 = 1 with respect to x1, and x1 = 2 with respect to x0. x1² has 2·x1 = 4.",
    ),
    solution="x0: 1 × 2 = 2. x1 through ×: 1 × 1 = 1. x1 through the square: 1 × 4 = 4. x1: 1 + 4 = 5.",
)
TWINS = Exercise(
    key="02.twins",
    ask="replace each None by the gradient of x at x = 3.",
    hints=(
        "In each of the three, x is both operands: two edges, two contributions.",
        "Local derivatives: u + v has 1 and 1, u − v has 1 and −1, u·v has v and u.",
        "Add the two: 1 + 1, 1 + (−1), 3 + 3.",
    ),
    solution="x + x: 1 + 1 = 2. x − x: 1 + (−1) = 0. x · x: 3 + 3 = 6, which is 2x.",
)
FIND_ERROR = Exercise(
    key="02.error",
    ask="set wrong_line to the number of the line that breaks the gradients.",
    hints=(
        "Each line may be right on its own. Ask when it runs, and what later turns of the loop still read.",
        "The local derivatives are computed from the forward values. Which line changes a value that is still needed?",
        "w is used in every step of the recurrence. Line 4 changes it while the sweep still needs the old w.",
    ),
    solution=(
        "Line 4 updates w inside the sweep. Finish the sweep first, then update once, with the whole sum: "
        "move line 4 out of the loop."
    ),
)
EXERCISE_1 = Exercise(
    key="02.1",
    ask="replace each None by a number: the two contributions to x, then their sum.",
    hints=(
        "x goes into × directly, and into + first. Two edges leave x.",
        "y = x·s with s = x + 3 = 7. The upstream gradient of × is 1, and that of + is 1 × x.",
        "Through ×: 1 × s. Through +: 4 × 1. Then add.",
    ),
    solution="Through ×: 1 × 7 = 7. Through +: 4 × 1 = 4. Sum: 11, which is 2x + 3.",
)
EXERCISE_2 = Exercise(
    key="02.2",
    ask='write the formula as text in w, h0, x1, x2, for example "w*h0 + x2".',
    hints=(
        "w is used twice: in the first step and in the second. Two paths, two contributions.",
        "The second step contributes h1. The first step contributes w·h0: upstream w, local derivative h0.",
        "Add h1 and w·h0, then write h1 = w·h0 + x1 out.",
    ),
    solution="∂h2/∂w = h1 + w·h0 = 2·w·h0 + x1, in Python: 2*w*h0 + x1.",
)
EXERCISE_3 = Exercise(
    key="02.3",
    ask="let sweep(tape, output) return a dict with the gradient of every name.",
    hints=(
        "Start with grads = {output: 1.0}. Go through reversed(tape), so that a result is complete before it is used.",
        "For each (operand, local) add upstream × local, where upstream = grads[result].",
        "Add, do not assign: grads[operand] = grads.get(operand, 0.0) + upstream * local.",
    ),
    solution=(
        "One way to write it:\n"
        "    def sweep(tape, output):\n"
        "        grads = {output: 1.0}\n"
        "        for result, operands in reversed(tape):\n"
        "            upstream = grads.get(result, 0.0)\n"
        "            for operand, local in operands:\n"
        "                grads[operand] = grads.get(operand, 0.0) + upstream * local\n"
        "        return grads"
    ),
)
EXERCISES = (EXERCISE_1, EXERCISE_2, EXERCISE_3)

_POINTS_2 = ({"w": 2.0, "h0": 1.0, "x1": 3.0, "x2": -4.0}, {"w": -0.5, "h0": 3.0, "x1": 0.7, "x2": 2.0},
             {"w": 1.7, "h0": -2.0, "x1": -5.0, "x2": 0.3})  # fmt: skip


def predict(predicted: object) -> Feedback:
    """Check contributions and gradients of y = x0·x1 + x1² at x0 = 1, x1 = 2."""
    graph = traced(_two_paths, {"x0": 1, "x1": 2}, "y")
    by_op = {graph.nodes[edge.user].op: edge for edge in graph.users(graph.node("x1").id)}
    product, square = by_op["mul"], by_op["pow"]
    halved = Slip(2.0, "the derivative of x1² is 2·x1, not x1")
    expected = {
        "x1_through_mul": (scalar(product.contribution), of_contribution(graph, product.id)),
        "x1_through_square": (scalar(square.contribution), [halved, *of_contribution(graph, square.id)]),
        "x0": (scalar(graph.grad("x0")), of_gradient(graph, "x0")),
        "x1": (scalar(graph.grad("x1")), of_gradient(graph, "x1")),
    }
    return exercise.judge(PREDICT, marking.blanks(predicted, expected))


def predict_twins(predicted: object) -> Feedback:
    """Check the gradients of x + x, x − x and x · x at x = 3."""
    twins: dict[str, Callable[[Tensor], Tensor]] = {
        "x + x": lambda x: x + x,
        "x - x": lambda x: x - x,
        "x * x": lambda x: x * x,
    }
    expected = {}
    for name, twin in twins.items():
        graph = traced(twin, {"x": 3}, "y")
        expected[name] = (scalar(graph.grad("x")), of_gradient(graph, "x"))
    return exercise.judge(TWINS, marking.blanks(predicted, expected))


def find_error(wrong_line: object) -> Feedback:
    """Check which line of the printed sweep breaks the gradients."""
    why_not = {
        1: "it is right: the sweep starts with the seed, and w has no contribution yet",
        2: "it is right: the sweep visits the last step first",
        3: "it is right: w is used in each step, so its contributions are added",
        5: "it is right: it hands the gradient on to the step before",
    }
    return exercise.judge(FIND_ERROR, marking.choice(wrong_line, "line", 4, why_not))


def exercise_1(answer: object) -> Feedback:
    """Check contributions and gradient of y = x·(x + 3) at x = 4."""
    graph = traced(lambda x: x * (x + 3.0), {"x": 4}, "y")
    by_op = {graph.nodes[edge.user].op: edge for edge in graph.users(graph.node("x").id)}
    expected: dict[str, tuple[float, Sequence[Slip]]] = {
        f"through_{op}": (scalar(by_op[op].contribution), of_contribution(graph, by_op[op].id)) for op in ("mul", "add")
    }
    expected["total"] = (scalar(graph.grad("x")), of_gradient(graph, "x"))
    return exercise.judge(EXERCISE_1, marking.blanks(answer, expected))


def exercise_2(answer: object) -> Feedback:
    """Check a formula for ∂h2/∂w of h1 = w·h0 + x1, h2 = w·h1 + x2; any equivalent form is right."""

    def truth(point: marking.Point) -> tuple[float, list[Slip]]:
        graph = traced(_recurrence, point, "h2")
        return scalar(graph.grad("w")), of_gradient(graph, "w")

    return exercise.judge(EXERCISE_2, marking.formula(answer, "∂h2/∂w", _POINTS_2, truth))


def exercise_3(answer: object) -> Feedback:
    """Check a function sweep(tape, output) that returns the gradients of a tape, on five tapes."""
    return exercise.judge(EXERCISE_3, tapes.marks(answer))


def hint(number: int) -> Feedback:
    """The next hint of an exercise (1, 2 or 3), without giving an answer."""
    return exercise.hint(exercise.pick(EXERCISES, number))


def solution(number: int) -> Feedback:
    """The solution of an exercise (1, 2 or 3)."""
    return exercise.solution(exercise.pick(EXERCISES, number))


def reset() -> None:
    """Forget all answers of this lesson: hints start again with the first."""
    exercise.reset(PREDICT, TWINS, FIND_ERROR, *EXERCISES)


def _two_paths(x0: Tensor, x1: Tensor) -> Tensor:
    return x0 * x1 + x1**2


def _recurrence(w: Tensor, h0: Tensor, x1: Tensor, x2: Tensor) -> Tensor:
    return w * (w * h0 + x1) + x2
