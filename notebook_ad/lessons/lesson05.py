"""Checks of lesson 05: gradient descent is not backpropagation."""

from __future__ import annotations

from notebook_ad.graph.slips import Slip
from notebook_ad.lessons import exercise, marking
from notebook_ad.lessons.descent import TASK
from notebook_ad.lessons.exercise import Exercise
from notebook_ad.lessons.feedback import Feedback

PREDICT = Exercise(
    key="05.predict",
    ask="replace each None by a number: the new w and b, the loss there, and the gradient of w there.",
    hints=(
        "The update: subtract 0.05 times the gradient. The gradients are −4 and −2.",
        "Minus times minus is plus: w grows by 0.05 × 4, b by 0.05 × 2. Then run the forward pass at the new point.",
        "w = 3.2, b = 4.1, so u = 2 × 3.2 + 4.1 − 11 = −0.5. The gradient of w is 2·u·x.",
    ),
    solution="w: 3 + 0.2 = 3.2. b: 4 + 0.1 = 4.1. u = −0.5, so the loss is 0.25 and the gradient of w is 2 × (−0.5) × 2 = −2.",
)
MODIFIED = Exercise(
    key="05.modified",
    ask="replace each None by a number: w, b and the loss after one step with 0.2, and w after two.",
    hints=(
        "Now w grows by 0.2 × 4 and b by 0.2 × 2.",
        "w = 3.8, b = 4.4, so u = 7.6 + 4.4 − 11 = 1. On which side of the minimum is that?",
        "At the new point the gradients are 2·u·x = 4 and 2·u = 2. Take the second step from there.",
    ),
    solution="w: 3.8, b: 4.4, u = +1, loss 1. The gradients are now +4 and +2, so the second step goes back to w = 3.",
)
FIND_ERROR = Exercise(
    key="05.error",
    ask="set wrong_line to the number of the line that stands in the wrong place.",
    hints=(
        "Each line is right on its own. Which value does a later line read that an earlier line has changed?",
        "Line 4 is a local derivative times an upstream gradient. At which weights was the forward pass done?",
        "hidden_grad needs the w2 of the forward pass. Line 3 has changed it by then.",
    ),
    solution="Line 3 updates w2 while line 4 still needs the old w2. Move it to the end, beside line 6.",
)
EXERCISE_1 = Exercise(
    key="05.1",
    ask="replace each None by a number: the loss, its gradient, the change of w, the new w, the new loss.",
    hints=(
        "At w = 1 the bracket is 2 − 6 = −4. The gradient is 2 × bracket × 2.",
        "change = −0.05 × gradient. A negative gradient gives a positive change.",
        "The new w is 1.8. There the bracket is 3.6 − 6 = −2.4.",
    ),
    solution="Loss 16, gradient 2 × (−4) × 2 = −16, change 0.8, new w 1.8, new loss (−2.4)² = 5.76.",
)
EXERCISE_2 = Exercise(
    key="05.2",
    ask='write the formula as text in w, x, y, lr, for example "w - lr*x".',
    hints=(
        "First the gradient of (w·x − y)² with respect to w. Lesson 01, exercise 2.",
        "It is 2·(w·x − y)·x. The update subtracts lr times that.",
        "The new weight is the old w, minus lr · 2 · (w·x − y) · x.",
    ),
    solution="w − lr·2·(w·x − y)·x, in Python: w - lr*2*(w*x - y)*x.",
)
EXERCISE_3 = Exercise(
    key="05.3",
    ask="let descend(gradient, w, lr, steps) return the list of weights after the last step.",
    hints=(
        "In each step: first grads = gradient(w), the whole list. Then one new number for each weight.",
        "The new list is [wi - lr * gi for wi, gi in zip(w, grads)].",
        "Repeat it with for _ in range(steps), and return w after the loop.",
    ),
    solution=(
        "One way to write it:\n"
        "    def descend(gradient, w, lr, steps):\n"
        "        for _ in range(steps):\n"
        "            grads = gradient(w)\n"
        "            w = [wi - lr * gi for wi, gi in zip(w, grads)]\n"
        "        return w"
    ),
)
EXERCISES = (EXERCISE_1, EXERCISE_2, EXERCISE_3)

_UPHILL = "that goes uphill: subtract lr × gradient, and the gradient is negative"
_NO_RATE = "the learning rate is forgotten: the gradient is not the step"
_POINTS_2 = ({"w": 2.0, "x": 3.0, "y": 11.0, "lr": 0.05}, {"w": -1.5, "x": 0.7, "y": 0.4, "lr": 0.3},
             {"w": 0.6, "x": -1.2, "y": 2.5, "lr": 0.8})  # fmt: skip


