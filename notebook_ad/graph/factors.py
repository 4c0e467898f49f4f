"""Why a gradient is tiny or huge: the factors along its largest path, and how its paths add up."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from notebook_ad.graph import contributed, numbers
from notebook_ad.graph.answer import Line, place, travelled
from notebook_ad.graph.model import Edge
from notebook_ad.graph.paths import Paths, find_paths
from notebook_ad.graph.texts import clean

if TYPE_CHECKING:
    from notebook_ad.graph.graph import Graph

SHOWN = 5
short = numbers.short


def factors(graph: Graph, start: int | Edge, size: float, small: bool) -> tuple[list[Line], list[int]]:
    """The smallest (or largest) factors on the largest path to a node, or through an edge, and what its other paths do."""
    through = isinstance(start, Edge)
    paths = find_paths(graph, start.user if isinstance(start, Edge) else start, 1)
    if not paths.paths:
        return [], []
    best = paths.paths[0]
    edges = [graph.edges[e] for e in best.edges] + ([start] if isinstance(start, Edge) else [])
    gains = [_gain(e) for e in edges]
    lines = [*([] if through else _sums(paths, size)), *_product(graph, edges, gains, small)]
    seed = contributed.norm(graph.seed)
    if seed != 1.0 and (seed < numbers.TINY if small else seed >= numbers.HUGE):
        lines.insert(0, Line(f"the seed is {short(seed)}", graph.nodes[graph.output].source, graph.output))
    if len(edges) > 1:
        lines.append(Line(f"the largest path: {travelled(graph, tuple(e.id for e in reversed(edges)))}"))
    return lines, [e.id for e in edges]


def _gain(edge: Edge) -> float:
    local = edge.local
    return abs(local) if isinstance(local, float | int) else contributed.gain(edge)


def _product(graph: Graph, edges: list[Edge], gains: list[float], small: bool) -> list[Line]:
    side = [(g, e) for g, e in zip(gains, edges, strict=True) if (g < 1 if small else g > 1)]
    if not side:
        return []
    side.sort(key=lambda pair: pair[0] if small else -pair[0])
    words = ("below", "smallest") if small else ("above", "largest")
    if len(side) == 1:
        gain, edge = side[0]
        return [_factor(graph, gain, edge, f"one factor makes it {'small' if small else 'large'}: ")]
    count = f"{len(side)} of the {len(gains)} factors on the largest path are {words[0]} 1"
    names = "the " + words[1] + (f" {SHOWN}" if len(side) > SHOWN else "")
    whole = math.exp(sum(math.log(g) for g, _ in side)) if all(0 < g < math.inf for g, _ in side) else math.nan
    product = "" if math.isnan(whole) else f", together {short(whole)}"
    return [Line(f"{count}{product}; {names}:"), *(_factor(graph, g, e, "  ") for g, e in side[:SHOWN])]


def _factor(graph: Graph, gain: float, edge: Edge, start: str) -> Line:
    operand = edge.operation.operands[0]
    alone = len(edge.operation.operands) == 1 and np.ndim(edge.value) == 0
    given = f" (input {short(graph.nodes[operand].value)})" if alone else ""
    kind = "" if isinstance(edge.local, float | int) else " (by norms)"
    return Line(
        clean(f"{start}{short(gain)}{kind} at {place(graph, edge.user)}{given}"),
        graph.nodes[edge.user].source,
        edge.user,
    )


def _sums(paths: Paths, size: float) -> list[Line]:
    """Paths that cancel, or that are many."""
    largest: Any = contributed.norm(paths.paths[0].contribution)
    if paths.count < 2 or not math.isfinite(largest):
        return []
    if paths.absolute is not None and size < 1e-3 * paths.absolute < math.inf:
        text = (
            f"its {paths.count:,} paths nearly cancel: their sizes add up to {short(paths.absolute)}, they themselves"
        )
        return [Line(f"{text} to {short(size)}")]
    if size > 10 * largest:
        return [Line(f"{_many(paths.count)} paths add up; the largest gives {short(largest)}")]
    return []


def _many(count: int) -> str:
    return f"{count:,}" if count < 10**15 else f"about 10^{int(math.log10(count))}"
