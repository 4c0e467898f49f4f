"""Numbers that C code reads where nobody asks them: a key, a count, an argument of a builtin; each is noted as taken."""

from __future__ import annotations

import itertools
import operator
from collections import deque
from collections.abc import Callable
from types import ModuleType
from typing import Any

from notebook_ad.lifted.discrete import discrete_of
from notebook_ad.lifted.guards import taken, whole
from notebook_ad.lifted.library import root_module
from notebook_ad.lifted.session import active
from notebook_ad.lifted.values import LIFTED, LiftedInt, LiftedInt64

READING: frozenset[Any] = frozenset({
    range, slice, chr, bin, hex, oct, enumerate, bytes, bytearray, str, itertools.islice, itertools.repeat,
    itertools.count, itertools.combinations, itertools.permutations, itertools.product, operator.index,
    operator.getitem, operator.itemgetter, operator.mul, operator.and_, operator.or_, operator.xor, operator.lshift,
    operator.rshift, operator.inv, operator.not_, operator.truth, deque,
})  # fmt: skip
DRAWING = {"random", "_random"}  # their functions compute from what they are given
# Methods of containers and texts that keep what they are given, or ask it.
KEEPING = frozenset({
    "append", "extend", "add", "get", "setdefault", "update", "index", "count", "remove", "discard", "join", "format",
    "appendleft", "extendleft", "items", "keys", "values", "copy", "send", "throw", "close", "write", "put", "set",
})  # fmt: skip


def key(value: Any) -> Any:
    """The hook around what an element is looked up by: lists and arrays read an integer unseen."""
    kind = type(value)
    if kind in LIFTED and discrete_of(value) is not None:
        value._link.session.decisions.looked_up(value)
    elif kind is LiftedInt or kind is LiftedInt64:
        taken(value._link.session, [value], "an index")
    elif kind is tuple or kind is slice:
        for part in value if kind is tuple else (value.start, value.stop, value.step):
            key(part)
    return value


def width(value: Any) -> Any:
    """The hook around a number in a format, as in `f"{x:{n}.3f}"`: another kind of number gives another format, or none."""
    if type(value) is LiftedInt:
        whole(value._link.session, value, "a format")
    return value


def reads(function: Any, owner: Any) -> bool:
    """Whether a function that records nothing may read the numbers that it is given."""
    if owner is not None and not isinstance(owner, ModuleType | type):
        return function.__name__ not in KEEPING
    if function is isinstance:
        return True
    try:
        return function in READING or root_module(function) in DRAWING
    except TypeError:
        return False


def watched(function: Any, call: Callable[..., Any]) -> Callable[..., Any]:
    """A call of such a function, with a note of the traced numbers that it is given."""

    def watch(*args: Any, **kwargs: Any) -> Any:
        session = active()
        given = (*args, *kwargs.values())
        if function is isinstance:
            for value in given[:1]:
                if type(value) is LiftedInt:
                    whole(session, value, "isinstance()")
        else:
            name = getattr(function, "__name__", "")
            integers = root_module(function) not in DRAWING
            kinds = (LiftedInt, LiftedInt64) if integers else LIFTED
            taken(session, [v for v in given if type(v) in kinds], f"{name}()")
        return call(*args, **kwargs)

    return watch
