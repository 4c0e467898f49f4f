"""All that a lesson asks, and the help that its reader gets by an exercise's number."""

from __future__ import annotations

from dataclasses import dataclass

from notebook_ad.lessons.exercises import exercise
from notebook_ad.lessons.exercises.exercise import Exercise
from notebook_ad.lessons.exercises.feedback import Feedback


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a lesson asks, in the order of its notebook: predictions, an error to find, exercises, questions."""

    asked: tuple[Exercise, ...]

    def hint(self, number: int) -> Feedback:
        """The next hint of an exercise (1, 2 or 3), without giving an answer."""
        return exercise.hint(self._pick(number))

    def solution(self, number: int) -> Feedback:
        """The solution of an exercise (1, 2 or 3)."""
        return exercise.solution(self._pick(number))

    def reset(self) -> None:
        """Forget all answers of this lesson: hints start again with the first."""
        exercise.reset(*self.asked)

    def _pick(self, number: int) -> Exercise:
        """The exercise of a number, counted from 1.

        Raises:
            ValueError: there is no such exercise.
        """
        numbered = [one for one in self.asked if one.key.partition(".")[2].isdecimal()]
        if number not in range(1, len(numbered) + 1):
            raise ValueError(f"there is no exercise {number!r}; there are 1 to {len(numbered)}")
        return numbered[number - 1]
