"""The largest of possibly exponentially many paths, by the product of one weight per edge.

Weights are compared by whole-number logarithms, so sums along different prefixes are exact: with the bound exact too,
the search never leaves a best path before its end, and `k` paths of length n take k·n steps.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from notebook_ad.graph.model import Edge

BITS = 52
Size = tuple[int, int]  # 1: not finite, 0: a number, −1: zero; and of a number the logarithm to base 2, times 2⁵²
Trail = tuple[int, Any]  # the last edge, and the trail before it: paths share what they have in common
ONE, ZERO, INFINITE = (0, 0), (-1, 0), (1, 0)


def size_of(weight: float) -> Size:
    """How large a weight is, in whole numbers.

    >>> size_of(0.0), size_of(-8.0) == (0, 3 << BITS)
    ((-1, 0), True)
    """
    if not math.isfinite(weight):
        return INFINITE
    if weight == 0.0:
        return ZERO
    mantissa, exponent = math.frexp(abs(weight))
    return 0, (exponent << BITS) + round(math.log2(mantissa) * (1 << BITS))


def product(a: Size, b: Size) -> Size:
    """The size of a product; what is not finite stays so, even times zero (it is NaN)."""
    if a[0] == 1 or b[0] == 1:
        return INFINITE
    return ZERO if a[0] == -1 or b[0] == -1 else (0, a[1] + b[1])


def largest(
    live: Mapping[int, Sequence[Edge]], sizes: Mapping[int, Size], source: int, target: int, limit: int
) -> list[tuple[int, ...]]:
    """The `limit` largest paths from `source` down to `target`, as edge ids; the largest first, ties as in the code.

    Args:
        live: by node, its edges on paths to the target, operands before users.
        sizes: by edge.
    """
    bounds = {target: ONE}
    for node, edges in live.items():
        bounds[node] = max(product(sizes[e.id], bounds[e.operand]) for e in edges)
    found: list[tuple[int, ...]] = []
    if source not in bounds:
        return found
    count = 0
    heap: list[tuple[Size, int, int, Size, Trail | None]] = [((0, 0), 0, source, ONE, None)]
    while heap and len(found) < limit:
        _, _, node, size, trail = heapq.heappop(heap)
        if node == target:
            found.append(walked(trail))
            continue
        for edge in reversed(live[node]):
            count -= 1  # of equals the last comes first: the search goes down before it goes wide
            whole = product(size, sizes[edge.id])
            bound = product(whole, bounds[edge.operand])
            heapq.heappush(heap, ((-bound[0], -bound[1]), count, edge.operand, whole, (edge.id, trail)))
    return found


def walked(trail: Trail | None) -> tuple[int, ...]:
    """The edges of a trail, the first one first."""
    edges = []
    while trail is not None:
        edges.append(trail[0])
        trail = trail[1]
    return tuple(reversed(edges))
