"""The answer to 'why?': lines with their places in the code, and the edges that the gradient travelled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from notebook_ad.graph import numbers
from notebook_ad.graph.model import Edge, Source
from notebook_ad.graph.texts import clean, cut

if TYPE_CHECKING:
    from notebook_ad.graph.graph import Graph

MOST = 6  # lines about births


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence, where it belongs in the code, and the node that it is about (None: no single one)."""

    text: str
    source: Source | None = None
    node: int | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """Why a gradient is what it is.

    Attributes:
        title: the question, with the gradient.
        lines: the answer, the most important first.
        lit: ids of the edges from what was asked about to where its gradient was born.
    """

    title: str
    lines: tuple[Line, ...]
    lit: tuple[int, ...]

    def __repr__(self) -> str:
        return "\n".join([self.title, *(f"  {line.text}" for line in self.lines)])


def line_at(graph: Graph, node: int, text: str) -> Line:
    """A line about an operation: `relu at line 3: …`."""
    return Line(clean(f"{place(graph, node)}: {text}"), graph.nodes[node].source, node)


def place(graph: Graph, node: int) -> str:
    """`relu at line 3`; without a line `relu in relu(h)`; a leaf's name."""
    found = graph.nodes[node]
    if found.kind != "op":
        return cut(graph.label(node), 40)
    if found.source is None:
        return f"{found.glyph} in {cut(graph.expression(node), 40)}"
    return f"{found.glyph} at line {found.source.line}"


def label(graph: Graph, node: int, index: tuple[int, ...] | None = None) -> str:
    """A value's name, with an index where an element of it is meant."""
    name = cut(graph.label(node), 40)
    if not index:
        return name
    simple = graph.nodes[node].name or graph.nodes[node].kind != "op"
    return f"{name if simple else f'({name})'}[{', '.join(map(str, index))}]"


def travelled(graph: Graph, edges: tuple[int, ...]) -> str:
    """`w ← × ← +`: from what was asked about up to where the search came."""
    steps = [graph.edges[e] for e in edges]
    stops = [label(graph, steps[0].operand), *(graph.nodes[e.user].glyph for e in steps)]
    if len(stops) > 12:
        stops = [*stops[:6], f"… {len(stops) - 10} operations …", *stops[-4:]]
    return clean(" ← ".join(stops))


def capped(lines: list[Line]) -> list[Line]:
    """Without repetitions, and not too many."""
    unique = list(dict.fromkeys(lines))
    more = [Line(f"… and {len(unique) - MOST} more places")] if len(unique) > MOST else []
    return unique[:MOST] + more


def flowing(graph: Graph, node: int) -> list[Edge]:
    """The edges that add to a node's gradient, in the order in which the code reads."""
    edges = [e for e in graph.users(node) if e.contribution is not None]
    return sorted(edges, key=lambda e: (e.user, e.position))


def number(value: Any) -> str:
    """A number; an array by its norm."""
    return numbers.summary(value)


def some(count: int, total: int, what: str) -> str:
    """`3 of 5 elements`, `all 5 elements`."""
    return f"all {total:,} {what}" if count == total else f"{count:,} of {total:,} {what}"


def widened(value: Any, shape: tuple[int, ...]) -> Any:
    """A value or mask read along the axes of a result that it was broadcast to."""
    return np.broadcast_to(np.asarray(value), shape)
