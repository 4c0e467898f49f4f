"""Leaves that a graph does not depend on, drawn beside it: moved, they may lead to a branch that uses them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from notebook_ad.engine.guards import Guard
from notebook_ad.engine.rows import Place
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.model import Node
from notebook_ad.graph.program import Values
from notebook_ad.graph.recorded import replay_of
from notebook_ad.graph.replay import Replay
from notebook_ad.graph.values import dtype_name, shape_of, shown
from notebook_ad.tensor.tensor import Tensor


@dataclass(frozen=True, slots=True, eq=False)
class WithUnused(Replay):
    """A replay whose graphs have nodes for unused leaves after their own."""

    unused: tuple[Node, ...] = ()

    def __call__(self, values: Values) -> tuple[Graph, tuple[Guard, ...]]:
        """The graph for other values, with the unused leaves at theirs."""
        graph, broken = Replay.__call__(self, values)
        nodes = [replace(n, value=values.get(n.id, n.value)) for n in self.unused]
        return replace(graph, nodes=(*graph.nodes, *nodes)), broken


def with_unused(
    t: Tensor, graph: Graph, ids: Mapping[Place, int], leaves: Mapping[str, Tensor]
) -> tuple[Graph, Replay | None]:
    """The graph of `t` and its replay, with those of the leaves, by name, that `t` does not depend on."""
    there = {(n.name or "").partition("[")[0] for n in graph.leaves}  # elements of an array may be leaves
    missing = [(name, leaf) for name, leaf in leaves.items() if name not in there]
    if not missing:
        return graph, replay_of(t, graph, ids)
    nodes: list[Node] = []
    places: dict[Place, int] = {}
    for at, (name, leaf) in enumerate(missing, len(graph.nodes)):
        nodes.append(_node(at, name, leaf._value))
        if leaf._segment is not None:  # it was decided upon
            places[leaf._segment, leaf._id] = at
    replay = replay_of(t, graph, {**ids, **places})
    if replay is not None:
        replay = WithUnused(replay.graph, replay.program, replay.output, replay.guards, tuple(nodes))
    return replace(graph, nodes=(*graph.nodes, *nodes)), replay


def _node(at: int, name: str, value: Any) -> Node:
    return Node(at, "leaf", None, "", name, shown(value), None, shape_of(value), dtype_name(value))
