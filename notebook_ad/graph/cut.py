"""Where a gradient ends although the value goes on: a conversion, a comparison, `detach()`, `no_grad()`."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from notebook_ad.engine.guards import Guard
from notebook_ad.engine.rows import Place
from notebook_ad.graph.attempt import Attempt
from notebook_ad.graph.model import Cut
from notebook_ad.tensor.left import TEXT as QUIET
from notebook_ad.tensor.left import used

LIMIT = 8  # in a picture
WRITTEN = "a text"  # a number that is read from it has a cut of its own


def cuts_at(
    ids: Mapping[Place, int], output: int, decisions: Iterable[tuple[Guard, tuple[Place | None, ...]]] = ()
) -> tuple[Cut, ...]:
    """The cuts at nodes of a graph: what the tape noted beside its rows, and `decisions` that stand in no segment.

    Args:
        ids: the node of each place on the tape; output: the graph's, whose value is often printed.
    """
    found: dict[Any, Cut] = {}
    for guard, places in itertools.chain(_noted(ids), decisions):
        if isinstance(guard.function, Attempt):
            continue
        if guard.function is used:
            places = places[:1] if places[1] in ids else ()
        for place in places:
            node = ids.get(_first(place, ids)) if place is not None and not _is_fact(place) else None
            if node is None or (node == output and guard.value):
                continue
            source = guard.source
            line, text = (source.line, source.text) if source is not None else (None, guard.text)
            if source is not None and guard.text == QUIET:
                text = f"{text} in {QUIET}"
            if (line, text, node) not in found or is_lost(guard):
                found[line, text, node] = Cut(node, text, line, lost=is_lost(guard))
    return tuple(found.values())


def is_lost(guard: Guard) -> bool:
    """Whether a plain number went on from there, which a replay does not follow."""
    return guard.lost or (guard.value and guard.text != WRITTEN)


def where_cut(guards: Iterable[Guard]) -> str:
    """`cut at line 2`, `cut at lines 2, 5`."""
    lines = sorted({guard.source.line for guard in guards if guard.source is not None})
    shown = ", ".join(map(str, lines[:3])) + (" …" if len(lines) > 3 else "")
    return f"cut at line{'s' if len(lines) > 1 else ''} {shown}" if lines else "cut"


def _first(place: Place, ids: Mapping[Place, int]) -> Place:
    """Where a value that was imported from an earlier segment was recorded."""
    while place not in ids and (earlier := place[0].imports.get(place[1])) is not None:
        place = earlier
    return place


def _is_fact(place: Place) -> bool:
    """Whether no gradient comes there anyway: what is computed without one is drawn where it leaves the others."""
    fact = place[0].facts.get(place[1])
    return isinstance(fact, tuple) or (fact is not None and fact.form)


def _noted(ids: Mapping[Place, int]) -> Iterator[tuple[Guard, tuple[Place | None, ...]]]:
    for segment in {segment.serial: segment for segment, _ in ids}.values():
        for guard in segment.guards:
            yield guard, tuple([None if row is None else (segment, row) for row in guard.rows])
