"""Parameters that get no gradient, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from notebook_ad.graph.answer import flowing

if TYPE_CHECKING:
    from notebook_ad.graph.graph import Graph


class Unused(NamedTuple):
    """A parameter without a gradient, and the reason."""

    name: str
    reason: str


def unused(graph: Graph) -> list[Unused]:
    """The leaves that get no gradient: those that are not in the graph, then those that nothing passes one to."""
    told = dict(graph.unused_leaves)
    lost = [n for n in graph.leaves if n.grad is None or (n.id != graph.output and not flowing(graph, n.id))]
    return [
        *(Unused(name, reason) for name, reason in graph.unused_leaves),
        *(Unused(graph.label(n.id), "nothing that has a gradient uses it") for n in lost if n.name not in told),
    ]
