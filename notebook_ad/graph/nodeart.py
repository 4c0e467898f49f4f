"""One node of the picture as SVG: a box, a circle, or an array's box with its heat maps."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from notebook_ad.graph.heat import LEVELS, Heat
from notebook_ad.graph.picture import BADGE, FrameArt, NodeArt, badge_width
from notebook_ad.graph.texts import cells, isolated


def draw(parent: Element, art: NodeArt, x: float, y: float) -> Element:
    """Add the node, centred at x and y; returns its group."""
    group = SubElement(parent, "g", {"class": f"node {art.kind} s-{art.state}", "data-node": art.key})
    {"box": _box, "circle": _circle, "array": _array}[art.form](group, art, x, y)
    return group


def text(parent: Element, kind: str, x: float, y: float, words: str, slot: str = "") -> Element:
    """Add a line of text; `slot` names it for those who change it in place."""
    line = SubElement(parent, "text", {"class": kind, "x": _n(x), "y": _n(y)} | ({"data-t": slot} if slot else {}))
    line.text = words
    return line


def frame(parent: Element, art: FrameArt, x: float, y: float, width: float, height: float) -> None:
    """Add a frame with its name and note in the upper left corner."""
    group = SubElement(parent, "g", {"class": "frame"})
    size = {"x": _n(x), "y": _n(y), "width": _n(width), "height": _n(height), "rx": "10"}
    SubElement(group, "rect", {"class": "around", **size})
    line = text(group, "framed", x + 10, y + 16, "")
    SubElement(line, "tspan", {"class": "var"}).text = isolated(art.name)
    if art.note:
        SubElement(line, "tspan", {"class": "rest", "dx": "8"}).text = art.note


def _circle(group: Element, art: NodeArt, x: float, y: float) -> None:
    radius = art.size.round / 2
    SubElement(group, "circle", {"class": "shape", "cx": _n(x), "cy": _n(y), "r": _n(radius)})
    long = cells(art.glyph) > 2
    text(group, "glyph long" if long else "glyph", x, y + (4.5 if long else 6), art.glyph)
    if art.sum:
        text(group, "sum", x, y - radius - 5, art.sum, f"n{art.key}.s")
    if art.name:
        text(group, "name", x, y + radius + 13, isolated(art.name))


def _box(group: Element, art: NodeArt, x: float, y: float) -> None:
    width, height = art.size.width, art.size.height
    _rect(group, x - width / 2, y - height / 2, width, height, 7 if art.kind != "constant" else 4)
    top = y - height / 2
    if art.kind == "constant":
        label = text(group, "label", x, y + 4, "")
        if art.name:
            SubElement(label, "tspan").text = f"{isolated(art.name)} = "
        SubElement(label, "tspan", {"class": "v", "data-t": f"n{art.key}.v"}).text = art.value
        return
    label = text(group, "label", x, top + 19, "")
    SubElement(label, "tspan", {"class": "var"}).text = isolated(art.name)
    SubElement(label, "tspan", {"class": "v"}).text = " = "
    SubElement(label, "tspan", {"class": "v", "data-t": f"n{art.key}.v"}).text = art.value
    text(group, "g", x, top + 38, art.grad or "", f"n{art.key}.g")
    if art.sum:
        text(group, "sum", x, top + 56, art.sum, f"n{art.key}.s")


def _array(group: Element, art: NodeArt, x: float, y: float) -> None:
    width, height = art.size.width, art.size.height
    top = y - height / 2
    drop = BADGE / 2 if art.glyph else 0
    _rect(group, x - width / 2, top + drop, width, height - drop, 16 if art.kind == "op" else 7)
    if art.glyph:
        wide = badge_width(art.glyph)
        _rect(group, x - wide / 2, top, wide, BADGE, BADGE / 2)
        text(
            group,
            "glyph" if cells(art.glyph) <= 2 else "small",
            x,
            top + BADGE / 2 + (6 if cells(art.glyph) <= 2 else 4),
            art.glyph,
        )
        top += BADGE
    text(group, "label var", x, top + 17, isolated(art.name))
    text(group, "dims", x, top + 31, art.shape, f"n{art.key}.d")
    top += 40
    centres = [x] if art.grad is None else _pair(art, x)
    for drawn, centre, kind in zip(art.maps, centres, ("v", "g"), strict=False):
        _map(group, drawn, centre - drawn.width / 2, top, kind, f"n{art.key}.h{kind}")
    top += max(m.height for m in art.maps) + 6 if art.maps else 0
    text(group, "v small", centres[0], top + 8, art.value, f"n{art.key}.v")
    if art.grad is not None:
        text(group, "g small", centres[1], top + 8, art.grad, f"n{art.key}.g")
    if art.sum:
        text(group, "sum", x, top + 26, art.sum, f"n{art.key}.s")


def _pair(art: NodeArt, x: float) -> list[float]:
    """The middles of the value's and the gradient's column."""
    left = max(cells(art.value) * 7.3, *(m.width for m in art.maps[:1]), 40.0)
    right = max(cells(art.grad or "") * 7.3, *(m.width for m in art.maps[1:2]), 40.0)
    whole = left + right + 14
    return [x - whole / 2 + left / 2, x + whole / 2 - right / 2]


def _map(group: Element, drawn: Heat, x: float, y: float, kind: str, slot: str) -> None:
    at = {"transform": f"translate({_n(x)} {_n(y)})"}
    place = SubElement(group, "g", {"class": f"map-{kind}", "data-t": slot, **at})
    for level, path in enumerate(drawn.squares):
        if path:
            SubElement(place, "path", {"d": path, "opacity": f"{0.08 + 0.92 * level / LEVELS:.2f}"})
    for path in (drawn.dashes, drawn.crosses):
        if path:
            SubElement(place, "path", {"class": "mark", "d": path})


def _rect(group: Element, x: float, y: float, width: float, height: float, radius: float) -> None:
    size = {"x": _n(x), "y": _n(y), "width": _n(width), "height": _n(height), "rx": _n(radius)}
    SubElement(group, "rect", {"class": "shape", **size})


def _n(x: float) -> str:
    return f"{x:.1f}".removesuffix(".0")
