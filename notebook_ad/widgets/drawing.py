"""What the browser gets of a Graph: the SVG, the texts of every step, and the leaves that can be moved, as plain data."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import tostring

import numpy as np

from notebook_ad.graph import svg
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.model import Node
from notebook_ad.graph.texts import clean
from notebook_ad.widgets.frame import frame
from notebook_ad.widgets.walk import walk

MOVABLE = 4_096  # elements of an array that can be moved one by one
Range = tuple[float, float, float]  # low, high, step


def drawing(
    graph: Graph,
    header: str = "",
    start: str = "end",
    movable: bool = False,
    checks: Mapping[int, str] | None = None,
    note: str = "",
    ranges: Mapping[str, Range] | None = None,
) -> dict[str, Any]:
    """Everything that the live view shows, as data that JSON can carry.

    Args:
        start: "end" or "start", where the cursor stands at first.
        movable: whether a replay stands behind the graph, so that its leaves can be given other values.
        checks: central differences by leaf; note: a line above the table.
        ranges: of the leaves' sliders, by name.

    Raises:
        LayoutUnavailable: there are no positions to draw at.
    """
    said, given = frame(graph, checks or {}, note), ranges or {}
    return {
        "header": clean(header),
        "svg": tostring(svg.draw(graph, live=True), encoding="unicode"),
        "code": [clean(line) for line in graph.code.rstrip("\n").split("\n")] if graph.code else [],
        **walk(graph),
        "start": start,
        "frame": said,
        "table": said["table"],
        "leaves": [_leaf(graph, leaf, given) for leaf in graph.leaves if movable and np.size(leaf.value) <= MOVABLE],
        "output": str(graph.output),
        "notes": [clean(note) for note in graph.notes],
        "predict": None,
    }


def digest(graph: Graph) -> str:
    """Names what the reader's answers belong to: the cell's code."""
    return hashlib.sha256(graph.code.encode("utf-8", "replace")).hexdigest()[:12]


def range_around(value: Any) -> Range:
    """A range for a number, or for the elements of an array, in steps of a round number."""
    values = np.asarray(value, np.float64).reshape(-1)
    finite = values[np.isfinite(values)]
    largest = max(1.0, float(np.max(np.abs(finite), initial=0.0)))
    step = nice(largest * 4 / 100)
    middle = float(values[0]) if values.size == 1 and finite.size else 0.0
    span = step * math.ceil(2 * largest / step)
    return middle - span, middle + span, step


def _leaf(graph: Graph, leaf: Node, ranges: Mapping[str, Range]) -> dict[str, Any]:
    values = np.asarray(leaf.value, np.float64).reshape(-1)
    low, high, step = ranges.get(leaf.name or "") or range_around(leaf.value)
    return {
        "node": str(leaf.id),
        "name": clean(graph.label(leaf.id)),
        "shape": list(leaf.shape),
        "values": [float(v) if math.isfinite(v) else None for v in values],
        "low": low,
        "high": high,
        "step": step,
    }


def nice(x: float) -> float:
    """The largest of 1, 2, 5 times a power of ten that is not above x."""
    power = 10.0 ** math.floor(math.log10(x))
    return next(m * power for m in (5, 2, 1) if m * power <= x * (1 + 1e-9))
