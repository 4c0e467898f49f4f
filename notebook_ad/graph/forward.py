"""Where a value that is not finite was born in the forward pass, and why a derivative is not finite."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from notebook_ad.graph import numbers
from notebook_ad.graph.answer import Line, label, line_at, widened
from notebook_ad.graph.model import Edge
from notebook_ad.graph.push import row_of, through
from notebook_ad.graph.texts import clean

if TYPE_CHECKING:
    from notebook_ad.graph.graph import Graph

Index = tuple[int, ...]
short = numbers.short
_INFIX = {"add": "+", "sub": "−", "mul": "×", "div": "/", "pow": "**", "floordiv": "//", "mod": "%"}


def local(graph: Graph, edge: Edge, at: Index, lines: list[Line]) -> None:
    """Why the local derivative along an edge is not finite at an element of the result."""
    op = edge.operation
    inputs = [_at(x, at, op.shape) for x in op.inputs]
    derivative = _at(edge.local, at, op.shape)
    for operand, x in zip(graph.operands(edge.user), inputs, strict=False):
        if not math.isfinite(x):
            value(graph, operand.operand, _index(at, graph.nodes[operand.operand].shape), lines)
            return
    formula = f" {edge.factor}" if edge.factor and "∂" not in edge.factor else ""
    result = _at(op.value, at, op.shape)
    given = inputs[edge.position]
    text = f"its derivative{formula} is {short(derivative)} at input {short(given)}"
    if len(graph.operands(edge.user)) == 2:
        shown = ", ".join(_named(graph, e, at) for e in graph.operands(edge.user))
        text = f"its derivative{formula} is {short(derivative)} at {shown}"
    if not math.isfinite(result):
        text += f"; the value is {_written(graph, edge.user, inputs, result)}"
    lines.append(line_at(graph, edge.user, text))


def value(graph: Graph, node: int, at: Index, lines: list[Line]) -> None:
    """Follow a value that is not finite down to the operation, or the leaf, that it came from."""
    while True:
        found = graph.nodes[node]
        bad = _at(found.value, at, found.shape)
        if found.kind != "op":
            what = "leaf" if found.kind == "leaf" else "constant"
            name = label(graph, node, at)
            text = f"the {what} is {short(bad)}" if name == short(bad) else f"the {what} {name} is {short(bad)} itself"
            lines.append(Line(clean(text), found.source, node))
            return
        operands = graph.operands(node)
        elementwise = operands[0].operation.primitive.kind == "elementwise"
        spoilt = [hit for e in operands if (hit := (_same if elementwise else _any)(graph, e, at)) is not None]
        spoilt.sort(key=lambda hit: not math.isnan(hit[1]))
        if not spoilt:
            inputs = [_at(x, at, found.shape) for x in operands[0].operation.inputs] if elementwise else []
            lines.append(line_at(graph, node, _written(graph, node, inputs, bad)))
            return
        edge, worst, place = spoilt[0]
        if math.isnan(bad) and not math.isnan(worst):
            inputs = [_at(x, at, found.shape) for x in operands[0].operation.inputs] if elementwise else []
            lines.append(line_at(graph, node, _written(graph, node, inputs, bad)))
        node, at = edge.operand, place


def _same(graph: Graph, edge: Edge, at: Index) -> tuple[Edge, float, Index] | None:
    """The element of an operand that an element of an elementwise result was computed from, if it is not finite."""
    op, shape = edge.operation, graph.nodes[edge.operand].shape
    if op.primitive.name == "where":
        condition = _at(op.inputs[0], at, op.shape)
        if edge.position != (1 if condition else 2):
            return None
    found = _at(edge.value, at, op.shape)
    return None if math.isfinite(found) else (edge, found, _index(at, shape))


def _any(graph: Graph, edge: Edge, at: Index) -> tuple[Edge, float, Index] | None:
    """The worst of those elements of an operand that went into an element of the result."""
    op = edge.operation
    values = np.asarray(edge.value, np.float64)
    if np.all(np.isfinite(values)):
        return None
    went = np.ones(values.shape, bool)
    if edge.contribution is not None:
        unit = np.zeros(op.shape)
        unit[at] = 1.0
        went = np.asarray(through(row_of(op, [np.ones(np.shape(x)) for x in op.inputs]), edge, unit)) != 0
    bad = went & np.isnan(values) if np.any(went & np.isnan(values)) else went & np.isinf(values)
    if not np.any(bad):
        return None
    place = tuple(int(i) for i in np.argwhere(bad)[0]) if values.ndim else ()
    return edge, float(values[place]), place


def _written(graph: Graph, node: int, inputs: list[float], result: float) -> str:
    """`log(0) = −∞`, `1 / 0 = ∞`, `exp(1,000) = ∞ (overflow)`."""
    name = graph.nodes[node].op or ""
    shown = [short(x) for x in inputs]
    if not inputs:
        return f"its value is {short(result)}: the sum overflows a float or meets ∞ − ∞"
    if name in _INFIX and len(shown) == 2:
        right = f"({shown[1]})" if shown[1].startswith("−") else shown[1]
        text = f"{shown[0]} {_INFIX[name]} {right} = {short(result)}"
    else:
        text = f"{name}({', '.join(shown)}) = {short(result)}"
    overflow = math.isinf(result) and all(map(math.isfinite, inputs)) and name in ("exp", "add", "sub", "mul", "pow")
    return text + (" (overflow)" if overflow and not (name == "pow" and inputs[0] == 0) else "")


def _named(graph: Graph, edge: Edge, at: Index) -> str:
    name, number = label(graph, edge.operand), short(_at(edge.value, at, edge.operation.shape))
    return number if name == number else f"{name} = {number}"


def _at(value: Any, at: Index, shape: tuple[int, ...]) -> float:
    return float(widened(value, shape)[at])


def _index(at: Index, shape: tuple[int, ...]) -> Index:
    """The index in an operand of an element of the result that it was broadcast to."""
    own = at[len(at) - len(shape) :]
    return tuple(0 if n == 1 else i for i, n in zip(own, shape, strict=True))
