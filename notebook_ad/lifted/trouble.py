"""Where a NaN or an infinity came up first: in a leaf, a constant or an operation, else in the backward pass."""

from __future__ import annotations

import ast
from typing import Any

import numpy as np

from notebook_ad.graph import numbers
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.model import Node
from notebook_ad.lifted.session import Session
from notebook_ad.lifted.values import plain


def trouble(graph: Graph, session: Session) -> list[str]:
    """A line about the first value that is not finite; none where all are."""
    for node in graph.nodes:
        if not _finite(node.value):
            if node.kind != "op":
                return [_given_so(graph, node, session)]
            given = ", ".join(_operand(graph, e.operand, _first_bad(node.value)) for e in graph.operands(node.id))
            return [f"{_kind(node.value)} in {_text(graph, node)}{_line(node)}, computed from {given}"]
    for edge in graph.edges:
        part = edge.contribution
        value = getattr(part, "values", part)
        if value is not None and not _finite(value):
            user = graph.nodes[edge.user]
            along = f"{graph.label(edge.user)} → {graph.label(edge.operand)}"
            return [f"{_kind(value)} in the gradient, first on the edge {along}{_line(user)}"]
    return []


def _given_so(graph: Graph, node: Node, session: Session) -> str:
    """The line for a leaf or a constant: its name, where that was bound, and where it was used first."""
    user = graph.nodes[graph.users(node.id)[0].user]
    name = node.name or _name_in(user, node.value, session)
    if name is None:
        return f"{_kind(node.value)} in a constant of {_text(graph, user)}{_line(user)}"
    position = session.bound.get(name.split("[")[0])
    where = f"line {position[0]}" if position else "of an earlier cell"
    what = "" if node.kind == "leaf" else "the constant "
    return f"{_kind(node.value)} in {what}{name} ({where}), used in {_text(graph, user)}{_line(user)}"


def _name_in(user: Node, value: Any, session: Session) -> str | None:
    """The name in an operation's text that has just this value."""
    try:
        tree = ast.parse(user.source.text.strip() if user.source else "", mode="eval")
    except SyntaxError:
        return None
    for part in ast.walk(tree):
        if isinstance(part, ast.Name) and part.id in session.namespace:
            found = plain(session.namespace[part.id])
            if isinstance(found, int | float | np.ndarray) and np.array_equal(found, value, equal_nan=True):
                return part.id
    return None


def _text(graph: Graph, node: Node) -> str:
    """The user's expression of an operation, else what it computes."""
    return node.source.text if node.source is not None else graph.expression(node.id)


def _first_bad(value: Any) -> tuple[int, ...]:
    """Where in an array the first NaN or infinity is."""
    return tuple(int(i) for i in np.argwhere(~np.isfinite(value))[0]) if np.ndim(value) else ()


def _operand(graph: Graph, at: int, place: tuple[int, ...]) -> str:
    """An operand with its value; of an array the element at that place, where it has one."""
    node = graph.nodes[at]
    if np.ndim(node.value) == 0:
        value = numbers.short(node.value)
        return value if node.kind == "constant" and not node.name else f"{graph.label(at)} = {value}"
    if len(place) == np.ndim(node.value) and all(i < n for i, n in zip(place, node.shape, strict=True)):
        return f"{graph.label(at)}[{', '.join(map(str, place))}] = {numbers.short(np.asarray(node.value)[place])}"
    return f"{graph.label(at)} of shape {node.shape}"


def _finite(value: Any) -> bool:
    return bool(np.all(np.isfinite(value)))


def _kind(value: Any) -> str:
    return "NaN" if np.any(np.isnan(value)) else "an infinity"


def _line(node: Node) -> str:
    return f" (line {node.source.line})" if node.source is not None else ""
