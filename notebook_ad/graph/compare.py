"""Two runs of the same graph: what became of every value and gradient, and the picture with the differences on it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element, SubElement, tostring

import numpy as np

from notebook_ad.graph import numbers, svg
from notebook_ad.graph.answer import label
from notebook_ad.graph.form import same_form
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.push import dense
from notebook_ad.graph.table import aligned
from notebook_ad.graph.texts import clean

ROWS = 12
HEAD = ("", "where", "first", "second", "difference", "relative")


class Change(NamedTuple):
    """One number, or one array, in both runs.

    Attributes:
        kind: "value" or "gradient" of a node, or "contribution" of an edge; key: the id of the node or edge.
        absolute: the largest difference of an element; relative: ‖second − first‖ / the larger norm of the two.
    """

    kind: str
    key: int
    name: str
    first: Any
    second: Any
    absolute: float
    relative: float


@dataclass(frozen=True, eq=False)
class Comparison:
    """What differs between two runs of the same graph.

    Attributes:
        changes: one for every value, gradient and contribution, the largest relative difference first.
        graph: the second graph with the differences second − first in place of its numbers.
    """

    first: Graph
    second: Graph
    changes: tuple[Change, ...]
    graph: Graph

    @property
    def different(self) -> tuple[Change, ...]:
        """The changes that are not zero."""
        return tuple(c for c in self.changes if c.absolute != 0)

    def show(self) -> None:
        """Display the picture of the differences; outside a notebook print the table."""
        from IPython.core.display_functions import display
        from IPython.core.getipython import get_ipython

        if get_ipython() is None:
            print(self)
        else:
            display(self)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        whole = Element("div")
        whole.append(svg.element(self.graph, titles=False))
        SubElement(whole, "pre").text = repr(self)
        return {"text/plain": repr(self), "text/html": tostring(whole, encoding="unicode", method="html")}

    def __repr__(self) -> str:
        found = self.different
        if not found:
            return "the two runs are equal in every value and gradient"
        rows = [_row(change) for change in found[:ROWS]]
        more = [f"… and {len(found) - ROWS:,} more"] if len(found) > ROWS else []
        return "\n".join([*aligned(HEAD, rows), *more])


def compare(first: Graph, second: Graph) -> Comparison:
    """The differences in value and gradient, per node and per edge, between two runs of the same graph.

    Raises:
        ValueError: the graphs have different forms; names the first difference.
    """
    same_form(first, second)
    changes = []
    for one, two in zip(first.nodes, second.nodes, strict=True):
        name = label(second, two.id)
        changes.append(_change("value", two.id, name, one.value, two.value))
        if one.grad is not None and two.grad is not None:
            changes.append(_change("gradient", two.id, name, one.grad, two.grad))
    for a, b in zip(first.edges, second.edges, strict=True):
        if a.contribution is not None and b.contribution is not None:
            name = f"{label(second, b.user)} → {label(second, b.operand)}"
            changes.append(_change("contribution", b.id, name, dense(a.contribution), dense(b.contribution)))
    changes.sort(key=lambda c: -_rank(c))
    return Comparison(first, second, tuple(changes), _differences(first, second))


def _rank(change: Change) -> float:
    return math.inf if math.isnan(change.relative) else change.relative


def _change(kind: str, key: int, name: str, first: Any, second: Any) -> Change:
    difference = minus(second, first)
    size = max(numbers.norm(first), numbers.norm(second))
    absolute = float(np.max(np.abs(difference), initial=0.0))
    relative = numbers.norm(difference) / size if size else 0.0
    return Change(kind, key, name, first, second, absolute, relative)


def minus(second: Any, first: Any) -> Any:
    """second − first; 0 where both are the same infinity or both are NaN."""
    a, b = np.asarray(first, np.float64), np.asarray(second, np.float64)
    with np.errstate(all="ignore"):
        found = np.where((a == b) | (np.isnan(a) & np.isnan(b)), 0.0, b - a)
    return found if found.ndim else float(found)


def _differences(first: Graph, second: Graph) -> Graph:
    """The second graph with differences for numbers."""

    def given(a: Any, b: Any) -> Any:
        return None if a is None or b is None else minus(dense(b), dense(a))

    nodes = tuple(
        replace(two, value=minus(two.value, one.value), grad=given(one.grad, two.grad), accumulated=None)
        for one, two in zip(first.nodes, second.nodes, strict=True)
    )
    edges = tuple(
        replace(
            b,
            value=nodes[b.operand].value,
            upstream=given(a.upstream, b.upstream),
            contribution=given(a.contribution, b.contribution),
        )
        for a, b in zip(first.edges, second.edges, strict=True)
    )
    seed = minus(second.seed, first.seed)
    return replace(second, nodes=nodes, edges=edges, seed=seed, notes=("numbers are differences: second − first",))


def _row(change: Change) -> Sequence[str]:
    difference = minus(change.second, change.first)
    percent = f"{numbers.short(100 * change.relative, 3)} %"
    shown = (numbers.summary(x) for x in (change.first, change.second, difference))
    return (change.kind, clean(change.name), *shown, percent)
