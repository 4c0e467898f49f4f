"""The picture as SVG: one writer for files, notebook outputs and the live view, over an element tree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

from notebook_ad.graph import hover, layout, nodeart, style, table
from notebook_ad.graph.arcs import Point
from notebook_ad.graph.graphviz import LayoutUnavailable
from notebook_ad.graph.picture import CutArt, EdgeArt, Picture, compose, concealed
from notebook_ad.graph.texts import cells, clean, isolated

if TYPE_CHECKING:
    from notebook_ad.graph.graph import Graph


def to_svg(graph: Graph, theme: str = "auto") -> str:
    """The picture as an SVG document; where it cannot be laid out, its table and the reason.

    Args:
        graph: what to draw.
        theme: "light", "dark", or "auto": as the reader's system has it.

    Raises:
        ValueError: no such theme.
    """
    return tostring(document(graph, theme), encoding="unicode")


def document(graph: Graph, theme: str = "auto") -> Element:
    """`to_svg` as an element, to be put into a document."""
    try:
        return element(graph, theme)
    except LayoutUnavailable as problem:
        return _styled(_table(graph, str(problem)), theme)


def element(graph: Graph, theme: str = "auto", titles: bool = True, conceal: bool = False) -> Element:
    """The picture with its style and ground; `titles=False` leaves out the texts for hovering, `conceal` gradients.

    Raises:
        LayoutUnavailable: there are no positions.
    """
    return _styled(draw(graph, titles=titles, conceal=conceal), theme)


def _styled(root: Element, theme: str) -> Element:
    sheet = Element("style")
    sheet.text = style.sheet(theme)
    root.insert(0, sheet)
    root.insert(1, Element("rect", {"class": "paper", "width": "100%", "height": "100%"}))
    return root


def draw(graph: Graph, live: bool = False, titles: bool = True, conceal: bool = False) -> Element:
    """The picture without style and ground.

    Args:
        graph: what to draw.
        live: for the page: edges and nodes can be focused, edges have a wider part to point at.
        titles: with texts for hovering.

    Raises:
        LayoutUnavailable: there are no positions.
    """
    layout.check(len(graph.nodes) + (graph.nodes[graph.output].kind == "op"))
    picture = compose(graph)
    groups = [f.group for f in picture.frames]
    stubs = [layout.Link(c.node, len(picture.nodes) + i, 0) for i, c in enumerate(picture.cuts)]
    sizes = [*(n.size for n in picture.nodes), *(c.size for c in picture.cuts)]
    places = layout.place(sizes, [*(e.link for e in picture.edges), *stubs], groups)
    if conceal:
        picture = concealed(picture, graph)

    def title(kind: str, key: str) -> str:
        if conceal or not (titles or live):
            return hover.name(graph, kind, key)
        return hover.title_of_edge(graph, key) if kind == "edge" else hover.title_of_node(graph, key)

    root = _root(places.width, places.height, picture.summary)
    for frame, box in zip(picture.frames, places.frames, strict=True):
        nodeart.frame(root, frame, *box)
    edges = SubElement(root, "g", {"class": "edges"})
    for art, curve, spot in zip(picture.edges, places.curves, places.labels, strict=False):
        group = _edge(edges, art, curve, spot, picture)
        _describe(group, title("edge", art.key), live, titles)
        if live:
            group.insert(1, Element("path", {"class": "hit", "d": _path(curve)}))
    nodes = SubElement(root, "g", {"class": "nodes"})
    for stub, curve, centre in zip(
        picture.cuts, places.curves[len(picture.edges) :], places.centres[len(picture.nodes) :], strict=True
    ):
        _cut(edges, stub, curve, centre)
    for node, centre in zip(picture.nodes, places.centres, strict=False):
        group = nodeart.draw(nodes, node, *centre)
        _describe(group, title("node", node.key), live, titles)
    if not live:
        for part in root.iter():
            part.attrib.pop("data-t", None)
    return root


def _root(width: float, height: float, summary: str) -> Element:
    size = {"width": f"{width:g}", "height": f"{height:g}", "viewBox": f"0 0 {width:g} {height:g}"}
    names = {"class": "nad-graph", "role": "graphics-document", "aria-label": summary}
    return Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **names, **size})


def _describe(group: Element, title: str, live: bool, titles: bool) -> None:
    if titles:
        text = Element("title")
        text.text = title
        group.insert(0, text)
    if live:
        group.attrib |= {"tabindex": "-1", "role": "graphics-symbol", "aria-label": title.replace("\n", ". ")}


def _edge(parent: Element, art: EdgeArt, curve: Sequence[Point], spot: Point | None, picture: Picture) -> Element:
    kinds = ["edge", f"s-{art.state}"]
    if picture.nodes[art.link.tail].kind == "constant":
        kinds.append("constant")
    group = SubElement(parent, "g", {"class": " ".join(kinds), "data-edge": art.key})
    d = _path(curve)
    if art.grad is not None:
        SubElement(group, "path", {"class": "band", "d": d, "style": f"stroke-width:{art.width:g}"})
    dashes = {"style": "stroke-dasharray:3 4"} if art.cut else {}
    SubElement(group, "path", {"class": "fwd", "d": d, **dashes})
    SubElement(group, "path", {"class": "head", "d": _head(curve)})
    if spot is not None:
        x, y = spot
        two = art.grad is not None
        nodeart.text(group, "v", x, y - 4 if two else y + 4, art.value, f"e{art.key}.v")
        if art.grad is not None:
            nodeart.text(group, "g", x, y + 11, f"◂ {art.grad}", f"e{art.key}.g")
        if art.cut:
            nodeart.text(group, "said", x, y - (19 if two else 11), art.cut)
    return group


def _cut(parent: Element, art: CutArt, curve: Sequence[Point], centre: Point) -> None:
    group = SubElement(parent, "g", {"class": "cut"})
    SubElement(group, "path", {"class": "stub", "d": _path(curve)})
    nodeart.text(group, "said", centre[0], centre[1] + 4, isolated(art.text))


def _path(curve: Sequence[Point]) -> str:
    start, *rest = (f"{x:g} {y:g}" for x, y in curve)
    return f"M{start}C{' '.join(rest)}"


def _head(curve: Sequence[Point], length: float = 8.0, half: float = 3.2) -> str:
    """The arrow's head: a triangle whose tip is the curve's end."""
    (x, y), before = (
        curve[-1],
        next((p for p in reversed(curve[:-1]) if p != curve[-1]), (curve[-1][0] - 1, curve[-1][1])),
    )
    dx, dy = x - before[0], y - before[1]
    size = (dx * dx + dy * dy) ** 0.5
    dx, dy = dx / size, dy / size
    bx, by = x - dx * length, y - dy * length
    corners = ((x, y), (bx - dy * half, by + dx * half), (bx + dy * half, by - dx * half))
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in corners) + "z"


def _table(graph: Graph, reason: str) -> Element:
    """The text table as a picture, with the reason why there is no other."""
    rows = table.text(graph).split("\n")
    lines = [f"No drawing: {clean(reason)}", "", *rows[:200], *(["…"] if len(rows) > 200 else [])]
    root = _root(max(map(cells, lines)) * 8 + 24, len(lines) * 18 + 20, "\n".join(lines))
    for i, line in enumerate(lines):
        nodeart.text(root, "table", 12, 24 + 18 * i, isolated(line))
    return root
