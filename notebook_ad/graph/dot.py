"""The graph in Graphviz's language, for people who want to go on with it; every label is escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from notebook_ad.graph import numbers, table
from notebook_ad.graph.model import Edge, Node
from notebook_ad.graph.texts import clean

if TYPE_CHECKING:
    from notebook_ad.graph.graph import Graph

_SHAPES = {"leaf": "box", "constant": "note", "op": "circle"}


def to_dot(graph: Graph) -> str:
    """A digraph from operands to users: values and gradients in the labels, the contribution under each value."""
    lines = [
        f"digraph {quoted(graph.label(graph.output))} {{",
        "  rankdir=LR;",
        '  node [fontname="Courier"];',
        '  edge [fontname="Courier"];',
    ]
    lines += [f"  n{n.id} [shape={_SHAPES[n.kind]}, label={quoted(*_node_lines(n))}];" for n in graph.nodes]
    output = graph.nodes[graph.output]
    if output.kind == "op":
        label = quoted(f"{graph.label(output.id)} = {table.value_text(output)}", numbers.gradient(output.grad))
        lines.append(f"  out [shape=box, penwidth=2, label={label}];")
    order = sorted(graph.edges, key=lambda e: (e.user, e.position))
    lines += [f"  n{e.operand} -> n{e.user} [label={quoted(*_edge_lines(e))}];" for e in order]
    if output.kind == "op":
        label = quoted(numbers.summary(output.value), f"◂ {numbers.gradient(graph.seed)}")
        lines.append(f"  n{output.id} -> out [label={label}];")
    return "\n".join([*lines, "}"]) + "\n"


def _node_lines(node: Node) -> list[str]:
    if node.kind == "op":
        return [
            node.glyph,
            *([node.name] if node.name else []),
            *([table.shape_text(node.shape)] if node.shape else []),
        ]
    value = table.value_text(node)
    lines = [f"{node.name} = {value}" if node.name else value]
    return lines if node.kind == "constant" else [*lines, numbers.gradient(node.grad, node.accumulated)]


def _edge_lines(edge: Edge) -> list[str]:
    value = numbers.summary(edge.value)
    return [value] if edge.contribution is None else [value, f"◂ {numbers.gradient(edge.contribution)}"]


def quoted(*lines: str) -> str:
    """Lines as a quoted string of Graphviz's language: nothing in them is syntax, an escape or an entity."""
    escaped = (clean(s).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;") for s in lines)
    return '"' + "\\n".join(escaped) + '"'
