"""Checks of lesson 07: one neuron, active, inactive and dead."""

from __future__ import annotations

import math

import numpy as np

from notebook_ad.graph.slips import Slip, of_gradient, scalar
from notebook_ad.lessons import arrays, exercise, marking
from notebook_ad.lessons.arrays import Array, ArraySlip
from notebook_ad.lessons.exercise import Exercise
from notebook_ad.lessons.feedback import Feedback, Mark
from notebook_ad.lessons.traced import traced
from notebook_ad.tensor.functions import relu, tanh
from notebook_ad.tensor.tensor import Tensor

PREDICT = Exercise(
    key="07.predict",
    ask="replace each None: z and y from the forward pass, then the gradients at x = 2.",
    hints=(
        "Forward: z = w·x + b, then y = max(0, z). Is z above or below 0?",
        "z = −1. There the ReLU is flat: move z a little, and y stays 0. So its local derivative is 0.",
        "dz = 5 × 0. The product and the sum multiply what comes from there, and 0 times anything is 0.",
    ),
    solution="z = 3·2 − 7 = −1 and y = 0. dz = 5 × 0 = 0, so dw = 0 × 2 = 0, dx = 0 × 3 = 0 and db = 0 × 1 = 0.",
)
MODIFIED = Exercise(
    key="07.modified",
    ask="replace each None: z and y from the forward pass, then the gradients at x = 4.",
    hints=(
        "Forward first: z = 3·4 − 7. Is it above 0 now?",
        "z = 5. There the ReLU has the slope 1, so dz = 5 × 1.",
        "dw = dz × x, dx = dz × w, db = dz × 1.",
    ),
    solution="z = 5 and y = 5. dz = 5 × 1 = 5, dw = 5 × 4 = 20, dx = 5 × 3 = 15, db = 5.",
)
LEAKY = Exercise(
    key="07.leaky",
    ask="replace each None by the output and the gradients of the leaky neuron at x = 2.",
    hints=(
        "z is −1 as before. Below 0 the leaky ReLU gives 0.1·z.",
        "Its local derivative there is 0.1. So dz = 5 × 0.1.",
        "dz = 0.5. Then dw = dz × x, dx = dz × w, db = dz × 1.",
    ),
    solution="y = 0.1 × (−1) = −0.1. dz = 5 × 0.1 = 0.5, dw = 0.5 × 2 = 1, dx = 0.5 × 3 = 1.5, db = 0.5.",
)
FIND_ERROR = Exercise(
    key="07.error",
    ask="set wrong_line to the number of the line that does not hold.",
    hints=(
        "Walk back from L and count the factors. Each operation gives one local derivative.",
        "The derivative of the sigmoid is y·(1 − y). In which line does it belong, and where does it stand again?",
        "dz is the gradient of z already. From z to w there is only the product w·x.",
    ),
    solution=(
        "Line 5 multiplies by the activation's derivative a second time. It is in dz already: dw = dz * x. "
        "The path from L to w passes the sigmoid once."
    ),
)
EXERCISE_1 = Exercise(
    key="07.1",
    ask="replace each None by a number: two forward values, then four gradients.",
    hints=(
        "z = w·x + b with (−4)·(−2) = 8. Then y = max(0, z).",
        "z = 3 is above 0, so dz = −2 × 1.",
        "dw = dz × x = −2 × (−2), dx = dz × w = −2 × (−4), db = dz.",
    ),
    solution="z = 8 − 5 = 3, y = 3. dz = −2, dw = −2 × (−2) = 4, dx = −2 × (−4) = 8, db = −2.",
)
EXERCISE_2 = Exercise(
    key="07.2",
    ask='write the formula as text in w, x, b, t, for example "2*tanh(w*x)".',
    hints=(
        "Name the steps: z = w·x + b, y = tanh(z), L = (y − t)². Go back one step at a time.",
        "dy = 2·(y − t). The local derivative of tanh is 1 − y². So dz = dy · (1 − y²).",
        "dw = dz · x. Write y out again as tanh(w*x + b).",
    ),
    solution="∂L/∂w = 2·(y − t)·(1 − y²)·x with y = tanh(w·x + b), in Python: "
    "2*(tanh(w*x + b) - t)*(1 - tanh(w*x + b)**2)*x.",
)
EXERCISE_3 = Exercise(
    key="07.3",
    ask="let neuron_backward(xs, w, b, slope, gs) return dw and db, as a dict or in this order.",
    hints=(
        "Start with dw, db = 0, 0 and loop over the examples: for x, g in zip(xs, gs).",
        "For each example z = w * x + b. Its local derivative is 1 if z > 0 else slope, so dz = g * that.",
        "Each example adds its share: dw += dz * x and db += dz.",
    ),
    solution=(
        "One way to write it:\n"
        "    def neuron_backward(xs, w, b, slope, gs):\n"
        "        dw, db = 0, 0\n"
        "        for x, g in zip(xs, gs):\n"
        "            z = w * x + b\n"
        "            dz = g * (1 if z > 0 else slope)\n"
        "            dw += dz * x\n"
        "            db += dz\n"
        "        return dict(dw=dw, db=db)"
    ),
)
EXERCISES = (EXERCISE_1, EXERCISE_2, EXERCISE_3)

