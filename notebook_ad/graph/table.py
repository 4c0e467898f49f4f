"""The picture's information as rows of text: for plain outputs, for tables beside the picture, for screen readers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from notebook_ad.graph import numbers
from notebook_ad.graph.model import Node, Sparse, Value
from notebook_ad.graph.texts import cells, clean, isolated, pad

if TYPE_CHECKING:
    from notebook_ad.graph.graph import Graph
    from notebook_ad.graph.paths import Path

DIGITS = 10  # of numbers in plain text: more would differ between machines, and nbval compares them


class LeafRow(NamedTuple):
    """One leaf: its name, value, gradient, and how the gradient came about (`−2 × 3`, `Σ 1 + 4 = 5`)."""

    leaf: str
    value: str
    gradient: str
    how: str


class PathRow(NamedTuple):
    """One path to a leaf: the ops along it, the product of local derivatives, its contribution, its share."""

    path: str
    product: str
    contribution: str
    share: str


def leaf_rows(graph: Graph, digits: int = 4) -> list[LeafRow]:
    """One row per leaf, in the order in which they were recorded."""
    return [
        LeafRow(
            clean(graph.label(leaf.id)),
            value_text(leaf, digits),
            gradient_text(leaf, digits),
            how(graph, leaf),
        )
        for leaf in graph.leaves
    ]


def value_text(node: Node, digits: int = 4) -> str:
    """A scalar's value; an array's norm and shape."""
    text = numbers.summary(node.value, digits)
    return f"{text} {shape_text(node.shape)}" if node.shape else text


def gradient_text(node: Node, digits: int = 4) -> str:
    """A node's gradient with its mark, and what was there before."""
    return numbers.gradient(node.grad, node.accumulated, digits)


def shape_text(shape: tuple[int, ...]) -> str:
    """A shape as Python writes it: `(5,)`, `(4, 5)`."""
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def how(graph: Graph, node: Node) -> str:
    """How a node's gradient came about: the sum of its contributions, or upstream × local of the only one."""
    parts = contributions(graph, node)
    if len(parts) > 1:
        return numbers.terms(parts, node.grad)
    if not parts:
        return ""
    edge = next(e for e in graph.users(node.id) if e.contribution is not None)
    if edge.upstream is None or edge.local is None or numbers.is_array(edge.upstream) or numbers.is_array(edge.local):
        return clean(edge.rule)
    local = numbers.short(edge.local)
    return f"{numbers.short(edge.upstream)} × {f'({local})' if local.startswith('−') else local}"


def contributions(graph: Graph, node: Node) -> list[Value | Sparse]:
    """The terms of a node's gradient in the order in which the code reads (the sweep adds the last first)."""
    users = sorted(graph.users(node.id), key=lambda e: (e.user, e.position))
    return [e.contribution for e in users if e.contribution is not None]


def path_rows(graph: Graph, leaf: str | int, limit: int = 20) -> list[PathRow]:
    """One row per path from the output to a leaf, then one with their sum and how many there are."""
    paths = graph.paths(leaf, limit)
    node = graph.nodes[paths.leaf]
    sizes = [0.0 if p.contribution is None else numbers.norm(p.contribution) for p in paths.paths]
    known = all(p.contribution is not None for p in paths.paths)
    whole = sum(sizes) if known and not paths.left_out else 0.0
    rows = [
        _path_row(graph, path, size / whole if whole else None) for path, size in zip(paths.paths, sizes, strict=True)
    ]
    count = f"{len(rows):,} of {paths.count:,} path{'s' if paths.count != 1 else ''}"
    return [*rows, PathRow("Σ", "", numbers.gradient(node.grad), count)]


def _path_row(graph: Graph, path: Path, share: float | None) -> PathRow:
    route = " ← ".join(_stop(graph.nodes[i]) for i in path.nodes)
    if graph.nodes[graph.output].kind == "op" and graph.nodes[graph.output].name:
        route = f"{_stop(graph.nodes[graph.output], named=True)} ← {route}"
    return PathRow(
        clean(route),
        " · ".join(_factor(x) for x in path.locals),
        "rule" if path.contribution is None else numbers.gradient(path.contribution),
        "" if share is None else f"{numbers.short(100 * share, 3)} %",
    )


def _stop(node: Node, named: bool = False) -> str:
    return (node.name or node.glyph) if named or node.kind != "op" else (node.glyph or node.name or "?")


def _factor(local: Value | None) -> str:
    text = "J" if local is None else numbers.summary(local)
    return f"({text})" if text.startswith("−") else text


def text(graph: Graph) -> str:
    """The graph in plain text: the output, then one line per leaf with its value and gradient, then the notes."""
    output = graph.nodes[graph.output]
    name = isolated(clean(graph.label(graph.output)))
    rows = [row[:3] for row in leaf_rows(graph, DIGITS)]
    lines = [f"{name} = {value_text(output, DIGITS)}"]
    if rows:
        lines += aligned(("leaf", "value", f"∂{name}/∂leaf"), rows)
    return "\n".join([*lines, *map(clean, graph.notes)])


def full_text(graph: Graph, limit: int = 20) -> str:
    """`text`, then for each leaf that several paths reach one line per path and their sum."""
    tables = [aligned(path_header(graph, leaf), path_rows(graph, leaf.id, limit)) for leaf in with_several_paths(graph)]
    return "\n\n".join([text(graph), *("\n".join(lines) for lines in tables)])


def with_several_paths(graph: Graph) -> list[Node]:
    """The leaves that more than one path reaches, found in one pass over the graph."""
    ways = [0] * len(graph.nodes)
    ways[graph.output] = 1
    for node in reversed(range(len(graph.nodes))):
        for edge in graph.operands(node) if ways[node] else ():
            if edge.contribution is not None:
                ways[edge.operand] = min(2, ways[edge.operand] + ways[node])
    return [leaf for leaf in graph.leaves if ways[leaf.id] > 1]


def path_header(graph: Graph, leaf: Node) -> tuple[str, str, str, str]:
    """What stands above `path_rows`."""
    return f"path to {isolated(clean(graph.label(leaf.id)))}", "product of local derivatives", "contribution", "share"


def aligned(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines in columns."""
    table = [list(header), *([isolated(cell) for cell in row] for row in rows)]
    widths = [max(cells(row[i]) for row in table) for i in range(len(header))]
    return ["  ".join(pad(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]
