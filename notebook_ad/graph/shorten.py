"""Long expressions cut to a width: what is left out is left out between brackets, or between terms, and each bracket closes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from notebook_ad.graph.texts import cells

_BETWEEN = tuple(map(re.compile, (r", ", r" \+ | − ", r" \+ | − | / | // | % | @ |·")))  # what binds least comes first
_PAIRS = {")": "(", "]": "["}
_WORD = 4  # columns: what is shorter than this in brackets, as an index, stays

Span = tuple[int, int]


def shortened(text: str, limit: int) -> str:
    """The text in at most `limit` columns.

    >>> shortened("sigmoid(w[3]·sigmoid(w[2]·sigmoid(x) + b) + b)", 40)
    'sigmoid(w[3]·sigmoid(…) + b)'
    >>> shortened("stack(z[0], z[1], z[2], z[3], z[4], z[5], z[6])", 40)
    'stack(z[0], z[1], z[2], …, z[5], z[6])'
    """
    while (over := cells(text) - limit) > 0:
        groups = [(i, j) for i, j in _groups(text) if j - i >= _WORD]
        enough = [(i, j) for i, j in groups if cells(text[i:j]) - 1 >= over]
        if not enough and groups:
            i, j = max(groups, key=_length)
            text = f"{text[:i]}…{text[j:]}"
            continue
        i, j = min(enough, key=_length, default=(0, len(text)))
        whole = not enough
        if not whole and 2 * (cells(text) - cells(text[i:j]) + 1) >= limit:
            return f"{text[:i]}…{text[j:]}"
        middle = _thinned(text[i:j], cells(text[i:j]) - over)
        return _ends(text, limit) if middle is None and whole else f"{text[:i]}{middle or '…'}{text[j:]}"
    return text


def _length(span: Span) -> int:
    return span[1] - span[0]


def _groups(text: str) -> Iterator[Span]:
    """Where the contents of brackets, and of bars, begin and end."""
    stack: list[tuple[str, int]] = []
    for at, char in enumerate(text):
        if char in "([" or (char == "|" and _opens(text, at)):
            stack.append((char, at + 1))
        elif char in ")]|" and stack and stack[-1][0] == _PAIRS.get(char, "|"):
            yield stack.pop()[1], at


def _opens(text: str, at: int) -> bool:
    """Whether a bar begins a size rather than ends one: at the beginning, behind a bracket or an operator."""
    return at == 0 or text[at - 1] in "([ ·−"


def _thinned(text: str, limit: int) -> str | None:
    """The first and the last terms, operands or factors; None where not even two of them fit."""
    inside = [False] * (len(text) + 1)
    for i, j in _groups(text):
        inside[i:j] = [True] * (j - i)
    found = ([m.span() for m in sort.finditer(text) if not inside[m.start()]] for sort in _BETWEEN)
    cuts = next((spans for spans in found if len(spans) > 1), [])
    room = limit - 1
    left = [b for _, b in cuts if cells(text[:b]) <= room * 2 // 3]
    if not left:
        return None
    first = left[-1]
    right = [a for a, _ in cuts if a >= first and cells(text[a:]) <= room - cells(text[:first])]
    return f"{text[:first]}…{text[right[0] :]}" if right else None


def _ends(text: str, limit: int) -> str:
    """The beginning and the end, without a bracket that would not close."""
    head, tail = text[: limit // 2], text[-(limit * 3 // 10) :]
    opened, start = _unmatched(head)[0], _unmatched(tail)[1]
    return f"{head[:opened].rstrip()} … {tail[start:].lstrip()}"


def _unmatched(text: str) -> Span:
    """Where the first bracket stands that does not close, and behind the last one that was not opened."""
    opened: list[int] = []
    start = 0
    for at, char in enumerate(text):
        if char in "([":
            opened.append(at)
        elif char in ")]" and opened:
            opened.pop()
        elif char in ")]":
            start = at + 1
    return opened[0] if opened else len(text), start
