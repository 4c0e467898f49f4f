"""Values that go through a file: which paths the cell wrote traced values to, so that reading them back is a cut."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable
from typing import Any

from notebook_ad.lifted.contents import source_in
from notebook_ad.lifted.link import Link
from notebook_ad.lifted.session import Session

WRITING = frozenset(["write", "writelines", "writerow", "writerows", "write_text", "write_bytes"])  # these give a count
OF_PATHS = WRITING | {"read_text", "read_bytes", "open"}  # methods of pathlib's


def path_of(session: Session, value: Any) -> str | None:
    """The path that an argument names: a text, a path, an open file, or what writes to one."""
    if id(value) in session.writers:
        return session.writers[id(value)][1]
    name = getattr(value, "name", None) if isinstance(value, io.IOBase) else value
    if not isinstance(name, str | os.PathLike) or isinstance(name, bytes) or len(os.fspath(name)) > 4096:
        return None
    return os.path.abspath(os.fspath(name))


def wrote(session: Session, owner: Any, values: Iterable[Any]) -> None:
    """Something traced may have been written to one of the files that a call names."""
    given = [owner, *values]
    if (source := source_in(given)) is not None:
        for value in given:
            if type(value) is not io.StringIO and (path := path_of(session, value)) is not None:
                for ending in ("", ".npy", ".npz"):  # NumPy adds its own
                    session.written_files[path + ending] = source[0]


def opened(session: Session, result: Any, values: Iterable[Any]) -> None:
    """An object was made of an open file, as `csv.writer(file)` is: what it writes goes there."""
    for value in values:
        if isinstance(value, io.IOBase) and (path := path_of(session, value)) is not None:
            session.writers[id(result)] = result, path


def read_from(session: Session, owner: Any, values: Iterable[Any]) -> tuple[Link | None] | None:
    """What was written to a file that a call names; None if nothing traced was."""
    if session.written_files:
        for value in (owner, *values):
            if (path := path_of(session, value)) in session.written_files:
                return (session.written_files[path],)
    return None
