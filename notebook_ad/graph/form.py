"""Whether two graphs have the same form, so that they can be compared number by number."""

from __future__ import annotations

from notebook_ad.graph.answer import label
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.texts import clean


def same_form(first: Graph, second: Graph) -> None:
    """Whether the nodes, their shapes and operands are the same.

    Raises:
        ValueError: they are not; names the first difference.
    """
    for one, two in zip(first.nodes, second.nodes, strict=False):
        for what, a, b in (
            ("operation", _what(first, one.id), _what(second, two.id)),
            ("shape", one.shape, two.shape),
            ("operands", _operands(first, one.id), _operands(second, two.id)),
        ):
            if a != b:
                where = f"{label(first, one.id)} and {label(second, two.id)}"
                raise ValueError(clean(f"the graphs differ in form: {what} of node {one.id} ({where}): {a} and {b}"))
    if len(first.nodes) != len(second.nodes):
        longer, what = (first, "first") if len(first.nodes) > len(second.nodes) else (second, "second")
        extra = min(len(first.nodes), len(second.nodes))
        raise ValueError(
            clean(
                f"the graphs differ in form: {len(first.nodes)} and {len(second.nodes)} nodes; "
                f"only the {what} has node {extra} ({label(longer, extra)})"
            )
        )


def _what(graph: Graph, node: int) -> str:
    found = graph.nodes[node]
    return found.glyph if found.kind == "op" else found.kind


def _operands(graph: Graph, node: int) -> tuple[int, ...]:
    return tuple(e.operand for e in graph.operands(node))
