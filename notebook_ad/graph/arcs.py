"""Edges that cross many ranks, drawn as arcs over the rest: a weight shared by every step of a loop.

Graphviz routes an edge through every rank that it crosses. Two leaves used by each of 98 steps took it 3 s, and a
drawing as tall as it was long; without those edges 0.1 s.
"""

from __future__ import annotations

from collections.abc import Sequence

Point = tuple[float, float]
Ends = Sequence[tuple[int, int]]  # tail and head of each edge

SPAN = 600  # ranks crossed by all edges together, from which the longest are arcs
LONG = 6  # ranks that an arc crosses at least
BEND = 140.0  # pixels that an arc rises at most


def spans(count: int, ends: Ends) -> list[int]:
    """How many ranks each edge crosses, roughly as Graphviz will rank them: leaves stand beside their users."""
    rank, first = [0] * count, [count] * count
    entered = {head for _, head in ends}
    for tail, head in sorted(ends, key=lambda e: e[1]):
        rank[head] = max(rank[head], rank[tail] + 1)
    for tail, head in ends:
        first[tail] = min(first[tail], rank[head] - 1)
    return [rank[head] - (rank[tail] if tail in entered else first[tail]) for tail, head in ends]


def arcs(ends: Ends, crossed: Sequence[int]) -> frozenset[int]:
    """The edges that are arcs; every node keeps the shortest edge at either side, so that it finds its place."""
    if sum(crossed) <= SPAN:
        return frozenset()
    shortest: dict[tuple[str, int], int] = {}
    for at in sorted(range(len(ends)), key=lambda i: crossed[i]):
        tail, head = ends[at]
        shortest.setdefault(("tail", tail), at)
        shortest.setdefault(("head", head), at)
    return frozenset(i for i, n in enumerate(crossed) if n > LONG) - frozenset(shortest.values())


def arc(tail: Point, head: Point) -> list[Point]:
    """A curve from centre to centre: over what is between where it starts above its end, else under it."""
    reach = head[0] - tail[0]
    bend = min(BEND, 20 + 0.15 * abs(reach))
    level = min(tail[1], head[1]) - bend if tail[1] <= head[1] else max(tail[1], head[1]) + bend
    return [tail, (tail[0] + 0.25 * reach, level), (head[0] - 0.25 * reach, level), head]
