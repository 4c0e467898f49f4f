"""The Graph: nodes, edges and steps, and the questions that people ask of them."""

from __future__ import annotations

import difflib
import pathlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from notebook_ad.graph import derivation, dot, html, numbers, save, svg, table
from notebook_ad.graph.expression import expression
from notebook_ad.graph.model import Edge, Node, Step, Value
from notebook_ad.graph.paths import Paths, find_paths


@dataclass(frozen=True, eq=False)
class Graph:
    """An immutable computation graph with its numbers. Made by `notebook_ad.graph(t)`.

    Attributes:
        nodes: in the order in which they were recorded; `nodes[i].id == i`.
        edges: first those that carry a gradient, in the order of the sweep, then those from constants.
        output: id of the node that was differentiated.
        steps: the two passes: forward (one per op), the seed, backward (one per edge with a gradient).
        seed: gradient of the output with respect to itself.
        code: the source text that made the graph, or "".
        notes: what the reader should know beside the picture.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    output: int
    steps: tuple[Step, ...]
    seed: Value = 1.0
    code: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def leaves(self) -> tuple[Node, ...]:
        """The nodes that have a gradient and that nothing computed."""
        return tuple(n for n in self.nodes if n.kind == "leaf")

    @cached_property
    def _operands(self) -> dict[int, tuple[Edge, ...]]:
        return _grouped(self.edges, "user")

    @cached_property
    def _users(self) -> dict[int, tuple[Edge, ...]]:
        return _grouped(self.edges, "operand")

    def operands(self, node: int) -> tuple[Edge, ...]:
        """The edges into a node, by position."""
        return tuple(sorted(self._operands.get(node, ()), key=lambda e: e.position))

    def users(self, node: int) -> tuple[Edge, ...]:
        """The edges out of a node, in the order of the sweep: their contributions add up to its gradient."""
        return self._users.get(node, ())

    def node(self, name: str) -> Node:
        """The node of that name (the last one, where a name was bound again).

        Raises:
            KeyError: there is none; names the nearest.
        """
        for node in reversed(self.nodes):
            if node.name == name:
                return node
        names = [n.name for n in self.nodes if n.name]
        near = difflib.get_close_matches(name, names, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names) or 'no names'}"
        raise KeyError(f"no value named {name!r} in the graph; {hint}")

    def grad(self, name: str) -> Value | None:
        """Derivative of the output with respect to the value of that name; None for a constant."""
        return self.node(name).grad

    @cached_property
    def _texts(self) -> tuple[tuple[str, int], ...]:
        texts: list[tuple[str, int]] = []
        for node in self.nodes:
            if node.kind != "op":
                texts.append((node.name or numbers.summary(node.value), 3))
                continue
            operands = [texts[e.operand] if self.nodes[e.operand].name is None else (str(self.nodes[e.operand].name), 3)
                        for e in self.operands(node.id)]  # fmt: skip
            texts.append(expression(str(node.op), node.glyph, operands))
        return tuple(texts)

    def expression(self, node: int) -> str:
        """What a node computes, in the names it is computed from: `a·w`, `a·w + b`; long ones end in `…`."""
        return self._texts[node][0]

    def label(self, node: int) -> str:
        """The node's name, else what it computes; "output" for an output without a name."""
        return self.nodes[node].name or ("output" if node == self.output else self.expression(node))

    def paths(self, leaf: str | int, limit: int = 20) -> Paths:
        """The paths from the output to a leaf: how many there are (exactly), and the first `limit` with their numbers."""
        return find_paths(self, self.node(leaf).id if isinstance(leaf, str) else leaf, limit)

    def rule(self, edge: int) -> str:
        """The step along an edge with its numbers: `∂L/∂w += ∂L/∂(a·w) · a = −2 × 2 = −4`."""
        return derivation.rule(self, self.edges[edge])

    def derivation(self) -> list[str]:
        """The chain rule written out with numbers, one line for the seed and one per edge, in the order of the sweep."""
        return derivation.derivation(self)

    def to_dot(self) -> str:
        """The graph in Graphviz's language."""
        return dot.to_dot(self)

    def to_svg(self, theme: str = "auto") -> str:
        """The picture as SVG; `theme` is "auto", "light" or "dark"."""
        return svg.to_svg(self, theme)

    def save(self, path: str | pathlib.Path) -> pathlib.Path:
        """Write the picture to a file: .svg, .png, .html or .dot."""
        return save.save(self, path)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": html.static_html(self, "graph")}

    def __repr__(self) -> str:
        return table.text(self)


def _grouped(edges: tuple[Edge, ...], end: str) -> dict[int, tuple[Edge, ...]]:
    groups: dict[int, list[Edge]] = {}
    for edge in edges:
        groups.setdefault(getattr(edge, end), []).append(edge)
    return {node: tuple(group) for node, group in groups.items()}
