"""Names for the values of a running loop: those of the variables that hold them, in the functions that run."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from types import FrameType
from typing import Any

from notebook_ad.engine.rows import Place
from notebook_ad.tensor.tensor import Tensor

MOST = 5_000  # values looked at
DEEPEST = 3  # lists in objects in dicts

Names = dict[Any, str]  # by the serial of the segment and the row; of a leaf also by what stays when it is updated


def names_in_scope() -> Names:
    """Names of the tensors that variables, lists, dicts and objects of the user's functions hold, innermost first."""
    found: Names = {}
    left = [MOST]
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if not _ours(frame):
            for name, value in list(frame.f_locals.items()):
                if not name.startswith("_"):
                    _collect(name, value, 0, found, left)
            if frame.f_locals is frame.f_globals:  # a cell, a module
                break
        frame = frame.f_back
    return found


def _ours(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0] == "notebook_ad"


def _collect(name: str, value: Any, depth: int, found: Names, left: list[int]) -> None:
    left[0] -= 1
    if isinstance(value, Tensor):
        if value._segment is not None:
            found.setdefault((value._segment.serial, value._id), name)
        if value._meta is not None and value._meta.leaf:
            found.setdefault(id(value._meta), name)
    elif depth < DEEPEST:
        for inner, part in _parts(value):
            if left[0] <= 0:
                return
            _collect(name + inner, part, depth + 1, found, left)


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    if type(value) in (list, tuple):
        yield from ((f"[{i}]", part) for i, part in enumerate(value))
    elif type(value) is dict:
        yield from ((f"[{key!r}]", part) for key, part in list(value.items()) if isinstance(key, str | int))
    elif type(value).__module__ == "__main__" and hasattr(value, "__dict__"):
        yield from ((f".{key}", part) for key, part in list(vars(value).items()))


def write(ids: Mapping[Place, int], names: Names) -> bool:
    """Put names on rows of the tape that have none; whether any was put."""
    return _put({place: _name_at(place, names) for place in ids})


def _name_at(place: Place, names: Names) -> str | None:
    segment, row = place
    return names.get((segment.serial, row)) or names.get(id(segment.leaves.get(row)))


def write_as(ids: Mapping[Place, int], names: Mapping[int, str | None]) -> bool:
    """Put the names of nodes on rows of the tape that have none; whether any was put."""
    return _put({place: names.get(node) for place, node in ids.items()})


def _put(wanted: Mapping[Place, str | None]) -> bool:
    put = False
    for (segment, row), name in wanted.items():
        leaf = segment.leaves.get(row)
        if name and row not in segment.names and not (leaf is not None and leaf.name):
            segment.names[row] = name
            put = True
    return put
