"""The notebooks that come with the package: in the wheel below `notebook_ad/lessons`, in a checkout in the folder `notebooks`."""

from __future__ import annotations

import importlib.resources
import json
import pathlib
import re
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any

from notebook_ad.lessons.bundled.summaries import SUMMARIES
from notebook_ad.lifted.nearest import nearest

_NAME = re.compile(r"(?P<number>\d\d)_(?P<topic>.+)\.ipynb")


@dataclass(frozen=True, slots=True)
class Lesson:
    """A bundled lesson.

    Attributes:
        number: two digits, "01".
        topic: the rest of the file's name, "computation_graph".
        file: the notebook; `file.read_text("utf-8")` is its JSON.
    """

    number: str
    topic: str
    file: Traversable

    @property
    def title(self) -> str:
        """The first heading of the notebook, without its number."""
        heading = next(
            (line.lstrip("# ") for line in self._opening().splitlines() if line.startswith("# ")), self.topic
        )
        return heading.removeprefix(self.number).lstrip(" ·:.")

    @property
    def minutes(self) -> int | None:
        """How long it takes to read, as its first cell says; None where it says nothing."""
        found = re.search(r"(\d+) minutes", self._opening())
        return int(found[1]) if found else None

    @property
    def summary(self) -> str:
        """What it is about, in one line."""
        return SUMMARIES.get(self.number, "")

    @property
    def exercises(self) -> tuple[str, str, str]:
        """The keys of its three exercises."""
        return (f"{self.number}.1", f"{self.number}.2", f"{self.number}.3")

    def notebook(self) -> dict[str, Any]:
        """The notebook as it is stored, with its outputs."""
        found: dict[str, Any] = json.loads(self.file.read_text("utf-8"))
        return found

    def _opening(self) -> str:
        cells = self.notebook()["cells"]
        return next(("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"), "")


def lessons() -> tuple[Lesson, ...]:
    """All bundled lessons in the order of their numbers."""
    names = ((_NAME.fullmatch(file.name), file) for file in _folder().iterdir())
    found = (Lesson(name["number"], name["topic"], file) for name, file in names if name)
    return tuple(sorted(found, key=lambda lesson: lesson.number))


def find(which: str | int) -> Lesson:
    """A lesson by its number or its topic: 1, "1", "01", "computation_graph".

    Raises:
        KeyError: there is none; names those that there are.
    """
    available = lessons()
    wanted = str(which)
    for lesson in available:
        if wanted in (lesson.topic, lesson.file.name) or lesson.number == wanted.zfill(2):
            return lesson
    if wanted.isdecimal():
        raise KeyError(f"there is no lesson {wanted.zfill(2)}; there are {_ranges([one.number for one in available])}")
    raise KeyError(f"there is no lesson {wanted!r}; {nearest(wanted, [one.topic for one in available])}")


def _ranges(numbers: list[str]) -> str:
    """Numbers in order as few words: "00 to 02, 05"; "none"."""
    runs: list[list[str]] = []
    for number in numbers:
        if runs and int(number) == int(runs[-1][-1]) + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs) or "none"


def _folder() -> Traversable:
    packaged = importlib.resources.files("notebook_ad.lessons") / "notebooks"
    if packaged.is_dir():
        return packaged
    return pathlib.Path(__file__).resolve().parents[3] / "notebooks"
