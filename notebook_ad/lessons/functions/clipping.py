"""A learner's own clipping by the global norm, compared with the right one and with the usual wrong ones."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable

import numpy as np

from notebook_ad.graph.numbers import short
from notebook_ad.lessons.exercises.feedback import Mark

Arrays = list[np.ndarray]

_CASES: tuple[tuple[str, tuple[object, ...], float], ...] = (
    ("two arrays, norm 13", ([3.0, 4.0], [12.0]), 1.0),
    ("a matrix and a vector", ([[1.0, -2.0], [2.0, 0.0]], [4.0, -12.0]), 5.0),
    ("already small enough", ([0.3, -0.4], [0.0]), 2.0),
    ("all zero", ([0.0, 0.0], [0.0]), 1.0),
)


def reference(grads: Arrays, max_norm: float) -> Arrays:
    """The gradients scaled so that their norm, as one vector, is at most max_norm."""
    norm = _norm(grads)
    return [g * (max_norm / norm) for g in grads] if norm > max_norm else list(grads)


def each_by_its_own_norm(grads: Arrays, max_norm: float) -> Arrays:
    """The slip that turns the direction: every array is clipped alone."""
    return [reference([g], max_norm)[0] for g in grads]


_WRONG: tuple[tuple[str, Callable[[Arrays, float], Arrays]], ...] = (
    ("each array is clipped by its own norm, which turns the direction; take one norm over all", each_by_its_own_norm),
    ("that is clipping by value", lambda grads, limit: [np.clip(g, -limit, limit) for g in grads]),
    (
        "a gradient below the limit is scaled up; leave it as it is",
        lambda grads, limit: [g * (limit / (_norm(grads) or 1.0)) for g in grads],
    ),
    (
        "the gradient is divided by its norm; multiply by max_norm, too",
        lambda grads, _: [g / (_norm(grads) or 1.0) for g in grads],
    ),
    ("nothing is clipped", lambda grads, _: list(grads)),
    (
        "the norm has the root of the sum of squares; the root is missing",
        lambda grads, limit: [g * min(1.0, limit / (_norm(grads) ** 2 or 1.0)) for g in grads],
    ),
    (
        "the norms of the arrays are added; add their squares, then take the root",
        lambda grads, limit: [g * min(1.0, limit / (sum(_norm([h]) for h in grads) or 1.0)) for g in grads],
    ),
)


def marks(answer: object) -> list[Mark]:
    """One mark for each list of gradients on which a learner's function `clip(grads, max_norm)` is tried.

    Args:
        answer: the function; None, or a function that returns None, is not answered yet.
    """
    if answer is None:
        return [Mark(title, "open") for title, _, _ in _CASES]
    return [_tried(answer, title, [np.array(g, float) for g in grads], limit) for title, grads, limit in _CASES]


def _tried(answer: object, title: str, grads: Arrays, limit: float) -> Mark:
    if not callable(answer):
        return Mark(title, "wrong", "hand over the function itself, without calling it")
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            found = answer([g.copy() for g in grads], limit)
        if found is None:
            return Mark(title, "open")
        return _compared(title, grads, limit, [np.asarray(g, float) for g in found])
    except Exception as error:  # whatever the learner's code raises is the answer to show
        words = "; the norm is 0: do not divide by it" if isinstance(error, ZeroDivisionError) else ""
        return Mark(title, "wrong", f"your function raised {type(error).__name__}: {error}{words}")


def _compared(title: str, grads: Arrays, limit: float, found: Arrays) -> Mark:
    if [g.shape for g in found] != [g.shape for g in grads]:
        shapes = ", ".join(str(g.shape) for g in grads)
        return Mark(title, "wrong", f"return a list of arrays of the same shapes: {shapes}")
    if any(not np.all(np.isfinite(g)) for g in found):
        return Mark(title, "wrong", "NaN or ∞ comes out; where the norm is 0, do not divide by it")
    right = reference(grads, limit)
    if _agree(found, right):
        return Mark(title, "right")
    why = next((f"; {words}" for words, slip in _WRONG if _agree(found, slip(grads, limit))), "")
    return Mark(title, "wrong", f"its norm is {short(_norm(found))} instead of {short(_norm(right))}{why}")


def _agree(found: Arrays, other: Arrays) -> bool:
    return all(np.allclose(a, b, rtol=1e-3, atol=1e-6) for a, b in zip(found, other, strict=True))


def _norm(grads: Arrays) -> float:
    return math.sqrt(sum(float(np.sum(g * g)) for g in grads))
