"""The chain rule with numbers, in plain text, step by step in the order of the sweep."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from notebook_ad.graph import numbers
from notebook_ad.graph.model import Edge, Sparse

if TYPE_CHECKING:
    from notebook_ad.graph.graph import Graph


def derivation(graph: Graph, ends: int | None = None) -> list[str]:
    """One line for the seed, then one per edge that carries a gradient; of very many the first and last `ends`."""
    lines = [seed(graph)]
    edges = [edge for edge in graph.edges if edge.contribution is not None]
    if ends is None or len(edges) <= 2 * ends:
        return lines + [rule(graph, edge) for edge in edges]
    last = len(edges) - ends
    lines += [rule(graph, edge) for edge in edges[:ends]]
    lines.append(f"… {last - ends:,} steps left out …")
    return lines + [rule(graph, edge) for edge in edges[last:]]


def seed(graph: Graph) -> str:
    """Where the sweep starts."""
    output = graph.label(graph.output)
    return f"∂{output}/∂{output} = {numbers.summary(graph.seed)}  (the seed)"


def rule(graph: Graph, edge: Edge) -> str:
    """One edge's step: what is added to which gradient, as a formula and in numbers.

    Always `+=`, as the sweep does it: every gradient starts at 0 and each edge adds its contribution.
    """
    if edge.contribution is None:
        return f"{graph.label(edge.operand)} is a constant: no gradient"
    output = graph.label(graph.output)
    target, upstream = _d(output, graph.label(edge.operand)), _d(output, graph.label(edge.user))
    part = edge.contribution.dense() if isinstance(edge.contribution, Sparse) else edge.contribution
    total = numbers.summary(part)
    local = edge.local
    if not isinstance(local, float | int) or not isinstance(edge.upstream, float | int):
        shapes = f"  {edge.shapes}" if edge.shapes else ""
        return f"{target} += {edge.rule.replace('upstream', upstream)} = {total}{shapes}"
    factor = edge.factor or numbers.short(local)
    number = f"{numbers.summary(edge.upstream)} × {_signed(numbers.summary(local))} = {total}"
    formula = f"{target} += {upstream} · {_signed(factor)}"
    return f"{formula} = {number}"


def _d(output: str, value: str) -> str:
    return f"∂{output}/∂{atom(value)}"


def atom(label: str) -> str:
    """A label that can stand behind a d: in parentheses, unless it is a name or an element of one."""
    name = re.sub(r"[′″‴]|⁽.*⁾|\[[^\]]*\]$", "", label)
    return label if re.fullmatch(r"[^\W⁰¹²³⁴-⁹]+", name) else f"({label})"


def _signed(text: str) -> str:
    return f"({text})" if text.startswith("−") else text
