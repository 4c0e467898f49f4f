"""A reader's own copy of a lesson: with its outputs cleared, and never written over."""

from __future__ import annotations

import copy
import json
import pathlib
from dataclasses import dataclass
from typing import Any, Literal

from notebook_ad.lessons.bundled.notebooks import Lesson

State = Literal["new", "same", "edited"]


@dataclass(frozen=True, slots=True)
class Copy:
    """Where the lesson is, and whether it was made now, was there as delivered, or is the reader's edited one."""

    lesson: Lesson
    path: pathlib.Path
    state: State


def cleared(notebook: dict[str, Any]) -> dict[str, Any]:
    """The notebook without outputs and execution counts."""
    empty = copy.deepcopy(notebook)
    for cell in empty["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return empty


def open_copy(lesson: Lesson, folder: pathlib.Path) -> Copy:
    """Put a copy of the lesson into the folder, unless a file of that name is there.

    Raises:
        OSError: it cannot be written, or what is there is no file.
    """
    path = folder / lesson.file.name
    text = json.dumps(cleared(lesson.notebook()), indent=1, ensure_ascii=False, sort_keys=True) + "\n"
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            try:
                file.write(text)
            except OSError:  # the disk is full: half a notebook helps nobody
                path.unlink(missing_ok=True)
                raise
    except FileExistsError:
        if path.is_dir():
            raise IsADirectoryError(f"{path} is a folder") from None
        return Copy(lesson, path, "same" if _cells_of(path) == _cells(lesson.notebook()) else "edited")
    return Copy(lesson, path, "new")


def _cells_of(path: pathlib.Path) -> list[tuple[str, str]] | None:
    """What the reader would have edited; None where the file is no notebook any more."""
    try:
        return _cells(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _cells(notebook: dict[str, Any]) -> list[tuple[str, str]]:
    return [(cell["cell_type"], "".join(cell["source"])) for cell in notebook["cells"]]
