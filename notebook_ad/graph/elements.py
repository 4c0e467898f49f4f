"""One element of an array followed to its scalars: a small graph of the sum, product or function that gave it.

It is recorded on a tape of its own from the operands' elements, and swept with the element's gradient as the seed, so
that it is drawn and read like any other graph.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from notebook_ad.graph import numbers
from notebook_ad.graph.answer import label
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.model import Edge
from notebook_ad.graph.push import row_of, through
from notebook_ad.graph.snapshot import graph as graph_of
from notebook_ad.tensor import functions as ad
from notebook_ad.tensor.ambient import trace
from notebook_ad.tensor.elementwise import apply
from notebook_ad.tensor.making import tensor
from notebook_ad.tensor.tensor import Tensor

TERMS = 16  # of a sum or a product of matrices; the others are added up in one

Index = tuple[int, ...]


def element(graph: Graph, node: int, index: Index) -> Graph:
    """The scalar graph of an element of a node's value.

    Raises:
        IndexError: there is no such element.
    """
    found = graph.nodes[node]
    shape = found.shape
    if len(index) != len(shape) or not all(0 <= i < n for i, n in zip(index, shape, strict=True)):
        raise IndexError(f"{label(graph, node)} has shape {shape}: there is no element {list(index)}")
    with trace(lambda: found.source):
        made = _made(graph, node, index)
        if found.kind == "op" and made.requires_grad and not made.is_leaf:
            made.name = label(graph, node, index)
        if not made.requires_grad:
            made = tensor(made.value, name=made.name or label(graph, node, index))
        seed = None if found.grad is None else float(np.asarray(found.grad)[index])
        drawn = graph_of(made, seed)
    return replace(drawn, notes=_notes(graph, node, index))


def _notes(graph: Graph, node: int, index: Index) -> tuple[str, ...]:
    found = graph.nodes[node]
    value = numbers.short(np.asarray(found.value)[index])
    lines = [f"{label(graph, node, index)} = {value}"]
    if found.grad is not None:
        lines.append(f"its gradient is {numbers.short(np.asarray(found.grad)[index])}, the seed of this graph")
    if found.kind == "op" and len(graph.users(node)) > 0:
        lines.append("gradients here are what this element alone adds")
    return tuple(lines)


def _made(graph: Graph, node: int, index: Index) -> Tensor:
    operands = graph.operands(node)
    if not operands:
        return _scalar(graph, node, index)
    kind = operands[0].operation.primitive.kind
    build: Callable[[Graph, Sequence[Edge], Index], Tensor] = {"elementwise": _function, "matmul": _product}.get(
        kind, _sum
    )
    return build(graph, operands, index)


def _scalar(graph: Graph, node: int, index: Index) -> Tensor:
    """An element of a node as a leaf, or a constant."""
    found = graph.nodes[node]
    value = float(np.asarray(found.value)[index])
    named = found.name or found.kind != "constant" or bool(index)
    return tensor(value, requires_grad=found.kind != "constant", name=label(graph, node, index) if named else None)


def _function(graph: Graph, operands: Sequence[Edge], index: Index) -> Tensor:
    op = operands[0].operation
    made: dict[tuple[int, Index], Tensor] = {}  # an operand that stands twice is one leaf
    given = []
    for edge in operands:
        shape = graph.nodes[edge.operand].shape
        own = tuple(0 if n == 1 else i for i, n in zip(index[len(index) - len(shape) :], shape, strict=True))
        if (edge.operand, own) not in made:
            made[edge.operand, own] = _scalar(graph, edge.operand, own)
        given.append(made[edge.operand, own])
    if op.power is not None:
        given.append(tensor(op.power, requires_grad=False))
    return apply(op.primitive, *given)


def _product(graph: Graph, operands: Sequence[Edge], index: Index) -> Tensor:
    """A row times a column."""
    x, y = (graph.nodes[e.operand] for e in operands)
    length = x.shape[-1]
    place = list(index)
    column = (place.pop(),) if len(y.shape) > 1 else ()
    row = (place.pop(),) if len(x.shape) > 1 else ()

    def leading(shape: Index) -> Index:
        own = shape[:-2]
        return tuple(0 if n == 1 else i for i, n in zip(place[len(place) - len(own) :], own, strict=True))

    pairs = [((*leading(x.shape), *row, k), (*leading(y.shape), k, *column)) for k in range(length)]
    shown = [_scalar(graph, x.id, a) * _scalar(graph, y.id, b) for a, b in pairs[:TERMS]]
    others = sum(float(np.asarray(x.value)[a]) * float(np.asarray(y.value)[b]) for a, b in pairs[TERMS:])
    return _added(shown, others, len(pairs) - TERMS, "products")


def _sum(graph: Graph, operands: Sequence[Edge], index: Index) -> Tensor:
    """The elements that an operation without a formula of its own puts together: summed, averaged, moved, the largest."""
    op = operands[0].operation
    terms = [(e, *term) for e in operands for term in _weights(e, index)]
    if op.primitive.kind == "extremum":
        return _largest(graph, terms, ad.max if op.primitive.name == "max" else ad.min)
    shown = [_scalar(graph, e.operand, at) for e, at, _ in terms[:TERMS]]
    others = sum(float(np.asarray(e.value)[at]) for e, at, _ in terms[TERMS:])
    whole = _added(shown, others, len(terms) - TERMS, "elements")
    weight = terms[0][2] if terms else 1.0
    return whole if weight == 1.0 else whole / float(round(1 / weight))


def _weights(edge: Edge, index: Index) -> list[tuple[Index, float]]:
    """The elements of the operand that went into an element of the result, each with its weight."""
    op = edge.operation
    unit = np.zeros(op.shape, op.book.nodes[op.node].dtype)
    unit[index] = 1.0
    if edge.contribution is None:
        return []
    ones = [np.ones(np.shape(x)) for x in op.inputs]
    extremum = op.primitive.kind == "extremum"
    found = np.asarray(through(row_of(op, ones), edge, unit))
    return [(tuple(map(int, at)), 1.0 if extremum else float(found[tuple(at)])) for at in np.argwhere(found != 0)]


def _largest(graph: Graph, terms: Sequence[tuple[Edge, Index, float]], extreme: Callable[[Tensor], Tensor]) -> Tensor:
    if len(terms) > TERMS:  # the largest, and others up to the number that is drawn
        sign = -1 if extreme is ad.max else 1
        terms = sorted(terms, key=lambda t: sign * float(np.asarray(t[0].value)[t[1]]))[:TERMS]
    return extreme(ad.stack([_scalar(graph, e.operand, at) for e, at, _ in terms]))


def _added(shown: Sequence[Tensor], others: float, more: int, what: str) -> Tensor:
    if not shown:
        return tensor(0.0, requires_grad=False)
    total: Any = shown[0]
    for term in shown[1:]:
        total = total + term
    if more > 0:
        total = total + tensor(others, requires_grad=False, name=f"{more} more {what}")
    return total  # type: ignore[no-any-return]
