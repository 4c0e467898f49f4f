"""The Jacobian of one operation with respect to one operand, row by row: unit vectors pushed through the edge's vjp."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from notebook_ad.graph.answer import label
from notebook_ad.graph.derivation import atom
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.model import Edge
from notebook_ad.graph.push import Push

LARGEST = 8  # elements of the operand, and of the result


@dataclass(frozen=True, slots=True, eq=False)
class Jacobian:
    """`values[i, j]` is the derivative of element `rows[i]` of the result with respect to element `columns[j]`."""

    title: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    values: np.ndarray


def fits(edge: Edge) -> bool:
    """Whether the Jacobian along an edge is small enough to be shown."""
    if edge.contribution is None or edge.upstream is None:
        return False
    return 0 < np.size(edge.value) <= LARGEST and 0 < np.size(edge.upstream) <= LARGEST


def jacobian(graph: Graph, edge: Edge) -> Jacobian:
    """The Jacobian along an edge.

    Raises:
        ValueError: no gradient flows along it, or it is larger than 8×8.
    """
    if edge.contribution is None or edge.upstream is None:
        raise ValueError(f"{label(graph, edge.operand)} is a constant: no gradient flows to it")
    result, operand = np.shape(edge.upstream), np.shape(edge.value)
    count, width = int(np.prod(result)), int(np.prod(operand))
    if not fits(edge):
        raise ValueError(f"the Jacobian is {count}×{width}; up to {LARGEST}×{LARGEST} is shown")
    push = Push()
    values = np.zeros((count, width))
    for i in range(count):
        unit = np.zeros(count)
        unit[i] = 1.0
        values[i] = np.asarray(push(edge, unit.reshape(result))).reshape(-1)
    title = f"∂{atom(label(graph, edge.user))}/∂{atom(label(graph, edge.operand))}"
    return Jacobian(title, _names(graph, edge.user, result), _names(graph, edge.operand, operand), values)


def _names(graph: Graph, node: int, shape: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(label(graph, node, tuple(index)) for index in np.ndindex(shape))