_POINTS = ({"w": 0.5, "x": 3.0, "b": -1.0, "t": 2.0}, {"w": -0.7, "x": 1.5, "b": 0.4, "t": -0.3})
_CASES = (
    ([2.0, 4.0, -1.0], 3.0, -7.0, 0.1, [5.0, 2.0, 3.0]),
    ([1.0, 3.0], -2.0, -1.0, 0.0, [4.0, -6.0]),
    ([-2.0, 5.0, 0.5, 3.0], 1.5, 1.0, 0.25, [1.0, -3.0, 2.0, 0.5]),
)


def predict(predicted: object) -> Feedback:
    """Check the forward values and the gradients of y = ReLU(w·x + b) at x = 2, with the upstream gradient 5."""
    return exercise.judge(PREDICT, _neuron(predicted, x=2.0, w=3.0, b=-7.0, upstream=5.0))


def predict_modified(predicted: object) -> Feedback:
    """Check the same at x = 4, where the neuron is active."""
    return exercise.judge(MODIFIED, _neuron(predicted, x=4.0, w=3.0, b=-7.0, upstream=5.0))


def predict_leaky(predicted: object) -> Feedback:
    """Check output and gradients of the leaky neuron at x = 2."""
    flat = "that is the plain ReLU; the leaky one has the slope 0.1 below 0"
    expected = {"y": (-0.1, [Slip(0.0, flat), Slip(0.1, "z is negative, and so is 0.1·z"), Slip(-1.0, "that is z")])}
    for name, local in {"dz": 1.0, "dw": 2.0, "dx": 3.0, "db": 1.0}.items():
        through = Slip(5.0 * local, "the activation is forgotten: its local derivative is 0.1 here")
        twice = Slip(0.05 * local, "the activation's derivative is multiplied twice; it belongs into dz, once")
        alone = Slip(0.1 * local, "the upstream gradient 5 is forgotten")
        expected[name] = (
            0.5 * local,
            [Slip(0.0, flat), through, twice, alone, Slip(-0.5 * local, "the sign is wrong")],
        )
    return exercise.judge(LEAKY, marking.blanks(predicted, expected))


def find_error(wrong_line: object) -> Feedback:
    """Check which line of the printed backward pass does not hold."""
    why_not = {
        1: "it holds: it is the forward pass",
        2: "it holds: the sigmoid of z",
        3: "it holds: the derivative of (y − t)² with respect to y",
        4: "it holds: upstream dy times the local derivative of the sigmoid, y·(1 − y)",
    }
    return exercise.judge(FIND_ERROR, marking.choice(wrong_line, "line", 5, why_not))


def exercise_1(answer: object) -> Feedback:
    """Check z, y and the gradients at x = −2, w = −4, b = −5 with the upstream gradient −2."""
    return exercise.judge(EXERCISE_1, _neuron(answer, x=-2.0, w=-4.0, b=-5.0, upstream=-2.0))


