"""Where zeros of a gradient were born: at a local derivative, at a sum that cancels, or further up."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from notebook_ad.graph import births, numbers
from notebook_ad.graph.answer import Line, capped, flowing, label, line_at, travelled, widened
from notebook_ad.graph.model import Edge
from notebook_ad.graph.push import dense, row_of, through, value_of
from notebook_ad.graph.texts import clean

if TYPE_CHECKING:
    from notebook_ad.graph.graph import Graph

SEARCHED = 5_000  # edges

Mask = np.ndarray  # of the elements that are asked about
Way = tuple[int, ...]  # the edges to where the search is


@dataclass(eq=False)
class Search:
    """A search up the graph: what is still to be looked at, what was found, and the edges on the way there."""

    graph: Graph
    waiting: deque[tuple[Edge, Mask, Way]] = field(default_factory=deque)
    seen: set[int] = field(default_factory=set)
    found: list[Line] = field(default_factory=list)
    lit: dict[int, None] = field(default_factory=dict)

    def born(self, line: Line, way: Way) -> None:
        """Note a birth and the way to it."""
        if line not in self.found:
            self.found.append(line)
            if len(way) > 1:
                self.found.append(Line(f"  reached along {travelled(self.graph, way)}", None, line.node))
        self.lit |= dict.fromkeys(way)


def zeros(graph: Graph, start: int | Edge) -> tuple[list[Line], list[int]]:
    """Where the zeros in a node's gradient, or in an edge's contribution, come from; and the edges on the way."""
    search = Search(graph)
    if isinstance(start, Edge):
        search.waiting.append((start, _zero(start.contribution), (start.id,)))
    else:
        _at_node(search, start, _zero(graph.nodes[start].grad), ())
    while search.waiting and len(search.seen) < SEARCHED:
        edge, mask, way = search.waiting.popleft()
        if edge.id not in search.seen:
            search.seen.add(edge.id)
            _at_edge(search, edge, mask, way)
    return capped(search.found), list(search.lit)


def _zero(value: Any) -> Mask:
    return np.asarray(np.asarray(dense(value)) == 0)


def _at_node(search: Search, node: int, mask: Mask, way: Way) -> None:
    """The gradient of a node is 0 at `mask`: its contributions cancel there, or each of them is 0."""
    graph = search.graph
    if node == graph.output:
        search.born(Line(f"the seed at {label(graph, node)} is 0", graph.nodes[node].source, node), way)
        return
    edges = flowing(graph, node)
    if not edges:
        search.born(Line(f"nothing that has a gradient uses {label(graph, node)}", graph.nodes[node].source, node), way)
    parts = [np.asarray(dense(e.contribution)) for e in edges]
    cancelled = mask & np.any([p != 0 for p in parts], axis=0) if parts else np.zeros_like(mask)
    if np.any(cancelled):
        search.born(_cancels(graph, node, cancelled, parts), way)
        search.lit |= {e.id: None for e in edges}
    rest = mask & ~cancelled
    if np.any(rest):
        search.waiting.extend((e, rest, (*way, e.id)) for e in edges)


def _cancels(graph: Graph, node: int, cancelled: Mask, parts: list[np.ndarray]) -> Line:
    index = tuple(int(i) for i in np.argwhere(cancelled)[0])
    shown = [numbers.short(p[index]) for p in parts if p[index] != 0]
    terms = "".join(f" {t.replace('−', '− ', 1) if t.startswith('−') else f'+ {t}'}" for t in shown[1:6])
    more = f" + … ({len(shown)} terms)" if len(shown) > 6 else ""
    where = f" (at {np.count_nonzero(cancelled)} of {cancelled.size} elements)" if cancelled.ndim else ""
    text = f"{label(graph, node, index)}: its {len(shown)} contributions cancel: {shown[0]}{terms}{more} = 0{where}"
    return Line(clean(text), graph.nodes[node].source, node)


def _at_edge(search: Search, edge: Edge, mask: Mask, way: Way) -> None:
    """What one operation passes is 0 at `mask`, elements of its operand."""
    graph = search.graph
    upstream = np.asarray(edge.upstream)
    if not np.any(upstream):
        _at_node(search, edge.user, np.ones(upstream.shape, bool), way)
        return
    elementwise = edge.operation.primitive.kind == "elementwise"
    born, up, lost = (_elementwise if elementwise else _structured)(edge, mask, upstream)
    if np.any(born):
        search.born(line_at(graph, edge.user, births.zero(graph, edge, born)), way)
    if np.any(lost):
        search.born(line_at(graph, edge.user, _lost(graph, edge, lost)), way)
    if np.any(up):
        _at_node(search, edge.user, up, way)


def _elementwise(edge: Edge, mask: Mask, upstream: np.ndarray) -> tuple[Mask, Mask, Mask]:
    """Elements of the result whose local derivative is 0, whose upstream is 0; those of the operand that lost all else."""
    local = widened(0.0 if edge.local is None else edge.local, upstream.shape)
    if edge.operation.primitive.partials[edge.position] is None:
        return np.ones(upstream.shape, bool), np.zeros(upstream.shape, bool), np.zeros(mask.shape, bool)
    asked = widened(mask, upstream.shape)
    return asked & (local == 0) & (upstream != 0), asked & (upstream == 0), asked & (local != 0) & (upstream != 0)


def _structured(edge: Edge, mask: Mask, upstream: np.ndarray) -> tuple[Mask, Mask, Mask]:
    """As `_elementwise`, of an operation that mixes elements: `born` and `lost` are elements of the operand."""
    op = edge.operation
    row = row_of(op, [_size(x) for x in op.inputs]) if op.primitive.kind == "matmul" else row_of(op)
    passed = np.asarray(through(row, edge, np.ones(upstream.shape, upstream.dtype)))
    arrived = np.asarray(through(row, edge, _size(upstream)))
    rest = mask & (passed != 0) & (arrived == 0)
    up = reached(edge, rest) & (upstream == 0) if np.any(rest) else np.zeros(upstream.shape, bool)
    return mask & (passed == 0), up, mask & (arrived != 0)


def reached(edge: Edge, mask: Mask) -> Mask:
    """The elements of the result that depend on the elements of the operand at `mask`."""
    op = edge.operation
    if op.primitive.kind == "extremum":
        return np.ones(op.shape, bool)
    product = op.primitive.kind == "matmul"
    inputs = [_size(x) if product else np.zeros(np.shape(x)) for x in op.inputs]
    inputs[edge.position] = mask.astype(np.float64)
    found: Mask = np.asarray(value_of(op, inputs)) != 0
    return found


def _size(value: Any) -> Any:
    return np.abs(np.asarray(value))


def _lost(graph: Graph, edge: Edge, lost: Mask) -> str:
    """Factors are not 0, and yet the contribution is: it underflowed, or a sum over elements cancels."""
    upstream = np.asarray(edge.upstream)
    if upstream.ndim == 0 and edge.local is not None and np.ndim(edge.local) == 0:
        return f"{numbers.short(upstream)} × {numbers.short(edge.local)} underflowed to 0: too small for a float"
    name = label(graph, edge.operand)
    if edge.operation.primitive.kind == "elementwise":
        with np.errstate(all="ignore"):
            if not np.any(upstream * np.asarray(edge.local)):
                return "upstream × local derivative underflowed to 0: too small for a float"
        return f"the elements' terms cancel where they are summed for {name}"
    return f"the terms of the sum for {name} cancel"
