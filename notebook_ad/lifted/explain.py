"""Notes beside the picture: leaves that were not used and why, where a gradient was cut, where a NaN came from."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.graph import numbers
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.model import Node
from notebook_ad.lifted import taping
from notebook_ad.lifted.link import Link
from notebook_ad.lifted.naming import tensor
from notebook_ad.lifted.session import Event, Session

SHOWN = 8  # names on a line, and cuts in all


def unused(session: Session, found: set[str]) -> list[str]:
    """The leaves that the output does not depend on; integers that nothing differentiable used are no leaves."""
    names = []
    for name, links in session.versions.items():
        leaves = [link for link in links if link.leaf and link.name == name]
        if name not in found and any(link.kind is not int or link.used for link in leaves):
            names.append(name)
    return _merged(names, found)


def _merged(names: list[str], found: set[str]) -> list[str]:
    """One name for a container of which no element is used."""
    merged = []
    for name in names:
        base = name.split("[")[0]
        whole = base != name and not any(n.split("[")[0] == base for n in found)
        if (base if whole else name) not in merged:
            merged.append(base if whole else name)
    return merged


def notes(session: Session, names: list[str], listed: bool = True) -> list[str]:
    """What the reader should know: unused leaves (not `listed` where nothing was used at all), why, and cuts."""
    lines = []
    if names and not listed:
        lines += lost_by_branches(session, set(names))
    elif names:
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        lines.append(f"not used: {', '.join(names[:SHOWN])}{more}")
        lines += lost_by_branches(session, set(names))
    cuts = dict.fromkeys(_cut(e) for e in session.events if e.kind == "cut")
    return lines + list(cuts)[:SHOWN]


def _cut(event: Event) -> str:
    where = f"cut at line {event.line}" if event.line is not None else "cut"
    name = event.tensor.name if isinstance(event.tensor, Link) else None
    return f"{where}: {event.text}" + (f" (of {name})" if name else "")


def lost_by_branches(session: Session, names: set[str]) -> list[str]:
    """Branches that returned a constant after a comparison of something computed from one of the names."""
    lines: dict[str, None] = {}
    for i, event in enumerate(session.events):
        if event.kind == "step" and names & set(leaf_names(event.tensor)):
            lines[f"line {event.line}: {event.text}"] = None
        if event.kind != "constant":
            continue
        compared = [
            e.tensor for e in session.events[max(0, i - 8) : i] if e.kind == "compare" and e.frame == event.frame
        ]
        if event.tensor is not None:
            compared.append(event.tensor)
        if any(names & set(leaf_names(link)) for link in compared):
            lines[f"line {event.line}: {event.text}"] = None
    return list(lines)[:SHOWN]


def leaf_names(link: Any) -> list[str]:
    """The names of the leaves that a value was computed from."""
    if not isinstance(link, Link):
        return []
    if link.tensor is None:
        return [link.name] if link.name else []
    return [t.name for t in taping.leaves_of(tensor(link)) if t.name]


def trouble(graph: Graph) -> list[str]:
    """Where a NaN or an infinity came up first: in the forward pass, else in the backward pass."""
    for node in graph.nodes:
        if not _finite(node.value):
            if node.kind != "op":
                user = graph.nodes[graph.users(node.id)[0].user]
                where = node.name or f"a constant of {_text(graph, user)}"
                return [f"{_kind(node.value)} in {where}{_line(user)}"]
            given = ", ".join(_given(graph, e.operand, _first_bad(node.value)) for e in graph.operands(node.id))
            return [f"{_kind(node.value)} in {_text(graph, node)}{_line(node)}, computed from {given}"]
    for edge in graph.edges:
        part = edge.contribution
        value = getattr(part, "values", part)
        if value is not None and not _finite(value):
            user = graph.nodes[edge.user]
            along = f"{graph.label(edge.user)} → {graph.label(edge.operand)}"
            return [f"{_kind(value)} in the gradient, first on the edge {along}{_line(user)}"]
    return []


def _text(graph: Graph, node: Node) -> str:
    """The user's expression of an operation, else what it computes."""
    return node.source.text if node.source is not None else graph.expression(node.id)


def _first_bad(value: Any) -> tuple[int, ...]:
    """Where in an array the first NaN or infinity is."""
    return tuple(int(i) for i in np.argwhere(~np.isfinite(value))[0]) if np.ndim(value) else ()


def _given(graph: Graph, at: int, place: tuple[int, ...]) -> str:
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