def predict(predicted: object) -> Feedback:
    """Check one step with learning rate 0.05 from w = 3, b = 4 on L = (2w + b − 11)²."""
    expected = {
        "w": (3.2, [Slip(2.8, _UPHILL), Slip(7.0, _NO_RATE), Slip(0.2, "that is the change of w; add it to 3")]),
        "b": (4.1, [Slip(3.9, _UPHILL), Slip(6.0, _NO_RATE), Slip(0.1, "that is the change of b; add it to 4")]),
        "loss": (
            0.25,
            [
                Slip(2.25, _UPHILL),
                Slip(81.0, _NO_RATE),
                Slip(0.36, "b moves, too: that is the loss with the new w alone"),
                Slip(0.81, "w moves, too: that is the loss with the new b alone"),
                Slip(-0.5, "that is u; the loss is u²"),
                Slip(0.5, "the error is halved, and the loss is its square"),
                Slip(1.0, "that is the loss before the step"),
                Slip(0.0, "the step does not go all the way to the minimum"),
            ],
        ),
        "w_grad": (
            -2.0,
            [
                Slip(2.0, "the size is right, the sign is turned around: u is still negative"),
                Slip(-4.0, "that is the gradient at the old point: after a step it is stale"),
                Slip(-1.0, "that is the gradient of b"),
                Slip(0.0, "the step does not go all the way to the minimum"),
            ],
        ),
    }
    return exercise.judge(PREDICT, marking.blanks(predicted, expected))


def predict_modified(predicted: object) -> Feedback:
    """Check two steps with learning rate 0.2 from the same point."""
    stale = "the gradient is stale: at the new point it has the other sign"
    expected = {
        "w": (3.8, [Slip(2.2, _UPHILL), Slip(7.0, _NO_RATE), Slip(3.2, "that is the step with 0.05")]),
        "b": (4.4, [Slip(3.6, _UPHILL), Slip(6.0, _NO_RATE), Slip(4.1, "that is the step with 0.05")]),
        "loss": (
            1.0,
            [
                Slip(9.0, _UPHILL),
                Slip(81.0, _NO_RATE),
                Slip(0.25, "that is the loss after a step with 0.05"),
                Slip(0.0, "the step goes too far: past the minimum"),
            ],
        ),
        "w_after_two": (3.0, [Slip(4.6, stale), Slip(3.8, "that is w after one step"), Slip(-0.2, _UPHILL)]),
    }
    return exercise.judge(MODIFIED, marking.blanks(predicted, expected))


def find_error(wrong_line: object) -> Feedback:
    """Check which line of the printed program stands in the wrong place."""
    why_not = {
        1: "it is right: the derivative of the square, with the weights of the forward pass",
        2: "it is right: upstream gradient × the other operand, hidden",
        4: "it is right as a formula: ask which w2 it reads",
        5: "it is right: upstream gradient × the other operand, x",
        6: "it is in time: nothing after it reads w1",
    }
    return exercise.judge(FIND_ERROR, marking.choice(wrong_line, "line", 3, why_not))


def exercise_1(answer: object) -> Feedback:
    """Check one step with learning rate 0.05 on L = (2w − 6)² from w = 1."""
    expected = {
        "loss": (16.0, [Slip(-4.0, "that is the bracket; the loss is its square")]),
        "gradient": (
            -16.0,
            [
                Slip(16.0, "the size is right, the sign is turned around: the bracket is negative"),
                Slip(-8.0, "the factor 2 is missing: from the square, or from 2w"),
                Slip(-4.0, "that is the bracket, not the gradient"),
            ],
        ),
        "change": (
            0.8,
            [Slip(-0.8, _UPHILL), Slip(16.0, _NO_RATE), Slip(0.4, "the factor 2 is missing in the gradient")],
        ),
        "new_w": (1.8, [Slip(0.2, _UPHILL), Slip(17.0, _NO_RATE), Slip(0.8, "that is the change; add it to w = 1")]),
        "new_loss": (
            5.76,
            [Slip(31.36, _UPHILL), Slip(784.0, _NO_RATE), Slip(-2.4, "that is the bracket; the loss is its square")],
        ),
    }
    return exercise.judge(EXERCISE_1, marking.blanks(answer, expected))


def exercise_2(answer: object) -> Feedback:
    """Check a formula for w after one step on (w·x − y)²; any equivalent form is right."""

    def truth(point: marking.Point) -> tuple[float, list[Slip]]:
        w, x, y, lr = (point[name] for name in ("w", "x", "y", "lr"))
        slope = 2 * (w * x - y) * x
        return w - lr * slope, [
            Slip(w + lr * slope, "that goes uphill: subtract"),
            Slip(w - slope, _NO_RATE),
            Slip(w - lr * slope / 2, "the factor 2 is missing: it comes from the square"),
            Slip(w - lr * 2 * (w * x - y), "the inner derivative x is missing in the gradient"),
            Slip(slope, "that is the gradient; the update uses it"),
            Slip(-lr * slope, "that is the change; add it to w"),
            Slip(lr * slope, "that is lr × gradient; subtract it from w"),
        ]

    return exercise.judge(EXERCISE_2, marking.formula(answer, "the new w", _POINTS_2, truth))


def exercise_3(answer: object) -> Feedback:
    """Check a function descend(gradient, w, lr, steps), on four losses."""
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
