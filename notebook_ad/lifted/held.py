"""What holds the value of something traced without its graph: bytes, texts, objects of libraries.

Holding does no harm; a cut is noted when a number is taken out of it.
"""

from __future__ import annotations

import weakref
from collections import deque
from typing import Any

from notebook_ad.lifted.link import Link

STRONG = 256  # things kept alive because nothing can watch their end

HELD: dict[int, tuple[Any, Link | None]] = {}  # by identity: the thing or a weak reference, what it was made from
_strong: deque[int] = deque()


def hold(value: Any, link: Link | None) -> None:
    """Remember that a value was made from a traced one."""
    key = id(value)
    if key in HELD or (isinstance(value, str | bytes) and len(value) < 2):  # Python shares the short ones
        return
    try:
        HELD[key] = weakref.ref(value, lambda _: HELD.pop(key, None)), link
    except TypeError:
        HELD[key] = value, link
        _strong.append(key)
        if len(_strong) > STRONG:
            HELD.pop(_strong.popleft(), None)


def is_held(value: Any) -> bool:
    """Whether a value was made from a traced one."""
    return id(value) in HELD


def link_of(value: Any) -> Link | None:
    """The traced value that it was made from, where that is known."""
    return HELD[id(value)][1]


def forget() -> None:
    """The run is over."""
    HELD.clear()
    _strong.clear()
