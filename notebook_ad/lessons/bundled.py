"""The notebooks that come with the package: in the wheel below this module, in a checkout in the folder `notebooks`."""

from __future__ import annotations

import importlib.resources
import json
import pathlib
import re
from dataclasses import dataclass
from importlib.resources.abc import Traversable

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
        cells = json.loads(self.file.read_text("utf-8"))["cells"]
        lines = (
            line for cell in cells if cell["cell_type"] == "markdown" for line in "".join(cell["source"]).splitlines()
        )
        heading = next((line.lstrip("# ") for line in lines if line.startswith("# ")), self.topic)
        return heading.removeprefix(self.number).lstrip(" ·:.")


def lessons() -> tuple[Lesson, ...]:
    """All bundled lessons in the order of their numbers."""
    names = ((_NAME.fullmatch(file.name), file) for file in _folder().iterdir())
    found = (Lesson(name["number"], name["topic"], file) for name, file in names if name)
    return tuple(sorted(found, key=lambda lesson: lesson.number))


def find(number: str | int) -> Lesson:
    """The lesson of a number: 1, "1" or "01".

    Raises:
        KeyError: there is none; names those that there are.
    """
    wanted = str(number).zfill(2)
    available = lessons()
    for lesson in available:
        if lesson.number == wanted:
            return lesson
    raise KeyError(f"there is no lesson {wanted}; there are {', '.join(one.number for one in available) or 'none'}")


def _folder() -> Traversable:
    packaged = importlib.resources.files("notebook_ad.lessons") / "notebooks"
    if packaged.is_dir():
        return packaged
    return pathlib.Path(__file__).resolve().parents[2] / "notebooks"
