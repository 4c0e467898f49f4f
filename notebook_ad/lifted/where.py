"""Whose code is running: the cell's, the user's other code, a library's or ours; and where in the cell an operation stands."""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from collections.abc import Callable
from functools import lru_cache
from types import CodeType, FrameType, FunctionType
from typing import Any, Literal

from notebook_ad.graph.model import Source

Owner = Literal["own", "user", "library"]

PACKAGE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "")
LOCATED = ".located"  # no identifier, so no function of the user's has this name


def _library_folders() -> tuple[str, ...]:
    """Folders of the standard library and of installed packages."""
    paths = sysconfig.get_paths()
    folders = {paths[key] for key in ("stdlib", "platstdlib", "purelib", "platlib") if key in paths}
    folders.update(site.getsitepackages() if hasattr(site, "getsitepackages") else [])
    folders.add(site.getusersitepackages() if hasattr(site, "getusersitepackages") else "")
    folders.add(os.path.dirname(os.__file__))
    return tuple(os.path.join(os.path.realpath(f), "") for f in folders if f) + tuple(
        os.path.join(f, "") for f in folders if f
    )


LIBRARY = _library_folders()


@lru_cache(maxsize=4096)
def owner_of_file(filename: str) -> Owner:
    """Who wrote the code in a file: we, the user, or a library."""
    if filename.startswith("<frozen") or filename == "<__array_function__ internals>":
        return "library"
    if filename.startswith(PACKAGE):
        return "own"
    if filename.startswith(LIBRARY) or f"{os.sep}site-packages{os.sep}" in filename:
        return "library"
    return "user"


def owner_of(code: CodeType) -> Owner:
    """Who wrote a piece of code."""
    return "own" if code.co_name == LOCATED else owner_of_file(code.co_filename)


def caller() -> FrameType:
    """The innermost frame that is not ours: whoever asked for the operation that is being carried out."""
    frame = sys._getframe(1)
    while owner_of(frame.f_code) == "own" and frame.f_back is not None:
        frame = frame.f_back
    return frame


_template = (lambda function, args, kwargs: function(*args, **kwargs)).__code__


@lru_cache(maxsize=4096)
def _located_code(filename: str, line: int) -> CodeType:
    return _template.replace(co_filename=filename, co_firstlineno=line, co_name=LOCATED)


def call_at(frame: FrameType, function: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """Call `function` as if the line that `frame` stands at had called it.

    Warnings then name the user's line, and are shown or suppressed by the user's own filters and registry.
    """
    run = FunctionType(_located_code(frame.f_code.co_filename, frame.f_lineno or 1), frame.f_globals)
    return run(function, args, kwargs)


class Sources:
    """Positions in one cell: calling it gives the Source of the innermost frame that runs the cell's code, or None."""

    def __init__(self, filename: str, text: str) -> None:
        self.filename = filename
        self.lines = text.split("\n")
        self._known: dict[tuple[CodeType, int], Source | None] = {}

    def __call__(self) -> Source | None:
        """The place in the cell of the operation that is being recorded."""
        frame = self.frame()
        return None if frame is None else self.at(frame)

    def frame(self) -> FrameType | None:
        """The innermost frame that runs the cell's code."""
        frame: FrameType | None = sys._getframe(1)
        filename = self.filename
        while frame is not None:
            code = frame.f_code
            if code.co_filename == filename and code.co_name != LOCATED:
                return frame
            frame = frame.f_back
        return None

    def line(self) -> int | None:
        """The line of the cell that is running."""
        frame = self.frame()
        return None if frame is None else frame.f_lineno

    def at(self, frame: FrameType) -> Source | None:
        """The expression that a frame of the cell stands at."""
        key = (frame.f_code, frame.f_lasti)
        if key not in self._known:
            self._known[key] = self._find(frame)
        return self._known[key]

    def _find(self, frame: FrameType) -> Source | None:
        for index, position in enumerate(frame.f_code.co_positions()):
            if 2 * index == frame.f_lasti:
                line, end_line, column, end_column = position
                if line is None:
                    return None
                return self.source(line, column or 0, end_line or line, end_column or 0)
        return None

    def source(self, line: int, start: int, end_line: int, end: int) -> Source | None:
        """A Source from the compiler's positions, which count UTF-8 bytes."""
        if not 1 <= line <= end_line <= len(self.lines):
            return None
        column = len(self.lines[line - 1].encode()[:start].decode(errors="ignore"))
        end_column = len(self.lines[end_line - 1].encode()[:end].decode(errors="ignore"))
        rows = self.lines[line - 1 : end_line]
        rows[-1] = rows[-1][:end_column]
        rows[0] = rows[0][column:]
        return Source(line, column, end_line, end_column, "\n".join(rows))


@lru_cache(maxsize=4096)
def owner_of_module(name: str | None) -> Owner:
    """Who wrote a module: what has no file is the user's if it is `__main__`, else a library's."""
    if name is None or name == "__main__":
        return "user"
    file = getattr(sys.modules.get(name), "__file__", None)
    return owner_of_file(file) if isinstance(file, str) else "library"
