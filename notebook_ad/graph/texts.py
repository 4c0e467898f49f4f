"""User's text made fit for a picture: no control characters, no reversed neighbours, cut to a width, measured."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_ISOLATE, _POP = "\u2068", "\u2069"
_RTL = {"R", "AL", "AN", "RLE", "RLO", "RLI", "LRE", "LRO", "LRI", "FSI"}


def clean(text: str) -> str:
    """The text without what XML cannot hold and without what reorders its surroundings.

    Control and bidirectional control characters are written as escapes, lone surrogates as `�`.
    """
    if text.isprintable():  # neither control nor format characters nor surrogates
        return text
    return "".join(_visible(c) for c in text)


def _visible(char: str) -> str:
    if char in "\n\t":
        return " "
    category = unicodedata.category(char)
    if category == "Cs" or ord(char) & 0xFFFE == 0xFFFE:
        return "\ufffd"
    if category in ("Cc", "Zl", "Zp") or (category == "Cf" and char not in "\u200c\u200d"):
        return f"\\u{ord(char):04x}" if ord(char) <= 0xFFFF else f"\\U{ord(char):08x}"
    return char


def isolated(text: str) -> str:
    """Right-to-left text between isolation marks, so that it does not reorder the numbers beside it."""
    if any(unicodedata.bidirectional(c) in _RTL for c in text):
        return f"{_ISOLATE}{text}{_POP}"
    return text


def cells(text: str) -> int:
    """How many columns of a monospaced font the text takes."""
    if text.isascii():
        return len(text)
    return sum(_width(c) for c in text)


@lru_cache(4096)
def _width(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) in ("Cf", "Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def cut(text: str, limit: int) -> str:
    """The cleaned text, at most `limit` columns wide; a longer one ends in `…`."""
    text = clean(text)
    if cells(text) <= limit:
        return text
    kept, width = "", 1
    for char in text:
        width += _width(char)
        if width > limit:
            break
        kept += char
    return kept.rstrip() + "…"


def pad(text: str, width: int) -> str:
    """The text filled with spaces to a number of columns."""
    return text + " " * (width - cells(text))
