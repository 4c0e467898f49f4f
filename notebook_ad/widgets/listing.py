"""A function's source text, and where in it the running operation stands."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from notebook_ad.graph.model import Source
from notebook_ad.lifted.where import Sources


@dataclass(frozen=True)
class Listing:
    """The text, "" where it is not known, and `place()`, the Source in it of the innermost frame that runs it."""

    text: str
    place: Callable[[], Source | None]


def listing(f: Any) -> Listing:
    """The listing of a function."""
    try:
        function: Any = inspect.unwrap(f)
        lines, first = inspect.getsourcelines(function)
        filename = function.__code__.co_filename
    except (OSError, TypeError, AttributeError, ValueError):
        return Listing("", lambda: None)
    above, indent = first - 1, len(lines[0]) - len(lines[0].lstrip())
    sources = Sources(filename, "\n" * above + "".join(lines))

    def place() -> Source | None:
        found = sources()
        if found is None or found.line <= above:
            return None
        column, end = max(0, found.column - indent), max(0, found.end_column - indent)
        return replace(found, line=found.line - above, end_line=found.end_line - above, column=column, end_column=end)

    return Listing(textwrap.dedent("".join(lines)).rstrip("\n"), place)
