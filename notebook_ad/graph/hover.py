"""What nodes and edges say when pointed at: every digit, the rule with shapes, the place in the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from notebook_ad.graph import derivation, numbers
from notebook_ad.graph.model import Edge, Node, Source
from notebook_ad.graph.table import shape_text
from notebook_ad.graph.texts import clean

if TYPE_CHECKING:
    from notebook_ad.graph.graph import Graph


def title_of_edge(graph: Graph, key: str) -> str:
    """What the edge of that key says; "out" is the seed's."""
    if key != "out":
        return edge_title(graph, graph.edges[int(key)])
    return clean_lines([f"{graph.label(graph.output)}: the output", f"seed {numbers.full(graph.seed)}"])


def title_of_node(graph: Graph, key: str) -> str:
    """What the node of that key says; "out" is the output's box."""
    return node_title(graph, graph.nodes[graph.output if key == "out" else int(key)])


def name(graph: Graph, kind: str, key: str) -> str:
    """What a node or an edge is, without a number."""
    if key == "out":
        return clean(f"{graph.label(graph.output)}: the output")
    if kind == "node":
        return clean(graph.label(int(key)))
    edge = graph.edges[int(key)]
    return clean(f"{graph.label(edge.operand)} → {graph.label(edge.user)}")


def edge_title(graph: Graph, edge: Edge) -> str:
    """`upstream × local = contribution` in full; on other edges the vjp with its shapes."""
    operand, user = graph.label(edge.operand), graph.label(edge.user)
    lines = [f"{operand} → {user}", *_severed(graph, edge.operand), f"value {_shown(edge.value)}"]
    if edge.contribution is None:
        return clean_lines([*lines, "no gradient flows here"])
    if edge.upstream is not None and edge.local is not None and not _any_array(edge):
        product = f"{numbers.full(edge.upstream)} × {_signed(numbers.full(edge.local))}"
        lines.append(f"upstream × local = contribution: {product} = {numbers.full(edge.contribution)}")
    else:
        lines.append(vjp(graph, edge))
        lines.append(f"contribution {_shown(edge.contribution)}")
    return clean_lines(lines)


def _severed(graph: Graph, node: int) -> list[str]:
    """Of a constant that a branch gave, that nothing flows past it."""
    return [
        (f"line {c.line}: " if c.line is not None else "") + f"{c.text}, no gradient goes on to what decided it"
        for c in graph.cuts
        if c.constant and c.node == node
    ]


def vjp(graph: Graph, edge: Edge) -> str:
    """The rule of an edge with shapes: `dW = xᵀ G, (5,4)@(4,5)`; G is the gradient of the result."""
    rule = edge.rule.replace("upstream", "G")
    if edge.shapes:
        rule, _, summed = rule.replace(" @ ", " ").partition(", summed")
        shapes = edge.shapes + (f", summed{summed}" if summed else "")
    else:
        shapes = f"G {shape_text(graph.nodes[edge.user].shape)}"
    return f"d{derivation.atom(graph.label(edge.operand))} = {rule}, {shapes}"


def node_title(graph: Graph, node: Node) -> str:
    """Name and expression, the value and the gradient in full, the sum it came from, the source line."""
    label, expression = graph.label(node.id), graph.expression(node.id)
    lines = [label if node.kind != "op" or expression in (label, "…") else f"{label} = {expression}"]
    if node.shape:
        lines.append(f"{shape_text(node.shape)} {node.dtype}")
    lines.append(f"value {numbers.full(node.value)}")
    if node.kind == "constant":
        lines.append("constant: no gradient")
    else:
        lines.append("gradient " + ("—" if node.grad is None else numbers.full(node.grad)))
    if node.accumulated is not None:
        lines.append(f"accumulated before {numbers.full(node.accumulated)}")
    lines.append(where(node.source))
    return clean_lines(lines)


def where(source: Source | None) -> str:
    """`line 2: a * w`, or nothing."""
    return f"line {source.line}: {source.text}" if source is not None else ""


def clean_lines(lines: list[str]) -> str:
    """The cleaned lines that hold something, under each other."""
    return "\n".join(clean(part) for line in lines if line for part in line.split("\n"))


def _any_array(edge: Edge) -> bool:
    return numbers.is_array(edge.value) or edge.upstream is None or numbers.is_array(edge.upstream)


def _shown(value: object) -> str:
    shape = getattr(value, "shape", ())
    return f"{numbers.full(value)} {shape_text(shape)}" if shape else numbers.full(value)


def _signed(text: str) -> str:
    return f"({text})" if text.startswith("−") else text
