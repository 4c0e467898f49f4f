"""Checks of lesson 03: three ways to differentiate."""

from __future__ import annotations

from collections.abc import Sequence

from notebook_ad.graph.numbers import short
from notebook_ad.graph.slips import Slip
from notebook_ad.lessons import exercise, marking
from notebook_ad.lessons.differencing import TASK
from notebook_ad.lessons.exercise import Exercise
from notebook_ad.lessons.feedback import Feedback

PREDICT = Exercise(
    key="03.predict",
    ask="replace each None by a number: two differences with h = 0.05, two local slopes, their product.",
    hints=(
        "The differences need only the table. The slopes need only the rule 4 − 8·(what goes into the step).",
        "Forward: (z(0.25) − z(0.20)) / 0.05. Central: (z(0.25) − z(0.15)) / 0.10, since the two points are 2h apart.",
        "The first step is at x = 0.2, so 4 − 1.6. The second is at y = 0.64, so 4 − 5.12. Along a path, multiply.",
    ),
    solution=(
        "forward: (0.75 − 0.9216) / 0.05 = −3.432. central: (0.75 − 0.9996) / 0.1 = −2.496. "
        "slopes: 4 − 1.6 = 2.4 and 4 − 5.12 = −1.12. automatic: 2.4 × (−1.12) = −2.688."
    ),
)
MODIFIED = Exercise(
    key="03.modified",
    ask="replace each None by a number: the slopes of three steps from x = 0.3, and their product.",
    hints=(
        "Forward first: x = 0.3, then 4·0.3·0.7, and so on. Each step has its own input.",
        "The inputs of the three steps are 0.3, 0.84 and 0.5376. The slope of a step is 4 − 8·input.",
        "Slopes: 1.6, −2.72 and −0.3008. Multiply all three.",
    ),
    solution="1.6 × (−2.72) × (−0.3008) = 1.309.",
)
FIND_ERROR = Exercise(
    key="03.error",
    ask="set wrong_line to the number of the line that does not do what it should.",
    hints=(
        "The formula of the central difference is right. Which number in it is not what the author meant?",
        "Ask for the value of each name in turn. How large is h?",
        "1 / 1e-10 is ten thousand million, 1e10. The two points are then far away on both sides.",
    ),
    solution=(
        "Line 3: 1 / 1e-10 is 1e10. The step was meant to be 1e-10, and even that is too small for a central "
        "difference: 6e-6 leaves a smaller error."
    ),
)
EXERCISE_1 = Exercise(
    key="03.1",
    ask="replace each None by a number: two differences, the exact slope, and two numbers of runs.",
    hints=(
        "2.1³ = 9.261, 2³ = 8 and 1.9³ = 6.859. The exact slope of x³ is 3x².",
        "The forward difference divides by h = 0.1, the central one by 2h = 0.2.",
        "Runs for 100 inputs: forward takes one run for each input and one at the point itself; central takes two each.",
    ),
    solution=(
        "forward: 1.261 / 0.1 = 12.61. central: 2.402 / 0.2 = 12.01. exact: 3 × 4 = 12. "
        "runs: 100 + 1 = 101, and 2 × 100 = 200."
    ),
)
EXERCISE_2 = Exercise(
    key="03.2",
    ask='write the formula as text in x and h, for example "3*x - h".',
    hints=(
        "Write (x + h)³ out: x³ + 3x²h + 3xh² + h³.",
        "Subtract x³ and divide by h: that is the forward difference. Then subtract the exact slope 3x².",
        "The difference is 3x² + 3xh + h². What is left over after 3x²?",
    ),
    solution="The error is 3xh + h², in Python: 3*x*h + h**2. It shrinks with h, not with h².",
)
EXERCISE_3 = Exercise(
    key="03.3",
    ask="let numeric_gradient(f, x) return a list with the slope of f for each element of the list x.",
    hints=(
        "For each i: make a copy of x with x[i] + h, another with x[i] − h, and call f on both.",
        "Only element i moves. The slope is (up − down) / (2 * h), with h = 6e-6 or so.",
        "x[:i] + [x[i] + h] + x[i + 1:] is such a copy. Collect one slope for each i in a list.",
    ),
    solution=(
        "One way to write it:\n"
        "    def numeric_gradient(f, x):\n"
        "        h = 6e-6\n"
        "        slopes = []\n"
        "        for i in range(len(x)):\n"
        "            up = f(x[:i] + [x[i] + h] + x[i + 1:])\n"
        "            down = f(x[:i] + [x[i] - h] + x[i + 1:])\n"
        "            slopes.append((up - down) / (2 * h))\n"
        "        return slopes"
    ),
)
EXERCISES = (EXERCISE_1, EXERCISE_2, EXERCISE_3)

_POINTS_2 = ({"x": 2.0, "h": 0.5}, {"x": -1.5, "h": 0.3}, {"x": 0.4, "h": 0.7})


