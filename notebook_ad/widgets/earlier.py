"""What `.grad` held before a step's backward(): the gradients of earlier ones, where nobody set them back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from notebook_ad.engine.rows import Place
from notebook_ad.graph import numbers
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.values import shown


@dataclass(frozen=True, slots=True, eq=False)
class Earlier:
    """One leaf whose `.grad` was more than this step's gradient.

    Attributes:
        leaf: what accumulates its gradient; total: its `.grad` after the step; own: what the step added.
    """

    leaf: Any
    total: Any
    own: Any

    @property
    def before(self) -> Any:
        """What earlier calls had left, up to rounding."""
        with np.errstate(all="ignore"):
            return shown(np.asarray(self.total) - np.asarray(self.own))

    @property
    def bytes(self) -> int:
        """Memory of the arrays that it keeps alive."""
        return sum(int(getattr(x, "nbytes", 0)) for x in (self.total, self.own))


def earlier(leaves: Iterable[tuple[Any, Any]]) -> list[Earlier]:
    """The leaves with gradients of earlier calls, to be asked when a backward() is over: `.grad` may be set back any time.

    A leaf whose `.grad` was None holds the very array that the sweep gave, so the usual case compares no elements.
    """
    own: dict[int, tuple[Any, Any]] = {}
    for leaf, part in leaves:
        known = own.get(id(leaf))
        own[id(leaf)] = leaf, part if known is None else known[1] + part
    found = []
    for leaf, part in own.values():
        total = leaf.grad
        if total is part or total is None or (type(total) is float and total == part):
            continue
        if not np.array_equal(np.asarray(total), np.asarray(part), equal_nan=True):
            found.append(Earlier(leaf, total, part))
    return found


def with_earlier(graph: Graph, ids: Mapping[Place, int], found: Iterable[Earlier]) -> Graph:
    """The graph with what its leaves held before."""
    at = {id(each.leaf): each for each in found}
    if not at:
        return graph
    nodes = list(graph.nodes)
    for (segment, row), node in ids.items():
        if (each := at.get(id(segment.leaves.get(row)))) is not None:
            nodes[node] = replace(nodes[node], accumulated=each.before)
    return replace(graph, nodes=tuple(nodes))


def note(graph: Graph) -> str:
    """What the reader should know of gradients that add up; nothing where none do."""
    adding = [leaf for leaf in graph.leaves if leaf.accumulated is not None and leaf.grad is not None]
    if not adding:
        return ""
    first = adding[0]
    assert first.accumulated is not None
    assert first.grad is not None
    old, new = numbers.norm(first.accumulated), numbers.norm(first.grad)
    share = f"{old / (old + new):.0%} of it" if 0 < old + new < float("inf") else "part of it"
    name = f"{graph.label(first.id)}.grad"
    more = (
        f", and {len(adding) - 1} more leaves" if len(adding) > 2 else ", and 1 more leaf" if len(adding) == 2 else ""
    )
    return (
        f"gradients add up: {name} is {numbers.gradient(first.grad, first.accumulated)}, {share} left by earlier "
        f"backward() calls{more}; set .grad to None before each, unless that is meant"
    )
