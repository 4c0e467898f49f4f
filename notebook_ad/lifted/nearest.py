"""Words for messages: what is unknown is answered with what is near, lists and texts are cut to a line."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

SHOWN = 8  # names on a line


def nearest(word: str, valid: Iterable[str]) -> str:
    """The nearest valid word as a question, else all of them."""
    choices = list(valid)
    close = difflib.get_close_matches(word, choices, 1, 0.5)
    return f"did you mean {close[0]}?" if close else there_are(choices)


def there_are(names: list[str]) -> str:
    """The names that there are, as far as they go on a line."""
    return f"there are {some(names)}" if names else "there are none"


def some(names: list[str]) -> str:
    """Names on one line, and how many more there are."""
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(names[:SHOWN]) + more


def capped(text: str, length: int = 60) -> str:
    """A text on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1] + "…"
