"""Paths between two nodes: counted exactly, the largest listed, and the sums over all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from notebook_ad.graph import contributed, table
from notebook_ad.graph.between import Locals, all_numbers, between_arrays, between_scalars, live_edges
from notebook_ad.graph.model import Value

if TYPE_CHECKING:
    from notebook_ad.graph.graph import Graph


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """One way from a node down to another.

    Attributes:
        edges: ids, the first one leaves the source; nodes: ids likewise, both ends included.
        locals: the local derivative of each edge; None where it is a Jacobian.
        product: product of the local derivatives; None where one is a Jacobian or sums over broadcast elements.
        contribution: what the path adds to the target's gradient, shaped like it.
        share: its part of Σ|c| over all paths (of an array's: over those listed), with its sign; None where unknown.
    """

    edges: tuple[int, ...]
    nodes: tuple[int, ...]
    locals: tuple[Value | None, ...]
    product: Value | None
    contribution: Value
    share: float | None


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """All paths from `source` down to `target`.

    Attributes:
        count: how many there are, exactly; left_out: how many are not in the list.
        paths: all of them as they stand in the code, or the largest, the largest first.
        exact: whether those listed are the largest for certain; between arrays they are the best found.
        total: what all paths add to the target's gradient; from the output that is the gradient.
        absolute: Σ|c| over all paths; None where it is not known.
        rest: what the paths left out add up to; None where nothing is left out.
    """

    graph: Graph = field(repr=False)
    source: int
    target: int
    count: int
    paths: tuple[Path, ...]
    left_out: int
    exact: bool
    total: Value
    absolute: float | None
    rest: Value | None

    @property
    def cancelled(self) -> bool:
        """Whether contributions that are not 0 add up to 0, up to rounding."""
        size = self.absolute
        return size is not None and 0 < size < np.inf and contributed.norm(self.total) <= contributed.CANCELLED * size

    @property
    def left_out_text(self) -> str:
        """What the list lacks; empty where it lacks nothing."""
        return table.left_out(self)

    @property
    def note(self) -> str:
        """What is to be said beside the sum; mostly nothing."""
        lines = ["the paths cancel each other"] if self.cancelled else []
        if not self.exact:
            lines.append("the largest found: between arrays not every path was tried, and shares are of those listed")
        return "; ".join(lines)

    def __repr__(self) -> str:
        return table.paths_text(self)


def find_paths(graph: Graph, target: int, limit: int, source: int | None = None) -> Paths:
    """Count every path from `source` (the output) to `target` in one pass, and list the `limit` largest.

    Raises:
        ValueError: the target is a constant.
    """
    if graph.nodes[target].kind == "constant":
        raise ValueError(f"{graph.label(target)} is a constant: no gradient flows to it")
    source = graph.output if source is None else source
    counts, live = live_edges(graph, source, target)
    seed = graph.seed if source == graph.output else graph.nodes[source].grad
    count = counts.get(source, 0)
    if count == 0 or seed is None:
        return Paths(graph, source, target, 0, (), 0, True, 0.0, 0.0, None)
    locals_ = {e.id: e.local for edges in live.values() for e in edges}
    given = all_numbers(graph, locals_, seed, target)
    if given is not None:
        found = between_scalars(live, given, float(seed), source, target, count, limit)
    else:
        found = between_arrays(graph, live, seed, source, target, count, limit)
    total = graph.nodes[target].grad if source == graph.output else found.total
    listed = found.absolute if found.absolute is not None else sum(contributed.norm(c) for _, c in found.paths)
    shares = contributed.shares([c for _, c in found.paths], total, listed)
    paths = [_path(graph, source, e, locals_, c, s) for (e, c), s in zip(found.paths, shares, strict=True)]
    if len(paths) == count:
        paths.sort(key=lambda path: [graph.edges[e].position for e in path.edges])
    left_out = count - len(paths)
    rest = contributed.rest(total, [p.contribution for p in paths]) if left_out else None
    assert total is not None
    return Paths(graph, source, target, count, tuple(paths), left_out, found.exact, total, found.absolute, rest)


def _path(
    graph: Graph, source: int, edges: tuple[int, ...], locals_: Locals, contribution: Any, share: float | None
) -> Path:
    steps = [graph.edges[e] for e in edges]
    factors = tuple(locals_[e] for e in edges)
    nodes = (source, *(e.operand for e in steps))
    return Path(edges, nodes, factors, contributed.product(factors, steps), contribution, share)
