"""Comparing vectors and matrices of an answer with what is right: one mark for each, with the slip named where known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from notebook_ad.graph.numbers import short
from notebook_ad.graph.reading import ABSOLUTE, RELATIVE, UnreadableError, number
from notebook_ad.lessons.exercises.feedback import Mark

_FEW = 12  # so many numbers are shown as they are; more only by their shapes

Array: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ArraySlip:
    """A wrong array and the words for the slip that leads to it."""

    value: npt.ArrayLike
    words: str


Expected: TypeAlias = Mapping[str, tuple[npt.ArrayLike, Sequence[ArraySlip]]]


def blanks(answer: object, expected: Expected) -> list[Mark]:
    """Marks for a dict of arrays.

    Args:
        answer: `{"dW": [[None, None]], "db": [4, 2]}`; nested lists, arrays or tensors; None is not filled in yet.
        expected: for each blank the right array and the slips that are known for it.
    """
    if not isinstance(answer, Mapping):
        return [Mark("the answer", "wrong", f"it must be a dict with the keys {', '.join(expected)}")]
    marks = [_blank(name, answer.get(name), right, slips) for name, (right, slips) in expected.items()]
    return marks + [Mark(str(name), "wrong", "no such blank") for name in answer if name not in expected]


def function(answer: object, cases: Sequence[tuple[npt.ArrayLike, ...]], truth: Callable[..., Expected]) -> list[Mark]:
    """One mark for each array that a learner's function returns, compared on every case.

    Args:
        answer: the function; None, or a function that returns None or only None, is not answered yet.
        cases: the arguments of each call.
        truth: from the same arguments what must be returned, by name, with the known slips.
    """
    names = tuple(truth(*cases[0]))
    marks = {name: Mark(name, "right") for name in names}
    for case in cases:
        try:
            found = None if answer is None else _returned(answer, case, names)
        except UnreadableError as error:
            return [Mark("your function", "wrong", str(error))]
        if found is None:
            return [Mark(name, "open") for name in names]
        for name, (right, slips) in truth(*case).items():
            if marks[name].state == "right":
                mark = _blank(name, found[name], right, slips)
                marks[name] = Mark(name, mark.state, mark.note and f"with {_shown(case)}: {mark.note}")
    return list(marks.values())


def read(answer: object) -> Array:
    """The answer as an array of floats; blanks become NaN.

    Raises:
        UnreadableError: it holds something else than numbers, or its rows differ in length.
    """
    plain: Any = answer.detach() if hasattr(answer, "detach") else answer
    if hasattr(plain, "numpy"):
        plain = plain.numpy()
    if isinstance(plain, np.ndarray):
        plain = plain.tolist()
    try:
        return np.array(_numbers(plain), dtype=np.float64)
    except ValueError as error:
        if isinstance(error, UnreadableError):
            raise
        raise UnreadableError("its rows differ in length") from error


def agree(answer: npt.ArrayLike, expected: npt.ArrayLike) -> bool:
    """Whether two arrays have one shape and agree to the digits that a picture shows."""
    one, other = np.asarray(answer), np.asarray(expected)
    return one.shape == other.shape and bool(np.allclose(one, other, rtol=RELATIVE, atol=ABSOLUTE))


def _blank(name: str, answer: object, right: npt.ArrayLike, slips: Sequence[ArraySlip]) -> Mark:
    if answer is None:
        return Mark(name, "open")
    try:
        found = read(answer)
    except UnreadableError as error:
        return Mark(name, "wrong", str(error))
    if (missing := int(np.isnan(found).sum())) == found.size:
        return Mark(name, "open")
    if missing:
        return Mark(f"{name}, {found.size - missing} of {found.size} numbers", "open")
    if agree(found, right):
        return Mark(name, "right")
    known = (slip.words for slip in slips if agree(found, slip.value) and not agree(slip.value, right))
    return Mark(name, "wrong", next(known, "") or _difference(name, found, np.asarray(right)))


def _difference(name: str, found: Array, right: Array) -> str:
    if found.shape != right.shape:
        words = f"its shape is {found.shape}, it must be {right.shape}, the shape of the value itself"
        if found.size == right.size and agree(found.reshape(right.shape), right):
            return f"the numbers are right, but {words}"
        if found.ndim == right.ndim and agree(found.T, right):
            return f"the numbers are right, but {words}: rows and columns are swapped"
        return words
    wrong = np.argwhere(~np.isclose(found, right, rtol=RELATIVE, atol=ABSOLUTE))
    if found.ndim == 0:
        return f"{short(found)} instead of {short(right)}"
    first = "".join(f"[{index}]" for index in wrong[0])
    return f"{right.size - len(wrong)} of {right.size} numbers are right; look at {name}{first} again"


def _numbers(plain: object) -> object:
    if isinstance(plain, Sequence) and not isinstance(plain, str):
        return [_numbers(one) for one in plain]
    return float("nan") if plain is None else number(plain)


def _returned(answer: object, case: tuple[npt.ArrayLike, ...], names: tuple[str, ...]) -> dict[str, object] | None:
    if not callable(answer):
        raise UnreadableError("hand over the function itself, without calling it")
    try:
        result = answer(*(np.array(one) if np.ndim(one) else float(np.asarray(one)) for one in case))
    except Exception as error:  # whatever the learner's code raises is the answer to show
        raise UnreadableError(f"with {_shown(case)} it raised {type(error).__name__}: {error}") from error
    if result is None:
        return None
    if isinstance(result, Mapping) and all(name in result for name in names):
        found = {name: result[name] for name in names}
    elif isinstance(result, tuple | list) and len(result) == len(names):
        found = dict(zip(names, result, strict=True))
    else:
        raise UnreadableError(f"return a dict with the keys {', '.join(names)}, or as many arrays in this order")
    return None if all(one is None for one in found.values()) else found


def _shown(case: tuple[npt.ArrayLike, ...]) -> str:
    few = sum(np.size(one) for one in case) <= _FEW
    return ", ".join(str(np.asarray(one).tolist()) if few else f"shape {np.shape(one)}" for one in case)
