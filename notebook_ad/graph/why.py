"""Why a gradient is what it is: traced to the operations and operands where it was born."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from notebook_ad.graph import numbers
from notebook_ad.graph.answer import Line, Why, flowing, label, line_at
from notebook_ad.graph.contributed import norm
from notebook_ad.graph.derivation import atom
from notebook_ad.graph.factors import factors
from notebook_ad.graph.model import Edge, Value
from notebook_ad.graph.nonfinite import nonfinite
from notebook_ad.graph.push import dense
from notebook_ad.graph.texts import clean
from notebook_ad.graph.zeros import zeros

if TYPE_CHECKING:
    from notebook_ad.graph.graph import Graph

TERMS = 6


def why(graph: Graph, start: int | Edge) -> Why:
    """The answer for a node's gradient, or for what an edge adds to its operand's."""
    node = start.operand if isinstance(start, Edge) else start
    value = dense(start.contribution) if isinstance(start, Edge) else graph.nodes[node].grad
    title = clean(_title(graph, start, value))
    if value is None:
        return Why(title, (_without(graph, node),), ())
    lines, lit = _answer(graph, start, node, value)
    if not lines:
        lines = [Line("it has no elements" if not np.size(value) else "its birth was not found")]
    return Why(title, tuple(lines), tuple(dict.fromkeys(lit)))


def _title(graph: Graph, start: int | Edge, value: Value | None) -> str:
    node = start.operand if isinstance(start, Edge) else start
    name = f"∂{atom(label(graph, graph.output))}/∂{atom(label(graph, node))}"
    if isinstance(start, Edge):
        name = f"what {label(graph, start.user)} adds to {name}"
    return f"{name} is {'None' if value is None else numbers.gradient(value)}"


def _without(graph: Graph, node: int) -> Line:
    found = graph.nodes[node]
    if found.kind == "constant":
        return Line(clean(f"{label(graph, node)} is a constant: no gradient was asked of it"), found.source, node)
    reason = dict(graph.unused_leaves).get(found.name or "") or f"nothing that has a gradient uses {label(graph, node)}"
    return Line(clean(reason), found.source, node)


def _answer(graph: Graph, start: int | Edge, node: int, value: Any) -> tuple[list[Line], list[int]]:
    state = numbers.state(value)
    if state in ("nan", "inf"):
        return nonfinite(graph, start)
    if state == "zero":
        return zeros(graph, start)
    lines, lit = _made(graph, start, node)
    if state in ("tiny", "huge"):
        lines, lit = factors(graph, start, norm(value), state == "tiny")
    missing = int(np.count_nonzero(np.asarray(value) == 0))
    if missing:
        found, more = zeros(graph, start)
        count = f"{missing:,} of its {np.size(value):,} elements are 0" if missing > 1 else "one of its elements is 0"
        return [*lines, Line(f"{count}:"), *found], [*lit, *more]
    return lines, lit


def _made(graph: Graph, start: int | Edge, node: int) -> tuple[list[Line], list[int]]:
    """An ordinary gradient: the steps that gave it."""
    edges = [start] if isinstance(start, Edge) else flowing(graph, node)
    if node == graph.output and not isinstance(start, Edge):
        return [Line(f"it is the seed: {numbers.summary(graph.seed)}", graph.nodes[node].source, node)], []
    lines = [line_at(graph, e.user, graph.rule(e.id)) for e in edges[:TERMS]]
    if len(edges) > TERMS:
        lines.append(Line(f"… and {len(edges) - TERMS} more contributions"))
    if len(edges) > 1:
        lines.append(Line(f"{len(edges)} contributions add up to {numbers.summary(dense(graph.nodes[node].grad))}"))
    return lines, [e.id for e in edges]
