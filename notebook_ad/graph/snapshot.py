"""From the tape to a Graph: one traced sweep of its own, which touches no `.grad`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from notebook_ad.engine import arrays
from notebook_ad.engine import primitive as ops
from notebook_ad.engine.errors import ConsumedError
from notebook_ad.engine.trace import Place, Row, contributions, is_constant, local_derivative, reached
from notebook_ad.graph import products, words
from notebook_ad.graph.expression import expression
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.model import Edge, Node, Source, Sparse, Step, Value
from notebook_ad.tensor.gradients import SHOWABLE, seed_of, start_row
from notebook_ad.tensor.tensor import Tensor

SPARSE = 16  # from this many elements on, the contribution of an index is kept as positions and values


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
        t: the output; `.grad` of its leaves is neither read nor changed.
        seed: gradient of the output, needed where it is not a scalar.
        code: the source text that made it; notes: lines that pictures show beside it.
        accumulated: gradients that leaves held before, by name.

    Raises:
        RuntimeError: nothing to differentiate, no seed for a non-scalar, or the graph was consumed by a backward() and
            has more than 10,000 rows.
    """
    return graph_and_places(t, seed, code=code, notes=notes, accumulated=accumulated)[0]


def graph_and_places(
    t: Tensor,
    seed: Any = None,
    *,
    code: str = "",
    notes: Sequence[str] = (),
    accumulated: Mapping[str, Value] | None = None,
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
    rows = reached(output, kept.wide if kept else {})
    builder = _Builder(rows, start, accumulated or {})
    made = Graph(
        nodes=tuple(builder.nodes),
        edges=tuple(builder.edges),
        output=builder.ids[rows[-1].place],
        steps=tuple(builder.steps),
        seed=_shown(start),
        code=code,
        notes=tuple(notes),
    )
    return made, builder.ids


class _Builder:
    """Numbers the rows, sweeps them once in trace mode, and writes nodes, edges and steps."""

    def __init__(self, rows: list[Row], seed: Any, accumulated: Mapping[str, Value]) -> None:
        self.ids: dict[Any, int] = {}
        self.texts: dict[Any, tuple[str, int]] = {}
        self.shown = self._visible(rows)
        self.grads: dict[Any, Any] = {rows[-1].place: seed}
        self.edges: list[Edge] = []
        self.steps = [Step("forward", self.ids[r.place]) for r in self.shown if r.operands]
        self.steps.append(Step("seed", self.ids[rows[-1].place]))
        for row in self.shown:
            self.texts[row.place] = self._text(row)
        with np.errstate(all="ignore"):  # inf − inf is nan, which the picture marks
            for row in reversed(self.shown):
                self._sweep(row)
        swept = [e for e in self.edges if e.contribution is not None]
        rest = [e for e in self.edges if e.contribution is None]
        self.edges = [_numbered(e, i) for i, e in enumerate(swept + rest)]
        self.steps += [Step("backward", e.operand, e.id) for e in self.edges[: len(swept)]]
        self.nodes = [self._node(row, accumulated) for row in self.shown]

    def _visible(self, rows: list[Row]) -> list[Row]:
        """The rows that become nodes: a leaf entered twice is one node, a constant exponent is none."""
        hidden = {r.operands[1] for r in rows if words.constant_exponent(r) is not None}
        used = {p for r in rows for i, p in enumerate(r.operands) if not (i == 1 and r.operands[1] in hidden)}
        leaves: dict[Any, Any] = {}
        shown: list[Row] = []
        for row in rows:
            if row.place in hidden and row.place not in used:
                continue
            key = _identity(row)
            if key in leaves:
                self.ids[row.place] = self.ids[leaves[key]]
                continue
            leaves[key] = row.place
            self.ids[row.place] = len(shown)
            shown.append(row)
        self.canonical = {row.place: leaves.get(_identity(row), row.place) for row in rows}
        return shown

    def _text(self, row: Row) -> tuple[str, int]:
        name = _name(row)
        if name:
            return name, 3
        if not row.operands:
            return _short_constant(row.value), 3
        count = 1 if words.constant_exponent(row) is not None else len(row.operands)
        operands = [self.texts[self.canonical[p]] for p in row.operands[:count]]
        return expression(row.primitive.name, words.glyph(row), operands)

    def _sweep(self, row: Row) -> None:
        upstream = self.grads.get(row.place)
        if not row.operands:
            return
        parts = contributions(row, upstream)
        names = [self.texts.get(self.canonical[p], ("", 3)) for p in row.operands]
        result = self.texts[row.place]
        for position, (place, part) in enumerate(zip(row.operands, parts, strict=True)):
            place = self.canonical[place]
            if position == 1 and words.constant_exponent(row) is not None:
                continue
            if part is not None:
                before = self.grads.get(place)
                self.grads[place] = part + 0.0 if before is None else before + part
            self.edges.append(
                Edge(
                    id=-1,
                    operand=self.ids[place],
                    user=self.ids[row.place],
                    position=position,
                    value=_shown(row.inputs[position]),
                    upstream=None if part is None else _shown(upstream),
                    local=None if part is None else _shown(local_derivative(row, position)),
                    contribution=None if part is None else _sparse(row, upstream, _shown(part)),
                    rule="" if part is None else words.rule(row, position, names, result),
                    partial="" if part is None else words.partial_latex(row, position),
                    factor="" if part is None else words.factor(row, position, names, result),
                    shapes=products.shapes(row, position)
                    if part is not None and row.primitive is arrays.matmul
                    else "",
                )
            )

    def _node(self, row: Row, accumulated: Mapping[str, Value]) -> Node:
        name = _name(row)
        kind: Any = "op" if row.operands else "constant" if is_constant(row.place) else "leaf"
        return Node(
            id=self.ids[row.place],
            kind=kind,
            op=row.primitive.name if row.operands else None,
            glyph=words.glyph(row) if row.operands else "",
            name=name,
            value=_shown(row.value),
            grad=None if kind == "constant" else _shown(self.grads.get(row.place)),
            shape=np.shape(row.value),
            dtype=row.dtype,
            source=_source(row),
            accumulated=accumulated.get(name) if name else None,
        )


def _identity(row: Row) -> Any:
    """What makes two rows one node: the same leaf with the same value; the same constant array."""
    segment, at = row.place
    value = row.value if isinstance(row.value, float) else id(row.value)
    if row.primitive is ops.leaf:
        return ("leaf", id(segment.leaves[at]), value)
    if row.primitive is ops.constant and not isinstance(row.value, float):
        return ("constant", value)
    return row.place


def _name(row: Row) -> str | None:
    segment, at = row.place
    leaf = segment.leaves.get(at)
    return leaf.name if leaf is not None and leaf.name else segment.names.get(at)


def _source(row: Row) -> Source | None:
    found: Source | None = row.place[0].sources.get(row.place[1])
    return found


def _sparse(row: Row, upstream: Any, part: Value) -> Value | Sparse:
    if row.primitive.name not in ("index", "gather") or np.size(part) < SPARSE or np.size(upstream) * 2 > np.size(part):
        return part
    flat = np.asarray(part).reshape(-1)
    indices = np.flatnonzero(flat)
    return Sparse(np.shape(part), indices, flat[indices])


def _shown(value: Any) -> Any:
    """A value for the picture: a Python number for a scalar, a read-only array otherwise."""
    if value is None or isinstance(value, float):
        return value
    array = np.asarray(value)
    if array.ndim == 0:
        return array.item()
    view = array.view()
    view.flags.writeable = False
    return view


def _short_constant(value: Any) -> str:
    return f"{value:.4g}".replace("-", "−") if isinstance(value, float) else f"const{np.shape(value)}"


def _numbered(edge: Edge, at: int) -> Edge:
    return Edge(at, *(getattr(edge, f) for f in Edge.__slots__[1:]))
