"""The picture as data: what each box, circle and edge says and how large it is; no markup and no positions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from notebook_ad.graph import numbers, table
from notebook_ad.graph.cut import LIMIT as CUTS
from notebook_ad.graph.heat import Heat, fits, heat
from notebook_ad.graph.layout import UNLABELLED, Group, Link, Size
from notebook_ad.graph.model import Cut, Edge, Frame, Node
from notebook_ad.graph.shorten import shortened
from notebook_ad.graph.texts import cells, cut

if TYPE_CHECKING:
    from notebook_ad.graph.graph import Graph

NAME, EXPRESSION = 22, 20  # columns after which names and expressions are cut
LAYER = 30  # of the kind of a layer
CIRCLE = 41.0
BADGE = 26.0  # the glyph's circle on an array's box
_CELL = 7.9  # width of a column at 13 px
ASKED = "?"  # in the place of a gradient that the reader is asked for
_MAPS = 4_000  # elements in all heat maps of a picture; beyond that, norms only


@dataclass(frozen=True, slots=True)
class NodeArt:
    """One node of the picture. `key` is the node's id, or "out" for the box after the last op."""

    key: str
    kind: Literal["leaf", "constant", "op", "out"]
    form: Literal["box", "circle", "array"]
    size: Size
    glyph: str = ""
    name: str = ""
    value: str = ""
    shape: str = ""
    grad: str | None = None
    state: numbers.State = "plain"
    sum: str = ""
    maps: tuple[Heat, ...] = ()


@dataclass(frozen=True, slots=True)
class EdgeArt:
    """One edge of the picture between two nodes (by index). `key` is the edge's id, or "out"."""

    key: str
    link: Link
    value: str
    grad: str | None
    state: numbers.State
    width: float
    cut: str = ""  # where the operand is a branch's constant


@dataclass(frozen=True, slots=True)
class FrameArt:
    """A frame around nodes (by index), with a name and a note."""

    group: Group
    name: str
    note: str


@dataclass(frozen=True, slots=True)
class CutArt:
    """A stub that leaves a node (by index) and ends at a text."""

    node: int
    text: str
    size: Size


@dataclass(frozen=True, slots=True)
class Picture:
    """All that is drawn, and a sentence that says it."""

    nodes: tuple[NodeArt, ...]
    edges: tuple[EdgeArt, ...]
    summary: str
    frames: tuple[FrameArt, ...] = ()
    cuts: tuple[CutArt, ...] = ()


def compose(graph: Graph) -> Picture:
    """Everything that a drawing of the graph shows."""
    mapped = sum(np.size(n.value) for n in graph.nodes if fits(n.value)) <= _MAPS
    nodes = [_node(graph, node, mapped) for node in graph.nodes]
    widths = band_widths([_magnitude(e) for e in graph.edges] + [numbers.norm(graph.seed)])
    edges = [_edge(graph, edge, width) for edge, width in zip(graph.edges, widths, strict=False)]
    output = graph.nodes[graph.output]
    if output.kind == "op":
        nodes.append(_out(graph, output))
        value, grad = numbers.summary(output.value), numbers.gradient(graph.seed)
        label = _label_width(value, grad)
        link = Link(output.id, len(graph.nodes), label)
        edges.append(EdgeArt("out", link, value, grad, numbers.state(graph.seed), widths[-1]))
    frames = [FrameArt(Group(f.nodes, _frame_width(f)), f.name, f.note) for f in graph.frames]
    return Picture(tuple(nodes), tuple(edges), summary(graph), tuple(frames), _cuts(graph))


def _cuts(graph: Graph) -> tuple[CutArt, ...]:
    """The first cuts, each said once."""
    if len(graph.nodes) > UNLABELLED:
        return ()
    found: dict[tuple[int | None, str], Cut] = {}
    for c in graph.cuts:
        if not c.constant:
            found.setdefault((c.line, c.text), c)
    texts = [(c.node, (f"line {c.line}: " if c.line else "") + cut(c.text, NAME)) for c in found.values()][:CUTS]
    return tuple(CutArt(node, f"✂ {text}", Size(round(cells(text) * 6.8 + 24), 20.0)) for node, text in texts)


