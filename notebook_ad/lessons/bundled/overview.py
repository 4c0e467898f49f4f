"""The lessons in a table: number, title, what it is about, minutes, and which exercises are solved."""

from __future__ import annotations

import pathlib
from collections.abc import Collection
from urllib.parse import quote

from notebook_ad.lessons.bundled import progress
from notebook_ad.lessons.bundled.copies import Copy
from notebook_ad.lessons.bundled.notebooks import Lesson, lessons
from notebook_ad.lessons.bundled.table import Table
from notebook_ad.lessons.exercises import exercise

SOLVED, UNSOLVED = "●", "○"


def overview(lines: tuple[str, ...], folder: pathlib.Path | None = None) -> Table:
    """All lessons.

    Args:
        lines: what to say below them.
        folder: where the reader's copies are; their titles become links.
    """
    done = progress.solved() | exercise.solved_keys()
    found = lessons()
    rows = [
        (one.number, one.title, f"{one.minutes} min" if one.minutes else "", mark(one, done), one.summary)
        for one in found
    ]
    links = [quote(one.file.name) if folder and (folder / one.file.name).is_file() else "" for one in found]
    return Table(("no.", "lesson", "time", "exercises", "what it is about"), rows, links, lines)


def mark(lesson: Lesson, done: Collection[str]) -> str:
    """A full circle for each exercise that is solved, an empty one for the others."""
    return "".join(SOLVED if key in done else UNSOLVED for key in lesson.exercises)


def said(copy: Copy) -> str:
    """What became of a copy; names are between backticks."""
    states = {
        "new": "is in this folder now, without outputs.",
        "same": "was in this folder already, with nothing changed in its cells.",
        "edited": "was in this folder already and has changes of yours. It was left as it is; rename it to get a new copy.",
    }
    return f"`{copy.path.name}` {states[copy.state]}"


def opened(copy: Copy) -> Table:
    """The link to a copy, and what became of it."""
    row = (copy.lesson.number, copy.lesson.title, f"{copy.lesson.minutes} min" if copy.lesson.minutes else "")
    return Table(("no.", "open the lesson", "time"), [row], [quote(copy.path.name)], (said(copy),))
