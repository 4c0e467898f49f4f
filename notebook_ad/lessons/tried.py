"""A learner's function, tried on cases and compared with the right one and with the usual wrong ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from notebook_ad.graph.numbers import short
from notebook_ad.graph.reading import UnreadableError, close, number
from notebook_ad.lessons.feedback import Mark

Function = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Case:
    """One call of the learner's function.

    Attributes:
        title: what is tried, for the reader.
        make: the arguments, made afresh for each call, since a function may change them.
    """

    title: str
    make: Callable[[], tuple[Any, ...]]


def marks(
    answer: object,
    cases: Sequence[Case],
    right: Function,
    slips: Sequence[tuple[str, Function]],
    names: Callable[[int], str],
) -> list[Mark]:
    """One mark for each case; a slip that several cases share is named once.

    Args:
        answer: the learner's function; None, or a function that returns None, is not answered yet.
        cases: what it is called with.
        right: the reference; it returns a sequence of numbers.
        slips: words, and a function that makes this slip and returns what the reference would.
        names: what the number at a position of the result is called.
    """
    if answer is None:
        return [Mark(case.title, "open") for case in cases]
    if not callable(answer):
        return [Mark("your function", "wrong", "hand over the function itself, without calling it")]
    said: set[str] = set()
    return [_tried(answer, case, right, slips, names, said) for case in cases]


def _tried(
    answer: Function,
    case: Case,
    right: Function,
    slips: Sequence[tuple[str, Function]],
    names: Callable[[int], str],
    said: set[str],
) -> Mark:
    try:
        found = answer(*case.make())
        if found is None:
            return Mark(case.title, "open")
        numbers = _numbers(found)
    except UnreadableError as error:
        return Mark(case.title, "wrong", str(error))
    except Exception as error:  # whatever the learner's code raises is the answer to show
        return Mark(case.title, "wrong", f"your function raised {type(error).__name__}: {error}")
    expected = _numbers(right(*case.make()))
    wrong = _difference(numbers, expected, names)
    if wrong is None:
        return Mark(case.title, "right")
    for words, slip in slips:
        if _same(numbers, _numbers(slip(*case.make()))):
            if words not in said:
                said.add(words)
                wrong += f"; {words}"
            break
    return Mark(case.title, "wrong", wrong)


def _numbers(found: Any) -> list[float]:
    try:
        items = list(found)
    except TypeError:
        raise UnreadableError(f"return several numbers in a list or tuple, not {type(found).__name__}") from None
    return [number(item) for item in items]


def _difference(found: list[float], right: list[float], names: Callable[[int], str]) -> str | None:
    if len(found) != len(right):
        return f"it returns {len(found)} numbers instead of {len(right)}"
    for at, (one, other) in enumerate(zip(found, right, strict=True)):
        if not close(one, other):
            return f"{names(at)} is {short(one)} instead of {short(other)}"
    return None


def _same(found: list[float], other: list[float]) -> bool:
    return len(found) == len(other) and all(close(a, b) for a, b in zip(found, other, strict=True))
