"""Whether two graphs have the same form, so that they can be compared number by number."""

from __future__ import annotations

from notebook_ad.graph.answer import label
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.texts import clean
from notebook_ad.graph.texts import cut as shortened


def same_form(first: Graph, second: Graph) -> None:
    """Whether the nodes, their shapes and operands are the same.

    Raises:
        ValueError: they are not; names the first difference, and the cuts that only one of them has.
    """
    for one, two in zip(first.nodes, second.nodes, strict=False):
        for what, a, b in (
            ("operation", _what(first, one.id), _what(second, two.id)),
            ("shape", one.shape, two.shape),
            ("operands", _operands(first, one.id), _operands(second, two.id)),
        ):
            if a != b:
                where = f"{label(first, one.id)} and {label(second, two.id)}"
                said = f"{what} of node {one.id} ({where}): {a} and {b}"
                raise ValueError(clean(f"the graphs differ in form: {said}{_cut_in_one(first, second)}"))
    if len(first.nodes) != len(second.nodes):
        longer, what = (first, "first") if len(first.nodes) > len(second.nodes) else (second, "second")
        extra = min(len(first.nodes), len(second.nodes))
        raise ValueError(
            clean(
                f"the graphs differ in form: {len(first.nodes)} and {len(second.nodes)} nodes; "
                f"only the {what} has node {extra} ({label(longer, extra)}){_cut_in_one(first, second)}"
            )
        )


def _what(graph: Graph, node: int) -> str:
    found = graph.nodes[node]
    return found.glyph if found.kind == "op" else found.kind


def _operands(graph: Graph, node: int) -> tuple[int, ...]:
    return tuple(e.operand for e in graph.operands(node))


def _cut_in_one(first: Graph, second: Graph) -> str:
    """The cuts that only one of the graphs has, and what to do about them; nothing where there are none."""
    texts = [{c.text for c in graph.cuts if c.lost} for graph in (first, second)]
    found = [
        f"the {which} is cut at " + (f"line {c.line}, {shortened(c.text, 60)}" if c.line is not None else c.text)
        for which, graph, other in (("first", first, texts[1]), ("second", second, texts[0]))
        for c in graph.cuts
        if c.lost and c.text not in other
    ]
    if not found:
        return ""
    return (
        f". {'; '.join(found[:3])}: what stands before it is not in that graph. Compute there with operators, math or NumPy, "
        "which keep the graph, or compare what both have: first.grad(name) and second.grad(name)"
    )
