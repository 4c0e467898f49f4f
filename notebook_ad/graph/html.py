"""The picture as HTML: a fragment for notebook outputs that any viewer shows, and a whole document."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, tostring

from notebook_ad.graph import picture, svg, table
from notebook_ad.graph.graphviz import LayoutUnavailable
from notebook_ad.graph.texts import clean, isolated

if TYPE_CHECKING:
    from notebook_ad.graph.graph import Graph

READABLE = 0.7  # how far a picture may shrink, as in the live view
PAGE = 700  # pixels of a narrow notebook

_PAGE = """
:root {color-scheme: light dark}
body {margin: 2em auto; max-width: 64em; padding: 0 1em; font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif}
pre, td {font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 13px}
pre {padding: 10px 12px; border: 1px solid #8888; border-radius: 8px; overflow-x: auto}
table {border-collapse: collapse; width: 100%}
th, td {text-align: start; padding: 4px 10px; border-bottom: 1px solid #8886}
"""


def static_html(graph: Graph, ident: str, header: str = "", conceal: bool = False) -> str:
    """A fragment for a notebook's output: the picture as an image, which trusted and untrusted notebooks show alike.

    Args:
        graph: what to draw.
        ident: tells the live view which fragment is its own; from a counter, so that outputs can be compared.
        header: a line above the picture.
        conceal: without any gradient.
    """
    box = Element("div", {"class": "nad-static", "data-nad": ident})
    if header:
        SubElement(box, "div").text = clean(header)
    try:
        drawn = svg.element(graph, "auto", titles=False, conceal=conceal)
    except LayoutUnavailable as problem:
        SubElement(box, "div").text = f"No drawing: {problem}"
        SubElement(box, "pre").text = table.text(graph, not conceal)
    else:
        data = base64.b64encode(tostring(drawn, encoding="utf-8")).decode()
        image = {"src": f"data:image/svg+xml;base64,{data}", "alt": picture.summary(graph, not conceal)}
        if (least := READABLE * float(drawn.get("width", "0"))) > PAGE:  # scroll rather than shrink to a line
            image["style"] = f"min-width: {least:.0f}px"
        SubElement(box, "img", image)
    for note in graph.notes:
        SubElement(box, "div").text = clean(note)
    return tostring(box, encoding="unicode", method="html")


def to_html(graph: Graph) -> str:
    """A whole document: the code, the picture, the table of leaves; it loads nothing from anywhere."""
    root = Element("html", {"lang": "en"})
    head, body = SubElement(root, "head"), SubElement(root, "body")
    SubElement(head, "meta", {"charset": "utf-8"})
    SubElement(head, "title").text = f"Computation graph of {clean(graph.label(graph.output))}"
    SubElement(head, "style").text = _PAGE
    if graph.code:
        SubElement(body, "pre").text = "\n".join(map(clean, graph.code.strip("\n").split("\n")))
    body.append(svg.document(graph, "auto"))
    name = isolated(clean(graph.label(graph.output)))
    body.append(leaf_table(graph, name))
    for leaf in table.with_several_paths(graph):
        body.append(_table(table.path_header(graph, leaf), table.path_rows(graph, leaf.id)))
    for note in graph.notes:
        SubElement(body, "p").text = clean(note)
    return "<!doctype html>\n" + tostring(root, encoding="unicode", method="html") + "\n"


def leaf_table(graph: Graph, name: str) -> Element:
    """The table of leaves: value, gradient, and how it came about."""
    return _table(("leaf", "value", f"∂{name}/∂leaf", "upstream × local"), table.leaf_rows(graph))


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Element:
    root = Element("table")
    line = SubElement(SubElement(root, "thead"), "tr")
    for cell in header:
        SubElement(line, "th", {"scope": "col"}).text = cell
    body = SubElement(root, "tbody")
    for row in rows:
        line = SubElement(body, "tr")
        for cell in row:
            SubElement(line, "td").text = isolated(cell)
    return root
