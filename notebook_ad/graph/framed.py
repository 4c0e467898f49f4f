"""A small array that is read only element by element, as element leaves in a frame: what is drawn, not what is recorded."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from notebook_ad.graph.expression import Texts, constant
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.layout import UNLABELLED
from notebook_ad.graph.model import Edge, Frame, Node, Step, Value
from notebook_ad.graph.texts import cut as shortened
from notebook_ad.graph.values import shown

LIMIT = 16  # elements of an array that is drawn so
_ELEMENT = re.compile(r"(.+)\[(\d+)\]")

Leaves = dict[int, tuple[int, int | None]]
Reads = dict[int, int]  # by node that reads one element: its flat index


@dataclass(frozen=True, slots=True, eq=False)
class Framed:
    """What is drawn of a graph.

    Attributes:
        graph: with element leaves; leaves: of each of its leaves the node in the recorded graph, and for an element leaf
            the flat index.
        places: by node of the recorded graph the drawn one, where it has one.
    """

    graph: Graph
    leaves: Leaves
    places: dict[int, int]

    def since(self, node: int) -> int:
        """The first drawn node that is none before `node` of the recorded graph."""
        return min((at for origin, at in self.places.items() if origin >= node), default=len(self.graph.nodes))


def framed(graph: Graph) -> Framed:
    """The graph with the elements of small arrays as leaves of their own, and frames around what belongs together."""
    arrays = {
        leaf.id: reads
        for leaf in graph.leaves
        if leaf.shape and np.size(leaf.value) <= LIMIT and (reads := _reads(graph, leaf)) is not None
    }
    same = {node.id: node.id for node in graph.nodes}
    drawn, leaves, places = _drawn(graph, arrays) if arrays else (graph, unframed(graph), same)
    return Framed(replace(drawn, frames=_frames(drawn, graph, leaves)), leaves, places)


def unframed(graph: Graph) -> Leaves:
    """Every leaf as it is."""
    return {leaf.id: (leaf.id, None) for leaf in graph.leaves}


def _reads(graph: Graph, leaf: Node) -> Reads | None:
    """Which nodes read which element of a leaf; None where something else is done with it."""
    found: Reads = {}
    stack: list[tuple[int, Any]] = [(leaf.id, np.arange(np.size(leaf.value)).reshape(leaf.shape))]
    while stack:
        at, positions = stack.pop()
        if at == graph.output:
            return None
        for edge in graph.users(at):
            key = edge.operation.static.get("key")
            if graph.nodes[edge.user].op != "index" or not _is_constant(key):
                return None
            part = positions[key]
            if np.ndim(part):
                stack.append((edge.user, part))
            elif edge.user == graph.output:
                return None
            else:
                found[edge.user] = int(part)
    return found or None


def _is_constant(key: Any) -> bool:
    return all(
        isinstance(k, int | np.integer) and not isinstance(k, bool) for k in (key if type(key) is tuple else (key,))
    )


def _drawn(graph: Graph, arrays: dict[int, Reads]) -> tuple[Graph, Leaves, dict[int, int]]:
    read = {node: (leaf, at) for leaf, reads in arrays.items() for node, at in reads.items()}
    between = {e.user for leaf in arrays for e in graph.users(leaf)} - read.keys()  # rows of a matrix
    while more := {e.user for node in between for e in graph.users(node)} - between - read.keys():
        between |= more
    nodes: list[Node] = []
    place: dict[Any, int] = {}  # by node, or by leaf and index: the node that is drawn
    leaves: Leaves = {}
    for node in graph.nodes:
        if node.id in arrays:
            for at in sorted(set(arrays[node.id].values())):
                place[node.id, at], leaves[len(nodes)] = len(nodes), (node.id, at)
                nodes.append(_element(graph, node, at, arrays[node.id], len(nodes)))
        elif node.id in read:
            place[node.id] = place[read[node.id]]
        elif node.id not in between:
            place[node.id] = len(nodes)
            if node.kind == "leaf":
                leaves[len(nodes)] = node.id, None
            nodes.append(replace(node, id=len(nodes)))
    gone = arrays.keys() | between | read.keys()
    kept = {node.id: place[node.id] for node in graph.nodes if node.id not in gone}
    return _linked(graph, nodes, place, gone), leaves, kept


def _element(graph: Graph, leaf: Node, at: int, reads: Reads, place: int) -> Node:
    grads = [graph.nodes[node].grad for node, i in reads.items() if i == at]
    where = ", ".join(str(int(i)) for i in np.unravel_index(at, leaf.shape))
    total: Value | None = None if any(g is None for g in grads) else shown(sum(np.asarray(g) for g in grads))
    before = leaf.accumulated
    return Node(
        place,
        "leaf",
        None,
        "",
        f"{leaf.name or 'leaf'}[{where}]",
        shown(np.asarray(leaf.value).reshape(-1)[at]),
        total,
        (),
        leaf.dtype,
        leaf.source,
        None if before is None else shown(np.asarray(before).reshape(-1)[at]),
    )


def _linked(graph: Graph, nodes: list[Node], place: dict[Any, int], gone: set[int]) -> Graph:
    """The drawn nodes with their edges and steps."""
    kept = [e for e in graph.edges if e.user not in gone]
    operands: list[tuple[int, ...]] = [()] * len(nodes)
    for node in graph.nodes:
        if node.id not in gone and node.kind == "op":
            operands[place[node.id]] = tuple(place[e.operand] for e in graph.operands(node.id))
    book = Texts(nodes, operands, constant)
    made: dict[int, Any] = {}
    edges: list[Edge] = []
    for e in kept:
        user = place[e.user]
        if user not in made:
            made[user] = replace(e.operation, node=user, operands=operands[user], book=book)
        edges.append(
            Edge(len(edges), place[e.operand], user, e.position, e.value, e.upstream, e.contribution, made[user])
        )
    steps = [Step("forward", n.id) for n in nodes if n.kind == "op"]
    steps.append(Step("seed", place[graph.output]))
    steps += [Step("backward", e.operand, e.id) for e in edges if e.contribution is not None]
    cuts = tuple(replace(cut, node=place[cut.node]) for cut in graph.cuts if cut.node in place)
    output = place[graph.output]
    aliases = tuple((name, place[node]) for name, node in graph.aliases if node in place)
    places = {key: place[node] for key, node in graph.places.items() if node in place}
    given = replace(graph, cuts=cuts, aliases=aliases, places=places)
    return replace(given, nodes=tuple(nodes), edges=tuple(edges), output=output, steps=tuple(steps))


def _frames(drawn: Graph, graph: Graph, leaves: Leaves) -> tuple[Frame, ...]:
    """One for each array that is drawn by elements, and for each list of numbers."""
    if len(drawn.nodes) > UNLABELLED:
        return ()
    groups: dict[str, list[int]] = {}
    sizes: dict[str, int] = {}
    for at, (origin, index) in leaves.items():
        node, whole = drawn.nodes[at], graph.nodes[origin]
        if index is not None:
            name = whole.name or "leaf"
            sizes[name] = np.size(whole.value)
        elif node.shape or not (match := _ELEMENT.fullmatch(node.name or "")):
            continue
        else:
            name = match[1]
        groups.setdefault(name, []).append(at)
    frames = []
    for name, members in groups.items():
        unread = sizes.get(name, len(members)) - len(members)
        if len(members) <= LIMIT and (name in sizes or len(members) > 1):
            frames.append(Frame(shortened(name, 22), tuple(members), f"{unread} not read" if unread else ""))
    return tuple(frames)
