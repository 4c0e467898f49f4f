"""The two passes as the cursor walks them: what every step says and what it fills in."""

from __future__ import annotations

from typing import Any

from notebook_ad.graph import hover, numbers
from notebook_ad.graph.derivation import seed
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.model import Edge, Node, Source, Step
from notebook_ad.graph.picture import Picture, compose
from notebook_ad.graph.table import contributions, how, value_text
from notebook_ad.graph.texts import clean, isolated
from notebook_ad.widgets.frame import Texts, texts, titles

PENDING = "·"  # not run yet
_ORDINALS = ("first", "second", "third", "fourth", "fifth")


def walk(graph: Graph) -> dict[str, Any]:
    """Every step with its texts, what the slots say before the first, and what nodes and edges say on their own."""
    picture = compose(graph)
    final = texts(picture) | titles(graph)
    return {
        "steps": [_step(graph, step, at, final) for at, step in enumerate(graph.steps)],
        "blank": _blank(graph, picture, final),
        "nodes": {str(node.id): node_part(graph, node) for node in graph.nodes},
        "edges": {str(edge.id): edge_part(graph, edge) for edge in graph.edges} | {"out": _seed(graph)},
    }


def _blank(graph: Graph, picture: Picture, final: Texts) -> Texts:
    """Leaves and constants have their values, nothing else has been computed."""
    given = {str(n.id) for n in graph.nodes if n.kind != "op"}
    constants = {str(n.id) for n in graph.nodes if n.kind == "constant"}
    blank: Texts = {}
    tails = {art.key: picture.nodes[art.link.tail].key for art in picture.edges}
    for slot, text in final.items():
        where, _, field = slot.partition(".")
        key = where[1:]
        known = field != "t" and (key if where[0] == "n" else tails[key]) in given
        if field == "t":
            still = (key if where[0] == "n" else tails.get(key)) in constants
            blank[slot] = text if still else hover.name(graph, "node" if where[0] == "n" else "edge", key)
            continue
        if field in ("v", "d"):
            blank[slot] = text if known or field == "d" else PENDING
        elif field in ("hv", "hg"):
            blank[slot] = text if known and field == "hv" else None
        elif field == "state":
            blank[slot] = text if (key if where[0] == "n" else tails[key]) in constants else "pending"
        else:
            blank[slot] = {"w": "0", "s": ""}.get(field, PENDING)
    return blank


def _step(graph: Graph, step: Step, at: int, final: Texts) -> dict[str, Any]:
    forward, backward = graph.passes
    count = forward if step.phase == "forward" else backward
    number = at + 1 if step.phase == "forward" else at + 1 - forward
    place = f"{'forward' if step.phase == 'forward' else 'backward'}, step {number} of {count}"
    if step.phase == "forward":
        node = graph.nodes[step.node]
        said = {k: final[k] for k in _forward_slots(graph, node) if k in final}
        part = node_part(graph, node)
        lines = [f"{clean(graph.label(node.id))} = {_computed(graph, node)}"]
        edges = [str(e.id) for e in graph.operands(node.id)]
        return _made(step, None, edges, f"{place} · {clean(node.glyph)}", lines, part["source"], said)
    if step.phase == "seed":
        keys = ("eout.g", "eout.w", "eout.state", "eout.t", *_gradient_slots(graph.output), *_gradient_slots("out"))
        said = {k: final[k] for k in keys if k in final}
        part = _seed(graph)
        return _made(step, "out", ["out"], f"{place} · the seed", part["lines"], part["source"], said)
    assert step.edge is not None
    edge = graph.edges[step.edge]
    part = edge_part(graph, edge)
    key = str(edge.id)
    where = f"{place} · {_route(graph, edge)}"
    return _made(step, key, [key], where, part["lines"], part["source"], _added(graph, edge, final))


def _made(
    step: Step, edge: str | None, edges: list[str], where: str, lines: list[str], source: Any, sets: Texts
) -> dict[str, Any]:
    given = {"phase": step.phase, "node": str(step.node), "edge": edge, "edges": edges}
    return {**given, "where": where, "lines": lines, "source": source, "sets": sets}


def _forward_slots(graph: Graph, node: Node) -> list[str]:
    keys = [f"n{node.id}.v", f"n{node.id}.hv", *(f"e{e.id}.v" for e in graph.users(node.id))]
    return keys + (["eout.v", "nout.v", "nout.hv"] if node.id == graph.output else [])


