"""Checks of lesson 04: forward mode and reverse mode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from notebook_ad.graph.slips import Slip
from notebook_ad.lessons import exercise, marking
from notebook_ad.lessons.exercise import Exercise
from notebook_ad.lessons.feedback import Feedback
from notebook_ad.lessons.pushing import TASK

PREDICT = Exercise(
    key="04.predict",
    ask="replace each None by a number: four tangents, then two numbers of sweeps.",
    hints=(
        "Go from left to right. A tangent is the sum over the operands: local derivative × tangent of the operand.",
        "p = a·b: the local derivative for a is b = 5, and b does not move. s = p + c: only p moves.",
        "y = s·a: both move, so 2 × (tangent of s) + 13 × (tangent of a). z = p·c: only p moves, 3 × (tangent of p).",
    ),
    solution=(
        "p: 5 × 1 = 5. s: 1 × 5 = 5. y: 2 × 5 + 13 × 1 = 23. z: 3 × 5 = 15. "
        "A forward sweep answers for one input, so 3 sweeps; a reverse sweep for one output, so 2."
    ),
)
MODIFIED = Exercise(
    key="04.modified",
    ask="replace each None by the tangent in the direction (1, 0, −1).",
    hints=(
        "Now two inputs move at once: a with the tangent 1, and c with −1. b stands still.",
        "p = a·b: 5 × 1 + 2 × 0. s = p + c: the tangent of p, plus −1.",
        "y = s·a: 2 × 4 + 13 × 1. z = p·c: 3 × 5 + 10 × (−1).",
    ),
    solution="p: 5. s: 5 − 1 = 4. y: 2 × 4 + 13 × 1 = 21, which is 23 − 2. z: 3 × 5 + 10 × (−1) = 5, which is 15 − 10.",
)
FIND_ERROR = Exercise(
    key="04.error",
    ask="set wrong_line to the number of the sentence that does not hold.",
    hints=(
        "Ask of each sentence: where does the sweep start, and what has it got at its end?",
        "A forward sweep starts with one seeded input. Which columns, or which rows, of the Jacobian does it fill?",
        "Seeded at a, your forward sweep gave 23 for y and 15 for z: two outputs, one input.",
    ),
    solution="Sentence 2 is turned around: one forward sweep gives the derivatives of all outputs for one input.",
)
EXERCISE_1 = Exercise(
    key="04.1",
    ask="replace each None by a number: three tangents, then four gradients.",
    hints=(
        "Values first: p = 6, q = 9, r = 54. Forward, only y has a tangent: 1.",
        "p = x·y: 2 × 1. q = p + y: both operands move. r = p·q: 9 × (tangent of p) + 6 × (tangent of q).",
        "Backward: q gets 1 × 6. p gets 1 × 9 from r, and 6 × 1 from q. y is used twice: in p and in q.",
    ),
    solution=(
        "Tangents: p: 2, q: 2 + 1 = 3, r: 9 × 2 + 6 × 3 = 36. Gradients: q: 6, p: 9 + 6 = 15, x: 15 × 3 = 45, "
        "y: 15 × 2 + 6 × 1 = 36. The tangent of r and the gradient of y are the same derivative, ∂r/∂y."
    ),
)
EXERCISE_2 = Exercise(
    key="04.2",
    ask='write the formula as text in x, y, dx, dy, for example "dx*y + dy".',
    hints=(
        "A quotient has two operands, so the tangent has two terms: one with dx, one with dy.",
        "The local derivatives of x / y are 1/y with respect to x, and −x/y² with respect to y.",
        "Multiply each local derivative by the tangent of its operand, and add.",
    ),
    solution="dz = dx/y − x·dy/y², in Python: dx/y - x*dy/y**2.",
)
EXERCISE_3 = Exercise(
    key="04.3",
    ask="let push(tape, seeds) return a dict with the tangent of every name.",
    hints=(
        "Start with tangents = dict(seeds). Go through the tape from the first entry to the last.",
        "The tangent of a result is the sum over its operands: local × tangents.get(operand, 0.0).",
        "An input that is not seeded has the tangent 0. Add up all operands before you store the sum.",
    ),
    solution=(
        "One way to write it:\n"
        "    def push(tape, seeds):\n"
        "        tangents = dict(seeds)\n"
        "        for result, operands in tape:\n"
        "            tangents[result] = 0.0\n"
        "            for operand, local in operands:\n"
        "                tangents[result] += local * tangents.get(operand, 0.0)\n"
        "        return tangents"
    ),
)
EXERCISES = (EXERCISE_1, EXERCISE_2, EXERCISE_3)

_LOCAL_ONLY = "the local derivative alone: the number that it is multiplied by is forgotten"
_VALUE = "that is the value, not the tangent"
_POINTS_2 = ({"x": 3.0, "y": 2.0, "dx": 0.7, "dy": 1.3}, {"x": -1.5, "y": 0.4, "dx": 2.0, "dy": -0.3},
             {"x": 0.8, "y": -2.5, "dx": -1.1, "dy": 0.6})  # fmt: skip
_SWEEPS: Mapping[str, tuple[float, Sequence[Slip]]] = {
    "forward_sweeps": (
        3.0,
        [
            Slip(2.0, "that is one for each output; a forward sweep starts at one input"),
            Slip(1.0, "one sweep gives one column of the Jacobian only"),
            Slip(6.0, "a sweep gives a whole column of the Jacobian, not one number"),
        ],
    ),
    "reverse_sweeps": (
        2.0,
        [
            Slip(3.0, "that is one for each input; a reverse sweep starts at one output"),
            Slip(1.0, "one sweep gives one row of the Jacobian only"),
            Slip(6.0, "a sweep gives a whole row of the Jacobian, not one number"),
        ],
    ),
}


def predict(predicted: object) -> Feedback:
    """Check the tangents of y = (a·b + c)·a and z = a·b·c at (2, 5, 3), seeded at a, and the numbers of sweeps."""
    stopped = "the tangent of s alone: the local derivative is forgotten"
    tangents = {
        "p": (5.0, [Slip(2.0, "the local derivative of a·b for a is the other operand, b = 5"), Slip(10.0, _VALUE)]),
        "s": (5.0, [Slip(6.0, "c does not move: its tangent is 0"), Slip(13.0, _VALUE), Slip(1.0, _LOCAL_ONLY)]),
        "y": (
            23.0,
            [
                Slip(10.0, "a path is forgotten: a goes into the last product, too"),
                Slip(13.0, "a path is forgotten: s moves, too"),
                Slip(130.0, "the two contributions are multiplied; they must be added"),
                Slip(11.5, "the two contributions are averaged; they must be added"),
                Slip(5.0, stopped),
                Slip(26.0, _VALUE),
            ],
        ),
        "z": (
            15.0,
            [
                Slip(3.0, _LOCAL_ONLY),
                Slip(25.0, "c does not move: its tangent is 0"),
                Slip(5.0, "the tangent of p alone: the local derivative is forgotten"),
                Slip(30.0, _VALUE),
            ],
        ),
    }
    return exercise.judge(PREDICT, marking.blanks(predicted, {**tangents, **_SWEEPS}))


def predict_modified(predicted: object) -> Feedback:
    """Check the tangents of the same functions in the direction (1, 0, −1)."""
    expected = {
        "p": (5.0, [Slip(3.0, "c does not go into p"), Slip(10.0, _VALUE)]),
        "s": (4.0, [Slip(6.0, "c moves by −1: mind the sign"), Slip(5.0, "c moves, too: its tangent is −1")]),
        "y": (
            21.0,
            [
                Slip(23.0, "that is the tangent for a alone; c moves, too"),
                Slip(25.0, "c moves by −1: mind the sign"),
                Slip(8.0, "a path is forgotten: a goes into the last product, too"),
                Slip(13.0, "a path is forgotten: s moves, too"),
            ],
        ),
        "z": (
            5.0,
            [
                Slip(15.0, "that is the tangent for a alone; c moves, too"),
                Slip(25.0, "c moves by −1: mind the sign"),
                Slip(-10.0, "a path is forgotten: p moves, too"),
                Slip(-150.0, "the two contributions are multiplied; they must be added"),
            ],
        ),
    }
    return exercise.judge(MODIFIED, marking.blanks(predicted, expected))


def find_error(wrong_line: object) -> Feedback:
    """Check which of the printed sentences does not hold."""
    why_not = {
        1: "it holds: the tangent of a result needs only the values and tangents of its operands",
        3: "it holds: the local derivatives are taken at these values, and the sweep begins at the end",
        4: "it holds: one output, so one reverse sweep, however many inputs",
    }
    return exercise.judge(FIND_ERROR, marking.choice(wrong_line, "sentence", 2, why_not))


def exercise_1(answer: object) -> Feedback:
    """Check tangents (seeded at y) and gradients of r = p·q, p = x·y, q = p + y at x = 2, y = 3."""
    expected = {
        "p_tangent": (2.0, [Slip(3.0, "the local derivative of x·y for y is the other operand, x = 2")]),
        "q_tangent": (3.0, [Slip(2.0, "a path is forgotten: y moves, too"), Slip(1.0, "a path is forgotten: p moves")]),
        "r_tangent": (
            36.0,
            [
                Slip(18.0, "a path is forgotten: p and q both move"),
                Slip(324.0, "the two contributions are multiplied; they must be added"),
                Slip(54.0, _VALUE),
            ],
        ),
        "q_grad": (6.0, [Slip(9.0, "the local derivative of p·q for q is the other operand, p = 6")]),
        "p_grad": (15.0, [Slip(9.0, "a path is forgotten: p goes into q"), Slip(6.0, "a path is forgotten: into r")]),
        "x_grad": (
            45.0,
            [
                Slip(3.0, _LOCAL_ONLY),
                Slip(30.0, "the local derivative is the other operand, y = 3"),
                Slip(27.0, "it starts from an incomplete p: add both contributions first"),
                Slip(18.0, "it starts from an incomplete p: add both contributions first"),
            ],
        ),
        "y_grad": (36.0, [Slip(30.0, "a path is forgotten: y goes into q"), Slip(6.0, "a path is forgotten: into p")]),
    }
    return exercise.judge(EXERCISE_1, marking.blanks(answer, expected))


def exercise_2(answer: object) -> Feedback:
    """Check a formula for the tangent of x / y; any equivalent form is right."""

    def truth(point: marking.Point) -> tuple[float, list[Slip]]:
        x, y, dx, dy = (point[name] for name in ("x", "y", "dx", "dy"))
        return dx / y - x * dy / y**2, [
            Slip(dx / y + x * dy / y**2, "the derivative of x / y with respect to y is −x/y²: mind the sign"),
            Slip(dx / y, "a path is forgotten: y moves, too"),
            Slip(-x * dy / y**2, "a path is forgotten: x moves, too"),
            Slip(dx / y - x * dy / y, "the derivative of x / y with respect to y is −x/y²: y is squared"),
            Slip(1 / y - x / y**2, "the tangents dx and dy are forgotten"),
            Slip(dx / dy, "that is the quotient of the tangents, not the tangent of the quotient"),
            Slip(dx * y - x * dy, "divide by y²"),
        ]

    return exercise.judge(EXERCISE_2, marking.formula(answer, "the tangent", _POINTS_2, truth))


def exercise_3(answer: object) -> Feedback:
    """Check a function push(tape, seeds) that returns the tangents of a tape, on five tapes."""
    return exercise.judge(EXERCISE_3, TASK.marks(answer))


def hint(number: int) -> Feedback:
    """The next hint of an exercise (1, 2 or 3), without giving an answer."""
    return exercise.hint(exercise.pick(EXERCISES, number))


def solution(number: int) -> Feedback:
    """The solution of an exercise (1, 2 or 3)."""
    return exercise.solution(exercise.pick(EXERCISES, number))


def reset() -> None:
    """Forget all answers of this lesson: hints start again with the first."""
    exercise.reset(PREDICT, MODIFIED, FIND_ERROR, *EXERCISES)
