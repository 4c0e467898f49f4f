"""What a check answers: a mark for each blank, then a hint or an explanation, as text for a notebook."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

State = Literal["right", "wrong", "open"]

_SIGNS: dict[State, str] = {"right": "✓", "wrong": "✗", "open": "·"}
_WIDTH = 96


@dataclass(frozen=True, slots=True)
class Mark:
    """The verdict on one blank of an answer.

    Attributes:
        label: what was asked for ("a", "∂L/∂w"), with the answer where there is one ("a = −6").
        state: "right", "wrong", or "open" while the blank is still None.
        note: why it is wrong; empty where the slip is not a known one.
    """

    label: str
    state: State
    note: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Feedback:
    """The answer of a check: true when everything is right, and its repr is the text for the reader."""

    marks: tuple[Mark, ...]
    lines: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether there is an answer and every part of it is right."""
        return bool(self.marks) and all(mark.state == "right" for mark in self.marks)

    def __bool__(self) -> bool:
        return self.passed

    def __repr__(self) -> str:
        return "\n".join(self._rows())

    def _rows(self) -> Iterator[str]:
        if any(mark.state != "open" for mark in self.marks):  # a page of blanks says nothing
            for mark in self.marks:
                note = "not answered yet" if mark.state == "open" else mark.note
                yield _wrapped(f"{_SIGNS[mark.state]} {mark.label}" + (f": {note}" if note else ""))
        for line in self.lines:
            yield _wrapped(line)


def once(marks: list[Mark]) -> list[Mark]:
    """The same marks, with an explanation that several of them share only where it stands first."""
    said: set[str] = set()
    shorter = []
    for mark in marks:
        fact, _, why = mark.note.partition("; ")
        shorter.append(Mark(mark.label, mark.state, fact) if why in said else mark)
        said.add(why)
    return shorter


def _wrapped(text: str) -> str:
    lines = (
        textwrap.fill(line, _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
        for line in text.split("\n")  # a solution may hold lines of code
    )
    return "\n".join(lines)
