"""What every changing part of the picture says for one set of numbers: texts by slot, and the table of leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from notebook_ad.graph import hover, table
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.picture import EdgeArt, NodeArt, Picture, compose
from notebook_ad.graph.texts import clean, isolated

Texts = dict[str, Any]


def frame(graph: Graph, checks: Mapping[int, str], note: str = "", stale: bool = False) -> dict[str, Any]:
    """The texts of all slots, and the leaves' rows with their central differences (`checks`, by node id)."""
    picture = compose(graph)
    return {"texts": texts(picture), "table": leaf_table(graph, checks), "stale": stale, "note": clean(note)}


def texts(picture: Picture) -> Texts:
    """What the picture's slots say: `n3.v`, `e5.g`, … (see widgets/src/types.d.ts)."""
    said: Texts = {}
    for node in picture.nodes:
        said |= _node(node)
    for edge in picture.edges:
        said |= _edge(edge)
    return said


def _node(art: NodeArt) -> Texts:
    key = f"n{art.key}"
    said: Texts = {f"{key}.state": art.state}
    if art.form == "array":
        said[f"{key}.d"] = art.shape
        for kind, drawn in zip(("hv", "hg"), art.maps, strict=False):
            said[f"{key}.{kind}"] = asdict(drawn)
    if art.form != "circle":
        said[f"{key}.v"] = art.value
        if art.grad is not None:
            said[f"{key}.g"] = art.grad
    if art.sum:
        said[f"{key}.s"] = art.sum
    return said


def _edge(art: EdgeArt) -> Texts:
    key = f"e{art.key}"
    said: Texts = {f"{key}.v": art.value, f"{key}.state": art.state}
    if art.grad is not None:
        said |= {f"{key}.g": f"◂ {art.grad}", f"{key}.w": f"{art.width:g}"}
    return said


def titles(graph: Graph) -> Texts:
    """What parts say when pointed at, with every digit."""
    said = {f"n{n.id}.t": hover.title_of_node(graph, str(n.id)) for n in graph.nodes}
    said |= {f"e{e.id}.t": hover.title_of_edge(graph, str(e.id)) for e in graph.edges}
    return said | {"nout.t": hover.title_of_node(graph, "out"), "eout.t": hover.title_of_edge(graph, "out")}


def leaf_table(graph: Graph, checks: Mapping[int, str]) -> dict[str, Any]:
    """The leaves: name, value, gradient, how it came about, and where it was checked the central difference."""
    name = isolated(clean(graph.label(graph.output)))
    head = ["leaf", "value", f"∂{name}/∂leaf", "upstream × local", "central difference"]
    rows = []
    for leaf, row in zip(graph.leaves, table.leaf_rows(graph), strict=True):
        cells = [isolated(cell) for cell in (*row, checks.get(leaf.id, ""))]
        rows.append({"node": str(leaf.id), "cells": cells})
    return {"head": head, "rows": rows}
