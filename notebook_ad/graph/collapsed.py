"""A graph with each call of a module as one node: what is drawn of a model, not what is recorded.

The operations of a call are followed by no others before it returns, so putting them together makes no cycle.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace
from typing import Any

import numpy as np

from notebook_ad.engine.primitive import declare
from notebook_ad.graph.expression import Texts, constant
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.model import Edge, Node, Sparse, Step, Value
from notebook_ad.graph.operation import Operation
from notebook_ad.graph.values import shown
from notebook_ad.tensor.ambient import Scope

layer = declare("layer", "", "host", rule="the gradient through the layer")


def collapsed(graph: Graph, depth: int = 1, kept: Container[str] = ()) -> Graph:
    """The graph with the calls at a depth below the outermost one as one node each.

    A node stands for the last value that leaves its call; others that leave it are nodes of their own behind it. What a
    call alone uses (parameters, constants) is not drawn.

    Args:
        depth: 1 for the parts of the module that was called, 0 for the whole of it. A layer, which has no parts, is not
            opened.
        kept: names of leaves and constants that are drawn in any case: the inputs.
    """
    scopes = {n.id: found for n in graph.nodes if (found := _scope_at(n.scope, depth)) is not None}
    if not scopes:
        return graph
    leaving: dict[int, list[int]] = {}  # by scope: its nodes that others use
    for at, scope in scopes.items():
        if at == graph.output or any(scopes.get(e.user) is not scope for e in graph.users(at)):
            leaving.setdefault(id(scope), []).append(at)
    nodes: list[Node] = []
    origin: list[int] = []  # of each drawn node the one that it shows
    gone = _inner(graph, scopes, kept)
    for node in graph.nodes:
        call = scopes.get(node.id)
        if node.id in gone or (call is not None and node.id not in leaving[id(call)]):
            continue
        made = replace(node, id=len(nodes))
        if call is not None and node.id == leaving[id(call)][-1]:
            made = replace(made, op=call.kind, glyph=call.kind, name=_name(call))
        elif call is not None:
            made = replace(made, op="part", glyph="part", name=node.name or f"{_name(call)}, another result")
        nodes.append(made)
        origin.append(node.id)
    order = _ordered(nodes, origin, scopes, leaving)
    nodes = [replace(nodes[i], id=at) for at, i in enumerate(order)]
    place = {origin[i]: at for at, i in enumerate(order)}
    whole = {key: place[found[-1]] for key, found in leaving.items()}
    return _linked(graph, nodes, place, scopes, whole, gone)


def _scope_at(scope: Scope | None, depth: int) -> Scope | None:
    chain = scope.chain() if scope is not None else []
    if depth < len(chain):
        return chain[depth]
    return chain[-1] if len(chain) > 1 and not any(True for _ in chain[-1].owner.children()) else None  # a layer


def _name(scope: Scope) -> str:
    """The path; a number in brackets, as formulas hold names and numbers."""
    return f"[{scope.path}]" if scope.path.isdigit() else scope.path or scope.kind


def _inner(graph: Graph, scopes: dict[int, Scope], kept: Container[str]) -> set[int]:
    """Leaves and constants that one call alone uses."""
    found = set()
    for node in graph.nodes:
        users = {id(scopes.get(e.user)) for e in graph.users(node.id)}
        inside = all(e.user in scopes for e in graph.users(node.id))
        if node.kind != "op" and len(users) == 1 and inside and not (node.name and node.name in kept):
            found.add(node.id)
    return found


def _ordered(
    nodes: list[Node], origin: list[int], scopes: dict[int, Scope], leaving: dict[int, list[int]]
) -> list[int]:
    """Drawn nodes in an order in which each stands behind its operands: a call's first results behind its last."""

    def key(at: int) -> tuple[int, int]:
        scope = scopes.get(origin[at])
        if scope is None:
            return origin[at], 0
        results = leaving[id(scope)]
        return results[-1], 0 if origin[at] == results[-1] else 1 + origin[at]

    return sorted(range(len(nodes)), key=key)


def _linked(
    graph: Graph,
    nodes: list[Node],
    place: dict[int, int],
    scopes: dict[int, Scope],
    whole: dict[int, int],
    gone: set[int],
) -> Graph:
    """The drawn nodes with their edges: of parallel edges into a call the sum."""
    inward: dict[tuple[int, int], list[Edge]] = {}  # by drawn operand and drawn user
    plain: dict[int, list[Edge]] = {}
    for e in graph.edges:
        scope = scopes.get(e.user)
        if e.operand in gone or (scope is not None and scopes.get(e.operand) is scope):
            continue
        if scope is None:
            plain.setdefault(place[e.user], []).append(e)
        else:
            inward.setdefault((place[e.operand], whole[id(scope)]), []).append(e)
    operands: list[tuple[int, ...]] = [()] * len(nodes)
    for user, found in plain.items():
        operands[user] = tuple(place[e.operand] for e in sorted(found, key=lambda e: e.position))
    for operand, user in inward:
        operands[user] = (*operands[user], operand)
    for node, scope in scopes.items():
        if node in place and place[node] != whole[id(scope)]:
            operands[place[node]] = (whole[id(scope)],)
    book = Texts(nodes, operands, constant)
    edges: list[Edge] = []
    for user in reversed(range(len(nodes))):
        if user in plain:
            for e in plain[user]:
                made = replace(e.operation, node=user, operands=operands[user], book=book)
                edges.append(replace(e, id=len(edges), operand=place[e.operand], user=user, operation=made))
            continue
        made = Operation(layer.code, {"label": nodes[user].op}, None, (), user, operands[user], book)
        for position, operand in enumerate(operands[user]):
            parts = inward.get((operand, user), [])
            flowing = _sum([e.contribution for e in parts if e.contribution is not None])
            value, above = nodes[operand].value, nodes[user].grad if flowing is not None else None
            edges.append(Edge(len(edges), operand, user, position, value, above, flowing, made))
    edges.sort(key=lambda e: e.contribution is None)  # stable: those that carry a gradient first
    edges = [replace(e, id=at) for at, e in enumerate(edges)]
    output = place[graph.output]
    steps = [Step("forward", n.id) for n in nodes if n.kind == "op"]
    steps.append(Step("seed", output))
    steps += [Step("backward", e.operand, e.id) for e in edges if e.contribution is not None]
    cuts = tuple(replace(cut, node=place[cut.node]) for cut in graph.cuts if cut.node in place)
    aliases = tuple((name, place[node]) for name, node in graph.aliases if node in place)
    places = {key: place[node] for key, node in graph.places.items() if node in place}
    given = replace(graph, cuts=cuts, aliases=aliases, places=places, frames=())
    return replace(given, nodes=tuple(nodes), edges=tuple(edges), output=output, steps=tuple(steps))


def _sum(parts: list[Any]) -> Value | None:
    dense = [p.dense() if isinstance(p, Sparse) else p for p in parts]
    if not dense:
        return None
    total: Value = shown(sum(map(np.asarray, dense[1:]), np.asarray(dense[0])))
    return total
