"""A learner's own cross-entropy of scores with its gradient, compared with the right one and with the usual wrong ones."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from notebook_ad.graph.numbers import short
from notebook_ad.graph.reading import UnreadableError, close, number
from notebook_ad.lessons.exercises.feedback import Mark

_CASES: tuple[tuple[str, tuple[float, ...], int], ...] = (
    ("three scores", (0.0, math.log(2.0), math.log(5.0)), 1),
    ("five scores", (0.3, -1.2, 2.0, 0.0, 0.7), 1),
    ("large scores", (1000.0, 0.5, -1000.0), 0),
    ("large scores, and wrong", (1000.0, 0.5, -1000.0), 2),
    ("very negative scores", (-1000.0, -1001.0), 1),
)
_OVERFLOW = "the exponential leaves the range of float64: subtract the largest score from all of them first"
_LOG_OF_ZERO = "a probability has become 0, and its logarithm is −∞: compute ln Σ instead of ln p"

Gradient = Callable[[list[float], int], list[float]]
_WRONG_GRADIENTS: tuple[tuple[str, Gradient], ...] = (
    ("it is p − y, not y − p", lambda p, true: [(j == true) - one for j, one in enumerate(p)]),
    ("the 1 of the true class is not subtracted", lambda p, _: list(p)),
    (
        "softmax is not diagonal: every score moves every probability",
        lambda p, true: [one - 1.0 if j == true else 0.0 for j, one in enumerate(p)],
    ),
    (
        "the upstream gradient −1/p is forgotten",
        lambda p, true: [p[true] * ((j == true) - one) for j, one in enumerate(p)],
    ),
    ("1 is subtracted from every score, not only from the true one", lambda p, _: [one - 1.0 for one in p]),
)


def softmax(scores: Sequence[float]) -> list[float]:
    """The probabilities of scores, whatever their size."""
    largest = max(scores)
    e = [math.exp(score - largest) for score in scores]
    return [one / math.fsum(e) for one in e]


def reference(scores: Sequence[float], true: int) -> tuple[float, list[float]]:
    """The cross-entropy of the true class, and its gradient with respect to each score."""
    largest = max(scores)
    loss = largest + math.log(math.fsum(math.exp(score - largest) for score in scores)) - scores[true]
    return loss, [p - (j == true) for j, p in enumerate(softmax(scores))]


def marks(answer: object) -> list[Mark]:
    """One mark for each set of scores on which a learner's function `cross_entropy(z, true)` is tried.

    Args:
        answer: the function; None, or a function that returns None, is not answered yet.
    """
    if answer is None:
        return [Mark(title, "open") for title, _, _ in _CASES]
    return [_tried(answer, *case) for case in _CASES]


def _tried(answer: object, title: str, scores: tuple[float, ...], true: int) -> Mark:
    if not callable(answer):
        return Mark(title, "wrong", "hand over the function itself, without calling it")
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            found = answer(list(scores), true)
        if found is None:
            return Mark(title, "open")
        return _compared(title, scores, true, *_parts(found, len(scores)))
    except UnreadableError as error:
        return Mark(title, "wrong", str(error))
    except TypeError as error:
        return Mark(title, "wrong", f"your function raised TypeError: {error}; z is a list, np.array(z) an array of it")
    except Exception as error:  # whatever the learner's code raises is the answer to show
        return Mark(title, "wrong", f"your function raised {type(error).__name__}: {error}{_range_left(error)}")


def _compared(title: str, scores: tuple[float, ...], true: int, loss: float, gradient: list[float]) -> Mark:
    right, expected = reference(scores, true)
    if math.isnan(loss) or any(not math.isfinite(one) for one in gradient):
        return Mark(title, "wrong", f"NaN or ∞ comes out; {_OVERFLOW}")
    if math.isinf(loss):
        return Mark(title, "wrong", f"the loss is ∞ instead of {short(right)}; {_LOG_OF_ZERO}")
    if not close(loss, right):
        words = f"the loss is {short(loss)} instead of {short(right)}"
        return Mark(title, "wrong", words + "".join(_slip_of_loss(loss, scores, true)))
    for j, (got, want) in enumerate(zip(gradient, expected, strict=True)):
        if not close(got, want):
            words = f"the gradient of z[{j}] is {short(got)} instead of {short(want)}"
            return Mark(title, "wrong", words + _slip_of_gradient(gradient, softmax(scores), true))
    return Mark(title, "right")


def _slip_of_loss(loss: float, scores: tuple[float, ...], true: int) -> Iterator[str]:
    right, p = reference(scores, true)[0], softmax(scores)
    if close(loss, -right):
        yield "; the sign is turned around: it is −ln p"
    elif close(loss, p[true]):
        yield "; that is the probability itself: the loss is −ln p"
    elif close(loss, right + scores[true]):
        yield "; that is ln Σ alone: the score of the true class is not subtracted"
    elif close(loss, right - max(scores)):
        yield "; the largest score that you subtracted must be added again"


def _slip_of_gradient(gradient: list[float], p: list[float], true: int) -> str:
    for words, slip in _WRONG_GRADIENTS:
        if all(close(got, wrong) for got, wrong in zip(gradient, slip(p, true), strict=True)):
            return f"; {words}"
    return ""


def _parts(found: object, count: int) -> tuple[float, list[float]]:
    if isinstance(found, Mapping):
        found = tuple(found.values())
    if not isinstance(found, tuple | list) or len(found) != 2:
        raise UnreadableError("return two things: the loss, and the list of gradients")
    loss, gradient = found
    items: list[Any] = list(gradient) if hasattr(gradient, "__iter__") else []
    if len(items) != count:
        raise UnreadableError(f"the second thing must be a list of {count} gradients, one for each score")
    return _number(loss), [_number(one) for one in items]


def _number(value: Any) -> float:
    try:
        plain = float(value)
    except (TypeError, ValueError, RuntimeError):
        return number(value)
    return plain


def _range_left(error: Exception) -> str:
    if isinstance(error, OverflowError | ZeroDivisionError):
        return f"; {_OVERFLOW}"
    if isinstance(error, ValueError) and "math domain error" in str(error):
        return f"; {_LOG_OF_ZERO}"
    return ""