def exercise_2(answer: object) -> Feedback:
    """Check a formula for ∂L/∂w of L = (tanh(w·x + b) − t)²; any equivalent form is right."""

    def truth(point: marking.Point) -> tuple[float, list[Slip]]:
        graph = traced(lambda w, x, b, t: (tanh(w * x + b) - t) ** 2, point, "L")
        right = scalar(graph.grad("w"))
        local = 1 - math.tanh(point["w"] * point["x"] + point["b"]) ** 2
        known = [
            Slip(right / local, "the local derivative of tanh is forgotten: multiply by 1 − y²"),
            Slip(right * local, "the activation's derivative is multiplied twice; it belongs into dz, once"),
        ]
        return right, known + of_gradient(graph, "w")

    return exercise.judge(EXERCISE_2, marking.formula(answer, "∂L/∂w", _POINTS, truth))


def exercise_3(answer: object) -> Feedback:
    """Check a function neuron_backward(xs, w, b, slope, gs) for a leaky neuron and several examples."""
    return exercise.judge(EXERCISE_3, arrays.function(answer, _CASES, _examples))


def hint(number: int) -> Feedback:
    """The next hint of an exercise (1, 2 or 3), without giving an answer."""
    return exercise.hint(exercise.pick(EXERCISES, number))


def solution(number: int) -> Feedback:
    """The solution of an exercise (1, 2 or 3)."""
    return exercise.solution(exercise.pick(EXERCISES, number))


def reset() -> None:
    """Forget all answers of this lesson: hints start again with the first."""
    exercise.reset(PREDICT, MODIFIED, LEAKY, FIND_ERROR, *EXERCISES)


def _neuron(answer: object, *, x: float, w: float, b: float, upstream: float) -> list[Mark]:
    """Marks for z, y, dz, dw, dx and db of a ReLU neuron, against the engine."""

    def neuron(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        z = w * x + b
        z.name = "z"
        return upstream * relu(z)

    graph = traced(neuron, {"x": x, "w": w, "b": b}, "L")
    z = scalar(graph.node("z").value)
    above = "the ReLU only cuts off below 0, and z is above" if z > 0 else "y = max(0, z), and z is below 0"
    expected = {
        "z": (
            z,
            [Slip(w * x, "b is missing"), Slip(w * x - b, "mind the sign of b"), Slip(w + x + b, "w·x, not w + x")],
        ),
        "y": (
            max(0.0, z),
            [Slip(min(0.0, z), above), Slip(-z, above), Slip(w * x, "the bias and the ReLU are missing")],
        ),
    }
    off = f"the ReLU is forgotten: z = {z:g} is below 0, so its local derivative is 0".replace("-", "−")
    times_z = "you multiplied by z; the local derivative of the ReLU is 1 above 0, and 0 below"
    for name, local in {"z": 1.0, "w": x, "x": w, "b": 1.0}.items():
        dz = upstream if z > 0 else 0.0
        slips = [Slip(upstream * local, off), Slip(upstream * z * local, times_z)]
        slips.append(Slip(0.0, "z is above 0, so the ReLU lets the gradient through"))
        slips += of_gradient(graph, name)
        expected[f"d{name}"] = (dz * local, slips)
    return marking.blanks(answer, expected)


def _examples(xs: list[float], w: float, b: float, slope: float, gs: list[float]) -> arrays.Expected:
    x, g = np.array(xs), np.array(gs)
    on = w * x + b > 0
    dz = g * np.where(on, 1.0, slope)
    wrong: dict[str, Array] = {
        "the contributions of the examples are averaged; they must be added": dz / len(dz),
        "the last example overwrites the others: use += instead of =": dz * (np.arange(len(dz)) == len(dz) - 1),
        "below 0 the local derivative is slope, not 0": g * on,
        "the activation is forgotten: below 0 multiply by slope": g,
        "slope is multiplied everywhere; above 0 the local derivative is 1": g * slope,
        "the activation's derivative is multiplied twice": dz * np.where(on, 1.0, slope),
        "the upstream gradients gs are forgotten": np.where(on, 1.0, slope),
    }
    own = ArraySlip(float(np.sum(dz * w)), "the local derivative of w·x with respect to w is the other operand, x")
    return {
        "dw": (float(dz @ x), [*(ArraySlip(float(d @ x), words) for words, d in wrong.items()), own]),
        "db": (float(dz.sum()), [ArraySlip(float(d.sum()), words) for words, d in wrong.items()]),
    }
