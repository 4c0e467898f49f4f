"""The Graph: nodes, edges and steps, and the questions that people ask of them."""

from __future__ import annotations

import difflib
import pathlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from notebook_ad.graph import derivation, dot, html, known, save, svg, table
from notebook_ad.graph.answer import Line, Why
from notebook_ad.graph.expression import Texts, constant
from notebook_ad.graph.model import Cut, Edge, Frame, Node, Step, Value
from notebook_ad.graph.paths import Paths, find_paths
from notebook_ad.graph.unused import Unused, unused
from notebook_ad.graph.why import why


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
        cuts: where values went on without their gradient.
        frames: leaves that are drawn together (see `framed`).
        places: of nodes by where they stand on the tape (`known.key`), for those who ask with a tensor.
        aliases: names of values that are the value of a node with another name, as after `b = np.float64(a)`.
        unused_leaves: names of leaves that the output does not depend on, each with the reason.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    output: int
    steps: tuple[Step, ...]
    seed: Value = 1.0
    code: str = ""
    notes: tuple[str, ...] = field(default=())
    unused_leaves: tuple[tuple[str, str], ...] = field(default=())
    frames: tuple[Frame, ...] = field(default=())
    cuts: tuple[Cut, ...] = field(default=())
    aliases: tuple[tuple[str, int], ...] = field(default=())
    places: Mapping[int, int] = field(default_factory=dict, repr=False)

    @property
    def leaves(self) -> tuple[Node, ...]:
        """The nodes that have a gradient and that nothing computed."""
        return tuple(n for n in self.nodes if n.kind == "leaf")

    @cached_property
    def passes(self) -> tuple[int, int]:
        """How many steps the forward and the backward pass take."""
        forward = sum(step.phase == "forward" for step in self.steps)
        return forward, len(self.steps) - forward

    @cached_property
    def _operands(self) -> dict[int, tuple[Edge, ...]]:
        return _grouped(sorted(self.edges, key=lambda e: e.position), "user")

    @cached_property
    def _users(self) -> dict[int, tuple[Edge, ...]]:
        return _grouped(self.edges, "operand")

    def operands(self, node: int) -> tuple[Edge, ...]:
        """The edges into a node, by position."""
        return self._operands.get(node, ())

    def users(self, node: int) -> tuple[Edge, ...]:
        """The edges out of a node, in the order of the sweep: their contributions add up to its gradient."""
        return self._users.get(node, ())

    def node(self, name: str) -> Node:
        """The node of that name (the last one, where a name was bound again), or of that alias.

        Raises:
            KeyError: there is none; names the nearest.
        """
        for node in reversed(self.nodes):
            if node.name == name:
                return node
        if (same := dict(self.aliases).get(name)) is not None:
            return self.nodes[same]
        names = [n.name for n in self.nodes if n.name]
        near = difflib.get_close_matches(name, names, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names) or 'no names'}"
        raise KeyError(f"no value named {name!r} in the graph; {hint}")

    def grad(self, name: str) -> Value | None:
        """Derivative of the output with respect to the value of that name; None for a constant."""
        return self.node(name).grad

    @cached_property
    def _texts(self) -> Texts:
        operands = [[e.operand for e in self.operands(node.id)] for node in self.nodes]
        return Texts(self.nodes, operands, constant)

    def expression(self, node: int) -> str:
        """What a node computes, in the names it is computed from: `a·w`, `a·w + b`; `…` stands in long ones."""
        return self._texts.all[node][0]

    def label(self, node: int) -> str:
        """The node's name, else what it computes; "output" for an output without a name."""
        return self.nodes[node].name or ("output" if node == self.output else self.expression(node))

    def paths(self, target: Any, limit: int = 20, source: Any = None) -> Paths:
        """The paths from the output (or `source`) down to a node: their exact number, the `limit` largest, their sums.

        Nodes are given as to `why`.
        """
        return find_paths(self, self._id(target), limit, None if source is None else self._id(source))

    def why(self, what: Any) -> Why:
        """Why the gradient of a value, or an edge's contribution, is what it is: traced to its birth.

        Args:
            what: a name, a tensor, a value that a cell of `%%backprop` left, the id of a node, or an Edge.

        Raises:
            KeyError: the graph has no such value; TypeError: `what` is none of these.
        """
        name = what if isinstance(what, str) else getattr(what, "name", None)
        if (reason := dict(self.unused_leaves).get(name or "")) is not None:
            return Why(f"{name} has no gradient", (Line(reason),), ())
        return why(self, what if isinstance(what, Edge) else self._id(what))

    def unused(self) -> list[Unused]:
        """The parameters that get no gradient, and why."""
        return unused(self)

    def _id(self, node: Any) -> int:
        return self.node(node).id if isinstance(node, str) else known.find(self, node)

    def rule(self, edge: int) -> str:
        """The step along an edge with its numbers: `∂L/∂w += ∂L/∂(a·w) · a = −2 × 2 = −4`."""
        return derivation.rule(self, self.edges[edge])

    def derivation(self, ends: int | None = None) -> list[str]:
        """The chain rule written out with numbers, one line for the seed and one per edge, in the order of the sweep.

        `ends` keeps that many edges at the beginning and at the end, and one line between them for the others.
        """
        return derivation.derivation(self, ends)

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


def _grouped(edges: Iterable[Edge], end: str) -> dict[int, tuple[Edge, ...]]:
    groups: dict[int, list[Edge]] = {}
    for edge in edges:
        groups.setdefault(getattr(edge, end), []).append(edge)
    return {node: tuple(group) for node, group in groups.items()}
