"""Functions that write numbers down (`json.dumps`, `pickle.dumps`), and read what was written."""

from __future__ import annotations

from typing import Any

from notebook_ad.lifted import cuts
from notebook_ad.lifted.arguments import lifted_in
from notebook_ad.lifted.guards import read, taken
from notebook_ad.lifted.session import Session
from notebook_ad.lifted.values import LIFTED
from notebook_ad.lifted.where import call_at, caller

WRITING = {"json", "_json", "pickle", "_pickle", "marshal", "io", "_io", "datetime"}
WRITERS = (bytes, bytearray, memoryview)
ATOMS = frozenset({bool, int, float, complex, str, bytes, type(None)})
DEPTH = 50


def examined(function: Any, session: Session, /, *args: Any, **kwargs: Any) -> Any:
    """A call that hands values on, with a note where they come out without their graph."""
    before = session.recorded, session.cuts
    read(session, lifted_in([getattr(function, "__self__", None), args, kwargs], []), "its value")
    result = call_at(caller(), function, tuple(unlifted(v) for v in args), kwargs)
    cuts.examine(session, function, args, kwargs, result, before)
    if result is not None:
        taken(session, lifted_in([getattr(function, "__self__", None), args, kwargs], []), "its value")
    return result


def unlifted(value: Any) -> Any:
    """The same with plain numbers, for what is written to be the same; as it is where it holds objects of other kinds."""
    try:
        return _copied(value, {}, DEPTH) if type(value) in (list, tuple, dict) else _copied(value, {}, 0)
    except NotSimpleError:
        return value


class NotSimpleError(Exception):
    """A value holds more than numbers, texts and containers."""


def _copied(value: Any, known: dict[int, Any], depth: int) -> Any:
    kind = type(value)
    if kind in ATOMS:
        return value
    if id(value) in known:
        return known[id(value)]
    if kind in LIFTED:
        known[id(value)] = value._plain
    elif not depth or kind not in (list, tuple, dict):
        raise NotSimpleError
    elif kind is tuple:
        known[id(value)] = tuple(_copied(v, known, depth - 1) for v in value)
    elif kind is list:
        elements: list[Any] = []
        known[id(value)] = elements
        elements.extend(_copied(v, known, depth - 1) for v in value)
    else:
        table: dict[Any, Any] = {}
        known[id(value)] = table
        table.update({_copied(k, known, depth - 1): _copied(v, known, depth - 1) for k, v in value.items()})
    return known[id(value)]
