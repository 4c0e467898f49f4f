"""Questions with a number or a letter for an answer: one mark for each, with what to say to the wrong ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from notebook_ad.graph.slips import Slip
from notebook_ad.lessons.answers import marking
from notebook_ad.lessons.exercises.feedback import Mark


@dataclass(frozen=True, slots=True)
class Question:
    """A question with a number or a letter for an answer.

    Attributes:
        right: the answer.
        why: why it is right, in a few words.
        wrong: what to say to answers that are not.
    """

    right: float | str
    why: str
    wrong: Mapping[float | str, str]


def marks(answers: object, asked: Mapping[str, Question]) -> list[Mark]:
    """One mark for each question.

    Args:
        answers: `{"q1": 3, "q2": "b", …}`; None is not answered yet.
        asked: the questions by their names, q1 to the last.
    """
    names = f"{next(iter(asked))} to {list(asked)[-1]}"
    if not isinstance(answers, Mapping):
        return [Mark("the answers", "wrong", f"they must be a dict with the keys {names}")]
    found = [_mark(name, question, answers.get(name)) for name, question in asked.items()]
    unknown = [Mark(str(name), "wrong", f"there are the questions {names}") for name in answers if name not in asked]
    return found + unknown


def _mark(name: str, question: Question, answer: object) -> Mark:
    if answer is None:
        return Mark(name, "open")
    if isinstance(question.right, str):
        letter = str(answer).strip().strip("()").lower()
        known = sorted({question.right, *map(str, question.wrong)})
        if letter == question.right:
            return Mark(f"{name} = {letter}", "right")
        return Mark(
            f"{name} = {letter}", "wrong", question.wrong.get(letter, f"answer with a letter: {', '.join(known)}")
        )
    slips = [Slip(float(value), words) for value, words in question.wrong.items()]
    (mark,) = marking.blanks({name: answer}, {name: (question.right, slips)})
    return mark
