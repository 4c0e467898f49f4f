"""What paths contribute: numbers are multiplied, arrays are pushed through every edge's vjp."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from notebook_ad.graph import numbers
from notebook_ad.graph.model import Edge, Value
from notebook_ad.graph.push import Push

if TYPE_CHECKING:
    from notebook_ad.graph.graph import Graph

norm = numbers.norm
CANCELLED = 1e-15  # of Σ|c|: a sum below it is rounding
WORK = 50_000_000  # elements that may be pushed for one list of paths
SPARE = 64  # paths between arrays that are tried at least, to list the largest of them

Live = Mapping[int, Sequence[Edge]]


def along(seed: Any, factors: Sequence[Any]) -> Any:
    """Seed × local derivatives, multiplied in the order of the sweep."""
    for factor in factors:
        seed = seed * factor
    return seed


def product(factors: Sequence[Value | None], steps: Sequence[Edge]) -> Value | None:
    """The product of local derivatives; None where one is a Jacobian or has another shape than its operand."""
    whole: Any = 1.0
    with np.errstate(all="ignore"):
        for local, edge in zip(factors, steps, strict=True):
            if local is None or np.shape(local) != np.shape(edge.value):
                return None
            whole = whole * local
    return whole  # type: ignore[no-any-return]


def sums(live: Live, factors: Mapping[int, Any], source: int, target: int) -> tuple[float, float]:
    """The sum of the products of all paths, and of their magnitudes, in one pass over the graph."""
    signed, absolute = {target: 1.0}, {target: 1.0}
    for node, edges in live.items():
        signed[node] = sum(factors[e.id] * signed[e.operand] for e in edges)
        absolute[node] = sum(abs(factors[e.id]) * absolute[e.operand] for e in edges)
    return signed.get(source, 0.0), absolute.get(source, 0.0)


def gain(edge: Edge) -> float:
    """By how much the edge's vjp lengthened the gradient that went through it."""
    before, after = norm(edge.upstream), norm(edge.contribution)  # type: ignore[arg-type]
    return after / before if 0 < before < math.inf and after < math.inf else 1.0


def affordable(graph: Graph, live: Live, limit: int) -> int:
    """How many paths between arrays are tried."""
    work = sum(np.size(graph.nodes[node].value) for node in live) or 1
    return max(limit, min(4 * limit, WORK // work), min(SPARE, WORK // work))


def pushed(graph: Graph, seed: Any, paths: Sequence[tuple[int, ...]]) -> list[Any]:
    """The seed pushed along each path; what paths have in common is pushed once."""
    push = Push()
    found = []
    before: list[Any] = []
    last: tuple[int, ...] = ()
    order = sorted(range(len(paths)), key=lambda i: paths[i])
    for i in order:
        path = paths[i]
        common = next(
            (k for k, (a, b) in enumerate(zip(path, last, strict=False)) if a != b), min(len(path), len(last))
        )
        before = before[:common]
        for edge in path[common:]:
            before.append(push(graph.edges[edge], before[-1] if before else seed))
        found.append(before[-1] if before else seed)
        last = path
    return [part for _, part in sorted(zip(order, found, strict=True), key=lambda pair: pair[0])]


def swept(live: Live, seed: Any, source: int, target: int) -> Any:
    """What a gradient at `source` alone gives `target`: one sweep over the edges between them."""
    push = Push()
    gradients: dict[int, Any] = {source: seed}
    for node in sorted(live, reverse=True):
        if node not in gradients:
            continue
        for edge in live[node]:
            part = push(edge, gradients[node])
            with np.errstate(all="ignore"):
                gradients[edge.operand] = gradients[edge.operand] + part if edge.operand in gradients else part
    return gradients[target]


def shares(parts: Sequence[Any], total: Any, whole: float) -> list[float | None]:
    """|c| of Σ|c| with its sign: a number's own; an array's is − where it points against the total.

    Where the total is 0, the arrays' first is the measure, so that what cancels has opposite signs.
    """
    if not parts or not 0 < whole < math.inf:
        return [None] * len(parts)
    if np.ndim(total) == 0 and not np.iscomplexobj(total):
        return [float(part) / whole for part in parts]
    towards = np.conjugate(total if norm(total) > CANCELLED * whole else parts[0])
    with np.errstate(all="ignore"):
        return [math.copysign(norm(part) / whole, 0.0 + float(np.sum(np.real(part * towards)))) for part in parts]


def rest(total: Any, listed: Sequence[Any]) -> Any:
    """What is missing between the listed contributions and the total."""
    with np.errstate(all="ignore"):
        for part in listed:
            total = total - part
    return total
