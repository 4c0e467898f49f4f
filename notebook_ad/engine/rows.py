"""The tape as a reader sees it: rows with everything resolved and nothing encoded, past imports and finished sweeps."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from notebook_ad.engine import primitive as ops
from notebook_ad.engine.errors import ConsumedError
from notebook_ad.engine.forms import Lean
from notebook_ad.engine.segment import CAPACITY, IMPORT, WIDE, Segment
from notebook_ad.engine.wide import Wide, widened

Place = tuple[Segment, int]
KIND = (WIDE - 1) & ~3  # of a row's code: the primitive, without the dtype
Kept = Mapping[tuple[int, int], Any]  # what a finished backward took off the tape, by (serial, row)


@dataclass(slots=True, eq=False)
class Row:
    """A row of the tape; `wide` is None for scalars."""

    place: Place
    primitive: ops.Primitive
    value: Any
    operands: tuple[Place, ...]
    inputs: tuple[Any, ...]
    static: dict[str, Any]
    wide: Wide | None


@dataclass(slots=True, eq=False)
class Fact:
    """What a row is computed again by: `function` of the operands, which stand at places or never change.

    Of a constant its value, of an operation the static parts that are not constant.
    """

    function: Callable[..., Any]
    places: tuple[Place | None, ...]
    operands: tuple[Any, ...]

    @property
    def traced(self) -> list[Place]:
        """The places."""
        return [p for p in self.places if p is not None]


GONE = (
    "the graph is gone: an earlier backward() has consumed it. "
    "Call backward(retain_graph=True), or draw the graph before backward()"
)
NOTHING: dict[str, Any] = {}


class Reader:
    """Reads rows; `kept` holds what a finished backward took off the tape. Numbers come one by one, so through views."""

    def __init__(self, kept: Kept) -> None:
        self.kept = kept
        self._views: dict[int, tuple[Any, Any]] = {}

    def views(self, segment: Segment) -> tuple[Any, Any]:
        """Memory views of the segment's table and its scalars, up to date when it is first met."""
        found = self._views.get(segment.serial)
        if found is None:
            found = self._views[segment.serial] = segment.sync().data, segment.store.data
        return found

    def origin(self, place: Place) -> Place:
        """Where a value was recorded, past the import rows that stand for it in later segments.

        Raises:
            ConsumedError: an import is gone.
        """
        segment, at = place
        while self.views(segment)[0][3 * at] & KIND == IMPORT:
            earlier = segment.imports.get(at) or self.kept.get((segment.serial, at))
            if earlier is None:
                raise ConsumedError(GONE)
            place = segment, at = earlier
        return place

    def fact(self, place: Place) -> Fact | None:
        """What a row is computed again by, if it depends on a value that no gradient passes."""
        found = place[0].facts.get(place[1])
        if found is None:
            return None
        if isinstance(found, tuple):
            return Fact(same, (self.origin(found),), (None,))
        places = tuple(None if row is None else self.origin((place[0], row)) for row in found.rows)
        return Fact(found.function, places, found.operands)

    def row(self, place: Place) -> Row:
        """The row at a place.

        Raises:
            ConsumedError: its arrays are gone.
        """
        segment, at = place
        table, store = self.views(segment)
        code, a, b = table[3 * at], table[3 * at + 1], table[3 * at + 2]
        if code & WIDE:
            wide = segment.wide_at(at) or self.kept.get((segment.serial, at))
            if wide is None:
                raise ConsumedError(GONE)
            if type(wide) is Lean:
                wide = widened(wide)
            operands = tuple([self.origin((segment, i)) for i in wide.operands])
            return Row(place, wide.primitive, wide.value, operands, wide.inputs, wide.static, wide)
        primitive, value = ops.PRIMITIVES[(code & KIND) >> 2], store[at]
        if a < 0:
            return Row(place, primitive, value, (), (), NOTHING, None)
        first = (segment, a) if table[3 * a] & KIND != IMPORT else self.origin((segment, a))
        if b < 0:
            return Row(place, primitive, value, (first,), (store[a],), NOTHING, None)
        second = (segment, b) if table[3 * b] & KIND != IMPORT else self.origin((segment, b))
        return Row(place, primitive, value, (first, second), (store[a], store[b]), NOTHING, None)


def same(value: Any) -> Any:
    """The value itself."""
    return value


def reached(
    output: Place,
    kept: Kept,
    limit: int | None = None,
    more: Sequence[Place] = (),
    facts: dict[Place, Fact] | None = None,
    without: Collection[Place] = (),
) -> list[Row]:
    """The rows that the output (and what else is asked for) depends on, in the order in which they were recorded.

    Args:
        facts: filled with the rows' facts, whose operands are reached too; None where only gradients matter. Those at
            places `without` are left out.

    Raises:
        ValueError: there are more than `limit`.
    """
    reader = Reader(kept)
    rows: dict[int, Row] = {}
    stack = [reader.origin(place) for place in (output, *more)]  # no recursion: chains may be long
    while stack:
        place = stack.pop()
        key = _key(place)
        if key in rows:
            continue
        rows[key] = row = reader.row(place)
        if limit is not None and len(rows) > limit:
            raise ValueError(f"the graph has more than {limit} rows")
        stack.extend(row.operands)
        if facts is not None and place[0].facts and place not in without and (fact := reader.fact(place)) is not None:
            facts[place] = fact
            stack.extend(fact.traced)
    return _in_order(rows, facts or {})


def _key(place: Place) -> int:
    return place[0].serial * CAPACITY + place[1]


def _in_order(rows: dict[int, Row], facts: Mapping[Place, Fact]) -> list[Row]:
    """Operands before users, and as recorded where that leaves a choice; the output comes last.

    Within a segment the rows are in order; a segment may refer to a later one where two are written in turns.
    """
    given = {key: row.operands for key, row in rows.items()}
    for place, fact in facts.items():
        given[_key(place)] = (*given[_key(place)], *fact.traced)
    if all(_key(p) < key for key, places in given.items() for p in places):
        return [rows[key] for key in sorted(rows)]
    users: dict[int, list[int]] = {}
    waiting: dict[int, int] = {}
    for key, places in given.items():
        operands = {_key(p) for p in places}
        waiting[key] = len(operands)
        for operand in operands:
            users.setdefault(operand, []).append(key)
    ready = [key for key, count in waiting.items() if count == 0]
    heapq.heapify(ready)
    ordered = []
    while ready:
        key = heapq.heappop(ready)
        ordered.append(rows[key])
        for user in users.get(key, ()):
            waiting[user] -= 1
            if waiting[user] == 0:
                heapq.heappush(ready, user)
    return ordered