def _frame_width(frame: Frame) -> float:
    return (cells(frame.name) + (cells(frame.note) + 2 if frame.note else 0)) * 6.8


def concealed(picture: Picture, graph: Graph) -> Picture:
    """The picture before the backward pass: every gradient a question."""
    nodes = [replace(n, grad=n.grad and ASKED, state="none", sum="", maps=n.maps[:1]) for n in picture.nodes]
    edges = [replace(e, grad=e.grad and ASKED, state="none", width=0.0) for e in picture.edges]
    return replace(picture, nodes=tuple(nodes), edges=tuple(edges), summary=summary(graph, gradients=False))


def summary(graph: Graph, gradients: bool = True) -> str:
    """The graph in one sentence, for those who cannot see it."""
    ops = sum(n.kind == "op" for n in graph.nodes)
    output = graph.nodes[graph.output]
    start = (
        f"Computation graph of {cut(graph.label(graph.output), 40)} = {table.value_text(output)} with {ops} operations"
    )
    rows = [f"{cut(row.leaf, 40)} {row.gradient}" for row in table.leaf_rows(graph)] if gradients else []
    listed = ", ".join(rows[:12]) + (f" and {len(rows) - 12} more" if len(rows) > 12 else "")
    return f"{start}. Gradients: {listed}." if rows else f"{start}."


def band_widths(magnitudes: Sequence[float]) -> list[float]:
    """Widths in pixels for magnitudes of contributions: linear, or logarithmic where they range over 100 and more."""
    seen = [m for m in magnitudes if 0 < m < math.inf]
    if not seen:
        return [8.0 if not math.isfinite(m) else 0.0 for m in magnitudes]
    largest, least = max(seen), max(min(seen), max(seen) * 1e-8)
    wide = largest / least >= 100

    def width(m: float) -> float:
        if not math.isfinite(m):
            return 8.0
        if m == 0:
            return 0.0
        share = math.log(max(m, least) / least) / math.log(largest / least) if wide else m / largest
        return round(1.6 + 5.4 * share, 1)

    return [width(m) for m in magnitudes]


def _magnitude(edge: Edge) -> float:
    return 0.0 if edge.contribution is None else numbers.norm(edge.contribution)


def _edge(graph: Graph, edge: Edge, width: float) -> EdgeArt:
    value = numbers.summary(edge.value)
    constant = graph.nodes[edge.operand].kind == "constant"
    grad = None if constant else numbers.gradient(edge.contribution)
    mark = cut_mark(graph, edge.operand)
    link = Link(edge.operand, edge.user, max(_label_width(value, grad), cells(mark) * 6.8 + 8 if mark else 0.0))
    return EdgeArt(str(edge.id), link, value, grad, numbers.state(edge.contribution), width, mark)


def cut_mark(graph: Graph, node: int) -> str:
    """What stands at the edges of a constant that a branch gave: `✂ line 3`; nothing at others."""
    found = next((c for c in graph.cuts if c.constant and c.node == node), None)
    if found is None:
        return ""
    return f"✂ line {found.line}" if found.line is not None else "✂"


def _label_width(value: str, grad: str | None) -> float:
    return max(6, cells(value), cells(grad or "") + 2) * _CELL + 8  # six columns at least: values get dragged


def _node(graph: Graph, node: Node, mapped: bool) -> NodeArt:
    if node.kind == "constant":
        return _constant(node, mapped)
    parts = table.contributions(graph, node)
    total = numbers.terms(parts, node.grad) if len(parts) > 1 else ""
    if node.shape:
        return _array(graph, node, total, mapped)
    if node.kind == "op":
        name = cut(node.name or "", EXPRESSION) if node.id != graph.output else ""
        rows = (16 if name or total else 0) * 2
        glyph = cut(node.glyph, 14)
        circle = max(CIRCLE, cells(glyph) * _CELL + 12)
        width = max(circle, cells(name) * 6.8, cells(total) * 7.4)
        size = Size(round(width), circle + rows, circle)
        return NodeArt(str(node.id), "op", "circle", size, glyph, name, sum=total, state=_state(node))
    return _scalar("leaf", str(node.id), graph.label(node.id), node, total)


