"""The program behind a graph that was just taken: the rows of the tape that it was computed by, made independent of it."""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from notebook_ad.engine import primitive as sources
from notebook_ad.engine.errors import ConsumedError
from notebook_ad.engine.guards import Guard
from notebook_ad.engine.rows import Fact, Place, Reader, Row, reached
from notebook_ad.graph.attempt import Attempt
from notebook_ad.graph.decisions import Decisions, Facts, depending, places_of
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.program import CannotReplay, Instruction, Kept
from notebook_ad.graph.replay import Replay
from notebook_ad.graph.visible import identity
from notebook_ad.tensor.gradients import kept_of
from notebook_ad.tensor.tensor import Tensor

LIMIT = 20_000  # operations of a graph that can be replayed


def replay_of(t: Tensor, graph: Graph, ids: Mapping[Place, int], decisions: Decisions = ()) -> Replay | None:
    """`replay`, or None where the operations cannot be done again."""
    try:
        return replay(t, graph, ids, decisions)
    except (CannotReplay, ConsumedError):
        return None


def replay(t: Tensor, graph: Graph, ids: Mapping[Place, int], decisions: Decisions = ()) -> Replay:
    """The program behind a graph that was just taken of `t`; `ids` is the node of each place on the tape.

    `decisions` are guards that stand in no segment, with the places of their operands.

    Raises:
        CannotReplay: it is too long, or an operation in it cannot be done again.
    """
    if len(graph.nodes) > LIMIT:
        raise CannotReplay(f"it has more than {LIMIT:,} operations")
    kept = kept_of(t)
    assert t._segment is not None
    origin = Reader(kept).origin
    output = origin((t._segment, t._id))
    rows = reached(output, kept, None, list(ids))  # leaves may stand beside the graph
    nodes = {identity(row): ids[row.place] for row in rows if row.primitive is sources.leaf}
    found, without = depending(output, kept, nodes, decisions)
    facts: Facts = {}
    try:
        rows = reached(output, kept, LIMIT, places_of(found), facts, without)
    except ValueError:
        raise CannotReplay(f"it has more than {LIMIT:,} operations") from None
    at = {row.place: i for i, row in enumerate(rows)}
    recorded = _Recorded(ids)
    guards = [
        Kept(replace(guard, rows=()), tuple(None if p is None else at[p] for p in places), recorded.since(guard))
        for guard, places in found  # `rows` would refer to the tape
    ]
    program = tuple(_instruction(row, at, nodes, facts.get(row.place)) for row in rows)
    return Replay(graph, program, at[output], tuple(guards))


class _Recorded:
    """Which node was recorded first after a point of the tape."""

    def __init__(self, ids: Mapping[Place, int]) -> None:
        rows = sorted((place[0].serial, place[1], node) for place, node in ids.items())
        self._at = [(serial, row) for serial, row, _ in rows]
        least = itertools.accumulate((node for _, _, node in reversed(rows)), min, initial=len(rows))
        self._first = list(least)[::-1]

    def since(self, guard: Guard) -> int:
        """Of an attempt the first node that was recorded after it; the number of nodes where there is none."""
        attempt = guard.function
        return self._first[bisect_left(self._at, attempt.at)] if isinstance(attempt, Attempt) else 0


def _instruction(row: Row, at: Mapping[Place, int], nodes: Mapping[Any, int], fact: Fact | None) -> Instruction:
    segment, place = row.place
    if row.primitive is sources.opaque:
        raise CannotReplay(f"{row.static['label']} cannot be done again")
    leaf = segment.leaves.get(place)
    name = leaf.name if leaf is not None and leaf.name else segment.names.get(place)
    operands = tuple(at[p] for p in row.operands)
    node = nodes.get(identity(row)) if leaf is not None else None
    value = None if operands and fact is None else row.value
    given = () if fact is None else tuple(None if p is None else at[p] for p in fact.places)
    fact = fact and replace(fact, places=())  # which would refer to the tape
    return Instruction(row.primitive, operands, row.static, value, name, segment.sources.get(place), node, fact, given)
