"""A learner's own gradient descent, compared with the right one and with the usual wrong ones."""

from __future__ import annotations

import functools
from collections.abc import Callable

from notebook_ad.lessons.functions.tries import Case, Task

Gradient = Callable[[list[float]], list[float]]


def reference_descend(
    gradient: Gradient,
    w: list[float],
    lr: float,
    steps: int,
    *,
    downhill: bool = True,
    scaled: bool = True,
    fresh: bool = True,
    together: bool = True,
) -> list[float]:
    """The loop that lesson 05 asks for; each switch turned off makes one of its usual slips.

    Args:
        gradient: takes the weights, gives one number for each.
        w: the weights at the start.
        lr: the learning rate.
        steps: how many steps to take.
        downhill: subtract the gradient.
        scaled: multiply it by the learning rate.
        fresh: compute it anew in each step.
        together: compute the whole of it before any weight changes.
    """
    w = list(w)
    factor = (-1.0 if downhill else 1.0) * (lr if scaled else 1.0)
    first = gradient(list(w))
    for _ in range(steps):
        grads = gradient(list(w)) if fresh else first
        for i in range(len(w)):
            w[i] += factor * (grads if together else gradient(list(w)))[i]
    return w


def _steps(more: int) -> Callable[[Gradient, list[float], float, int], list[float]]:
    return lambda gradient, w, lr, steps: reference_descend(gradient, w, lr, max(0, steps + more))


def _gradients_only(gradient: Gradient, w: list[float], lr: float, steps: int) -> list[float]:
    return gradient(reference_descend(gradient, w, lr, steps))


def _bowl(w: list[float]) -> list[float]:
    return [2 * w[0], 2 * w[1]]


def _ravine(w: list[float]) -> list[float]:
    return [2 * w[0], 50 * w[1]]


def _coupled(w: list[float]) -> list[float]:
    error = w[0] * w[1] - 6
    return [2 * error * w[1], 2 * error * w[0]]


TASK = Task(
    reference=reference_descend,
    cases=(
        Case("one step in w0² + w1²", (_bowl, [3.0, -4.0], 0.1, 1)),
        Case("ten steps in w0² + 25·w1²", (_ravine, [5.0, 1.0], 0.03, 10)),
        Case("three steps in (w0·w1 − 6)²", (_coupled, [1.0, 2.0], 0.05, 3)),
        Case("no step", (_bowl, [3.0, -4.0], 0.1, 0)),
    ),
    slips=(
        ("uphill: subtract the gradient", functools.partial(reference_descend, downhill=False)),
        ("the learning rate is forgotten: w − lr × gradient", functools.partial(reference_descend, scaled=False)),
        ("the gradient is stale: compute it anew in each step", functools.partial(reference_descend, fresh=False)),
        (
            "a weight changes before the gradient of the others is taken: the whole gradient first, then the update",
            functools.partial(reference_descend, together=False),
        ),
        ("one step is missing", _steps(-1)),
        ("one step too many", _steps(1)),
        ("that is the gradient at the end; return the weights", _gradients_only),
    ),
)
