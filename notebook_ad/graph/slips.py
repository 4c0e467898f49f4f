"""The usual slips in a gradient, each with the wrong number that it leads to, found from the graph itself."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from notebook_ad.graph.graph import Graph
from notebook_ad.graph.model import Edge, Sparse, Value
from notebook_ad.graph.numbers import short
from notebook_ad.graph.reading import close

_MOST_SUBSETS = 6  # with more contributions only 'one missing' and 'one alone' are looked for


@dataclass(frozen=True, slots=True)
class Slip:
    """A wrong number and the words for the slip that leads to it."""

    value: float
    words: str


def recognised(answer: float, right: float, slips: Iterable[Slip]) -> str:
    """The words of the first slip that leads to this answer and not to the right one; empty where none does."""
    matching = (slip.words for slip in slips if close(answer, slip.value) and not close(slip.value, right))
    return next(matching, "")


def of_gradient(graph: Graph, which: str | int) -> list[Slip]:
    """What goes wrong with the gradient of a value, the likeliest first.

    Args:
        graph: a graph of scalars.
        which: the name of a leaf or a result, or a node's id.
    """
    node = graph.node(which) if isinstance(which, str) else graph.nodes[which]
    name = graph.label(node.id)
    edges = [edge for edge in graph.users(node.id) if edge.contribution is not None]
    right = scalar(node.grad)
    slips = [Slip(-right, "the size is right, the sign is turned around" + _sign_reason(graph, edges))]
    if len(edges) == 1:
        slips += of_contribution(graph, edges[0].id)[1:]
    else:
        slips += of_sum([scalar(edge.contribution) for edge in edges])
    slips += _exponent_forgotten(graph, right)
    slips.append(Slip(scalar(node.value), f"that is the value of {name} itself, not a gradient"))
    others = (leaf for leaf in graph.leaves if leaf.id != node.id and leaf.grad is not None)
    slips += [Slip(scalar(leaf.grad), f"that is the gradient of {leaf.name}") for leaf in others]
    return slips


def of_contribution(graph: Graph, edge_id: int) -> list[Slip]:
    """What goes wrong with one product `upstream × local`, the likeliest first.

    Args:
        graph: a graph of scalars.
        edge_id: the edge whose contribution is asked for.
    """
    edge = graph.edges[edge_id]
    upstream, local, value = scalar(edge.upstream), scalar(edge.local), scalar(edge.value)
    result = graph.expression(edge.user)
    slips = [Slip(-upstream * local, "the size is right, the sign is turned around" + _sign_reason(graph, [edge]))]
    other = _other_operand(graph, edge)
    if other:
        own = f"you multiplied by the value's own {short(value)}"
        slips.append(Slip(upstream * value, f"{own}; the local derivative of {result} is the other operand, {other}"))
    slips += [
        Slip(
            upstream, f"that is the upstream gradient alone: the chain stops too early, at {_called(graph, edge.user)}"
        ),
        Slip(local, "that is the local derivative alone: the upstream gradient is forgotten"),
        Slip(value, "that is the value itself, not a gradient"),
    ]
    slips += _wrong_upstream(graph, edge, local)
    return slips


def of_sum(contributions: list[float]) -> Iterator[Slip]:
    """What goes wrong where several paths meet: their contributions must be added, all of them.

    Args:
        contributions: one for each use of the value.
    """
    count = len(contributions)
    for size in range(count - 1, 0, -1):
        if count > _MOST_SUBSETS and 1 < size < count - 1:
            continue
        for chosen in itertools.combinations(contributions, size):
            missing = count - size
            words = (
                f"{missing} of the {count} contributions {'is' if missing == 1 else 'are'} missing: a path is forgotten"
            )
            yield Slip(math.fsum(chosen), words)
    yield Slip(max(contributions, key=abs), "that is the largest of the contributions alone; all of them must be added")
    yield Slip(math.prod(contributions), "the contributions of the paths are multiplied; they must be added")
    yield Slip(math.fsum(contributions) / count, "the contributions of the paths are averaged; they must be added")


def _wrong_upstream(graph: Graph, edge: Edge, local: float) -> Iterator[Slip]:
    for node in graph.nodes:
        if node.kind == "op" and node.id != edge.user and node.grad is not None:
            where, right = _called(graph, node.id), _called(graph, edge.user)
            words = f"the upstream gradient is taken from {where}; the value goes into {right}, so take it from there"
            yield Slip(scalar(node.grad) * local, words)


def _exponent_forgotten(graph: Graph, right: float) -> Iterator[Slip]:
    for node in graph.nodes:
        operands = graph.operands(node.id)
        if node.op == "pow" and len(operands) == 1 and node.value:
            edge = operands[0]
            exponent = scalar(edge.local) * scalar(edge.value) / scalar(node.value)
            text = (
                f"the factor {short(exponent)} is missing: it comes from the derivative of {graph.expression(node.id)}"
            )
            yield Slip(right / exponent, text)


def _other_operand(graph: Graph, edge: Edge) -> str:
    """The second factor of a product in words ("w = 3"); empty for any other operation."""
    if graph.nodes[edge.user].op != "mul":
        return ""
    other = next(one for one in graph.operands(edge.user) if one.position != edge.position)
    return f"{_called(graph, other.operand)} = {short(scalar(other.value))}"


def _called(graph: Graph, node: int) -> str:
    """The name of a value, else what computes it."""
    return graph.nodes[node].name or graph.expression(node)


def _sign_reason(graph: Graph, edges: list[Edge]) -> str:
    subtracted = [edge for edge in edges if graph.nodes[edge.user].op == "sub" and edge.position == 1]
    return ": the derivative of u − v with respect to v is −1" if subtracted else ""


def scalar(value: Value | Sparse | None) -> float:
    """A number of a graph of scalars as a float."""
    if not isinstance(value, int | float):
        raise TypeError(f"not a number of a scalar graph: {value!r}")
    return float(value)
