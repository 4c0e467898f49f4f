"""A learner's own function `slope(f, x)`, tried on functions whose slopes are known."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.graph.numbers import short
from notebook_ad.graph.reading import UnreadableError, close, number
from notebook_ad.graph.slips import Slip, recognised
from notebook_ad.lessons.exercises.feedback import Mark, once

_CASES: tuple[tuple[str, Callable[[Any], Any], float, float], ...] = (
    ("x²", lambda x: x**2, 3.0, 6.0),
    ("x³ − 2x", lambda x: x**3 - 2 * x, -1.5, 4.75),
    ("1/x", lambda x: 1 / x, 0.5, -4.0),
    ("sin x", np.sin, 1.0, math.cos(1.0)),
    ("exp x", np.exp, 2.0, math.exp(2.0)),
    ("7 − 3x", lambda x: 7 - 3 * x, 10.0, -3.0),
)
_NEAR = 0.25


def marks(answer: object) -> list[Mark]:
    """One mark for each function on which `slope(f, x)` is tried.

    Args:
        answer: the function; None, or a function that returns None, is not answered yet.
    """
    if answer is None:
        return [Mark(f"{title} at {short(x)}", "open") for title, _, x, _ in _CASES]
    if not callable(answer):
        return [Mark("your slope", "wrong", "hand over the function itself, without calling it")]
    undivided = _on_a_line(answer)
    return once([_tried(answer, undivided, *case) for case in _CASES])


def _on_a_line(slope: Callable[..., Any]) -> float:
    """What the function says of x itself, whose slope is 1: where the division is forgotten, the change of x."""
    try:
        return number(slope(lambda x: x, 1.0))
    except Exception:  # it is told below, on the cases that are shown
        return 1.0


def _tried(
    slope: Callable[..., Any], undivided: float, title: str, f: Callable[[Any], Any], x: float, right: float
) -> Mark:
    label = f"{title} at {short(x)}"
    try:
        result = slope(f, x)
        if result is None:
            return Mark(label, "open")
        if isinstance(result, str):
            raise UnreadableError("return a number, not text")
        found = number(result)
    except UnreadableError as error:
        return Mark(label, "wrong", str(error))
    except Exception as error:  # whatever the learner's code raises is the answer to show
        return Mark(label, "wrong", f"your function raised {type(error).__name__}: {error}")
    if close(found, right):
        return Mark(label, "right")
    return Mark(
        label,
        "wrong",
        f"it gives {short(found)} instead of {short(right)}{_why(found, right, undivided, float(f(x)), x)}",
    )


def _why(found: float, right: float, undivided: float, value: float, x: float) -> str:
    slips = [
        Slip(2 * right, "from x − h to x + h it is 2h: divide by 2h"),
        Slip(right / 2, "divide by the distance of the two points; it is divided by twice as much"),
        Slip(-right, "the sign is turned around: above minus below"),
        Slip(value, "that is f(x) itself, not a slope"),
        Slip(value / x, "that is f(x) / x: the slope needs two points near x"),
        Slip(0.0, "f(x + h) and f(x) are the same number here: h is too small, x + h is rounded to x"),
        Slip(1 / right, "it is upside down: change of f by change of x"),
    ]
    words = recognised(found, right, slips)
    if not words and abs(undivided) < _NEAR and abs(found - undivided * right) < _NEAR * abs(undivided * right):
        words = "that is the change of f: divide it by the change of x"
    if not words and abs(found - right) < _NEAR * abs(right):
        words = "near, but not near enough: take a smaller h, such as 1e-5, or a point on both sides of x"
    return f"; {words}" if words else ""
