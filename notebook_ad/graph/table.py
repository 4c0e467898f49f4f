"""The picture's information as rows of text: for plain outputs, for tables beside the picture, for screen readers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from notebook_ad.graph import numbers
from notebook_ad.graph.model import Node, Sparse, Value
from notebook_ad.graph.texts import cells, clean, isolated, pad

if TYPE_CHECKING:
    from notebook_ad.graph.graph import Graph
    from notebook_ad.graph.paths import Path, Paths

LONGEST, ENDS = 20, 8  # stops of a path that is written in full; those kept at each end of a longer one
MANY = 10**30  # paths; Python refuses to write integers of more than 4,300 digits
TABLES = 20  # leaves whose paths are listed
DIGITS = 10  # of numbers in plain text: more would differ between machines, and nbval compares them


T = TypeVar("T")


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
    return [LeafRow(*_leaf_cells(graph, leaf, digits), how(graph, leaf)) for leaf in graph.leaves]


def _leaf_cells(graph: Graph, leaf: Node, digits: int) -> tuple[str, str, str]:
    return clean(graph.label(leaf.id)), value_text(leaf, digits), gradient_text(leaf, digits)


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
    factor = edge.local
    if edge.upstream is None or factor is None or numbers.is_array(edge.upstream) or numbers.is_array(factor):
        return clean(edge.rule)
    local = numbers.short(factor)
    return f"{numbers.short(edge.upstream)} × {f'({local})' if local.startswith('−') else local}"


def contributions(graph: Graph, node: Node) -> list[Value | Sparse]:
    """The terms of a node's gradient in the order in which the code reads (the sweep adds the last first)."""
    users = sorted(graph.users(node.id), key=lambda e: (e.user, e.position))
    return [e.contribution for e in users if e.contribution is not None]


def path_rows(graph: Graph, leaf: str | int, limit: int = 20) -> list[PathRow]:
    """One row per path from the output to a leaf, one for those left out, then one with the sum and their number."""
    return rows_of(graph.paths(leaf, limit))


def rows_of(paths: Paths) -> list[PathRow]:
    """The rows of a list of paths."""
    rows = [_path_row(paths.graph, path) for path in paths.paths]
    count = f"{len(paths.paths):,} of {count_text(paths.count)} path{'s' if paths.count != 1 else ''}"
    total = numbers.gradient(paths.total)
    if paths.left_out:
        rest = "" if paths.rest is None else numbers.gradient(paths.rest)
        rows.append(PathRow(f"… {count_text(paths.left_out)} more", "", rest, ""))
    return [*rows, PathRow("Σ", "", total, count + (": they cancel" if paths.cancelled else ""))]


def left_out(paths: Paths) -> str:
    """`1,204 more paths add up to −3`; an empty text where all are listed."""
    if not paths.left_out:
        return ""
    more = f"{count_text(paths.left_out)} more path{'s' if paths.left_out != 1 else ''}"
    return more if paths.rest is None else f"{more} add up to {numbers.gradient(paths.rest)}"


def paths_text(paths: Paths) -> str:
    """The paths as a table, then what the list lacks."""
    graph = paths.graph
    if not paths.count:
        return f"no path leads from {clean(graph.label(paths.source))} to {clean(graph.label(paths.target))}"
    lines = aligned(path_header(graph, graph.nodes[paths.target]), rows_of(paths))
    return "\n".join([*lines, *([] if paths.exact else [paths.note])])


def count_text(count: int) -> str:
    """A count, of very many its magnitude."""
    return f"{count:,}" if count < MANY else f"about 10^{math.floor(math.log10(count))}"


def _path_row(graph: Graph, path: Path) -> PathRow:
    start = graph.nodes[path.nodes[0]]
    stops = [_stop(graph.nodes[i]) for i in _ends(path.nodes)]
    if start.kind == "op" and start.name:
        stops = [_stop(start, named=True), *stops]
    return PathRow(
        clean(_joined(stops, " ← ", len(path.nodes), "ops")),
        _joined([_factor(x) for x in _ends(path.locals)], " · ", len(path.locals), "factors"),
        numbers.gradient(path.contribution),
        "" if path.share is None else f"{numbers.short(100 * path.share, 3)} %",
    )


def _ends(parts: Sequence[T]) -> Sequence[T]:
    return parts if len(parts) <= LONGEST else [*parts[:ENDS], *parts[-ENDS:]]


def _joined(ends: list[str], sign: str, count: int, what: str) -> str:
    """The ends of a path with what they leave out between them: `L ← x² ← … 290 ops … ← × ← w`."""
    if count > LONGEST:
        ends = [*ends[:-ENDS], f"… {count - 2 * ENDS:,} {what} …", *ends[-ENDS:]]
    return sign.join(ends)


def _stop(node: Node, named: bool = False) -> str:
    return (node.name or node.glyph) if named or node.kind != "op" else (node.glyph or node.name or "?")


def _factor(local: Value | None) -> str:
    text = "J" if local is None else numbers.summary(local)
    return f"({text})" if text.startswith("−") else text


def text(graph: Graph, gradients: bool = True) -> str:
    """The graph in plain text: the output, then one line per leaf with its value and gradient, then the notes."""
    output = graph.nodes[graph.output]
    name = isolated(clean(graph.label(graph.output)))
    rows = [_leaf_cells(graph, leaf, DIGITS)[: 3 if gradients else 2] for leaf in graph.leaves]
    lines = [f"{name} = {value_text(output, DIGITS)}"]
    if rows:
        lines += aligned(("leaf", "value", f"∂{name}/∂leaf")[: len(rows[0])], rows)
    return "\n".join([*lines, *map(clean, graph.notes)])


def full_text(graph: Graph, limit: int = 20) -> str:
    """`text`, then for each leaf that several paths reach one line per path and their sum."""
    leaves = with_several_paths(graph)
    tables = [aligned(path_header(graph, leaf), path_rows(graph, leaf.id, limit)) for leaf in leaves[:TABLES]]
    if len(leaves) > TABLES:
        tables.append([f"… and the paths to {len(leaves) - TABLES:,} more leaves"])
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
