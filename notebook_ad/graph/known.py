"""Which node of a graph a tensor, or a named value that a cell left behind, is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from notebook_ad.engine.rows import Place
from notebook_ad.engine.segment import CAPACITY
from notebook_ad.graph.model import Node
from notebook_ad.tensor.tensor import Tensor

if TYPE_CHECKING:
    from notebook_ad.graph.graph import Graph

_STROKES = re.compile("[′″‴]$|⁽.*⁾$")  # of an earlier version of a name


def key(place: Place) -> int:
    """A number for a place on the tape, which keeps no tape alive."""
    return place[0].serial * CAPACITY + place[1]


def find(graph: Graph, what: Any) -> int:
    """The id of the node that a tensor, a value of a cell, a node or an id means.

    Raises:
        KeyError: the value is not in the graph; TypeError: it is nothing that a graph could know.
    """
    if isinstance(what, Node):
        return what.id
    if isinstance(what, Tensor) and (node := graph.places.get(_place(what))) is not None:
        return node
    if hasattr(type(what), "grad"):  # a tensor, or a lifted value, whatever it says that it is
        if (named := _named(graph, what)) is not None:
            return named
        given = f"the value named {what.name!r}" if what.name else "this value, which has no name,"
        names = ", ".join(dict.fromkeys(n.name for n in graph.nodes if n.name)) or "none"
        raise KeyError(f"{given} is not in the graph as it is now; pass its name (there are {names})")
    if isinstance(what, int | np.integer) and not isinstance(what, bool):
        return int(what)
    raise TypeError(f"a graph knows values by name, not a {type(what).__name__}; pass its name, as in graph.why('w')")


def _place(t: Tensor) -> int:
    """Where the tensor was recorded, past the rows that stand for it in later segments; −1 for none."""
    segment, row = t._segment, t._id
    while segment is not None and (earlier := segment.imports.get(row)) is not None:
        segment, row = earlier
    return -1 if segment is None else key((segment, row))


def _named(graph: Graph, what: Any) -> int | None:
    """The last node of that name, or of an earlier version, that holds this value."""
    if not what.name:
        return None
    value = np.asarray(what.value if isinstance(what, Tensor) else what)
    names = {node.id: node.name for node in graph.nodes if node.name} | {n: name for name, n in graph.aliases}
    same = [i for i, name in names.items() if what.name in (name, _STROKES.sub("", name))]
    return next((i for i in reversed(same) if np.array_equal(value, graph.nodes[i].value, equal_nan=True)), None)
