"""What the browser gets of a Graph: the SVG, and beside it texts and places as plain data."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import tostring

from notebook_ad.graph import svg, table
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.model import Edge, Node, Source
from notebook_ad.graph.texts import clean, isolated

_ORDINALS = ("first", "second", "third", "fourth", "fifth")


def drawing(graph: Graph, header: str = "") -> dict[str, Any]:
    """Everything that the live view shows, as data that JSON can carry.

    Raises:
        LayoutUnavailable: there are no positions to draw at.
    """
    name = isolated(clean(graph.label(graph.output)))
    return {
        "header": clean(header),
        "svg": tostring(svg.draw(graph, live=True), encoding="unicode"),
        "code": [clean(line) for line in graph.code.rstrip("\n").split("\n")] if graph.code else [],
        "nodes": {str(node.id): _node(graph, node, name) for node in graph.nodes},
        "edges": {str(edge.id): _edge(graph, edge) for edge in graph.edges} | {"out": _seed(graph)},
        "output": str(graph.output),
        "table": {"head": ["leaf", "value", f"∂{name}/∂leaf", "upstream × local"], "rows": _rows(graph)},
        "notes": [clean(note) for note in graph.notes],
    }


def _rows(graph: Graph) -> list[dict[str, Any]]:
    rows = table.leaf_rows(graph)
    return [{"node": str(n.id), "cells": [isolated(c) for c in row]} for n, row in zip(graph.leaves, rows, strict=True)]


def _node(graph: Graph, node: Node, output: str) -> dict[str, Any]:
    label, expression = clean(graph.label(node.id)), clean(graph.expression(node.id))
    value = f"{label} = {table.value_text(node)}"
    if node.kind == "op" and node.name and expression not in (label, "…"):
        value = f"{label} = {expression} = {table.value_text(node)}"
    lines = [value]
    if node.grad is not None:
        parts = table.contributions(graph, node)
        total = table.gradient_text(node)
        target = f"∂{output}/∂{isolated(label) if node.kind == 'leaf' or node.name else f'({label})'}"
        lines.append(f"{target} = {table.how(graph, node)}" if len(parts) > 1 else f"{target} = {total}")
    kind = {"leaf": "leaf", "constant": "constant: no gradient"}.get(node.kind, f"operation {clean(node.glyph)}")
    where = f"{kind} · line {node.source.line}" if node.source is not None else kind
    return {"where": where, "lines": lines, "source": _source(node.source)}


def _edge(graph: Graph, edge: Edge) -> dict[str, Any]:
    user = graph.nodes[edge.user]
    rank = _ORDINALS[edge.position] if edge.position < len(_ORDINALS) else f"{edge.position + 1}th"
    count = sum(step.phase != "forward" for step in graph.steps)
    route = f"through {clean(user.glyph)} to its {rank} operand"
    if len(graph.operands(user.id)) == 1:
        route = f"through {clean(user.glyph)}"
    step = f"backward, step {edge.id + 2} of {count} · {route}" if edge.contribution is not None else route
    return {"where": step, "lines": [clean(graph.rule(edge.id))], "source": _source(user.source)}


def _seed(graph: Graph) -> dict[str, Any]:
    count = sum(step.phase != "forward" for step in graph.steps)
    return {
        "where": f"backward, step 1 of {count} · the seed",
        "lines": [clean(graph.derivation()[0])],
        "source": _source(graph.nodes[graph.output].source),
    }


def _source(source: Source | None) -> list[int] | None:
    return None if source is None else [source.line, source.column, source.end_line, source.end_column]