def _gradient_slots(key: int | str) -> list[str]:
    return [f"n{key}.{field}" for field in ("g", "s", "state", "hg", "t")]


def _computed(graph: Graph, node: Node) -> str:
    """`a·w = 2 × 3 = 6`, with the operands' numbers where the op's sign stands between them."""
    expression, value = clean(graph.expression(node.id)), value_text(node)
    operands = [graph.nodes[e.operand] for e in graph.operands(node.id)]
    formula = "" if expression == clean(graph.label(node.id)) else f"{expression} = "
    if len(operands) == 2 and node.op in ("add", "sub", "mul", "div") and not any(n.shape for n in operands):
        x, y = (numbers.short(n.value) for n in operands)
        return f"{formula}{x} {node.glyph} {f'({y})' if y.startswith('−') else y} = {value}"
    return f"{formula}{value}"


def _added(graph: Graph, edge: Edge, final: Texts) -> Texts:
    """The edge's contribution, and the sum so far at its operand."""
    key = f"e{edge.id}"
    said = {k: final[k] for k in (f"{key}.g", f"{key}.w", f"{key}.state", f"{key}.t") if k in final}
    users = [e for e in graph.users(edge.operand) if e.contribution is not None]
    slots = [k for k in _gradient_slots(edge.operand) if k in final]
    if edge is users[-1]:
        return said | {k: final[k] for k in slots}
    arrived = users[: users.index(edge) + 1]
    parts = [e.contribution for e in sorted(arrived, key=lambda e: (e.user, e.position))]
    shown = [numbers.summary(p) for p in parts if p is not None]
    sum_slot, gradient = f"n{edge.operand}.s", f"n{edge.operand}.g"
    said |= {sum_slot: f"Σ {' + '.join(shown)} + …"} if sum_slot in final else {}
    return said | ({gradient: f"{shown[-1]} + …" if len(shown) == 1 else "Σ …"} if gradient in final else {})


def node_part(graph: Graph, node: Node) -> dict[str, Any]:
    """What the rule box says of a node."""
    output = isolated(clean(graph.label(graph.output)))
    label, expression = clean(graph.label(node.id)), clean(graph.expression(node.id))
    value = f"{label} = {value_text(node)}"
    if node.kind == "op" and node.name and expression not in (label, "…"):
        value = f"{label} = {expression} = {value_text(node)}"
    lines = [value]
    if node.grad is not None:
        total = numbers.gradient(node.grad, node.accumulated)
        target = f"∂{output}/∂{isolated(label) if node.kind == 'leaf' or node.name else f'({label})'}"
        several = len(contributions(graph, node)) > 1
        lines.append(f"{target} = {how(graph, node)}" if several else f"{target} = {total}")
    kind = {"leaf": "leaf", "constant": "constant: no gradient"}.get(node.kind, f"operation {clean(node.glyph)}")
    where = f"{kind} · line {node.source.line}" if node.source is not None else kind
    return {"where": where, "lines": lines, "source": _source(node.source)}


def edge_part(graph: Graph, edge: Edge) -> dict[str, Any]:
    """What the rule box says of an edge."""
    user = graph.nodes[edge.user]
    route = _route(graph, edge)
    where = f"backward, step {edge.id + 2} of {graph.passes[1]} · {route}" if edge.contribution is not None else route
    return {"where": where, "lines": [clean(graph.rule(edge.id))], "source": _source(user.source)}


def _route(graph: Graph, edge: Edge) -> str:
    user = graph.nodes[edge.user]
    if len(graph.operands(user.id)) == 1:
        return f"through {clean(user.glyph)}"
    rank = _ORDINALS[edge.position] if edge.position < len(_ORDINALS) else f"{edge.position + 1}th"
    return f"through {clean(user.glyph)} to its {rank} operand"


def _seed(graph: Graph) -> dict[str, Any]:
    lines = [clean(seed(graph))]
    return {
        "where": f"backward, step 1 of {graph.passes[1]} · the seed",
        "lines": lines,
        "source": _source(graph.nodes[graph.output].source),
    }


def _source(source: Source | None) -> list[int] | None:
    return None if source is None else [source.line, source.column, source.end_line, source.end_column]
