"""What a view says where the code raises on the moved values: what was computed before that, and nothing of the rest."""

from __future__ import annotations

from typing import Any

from notebook_ad.graph.attempt import Raised
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.texts import clean
from notebook_ad.widgets.frame import Texts

UNKNOWN = "—"
_BLANK: dict[str, Any] = {"g": UNKNOWN, "s": "", "w": "0", "hg": None, "hv": None, "v": UNKNOWN, "state": "none"}


def frame(said: dict[str, Any], graph: Graph, raised: Raised) -> dict[str, Any]:
    """A frame without the numbers that the code does not give."""
    rows = [{**row, "cells": [*row["cells"][:2], UNKNOWN, "", ""]} for row in said["table"]["rows"]]
    return {**said, "texts": texts(said["texts"], graph, raised), "table": {**said["table"], "rows": rows}}


def walk(walked: dict[str, Any], graph: Graph, raised: Raised) -> dict[str, Any]:
    """The steps and parts: those that are not reached say why."""
    why = [clean(raised.text)]

    def step(given: dict[str, Any]) -> dict[str, Any]:
        lost = given["phase"] != "forward" or not _reached(graph, int(given["node"]), raised)
        sets = texts(given["sets"], graph, raised)
        return given | {"sets": sets} | ({"lines": why} if lost else {})

    parts = walked["nodes"].items()
    return walked | {
        "steps": [step(given) for given in walked["steps"]],
        "nodes": {k: p | {"lines": p["lines"][:1] if _reached(graph, int(k), raised) else why} for k, p in parts},
        "edges": {key: part | {"lines": why} for key, part in walked["edges"].items()},
    }


def texts(said: Texts, graph: Graph, raised: Raised) -> Texts:
    """The texts of slots: values of what is reached, and no gradient."""
    return {slot: _text(slot, text, graph, raised) for slot, text in said.items()}


def _text(slot: str, text: Any, graph: Graph, raised: Raised) -> Any:
    key, _, field = slot[1:].partition(".")
    node = graph.output if key == "out" else int(key) if slot[0] == "n" else graph.edges[int(key)].operand
    if field in ("v", "hv") and _reached(graph, node, raised):
        return text
    if field == "g" and slot[0] == "e":
        return f"◂ {UNKNOWN}"
    return clean(raised.text) if field == "t" else _BLANK.get(field, text)


def _reached(graph: Graph, node: int, raised: Raised) -> bool:
    return graph.nodes[node].kind != "op" or node < raised.since
