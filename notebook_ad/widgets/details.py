"""The messages `detail`, `element` and `jacobian`: arrays from close by, as plain data for the browser."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import tostring

import numpy as np

from notebook_ad.graph import detail as details
from notebook_ad.graph import numbers, svg
from notebook_ad.graph.answer import label
from notebook_ad.graph.elements import element as element_of
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.jacobian import fits
from notebook_ad.graph.jacobian import jacobian as jacobian_of
from notebook_ad.graph.model import Edge
from notebook_ad.graph.texts import clean, isolated
from notebook_ad.widgets.questions import Message, Reply, answering, part_of
from notebook_ad.widgets.state import State


@answering
def detail(state: State, message: Message) -> Reply:
    """Statistics, histograms and cells of a node, or of what flows along an edge."""
    graph = state.shown
    part = _part(graph, message)
    found = details.detail(graph, part)
    if state.predict:
        found = replace(found, gradient=None)
    return {
        "what": "detail",
        "title": isolated(clean(found.title)),
        "shape": found.shape,
        "rows": [list(row) for row in found.rows],
        "histogram": {"value": _histogram(found.value), "gradient": _histogram(found.gradient)},
        "cells": _cells(found),
        "jacobian": isinstance(part, Edge) and fits(part),
    }


def _part(graph: Graph, message: Message) -> int | Edge:
    """As `part_of`; the seed's edge stands for the output."""
    return graph.output if message.get("edge") == "out" else part_of(graph, message)


def _histogram(value: Any) -> dict[str, Any] | None:
    found = None if value is None else details.histogram(value)
    return None if found is None else {"counts": list(found.counts), "low": found.low, "high": found.high}


def _cells(found: details.Detail) -> dict[str, Any] | None:
    if not np.size(found.value):
        return None
    value = details.grid(found.value)
    gradient = None if found.gradient is None else details.grid(found.gradient, like=found.value)
    return {
        "shape": list(value.shape),
        "value": [list(row) for row in value.texts],
        "gradient": None if gradient is None else [list(row) for row in gradient.texts],
        "strength": [list(row) for row in value.strength],
        "gstrength": None if gradient is None else [list(row) for row in gradient.strength],
    }


@answering
def element(state: State, message: Message) -> Reply:
    """The scalar graph of one element; of a large array the index is that of a cell of its coarse map."""
    graph = state.shown
    part = _part(graph, message)
    node = part.operand if isinstance(part, Edge) else part
    index = tuple(int(i) for i in message["index"])
    shape = graph.nodes[node].shape
    cells = details.grid(graph.nodes[node].value)
    if cells.coarse and len(index) == 2 and index[0] < cells.shape[0] and index[1] < cells.shape[1]:
        index = cells.places[index[0]][index[1]]
    elif len(index) != len(shape) and math.prod(shape) == 1:
        index = (0,) * len(shape)
    found = element_of(graph, node, index)
    return {
        "what": "element",
        "title": isolated(clean(label(graph, node, index))),
        "svg": tostring(svg.draw(found), encoding="unicode"),
        "lines": [clean(line) for line in found.notes],
    }


@answering
def jacobian(state: State, message: Message) -> Reply:
    """The Jacobian of one operation with respect to one operand."""
    graph = state.shown
    part = part_of(graph, message)
    if not isinstance(part, Edge):
        raise ValueError("a Jacobian belongs to an edge")
    found = jacobian_of(graph, part)
    finite = np.where(np.isfinite(found.values), np.abs(found.values), 0.0)
    largest = float(np.max(finite, initial=0.0)) or 1.0
    strength = np.where(np.isfinite(found.values), finite / largest, 1.0)
    signs = np.nan_to_num(np.sign(found.values)).astype(int)
    return {
        "what": "jacobian",
        "title": isolated(clean(found.title)),
        "rows": [clean(name) for name in found.rows],
        "columns": [clean(name) for name in found.columns],
        "cells": [[numbers.short(x, 3) for x in row] for row in found.values],
        "strength": [[round(float(x), 4) for x in row] for row in strength],
        "signs": signs.tolist(),
    }
