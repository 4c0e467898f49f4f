"""Prediction: the picture with its gradients hidden, answers checked one by one, and the likely slip named."""

from __future__ import annotations

import hashlib
from typing import Any
from xml.etree.ElementTree import tostring

from notebook_ad.graph import derivation, numbers, slips, svg
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.picture import ASKED, compose
from notebook_ad.graph.reading import UnreadableError, close, number
from notebook_ad.graph.texts import clean, isolated
from notebook_ad.widgets.frame import texts

GRADIENT = (".g", ".s", ".w", ".hg")  # endings of the slots that say something of a gradient


def slots(graph: Graph) -> list[str]:
    """The blanks: the gradients of scalar leaves, then the contributions of scalar edges, last recorded first."""
    leaves = [f"n{leaf.id}.g" for leaf in graph.leaves if isinstance(leaf.grad, float | int)]
    edges = [f"e{e.id}.g" for e in graph.edges if isinstance(e.contribution, float | int)]
    return [*edges, *leaves]


def conceal(picture: dict[str, Any], graph: Graph) -> dict[str, Any]:
    """The drawing without what would give an answer away."""
    frame = picture["frame"]
    rows = [{**row, "cells": [*row["cells"][:2], ASKED, "", ""]} for row in frame["table"]["rows"]]
    table = {**frame["table"], "rows": rows}
    digest = hashlib.sha256(f"{graph.code}\n{graph.seed}".encode("utf-8", "replace")).hexdigest()[:16]
    return concealed(picture) | {
        "svg": tostring(svg.draw(graph, live=True, conceal=True), encoding="unicode"),
        "frame": {**frame, "texts": _blanked(frame["texts"]), "table": table},
        "table": table,
        "leaves": [],
        "notes": [note for note in picture["notes"] if "gradient" not in note],
        "predict": {"slots": slots(graph), "labels": _labels(graph), "key": digest},
    }


def concealed(walked: dict[str, Any]) -> dict[str, Any]:
    """The steps and parts without what would give an answer away: the forward pass only."""
    return walked | {
        "blank": _blanked(walked["blank"]),
        "steps": [
            {**step, "sets": {k: v for k, v in step["sets"].items() if not k.endswith(".t")}}
            for step in walked["steps"]
            if step["phase"] == "forward"
        ],
        "nodes": {key: {**part, "lines": part["lines"][:1]} for key, part in walked["nodes"].items()},
        "edges": {key: {**part, "lines": []} for key, part in walked["edges"].items()},
    }


def _labels(graph: Graph) -> dict[str, str]:
    """What each blank asks for: `∂L/∂a`, or what comes to it through one operation."""
    output = isolated(clean(graph.label(graph.output)))
    labels = {}
    for slot in slots(graph):
        key = int(slot[1 : slot.index(".")])
        edge = graph.edges[key] if slot[0] == "e" else None
        node = edge.operand if edge is not None else key
        target = f"∂{output}/∂{isolated(clean(derivation.atom(graph.label(node))))}"
        labels[slot] = f"to {target}, through {clean(graph.nodes[edge.user].glyph)}" if edge is not None else target
    return labels


def _blanked(said: dict[str, Any]) -> dict[str, Any]:
    """Texts without gradients: a question where one will stand."""
    blanks = {".g": ASKED, ".s": "", ".w": "0", ".hg": None, ".state": "none"}
    return {k: blanks.get(k[k.rindex(".") :], text) for k, text in said.items() if not k.endswith(".t")}


def check(graph: Graph, slot: str, answer: str) -> dict[str, Any]:
    """Whether an answer is right, and if not what probably went wrong."""
    right, found = _truth(graph, slot)
    try:
        given = number(answer)
    except UnreadableError:
        return {"right": False, "hint": f"{answer!r} is no number: write −6, 0.5 or 1/3", "text": answer}
    if close(given, right):
        return {"right": True, "hint": "", "text": numbers.short(right)}
    words = (
        slips.recognised(given, right, found) or "no usual slip leads to this number: go through the chain once more"
    )
    return {"right": False, "hint": words, "text": numbers.short(given)}


def _truth(graph: Graph, slot: str) -> tuple[float, list[slips.Slip]]:
    if slot not in slots(graph):
        raise ValueError(f"there is no blank {slot}")
    key = int(slot[1 : slot.index(".")])
    scalars = all(not node.shape for node in graph.nodes)
    if slot[0] == "e":
        return slips.scalar(graph.edges[key].contribution), slips.of_contribution(graph, key) if scalars else []
    return slips.scalar(graph.nodes[key].grad), slips.of_gradient(graph, key) if scalars else []


def answers(graph: Graph, slot: str) -> dict[str, str]:
    """The text of one blank, and what belongs to it: the sum at a leaf, the band of an edge."""
    stem = slot[: slot.index(".")]
    return {
        k: v for k, v in texts(compose(graph)).items() if k.startswith(f"{stem}.") and k.endswith((*GRADIENT, ".state"))
    }