def _scalar(kind: Literal["leaf", "out"], key: str, label: str, node: Node, total: str = "") -> NodeArt:
    name, value = cut(label, NAME), numbers.short(node.value)
    grad = numbers.gradient(node.grad, node.accumulated)
    columns = max(cells(f"{name} = {value}") + 1, cells(grad) + 2, cells(total) + 1)
    size = Size(round(max(86.0, columns * _CELL + 14)), 64.0 if total else 46.0)
    state = _state(node)
    return NodeArt(key, kind, "box", size, "", name, value, grad=grad, state=state, sum=total)


def _state(node: Node) -> numbers.State:
    state = numbers.state(node.grad)
    return "accumulated" if node.accumulated is not None and state in ("plain", "zero") else state


def _constant(node: Node, mapped: bool) -> NodeArt:
    name = cut(node.name or "", NAME)
    if node.shape:
        maps = (heat(node.value),) if mapped and fits(node.value) else ()
        return _boxed("constant", node, name or "constant", "", maps)
    value = numbers.short(node.value)
    columns = cells(f"{name} = {value}") if name else cells(value)
    size = Size(round(max(30.0, columns * 7.3 + 14)), 26.0)
    return NodeArt(str(node.id), "constant", "box", size, "", name, value)


def _array(graph: Graph, node: Node, total: str, mapped: bool) -> NodeArt:
    maps = tuple(heat(x) for x in (node.value, node.grad) if x is not None) if mapped and fits(node.value) else ()
    name = graph.label(node.id)
    expression = graph.expression(node.id)
    if node.kind == "op" and node.name and expression not in (node.name, "…") and cells(name + expression) + 3 <= NAME:
        name = f"{name} = {expression}"
    if not node.name:
        name = shortened(name, NAME)
    return _boxed(node.kind, node, cut(name, NAME), total, maps)


def _boxed(
    kind: Literal["leaf", "constant", "op", "out"],
    node: Node,
    name: str,
    total: str,
    maps: tuple[Heat, ...],
) -> NodeArt:
    """An array's box: name, shape, maps of value and gradient, their norms, Σ."""
    shape = table.shape_text(node.shape) + ("" if node.dtype == "float64" else f" {node.dtype}")
    if node.op == "relu":
        shape += f" · {np.count_nonzero(np.asarray(node.value) == 0)}/{np.size(node.value)} off"
    value = numbers.summary(node.value)
    grad = None if kind == "constant" else numbers.gradient(node.grad, node.accumulated)
    glyph = node.glyph if kind == "op" else ""
    pair = sum(max(m.width, 46.0) for m in maps) + 14
    texts = max((cells(value) + cells(grad or "") + 3) * 7.3 + 12, columns_width(value, grad) + 8)
    glyph = cut(glyph, LAYER)
    badge = badge_width(glyph) + 12 if glyph else 0.0
    width = max(cells(name) * _CELL + 16, cells(shape) * 6.8 + 16, pair + 10, texts, cells(total) * 7.3 + 14, badge)
    height = 40 + (max(m.height for m in maps) + 6 if maps else 0) + 20 + (18 if total else 0) + (BADGE if glyph else 0)
    size = Size(round(width), round(height))
    key = "out" if kind == "out" else str(node.id)
    state = _state(node)
    return NodeArt(key, kind, "array", size, glyph, name, value, shape, grad, state, total, maps)


def badge_width(glyph: str) -> float:
    """Of the rounded box on an array's box that holds its glyph."""
    return max(BADGE, cells(glyph) * 7.3 + 10)


def columns_width(value: str, grad: str | None) -> float:
    """Of the numbers under an array's maps: the value's column, a gap, the gradient's."""
    return 0.0 if grad is None else max(cells(value) * 7.3, 40.0) + max(cells(grad) * 7.3, 40.0) + 14


def _out(graph: Graph, node: Node) -> NodeArt:
    label = graph.label(node.id)
    if not node.shape:
        return _scalar("out", "out", label, node)
    return _boxed("out", node, cut(label, NAME), "", ())
