"""The messages `paths` and `why`: what the graph answers, as plain data for the browser."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from notebook_ad.graph import numbers, table
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.model import Edge, Source
from notebook_ad.graph.paths import Path, Paths
from notebook_ad.graph.texts import clean, isolated
from notebook_ad.widgets.state import State

Message = dict[str, Any]
Reply = dict[str, Any]
Handler = Callable[[State, Message], Reply]
LIT = 400  # edges between two nodes that are lit although their paths are not listed


def answering(handler: Handler) -> Handler:
    """A handler that says what it cannot answer, and nothing that a reader is to predict or the code does not reach."""

    @wraps(handler)
    def handled(state: State, message: Message) -> Reply:
        if state.predict and message["do"] != "detail":
            return {"what": "problem", "text": "the gradients are hidden: predict them first, or reveal them"}
        if state.raised is not None and message["do"] != "detail":
            return {"what": "problem", "text": clean(state.raised.text)}
        try:
            return handler(state, message)
        except (ValueError, IndexError) as problem:
            return {"what": "problem", "text": clean(str(problem))}

    return handled


@answering
def paths(state: State, message: Message) -> Reply:
    """The paths between the output, or a second node, and the one that was asked for."""
    graph = state.shown
    ends = sorted(node_of(graph, message[end]) for end in ("source", "target") if message.get(end) is not None)
    lower, upper = ends[0], ends[1] if len(ends) > 1 else graph.output
    found = graph.paths(lower, source=upper)
    title = f"path to {_name(graph, lower)}"
    if upper != graph.output:
        title = f"path from {_name(graph, upper)} to {_name(graph, lower)}"
    note = found.note
    if not found.count:
        note = f"no path leads from {_name(graph, upper)} to {_name(graph, lower)}"
    elif upper != graph.output:
        note = "; ".join(
            [f"Σ is what reaches {_name(graph, lower)} through {_name(graph, upper)}", *filter(None, [note])]
        )
    rows = table.rows_of(found)
    return {
        "what": "paths",
        "title": title,
        "rows": [_row(path, row) for path, row in zip(found.paths, rows, strict=False)],
        "total": rows[-1].contribution if found.count else "—",
        "count": found.count if found.count < 10**15 else table.count_text(found.count),
        "left_out": table.left_out(found),
        "note": note,
        "lit": lit(graph, found),
    }


def _row(path: Path, row: table.PathRow) -> Reply:
    return {
        "edges": [str(e) for e in path.edges],
        "path": isolated(row.path),
        "product": row.product,
        "contribution": row.contribution,
        "share": row.share,
        "fraction": max(-1.0, min(1.0, path.share)) if path.share is not None else 0.0,
    }


def lit(graph: Graph, found: Paths) -> list[str]:
    """Every edge on a path between the two; of very many those on the listed paths."""
    listed = {e for path in found.paths for e in path.edges}
    if not found.left_out:
        return [str(e) for e in sorted(listed)]
    every = between(graph, found.source, found.target)
    return [str(e) for e in sorted(every if len(every) <= LIT else listed)]


def between(graph: Graph, source: int, target: int) -> set[int]:
    """The edges with a gradient on any path from `source` down to `target`."""
    leading, every = {target}, set()
    for node in range(target + 1, source + 1):
        edges = [e for e in graph.operands(node) if e.contribution is not None and e.operand in leading]
        if edges:
            leading.add(node)
    reached = {source}
    for node in range(source, target, -1):
        if node in reached and node in leading:
            for edge in graph.operands(node):
                if edge.contribution is not None and edge.operand in leading:
                    reached.add(edge.operand)
                    every.add(edge.id)
    return every


@answering
def why(state: State, message: Message) -> Reply:
    """Why a gradient is what it is."""
    graph = state.shown
    if message.get("edge") == "out":
        text = f"the seed: the derivative of the output by itself, {numbers.summary(graph.seed)}"
        source = source_of(graph.nodes[graph.output].source)
        line = {"text": text, "source": source, "node": str(graph.output)}
        return {"what": "why", "title": "the seed", "lines": [line], "lit": ["out"]}
    found = graph.why(part_of(graph, message))
    lines = [
        {
            "text": line.text.strip(),
            "source": source_of(line.source),
            "node": None if line.node is None else str(line.node),
        }
        for line in found.lines
    ]
    return {"what": "why", "title": isolated(found.title), "lines": lines, "lit": [str(e) for e in found.lit]}


def part_of(graph: Graph, message: Message) -> int | Edge:
    """The node or the edge that a message names.

    Raises:
        ValueError: there is none of that key.
    """
    if message.get("edge") is None:
        return node_of(graph, message["node"])
    key = int(message["edge"])
    if not 0 <= key < len(graph.edges):
        raise ValueError(f"the graph has no edge {key}")
    return graph.edges[key]


def node_of(graph: Graph, key: Any) -> int:
    """The id of a node by its key; the output's box stands for the output.

    Raises:
        ValueError: there is none of that key.
    """
    node = graph.output if key == "out" else int(key)
    if not 0 <= node < len(graph.nodes):
        raise ValueError(f"the graph has no node {node}")
    return node


def source_of(source: Source | None) -> list[int] | None:
    """Line and columns of the code, as the front-end marks them."""
    return None if source is None else [source.line, source.column, source.end_line, source.end_column]


def _name(graph: Graph, node: int) -> str:
    return isolated(clean(graph.label(node)))
