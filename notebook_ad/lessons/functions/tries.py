"""A learner's own function, tried on several cases and compared with the right one and with the usual wrong ones."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from notebook_ad.graph.numbers import short
from notebook_ad.graph.reading import UnreadableError, number
from notebook_ad.lessons.exercises.feedback import Mark, once

Function = Callable[..., Any]
Numbers = dict[str, float]


@dataclass(frozen=True, slots=True)
class Case:
    """One call of the learner's function.

    Attributes:
        title: what is computed, for the reader.
        arguments: of the call, or what makes them; each call gets its own, since a function may change them.
        slips: further words for this case, each with the wrong function that leads to them.
    """

    title: str
    arguments: tuple[Any, ...] | Callable[[], tuple[Any, ...]]
    slips: tuple[tuple[str, Function], ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """What a learner's function is to compute.

    Attributes:
        reference: a right one; gives a dict of numbers, a sequence of numbers, or a number.
        cases: where it is tried.
        slips: words for the usual slips, each with the wrong function that leads to them.
        relative, absolute: how far a right answer may be off.
        near: the words where every number is within 20 %, and none of the slips leads to it.
        names: what the numbers of a sequence are called.
    """

    reference: Function
    cases: tuple[Case, ...]
    slips: tuple[tuple[str, Function], ...] = ()
    relative: float = 1e-3
    absolute: float = 1e-9
    near: str = ""
    names: tuple[str, ...] = ()

    def marks(self, answer: object) -> list[Mark]:
        """One mark for each case; None, or a function that returns None, is not answered yet."""
        if answer is None:
            return [Mark(case.title, "open") for case in self.cases]
        if not callable(answer):
            return [Mark("your function", "wrong", "hand over the function itself, without calling it")]
        return once([self._tried(answer, case) for case in self.cases])

    def _tried(self, answer: Function, case: Case) -> Mark:
        expected = _called(self.reference, case)
        right = self._numbers(expected, {}, expected)
        try:
            found = _called(answer, case)
            if found is None:
                return Mark(case.title, "open")
            numbers = self._numbers(found, right, expected)
        except UnreadableError as error:
            return Mark(case.title, "wrong", str(error))
        except Exception as error:  # whatever the learner's code raises is the answer to show
            return Mark(case.title, "wrong", f"your function raised {type(error).__name__}: {error}")
        off = [name for name in right if not self._close(numbers[name], right[name])]
        if not off:
            return Mark(case.title, "right")
        what = f"{off[0]} is" if off[0] else "it gives"
        fact = f"{what} {short(numbers[off[0]])} instead of {short(right[off[0]])}"
        words = self._words(numbers, right, case)
        return Mark(case.title, "wrong", fact + (f"; {words}" if words else ""))

    def _words(self, numbers: Numbers, right: Numbers, case: Case) -> str:
        for words, wrong in (*case.slips, *self.slips):
            slip = self._numbers(_called(wrong, case), right, None)
            if all(self._close(numbers[name], slip[name]) for name in right):
                return words
        return self.near if all(math.isclose(numbers[n], right[n], rel_tol=0.2, abs_tol=0.1) for n in right) else ""

    def _close(self, found: float, right: float) -> bool:
        return math.isclose(found, right, rel_tol=self.relative, abs_tol=self.absolute)

    def _numbers(self, found: Any, right: Numbers, expected: Any) -> Numbers:
        """The answer as numbers by name; with `right`, exactly its names, where a missing 0 in a dict counts as given."""
        if isinstance(found, Mapping):
            given = {str(name): value for name, value in found.items()}
            if lacking := [name for name in right if name not in given and right[name] != 0.0]:
                raise UnreadableError(f"the returned dict has no {lacking[0]!r}")
            return {name: number(given.get(name, 0.0)) for name in (right or given)}
        if isinstance(expected, Mapping):
            raise UnreadableError(f"return a dict, not {type(found).__name__}")
        named = dict(self._items(found))
        if right and named.keys() != right.keys():
            raise UnreadableError(f"it gives {len(named)} number{'s' * (len(named) != 1)} instead of {len(right)}")
        return named

    def _items(self, found: Any) -> Iterator[tuple[str, float]]:
        if not hasattr(found, "__len__") or getattr(found, "shape", None) == ():
            if self.names:
                raise UnreadableError(f"return several numbers in a list or tuple, not {type(found).__name__}")
            yield "", number(found)
            return
        if isinstance(found, str):
            raise UnreadableError(f"{found!r} is not a list of numbers")
        for index, value in enumerate(found):
            yield self.names[index] if index < len(self.names) else f"element {index}", number(value)


def _called(function: Function, case: Case) -> Any:
    arguments = case.arguments() if callable(case.arguments) else copy.deepcopy(case.arguments)
    return function(*arguments)
