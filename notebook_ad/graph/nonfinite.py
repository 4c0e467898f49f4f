"""Where a NaN or an infinity of a gradient was born: one element followed up the graph, then down into the values."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from notebook_ad.graph import forward, numbers
from notebook_ad.graph.answer import Line, flowing, label, line_at, travelled
from notebook_ad.graph.model import Edge
from notebook_ad.graph.push import dense
from notebook_ad.graph.texts import clean
from notebook_ad.graph.zeros import reached

if TYPE_CHECKING:
    from notebook_ad.graph.graph import Graph

Index = tuple[int, ...]
short = numbers.short


def nonfinite(graph: Graph, start: int | Edge) -> tuple[list[Line], list[int]]:
    """Where what is not finite in a node's gradient, or in an edge's contribution, comes from; the edges on the way."""
    lines: list[Line] = []
    way: list[int] = []
    if isinstance(start, Edge):
        at = worst(dense(start.contribution))
        step: tuple[int, Index] | None = _along(graph, start, at, lines, way)
    else:
        step = start, worst(graph.nodes[start].grad)
    while step is not None:
        node, at = step
        if node == graph.output:
            lines.append(Line(f"the seed is {short(_element(graph.seed, at))}", graph.nodes[node].source, node))
            break
        edge = _choose(graph, node, at, lines)
        step = None if edge is None else _along(graph, edge, at, lines, way)
    lines = _once(lines)
    if len(way) > 1:
        lines.append(Line(f"reached along {travelled(graph, tuple(way))}"))
    return lines, way


def _once(lines: list[Line]) -> list[Line]:
    """Each line once, and not again what an earlier one says of the same operation's value."""
    kept: list[Line] = []
    for line in lines:
        said = f"the value is {line.text.partition(': ')[2]}"
        if line not in kept and not any(line.node == k.node and k.text.endswith(said) for k in kept):
            kept.append(line)
    return kept


def worst(value: Any) -> Index:
    """Where the first NaN is, else the first infinity."""
    array = np.asarray(value)
    bad = np.isnan(array) if np.any(np.isnan(array)) else np.isinf(array)
    return tuple(int(i) for i in np.argwhere(bad)[0]) if array.ndim else ()


def _element(value: Any, at: Index) -> float:
    return float(np.asarray(value)[at])


def _choose(graph: Graph, node: int, at: Index, lines: list[Line]) -> Edge | None:
    """Of the contributions that make an element of a gradient not finite the one to follow."""
    edges = flowing(graph, node)
    parts = [_element(dense(e.contribution), at) for e in edges]
    infinite = [e for e, p in zip(edges, parts, strict=True) if math.isinf(p)]
    undefined = [e for e, p in zip(edges, parts, strict=True) if math.isnan(p)]
    name, source = label(graph, node, at), graph.nodes[node].source
    if undefined:
        return undefined[0]
    if infinite:
        if math.isnan(_element(graph.nodes[node].grad, at)):
            lines.append(Line(clean(f"{name}: its contributions ∞ and −∞ add to NaN (∞ − ∞)"), source, node))
        return infinite[0]
    lines.append(Line(clean(f"{name}: the sum of its {len(edges)} contributions overflows a float"), source, node))
    return None


def _along(graph: Graph, edge: Edge, at: Index, lines: list[Line], way: list[int]) -> tuple[int, Index] | None:
    """Across one edge: where its upstream is not finite itself, or None where the birth was found and noted."""
    way.append(edge.id)
    upstream = np.asarray(edge.upstream)
    mask = np.zeros(np.shape(edge.value), bool)
    mask[at] = True
    if edge.operation.primitive.kind != "elementwise":
        return _mixed(graph, edge, at, upstream, reached(edge, mask), lines)
    local = np.asarray(edge.local)
    with np.errstate(all="ignore"):
        whole = np.where(np.broadcast_to(mask, upstream.shape), upstream * local, 0.0)
    if np.all(np.isfinite(whole)):
        lines.append(line_at(graph, edge.user, f"the sum over elements for {label(graph, edge.operand)} overflows"))
        return None
    there = worst(whole)
    above, own = _element(upstream, there), _element(np.broadcast_to(local, upstream.shape), there)
    if math.isfinite(above):
        _from_local(graph, edge, there, above, own, lines)
        return None
    if math.isinf(above) and own == 0:
        what = f"upstream {short(above)} × local derivative 0 = NaN (0 · ∞)"
        lines.append(line_at(graph, edge.user, what))
    elif not math.isfinite(own):
        forward.local(graph, edge, there, lines)
    return edge.user, there


def _from_local(graph: Graph, edge: Edge, there: Index, above: float, own: float, lines: list[Line]) -> None:
    if math.isfinite(own):
        text = f"{short(above)} × {short(own)} overflows a float"
        lines.append(line_at(graph, edge.user, text))
        return
    if above == 0 and math.isinf(own):
        text = f"upstream 0 × local derivative {short(own)} = NaN (0 · ∞)"
        lines.append(line_at(graph, edge.user, text))
    forward.local(graph, edge, there, lines)


def _mixed(
    graph: Graph, edge: Edge, at: Index, upstream: np.ndarray, touched: np.ndarray, lines: list[Line]
) -> tuple[int, Index] | None:
    """Of an operation that mixes elements: up where its upstream is not finite, else into a matrix's other factor."""
    there = np.where(touched, upstream, 0.0)
    others = [e for e in graph.operands(edge.user) if e.position != edge.position]
    if edge.operation.primitive.kind == "matmul":
        there = upstream  # zeros of the other factor take part: 0 · ∞ is NaN
        spoilt = [e for e in others if not np.all(np.isfinite(e.value))]
        if spoilt and np.all(np.isfinite(upstream)):
            forward.value(graph, spoilt[0].operand, worst(spoilt[0].value), lines)
            return None
    if np.all(np.isfinite(there)):
        lines.append(line_at(graph, edge.user, f"the sum for {label(graph, edge.operand, at)} overflows a float"))
        return None
    found = worst(there)
    if math.isnan(_element(dense(edge.contribution), at)) and not np.any(np.isnan(there)):
        text = f"{short(_element(there, found))} in its upstream meets 0 or an infinity of the other sign: NaN"
        lines.append(line_at(graph, edge.user, text))
    return edge.user, found
