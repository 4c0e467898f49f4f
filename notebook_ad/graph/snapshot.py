"""From the tape to a Graph: one traced sweep of its own, which touches no `.grad`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from notebook_ad.engine.errors import ConsumedError
from notebook_ad.engine.forms import is_blank
from notebook_ad.engine.rows import Place, reached
from notebook_ad.graph import known, words
from notebook_ad.graph.conditions import conditions
from notebook_ad.graph.cut import cuts_at
from notebook_ad.graph.expression import Texts, constant
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.model import Edge, Node, Step, Value
from notebook_ad.graph.operation import Operation
from notebook_ad.graph.swept import Swept, sweep
from notebook_ad.graph.uncollected import uncollected
from notebook_ad.graph.values import dtype_name, shape_of, shown
from notebook_ad.graph.visible import Visible, visible
from notebook_ad.tensor import messages
from notebook_ad.tensor.gradients import SHOWABLE, seed_of, start_row
from notebook_ad.tensor.tensor import Tensor


def graph(
    t: Tensor,
    seed: Any = None,
    *,
    code: str = "",
    notes: Sequence[str] = (),
    accumulated: Mapping[str, Value] | None = None,
) -> Graph:
    """The computation graph of a tensor, with values, gradients and contributions from a traced sweep of its own.

    Args:
        t: the output; `.grad` of its leaves is neither read nor changed. Without a name of its own it is called as it
            stands in the call, `loss` in `ad.graph(loss)`.
        seed: gradient of the output, needed where it is not a scalar.
        code: the source text that made it; notes: lines that pictures show beside it.
        accumulated: gradients that leaves held before, by name.

    Raises:
        RuntimeError: nothing to differentiate, no seed for a non-scalar, or the graph was consumed by a backward() and
            has more than 10,000 rows.
    """
    name_output(t, messages.argument())
    return graph_and_places(t, seed, code, notes, accumulated or {})[0]


def name_output(t: Any, name: str | None) -> None:
    """Name the row of a tensor that was recorded, if it has no name; the tensor itself stays without."""
    if name and isinstance(t, Tensor) and t._segment is not None and not t.name:
        segment, row = start_row(t)
        segment.names.setdefault(row, name)


def graph_and_places(
    t: Tensor, seed: Any, code: str, notes: Sequence[str], accumulated: Mapping[str, Value]
) -> tuple[Graph, dict[Place, int]]:
    """As `graph`, and which node each place of the tape became."""
    start = seed_of(t, seed, "graph")
    output = start_row(t)
    kept = t._meta.kept if t._meta is not None else None
    if kept is not None and kept.wide is None:
        raise ConsumedError(
            f"the graph of {kept.rows:,} rows is gone: backward() keeps graphs up to {SHOWABLE:,} rows for drawing. "
            "Call backward(retain_graph=True)"
        )
    with uncollected():
        rows = reached(output, kept.wide if kept else {})
        if any(is_blank(v) for row in rows for v in (row.value, *row.inputs)):
            raise ConsumedError(
                "a function under grad() keeps large arrays only for derivatives, so its graph cannot be drawn. "
                "Draw that of a call outside: ad.show(f(ad.tensor(x)))"
            )
        seen = visible(rows)
        swept = sweep(seen, start)
        nodes = _nodes(seen, swept, accumulated)
        edges, flowing = _edges(seen, swept, nodes)
        steps = [Step("forward", node) for node, operands in enumerate(seen.operands) if operands]
        steps.append(Step("seed", len(nodes) - 1))
        steps += [Step("backward", e.operand, e.id) for e in edges[:flowing]]
        found = cuts_at(seen.ids, len(nodes) - 1)
        places = {known.key(place): node for place, node in seen.ids.items()}
        made = Graph(
            nodes, edges, len(nodes) - 1, tuple(steps), shown(start), code, tuple(notes), cuts=found, places=places
        )
        return made, seen.ids


def _nodes(seen: Visible, swept: Swept, accumulated: Mapping[str, Value]) -> tuple[Node, ...]:
    decisions = conditions(seen)
    nodes = []
    for at, row in enumerate(seen.rows):
        segment, place = row.place
        leaf = segment.leaves.get(place)
        name = leaf.name if leaf is not None and leaf.name else segment.names.get(place)
        operands = bool(seen.operands[at])
        value, dtype = shown(row.value), dtype_name(row.value)
        if at in decisions:
            value, dtype, name = decisions[at].value, "bool", name or decisions[at].text
        nodes.append(
            Node(
                at,
                "op" if operands else "constant" if seen.constant[at] else "leaf",
                row.primitive.name if operands else None,
                words.glyph(row.primitive, row.static, seen.powers.get(at)) if operands else "",
                name,
                value,
                None if seen.constant[at] else swept.gradients[at],
                shape_of(row.value),
                dtype,
                segment.sources.get(place),
                accumulated.get(name) if name else None,
                segment.scopes.get(place),
            )
        )
    return tuple(nodes)


def _edges(seen: Visible, swept: Swept, nodes: tuple[Node, ...]) -> tuple[tuple[Edge, ...], int]:
    """The edges, and how many of them carry a gradient: these come first, in the order of the sweep."""
    book = Texts(nodes, seen.operands, constant)
    edges: list[Edge] = []
    rest: list[tuple[int, int, int, Operation]] = []
    for user in range(len(nodes) - 1, -1, -1):
        if not (operands := seen.operands[user]):
            continue
        row, parts, upstream = seen.rows[user], swept.parts[user], swept.gradients[user]
        made = Operation(
            row.primitive.code, row.static, seen.powers.get(user), swept.locals.get(user, ()), user, operands, book
        )
        for position, operand in enumerate(operands):
            if seen.constant[operand]:
                rest.append((operand, user, position, made))
            else:
                value = nodes[operand].value
                edges.append(Edge(len(edges), operand, user, position, value, upstream, parts[position], made))
    flowing = len(edges)
    for operand, user, position, made in rest:
        edges.append(Edge(len(edges), operand, user, position, nodes[operand].value, None, None, made))
    return tuple(edges), flowing
