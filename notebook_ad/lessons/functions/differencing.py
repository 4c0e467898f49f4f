"""A learner's own numerical gradient, compared with the right one and with the usual wrong ones."""

from __future__ import annotations

from collections.abc import Callable

from notebook_ad.lessons.functions.tries import Case, Task

Function = Callable[[list[float]], float]


def reference_gradient(f: Function, x: list[float], *, over: float = 2.0, sign: int = 1) -> list[float]:
    """The central differences that lesson 03 asks for.

    Args:
        f: takes a list of numbers, gives a number.
        x: where.
        over: the change is divided by `over` times the step.
        sign: −1 turns the difference around.
    """
    h = 6e-6
    up = [f([*x[:i], x[i] + h, *x[i + 1 :]]) for i in range(len(x))]
    down = [f([*x[:i], x[i] - h, *x[i + 1 :]]) for i in range(len(x))]
    return [sign * (a - b) / (over * h) for a, b in zip(up, down, strict=True)]


def _all_at_once(f: Function, x: list[float]) -> list[float]:
    return [sum(reference_gradient(f, x))] * len(x)


TASK = Task(
    reference=reference_gradient,
    cases=(
        Case("x0·x1 + x1²", (lambda x: x[0] * x[1] + x[1] ** 2, [1.0, 2.0])),
        Case("x0³", (lambda x: x[0] ** 3, [2.0])),
        Case("(x0·x1 − x2) / x3", (lambda x: (x[0] * x[1] - x[2]) / x[3], [3.0, 5.0, 7.0, 4.0])),
        Case("x1, with an unused x0", (lambda x: 3.0 * x[1], [1.0, 0.5])),
    ),
    slips=(
        ("the two points are 2h apart, so divide by 2h", lambda f, x: reference_gradient(f, x, over=1.0)),
        ("the size is right, the sign is turned around: up minus down", lambda f, x: reference_gradient(f, x, sign=-1)),
        ("all elements are moved at once; move one at a time", _all_at_once),
        ("everything is 0: with so small a step, x + h is x", lambda _, x: [0.0] * len(x)),
    ),
    relative=1e-4,
    absolute=1e-5,
    near="near, but four digits are wanted: take the central difference, with h = 6e-6 or so",
)
