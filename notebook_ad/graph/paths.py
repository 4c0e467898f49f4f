"""Paths from the output to a leaf: counted in one linear pass, listed up to a limit, each with its product."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from notebook_ad.graph.model import Value

if TYPE_CHECKING:
    from notebook_ad.graph.graph import Graph


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """One way from the output to a leaf.

    Attributes:
        edges: ids from the output to the leaf; nodes: ids likewise, both ends included.
        product: product of the local derivatives along it; None where one of them is a Jacobian.
        contribution: what it adds to the leaf's gradient (product × seed), where the product is known.
    """

    edges: tuple[int, ...]
    nodes: tuple[int, ...]
    locals: tuple[Value | None, ...]
    product: Value | None
    contribution: Value | None


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """All paths to a leaf: their exact `count`, the first ones, and how many were left out of the list."""

    leaf: int
    count: int
    paths: tuple[Path, ...]
    left_out: int


def find_paths(graph: Graph, leaf: int, limit: int) -> Paths:
    """Count every path to `leaf` in one pass over the graph, and list at most `limit` of them.

    Raises:
        ValueError: the node is a constant.
    """
    if graph.nodes[leaf].kind == "constant":
        raise ValueError(f"{graph.label(leaf)} is a constant: no gradient flows to it")
    counts = _counts(graph, leaf)
    found = _list(graph, leaf, limit, counts)
    return Paths(leaf, counts[graph.output], found, counts[graph.output] - len(found))


def _counts(graph: Graph, leaf: int) -> list[int]:
    """For each node the number of paths from it down to the leaf. Nodes stand in recording order: operands come first."""
    counts = [0] * len(graph.nodes)
    counts[leaf] = 1
    for node in range(leaf + 1, len(graph.nodes)):
        counts[node] = sum(counts[e.operand] for e in graph.operands(node) if e.contribution is not None)
    return counts


def _list(graph: Graph, leaf: int, limit: int, counts: list[int]) -> tuple[Path, ...]:
    found: list[Path] = []
    stack: list[tuple[int, tuple[int, ...]]] = [(graph.output, ())]
    while stack and len(found) < limit:
        node, edges = stack.pop()
        if node == leaf:
            found.append(_path(graph, edges))
            continue
        live = [e for e in graph.operands(node) if e.contribution is not None and counts[e.operand]]
        stack.extend((e.operand, (*edges, e.id)) for e in reversed(live))
    return tuple(found)


def _path(graph: Graph, edges: tuple[int, ...]) -> Path:
    steps = [graph.edges[i] for i in edges]
    nodes = (graph.output, *(e.operand for e in steps))
    product: Value | None = 1.0
    contribution: Value | None = graph.seed
    with np.errstate(all="ignore"):
        for edge in steps:
            fits = edge.local is not None and np.shape(edge.local) == np.shape(edge.value)
            product = product * edge.local if fits and product is not None else None  # type: ignore[operator]
            contribution = contribution * edge.local if fits and contribution is not None else None  # type: ignore[operator]
    return Path(edges, nodes, tuple(e.local for e in steps), product, contribution)