def predict(predicted: object) -> Feedback:
    """Check two differences and the slopes of z = 4y(1 − y), y = 4x(1 − x) at x = 0.2."""
    forward = [
        Slip(3.432, "the size is right, the sign is turned around: z falls"),
        Slip(-0.1716, "that is the change of z; divide it by h"),
        Slip(-1.56, "that is the difference on the left, with x − h"),
        Slip(-2.496, "that is the central difference"),
    ]
    central = [
        Slip(2.496, "the size is right, the sign is turned around: z falls"),
        Slip(-4.992, "the two points are 2h apart, so divide by 2h"),
        Slip(-0.2496, "that is the change of z; divide it by 2h"),
        Slip(-3.432, "that is the forward difference"),
    ]
    slopes = _steps((0.2, 0.64), ("first_slope", "second_slope"))
    product = _product((2.4, -1.12), 0.2)
    product += [Slip(-3.432, "that is the forward difference"), Slip(-2.496, "that is the central difference")]
    expected = {
        "forward_difference": (-3.432, forward),
        "central_difference": (-2.496, central),
        **slopes,
        "automatic": (-2.688, product),
    }
    return exercise.judge(PREDICT, marking.blanks(predicted, expected))


def predict_modified(predicted: object) -> Feedback:
    """Check the slopes of three steps from x = 0.3, and their product."""
    slopes = _steps((0.3, 0.84, 0.5376), ("slope_1", "slope_2", "slope_3"))
    values = [right for right, _ in slopes.values()]
    expected = {**slopes, "automatic": (values[0] * values[1] * values[2], _product(values, 0.3))}
    return exercise.judge(MODIFIED, marking.blanks(predicted, expected))


def find_error(wrong_line: object) -> Feedback:
    """Check which line of the printed program gives the wrong slope."""
    why_not = {
        1: "it is right: sin is a good first test, as its slope at 0 is 1",
        2: "it is right: the slope of f is wanted at x",
        4: "it is right: one point on each side of x",
        5: "it is right: the two points are 2h apart",
    }
    return exercise.judge(FIND_ERROR, marking.choice(wrong_line, "line", 3, why_not))


def exercise_1(answer: object) -> Feedback:
    """Check the differences of x³ at x = 2 with h = 0.1, and the numbers of runs for 100 inputs."""
    expected = {
        "forward": (12.61, [Slip(1.261, "divide the change by h"), Slip(12.01, "that is the central difference")]),
        "central": (
            12.01,
            [
                Slip(24.02, "the two points are 2h apart, so divide by 2h"),
                Slip(12.61, "that is the forward difference"),
                Slip(11.41, "that is the difference on the left alone"),
            ],
        ),
        "exact": (12.0, [Slip(8.0, "that is the value of x³, not its slope"), Slip(6.0, "the slope of x³ is 3x²")]),
        "runs_forward": (
            101.0,
            [Slip(100.0, "the run at the point itself is missing"), Slip(200.0, "the run at the point is shared")],
        ),
        "runs_central": (
            200.0,
            [
                Slip(201.0, "the point itself is not used"),
                Slip(101.0, "each input needs two runs of its own"),
                Slip(100.0, "each input needs two runs, one on each side"),
            ],
        ),
    }
    return exercise.judge(EXERCISE_1, marking.blanks(answer, expected))


def exercise_2(answer: object) -> Feedback:
    """Check a formula for the error of the forward difference of x³; any equivalent form is right."""

    def truth(point: marking.Point) -> tuple[float, list[Slip]]:
        x, h = point["x"], point["h"]
        error = 3 * x * h + h**2
        return error, [
            Slip(-error, "the size is right, the sign is turned around: difference minus slope"),
            Slip(3 * x * h, "the last term h² is missing"),
            Slip(h**2, "that is the error of the central difference"),
            Slip(3 * x**2 + error, "that is the difference itself; subtract the exact slope 3x²"),
            Slip(3 * x * h**2 + h**3, "divide by h: the difference is a change divided by h"),
            Slip(3 * x**2, "that is the exact slope"),
        ]

    return exercise.judge(EXERCISE_2, marking.formula(answer, "the error", _POINTS_2, truth))


def exercise_3(answer: object) -> Feedback:
    """Check a function numeric_gradient(f, x), on four functions."""
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


def _steps(inputs: Sequence[float], names: Sequence[str]) -> dict[str, tuple[float, list[Slip]]]:
    """For each step 4v(1 − v) its slope 4 − 8v, with what goes wrong in it."""
    asked = {}
    for name, v in zip(names, inputs, strict=True):
        slips = [
            Slip(8 * v - 4, "the size is right, the sign is turned around"),
            Slip(4 * v * (1 - v), "that is the value after the step, not its slope"),
            Slip(
                4 * (1 - v), f"a path is forgotten: {short(v)} is used twice, and the other use brings {short(-4 * v)}"
            ),
            Slip(
                -4 * v, f"a path is forgotten: {short(v)} is used twice, and the other use brings {short(4 * (1 - v))}"
            ),
            Slip(4 - 8 * inputs[0], f"that is the slope at x; this step is at {short(v)}"),
        ]
        asked[name] = (4 - 8 * v, slips)
    return asked


def _product(slopes: Sequence[float], x: float) -> list[Slip]:
    product = 1.0
    for slope in slopes:
        product *= slope
    return [
        Slip(-product, "the size is right, the sign is turned around"),
        Slip(sum(slopes), "the slopes are added; along a path they are multiplied"),
        Slip(sum(slopes) / len(slopes), "the slopes are averaged; along a path they are multiplied"),
        Slip((4 - 8 * x) ** len(slopes), "all slopes are taken at x; each step has its own input"),
        Slip(slopes[0], "that is the first slope alone: the chain stops too early"),
        Slip(slopes[-1], "that is the last slope alone: the chain stops too early"),
        Slip(product / slopes[-1], "the last slope is missing: the chain stops too early"),
    ]
