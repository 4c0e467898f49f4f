"""Which decisions a graph depends on: those taken by values that its leaves change, with what can be asked again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from notebook_ad.engine import primitive as sources
from notebook_ad.engine.errors import ConsumedError
from notebook_ad.engine.guards import Guard
from notebook_ad.engine.rows import Fact, Place, Reader, reached, same
from notebook_ad.graph.visible import identity
from notebook_ad.tensor.ambient import writable
from notebook_ad.tensor.left import used

Operands = tuple[Place | None, ...]
Decisions = Sequence[tuple[Guard, Operands]]
Facts = dict[Place, Fact]


def depending(
    output: Place, kept: Mapping[Any, Any], nodes: Mapping[Any, int], decisions: Decisions
) -> tuple[list[tuple[Guard, Operands]], set[Place]]:
    """The decisions that depend on the graph's leaves, with their operands' places; and facts that are constants now."""
    origin = Reader(kept).origin
    own = {row.place for row in reached(output, kept)}
    found: list[tuple[Guard, Operands]] = []
    segments = {place[0].serial: place[0] for place in own}
    if (now := writable()) is not None:  # where the last decisions were noted
        segments[now.serial] = now
    for segment in segments.values():
        for guard in segment.guards:
            try:
                places = tuple(None if row is None else origin((segment, row)) for row in guard.rows)
            except ConsumedError:
                continue  # of a graph now gone
            found.append((guard, places))
    for guard, given in decisions:
        try:
            found.append((guard, tuple(p and origin(p) for p in given)))
        except ConsumedError:
            continue
    found = [
        (guard, places)
        for guard, places in found
        if not (guard.value and places == (output,))  # the loss that was printed
        and not (guard.function is used and places[1] not in own)  # of another graph
        and all(p is None or p in own or not p[0].consumed[p[1]] for p in places)  # else of a graph now gone
    ]
    facts: Facts = {}
    try:
        rows = reached(output, kept, None, places_of(found), facts)
    except ConsumedError:  # a decision of another graph, of which a part is gone
        gone = _gone(output, found, kept)
        found = [(guard, places) for guard, places in found if _whole(output, places, kept, gone)]
        facts = {}
        rows = reached(output, kept, None, places_of(found), facts, gone)
    else:
        gone = set()
    moved: set[Place] = set()
    unknown: set[Place] = set()  # what cannot be done again
    sure: list[tuple[Guard, Operands]] = []
    for row in rows:
        fact = facts.get(row.place)
        if fact is not None and any(p in unknown for p in fact.traced):
            gone.add(row.place)
            guard = Guard(same, (), fact.operands, None, "a value of what cannot be done again")
            sure += _by_leaves(guard, fact.places, kept, moved)
            fact = None
        given = row.operands if fact is None else (*row.operands, *fact.traced)
        if (row.primitive is sources.leaf and identity(row) in nodes) or any(p in moved for p in given):
            moved.add(row.place)
            if row.primitive is sources.opaque or any(p in unknown for p in row.operands):
                unknown.add(row.place)
    for guard, places in found:
        if any(p in unknown for p in places):
            sure += _by_leaves(guard, places, kept, moved)
        elif any(p in moved for p in places):
            sure.append((guard, places))
    return sure, gone


def places_of(found: Sequence[tuple[Guard, Operands]]) -> list[Place]:
    """The places of all operands of the decisions."""
    return [p for _, places in found for p in places if p is not None]


def _gone(output: Place, found: Sequence[tuple[Guard, Operands]], kept: Mapping[Any, Any]) -> set[Place]:
    """The facts whose own operands are no longer on the tape: they are constants from here on."""
    gone: set[Place] = set()
    pending = [output, *places_of(found)]
    reader = Reader(kept)
    seen: set[Place] = set()
    while pending:
        place = pending.pop()
        if place in seen:
            continue
        seen.add(place)
        try:
            place = reader.origin(place)
            pending += reader.row(place).operands
            fact = reader.fact(place)
        except ConsumedError:
            continue
        if fact is not None:
            if _whole(place, (), kept, gone):
                pending += fact.traced
            else:
                gone.add(place)
    return gone


def _whole(place: Place, more: Operands, kept: Mapping[Any, Any], without: set[Place]) -> bool:
    """Whether all that a value and others depend on, facts among it, is still on the tape."""
    try:
        reached(place, kept, None, [p for p in more if p is not None], {}, without)
    except ConsumedError:
        return False
    return True


def _by_leaves(
    guard: Guard, places: Operands, kept: Mapping[Any, Any], moved: set[Place]
) -> list[tuple[Guard, Operands]]:
    """A decision on what cannot be done again: known to fall the same way only where no leaf of it changes."""
    first, *rest = (p for p in places if p is not None)
    return [
        (replace(guard, function=np.asarray, outcome=row.value, operands=(None,), value=True, form=False), (row.place,))
        for row in reached(first, kept, None, rest, {})
        if row.primitive is sources.leaf and row.place in moved
    ]
