"""Exercises: hints that come one at a time, then the solution.

How far a reader has got with an exercise is kept in this module for as long as the kernel lives, by the exercise's key.
A wrong answer shows the next hint; an unanswered blank shows the first one and costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from notebook_ad.lessons.exercises import calls
from notebook_ad.lessons.exercises.feedback import Feedback, Mark

_wrong: dict[str, int] = {}
_solved: set[str] = set()
_observer: Callable[[str], object] | None = None


@dataclass(frozen=True, slots=True)
class Exercise:
    """One task of a lesson.

    Attributes:
        key: lesson and number, "01.2"; "01.predict" for a prediction.
        ask: what to fill in, as an order in one sentence.
        hints: three stages, from a nudge to nearly everything.
        solution: the worked answer, shown after the hints and when the answer is right.
    """

    key: str
    ask: str
    hints: tuple[str, str, str]
    solution: str


def judge(exercise: Exercise, marks: Sequence[Mark]) -> Feedback:
    """Turn the marks of an answer into feedback, and remember a wrong answer so that the next one gets further help.

    Args:
        exercise: what was asked.
        marks: one for each blank of the answer.
    """
    calls.remember(exercise.key)
    states = {mark.state for mark in marks}
    if states == {"right"}:
        _solved.add(exercise.key)
        if _observer is not None:
            _observer(exercise.key)
        return Feedback(tuple(marks), (f"Right. {exercise.solution}",))
    if "wrong" in states:
        _wrong[exercise.key] = _wrong.get(exercise.key, 0) + 1
        return Feedback(tuple(marks), (_help(exercise, _wrong[exercise.key]),))
    if "right" in states:
        return Feedback(tuple(marks))
    return Feedback(tuple(marks), (f"not answered yet: {exercise.ask}", _help(exercise, 1)))


def hint(exercise: Exercise) -> Feedback:
    """The next hint without giving an answer first; after the third, the solution. Earlier hints are repeated."""
    stage = _wrong[exercise.key] = min(_wrong.get(exercise.key, 0) + 1, len(exercise.hints) + 1)
    return Feedback((), tuple(_help(exercise, number) for number in range(1, stage + 1)))


def solution(exercise: Exercise) -> Feedback:
    """The worked answer."""
    return Feedback((), (f"solution: {exercise.solution}",))


def reset(*exercises: Exercise) -> None:
    """Forget what was answered: the next wrong answer gets the first hint again."""
    for exercise in exercises:
        _wrong.pop(exercise.key, None)
        _solved.discard(exercise.key)


def forget() -> None:
    """Forget all answers of all lessons, as in a new kernel."""
    _wrong.clear()
    _solved.clear()
    calls.forget()


def solved(exercise: Exercise) -> bool:
    """Whether the exercise has been answered right since the kernel started or since `reset`."""
    return exercise.key in _solved


def solved_keys() -> frozenset[str]:
    """The keys of all exercises that have been answered right since the kernel started."""
    return frozenset(_solved)


def observe(observer: Callable[[str], object] | None) -> None:
    """Tell this function the key of each exercise that is answered right, from now on; None ends it."""
    global _observer
    _observer = observer


@contextmanager
def without_counting() -> Iterator[None]:
    """In this block a wrong answer uses up no hint."""
    before = dict(_wrong)
    try:
        yield
    finally:
        _wrong.clear()
        _wrong.update(before)


def _help(exercise: Exercise, stage: int) -> str:
    if stage <= len(exercise.hints):
        return f"hint {stage} of {len(exercise.hints)}: {exercise.hints[stage - 1]}"
    return f"solution: {exercise.solution}"
