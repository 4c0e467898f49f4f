"""Whether two steps of a loop gave the same graph but for its numbers, and which parts correspond.

Nodes are numbered as they were recorded. The same code gives another order when a leaf that was not updated has its row
from an earlier step, so parts are compared in the order in which they are met from the output on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from notebook_ad.graph.graph import Graph
from notebook_ad.widgets.frame import Texts


@dataclass(frozen=True, slots=True)
class Form:
    """`shape`: equal for graphs that differ in their numbers only; nodes and edges in the order of a walk."""

    shape: tuple[Any, ...]
    nodes: tuple[int, ...]
    edges: tuple[int, ...]


def form_of(graph: Graph) -> Form:
    """Walk the graph from its output."""
    place: dict[int, int] = {}
    edges: list[int] = []
    shape: list[Any] = []
    stack = [graph.output]
    while stack:
        at = stack.pop()
        if at in place:
            shape.append(place[at])
            continue
        place[at] = len(place)
        node, operands = graph.nodes[at], graph.operands(at)
        shape.append((node.kind, node.op, node.glyph, node.shape, node.dtype, len(operands)))
        edges += [e.id for e in operands]
        stack += [e.operand for e in reversed(operands)]
    return Form(tuple(shape), tuple(place), tuple(edges))


def alike(one: Form, other: Form) -> bool:
    """Whether two graphs differ in their numbers and sizes only, as those of two batches of other sizes."""
    return [_unsized(part) for part in one.shape] == [_unsized(part) for part in other.shape]


def _unsized(part: Any) -> Any:
    return part if isinstance(part, int) else (part[0], part[1], part[5])


def renamed(said: Texts, own: Form, like: Form) -> Texts:
    """Texts of a graph under the slots of another one of the same shape."""
    if (own.nodes, own.edges) == (like.nodes, like.edges):
        return said
    keys = {f"n{a}": f"n{b}" for a, b in zip(own.nodes, like.nodes, strict=True)}
    keys |= {f"e{a}": f"e{b}" for a, b in zip(own.edges, like.edges, strict=True)}
    new = {}
    for slot, text in said.items():
        key, dot, field = slot.partition(".")
        new[keys.get(key, key) + dot + field] = text
    return new
