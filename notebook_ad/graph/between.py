"""The search for paths between two nodes: exact between scalars, the best that are found between arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from notebook_ad.graph import contributed
from notebook_ad.graph.largest import largest, size_of
from notebook_ad.graph.model import Edge, Value

if TYPE_CHECKING:
    from notebook_ad.graph.graph import Graph

Live = dict[int, list[Edge]]
Locals = dict[int, Value | None]


class Found(NamedTuple):
    """Paths as edge ids with what they contribute, the sum of all, Σ|c| where it is known, whether it is exact."""

    paths: list[tuple[tuple[int, ...], Any]]
    total: Any
    absolute: float | None
    exact: bool


def all_numbers(graph: Graph, locals_: Locals, seed: Any, target: int) -> dict[int, float] | None:
    """The local derivatives by edge, if every value and every one of them on the way is a number."""
    found = {edge: local for edge, local in locals_.items() if isinstance(local, float | int)}
    whole = len(found) == len(locals_) and isinstance(seed, float | int)
    return found if whole and isinstance(graph.nodes[target].value, float | int) else None


def between_scalars(
    live: Live, locals_: dict[int, float], seed: float, source: int, target: int, count: int, limit: int
) -> Found:
    """The `limit` largest, and the sums over all."""
    sizes = {edge: size_of(local) for edge, local in locals_.items()}
    found = largest(live, sizes, source, target, min(limit, count))
    total, absolute = contributed.sums(live, locals_, source, target)
    paths = [(edges, contributed.along(seed, [locals_[e] for e in edges])) for edges in found]
    return Found(paths, seed * total, abs(seed) * absolute, True)


def between_arrays(graph: Graph, live: Live, seed: Any, source: int, target: int, count: int, limit: int) -> Found:
    """As many as can be tried are pushed through; of these the `limit` largest."""
    sizes = {e.id: size_of(contributed.gain(e)) for edges in live.values() for e in edges}
    tried = min(count, contributed.affordable(graph, live, limit))
    found = largest(live, sizes, source, target, tried)
    paths = [*zip(found, contributed.pushed(graph, seed, found), strict=True)]
    paths.sort(key=lambda path: -_rank(path[1]))
    total = None if source == graph.output else contributed.swept(live, seed, source, target)
    absolute = sum(contributed.norm(part) for _, part in paths) if tried == count else None
    return Found(paths[:limit], total, absolute, tried == count)


def _rank(part: Any) -> float:
    size = contributed.norm(part)
    return size if size == size else np.inf


def live_edges(graph: Graph, source: int, target: int) -> tuple[dict[int, int], Live]:
    """By node, how many paths lead from it to the target, and its edges on them. Operands come before users."""
    counts: dict[int, int] = {target: 1}
    live: Live = {}
    for node in range(target + 1, source + 1):
        edges = [e for e in graph.operands(node) if e.contribution is not None and e.operand in counts]
        if edges:
            live[node] = edges
            counts[node] = sum(counts[e.operand] for e in edges)
    return counts, live
