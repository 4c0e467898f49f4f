"""Which exercises a reader has solved: a small file in Jupyter's data folder, never in a notebook.

Nothing is written until the extension is loaded (`follow`), and nothing that goes wrong with the file stops a lesson.
"""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import tempfile
import warnings
from collections.abc import Iterable

from notebook_ad.lessons.exercises import exercise


def path() -> pathlib.Path | None:
    """The file; None where Jupyter is not installed, so that there is no folder of its."""
    try:
        from jupyter_core.paths import jupyter_data_dir
    except ImportError:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own plans with its folders
        return pathlib.Path(jupyter_data_dir()) / "notebook_ad" / "progress.json"


def solved() -> frozenset[str]:
    """The keys of all exercises that were ever solved; none where the file is missing or cannot be understood."""
    file = path()
    try:
        stored = json.loads(file.read_text("utf-8"))["solved"] if file else []
        return frozenset(key for key in stored if isinstance(key, str))
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()


def add(keys: Iterable[str]) -> bool:
    """Keep these keys, too; false where that cannot be done."""
    before = solved()
    after = before | set(keys)
    file = path()
    if file is None:
        return False
    if after == before:
        return True
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _replace(file, json.dumps({"solved": sorted(after)}, indent=1) + "\n")
    except OSError:
        return False
    return True


def follow() -> None:
    """From now on, keep what is solved in this kernel, and what has been so far."""
    exercise.observe(lambda key: add([key]))
    if keys := exercise.solved_keys():
        add(keys)


def _replace(file: pathlib.Path, text: str) -> None:
    """Write a file so that a reader meets the old text or the new one, never a part."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=file.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as new:
            new.write(text)
        os.replace(name, file)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
