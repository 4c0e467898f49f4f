"""A gradient pushed along one edge, whatever it is: the operation's own kernel on any upstream."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.engine.rows import Reader, Row
from notebook_ad.engine.trace import Scalars, contributions
from notebook_ad.graph.model import Edge, Sparse, Value
from notebook_ad.graph.operation import Operation
from notebook_ad.graph.values import closed
from notebook_ad.tensor.ambient import no_grad, trace
from notebook_ad.tensor.perform import perform
from notebook_ad.tensor.tensor import Meta, Tensor, make, plain


class Push:
    """Pushes gradients back; an operation's row is made when the first goes through it."""

    def __init__(self) -> None:
        self._rows: dict[int, Row] = {}
        self._scalars = Scalars()

    def __call__(self, edge: Edge, upstream: Any) -> Any:
        """What `upstream`, shaped like the user's value, adds to the edge's operand."""
        row = self._rows.get(edge.user)
        if row is None:
            row = self._rows[edge.user] = row_of(edge.operation)
        return through(row, edge, upstream, self._scalars)


def through(row: Row, edge: Edge, upstream: Any, scalars: Scalars | None = None) -> Any:
    """What `upstream` adds to the edge's operand in a row of the edge's operation."""
    if row.wide is None:
        upstream = float(upstream)
    wanted = [position == edge.position for position in range(len(row.inputs))]
    with np.errstate(all="ignore"):
        return closed(contributions(row, upstream, wanted, scalars or Scalars())[edge.position])


def row_of(op: Operation, inputs: Sequence[Any] | None = None) -> Row:
    """A row of the tape for the operation, on the operands' values or on others of the same shapes."""
    with trace(lambda: None), np.errstate(all="ignore"):
        made = _performed(op, inputs, leaves=True)
        assert made._segment is not None
        return Reader({}).row((made._segment, made._id))


def value_of(op: Operation, inputs: Sequence[Any]) -> Any:
    """The operation's value on other operands."""
    with no_grad(), np.errstate(all="ignore"):
        return _performed(op, inputs, leaves=False)._value


def _performed(op: Operation, inputs: Sequence[Any] | None, leaves: bool) -> Tensor:
    given = op.inputs[: len(op.operands)] if inputs is None else inputs
    operands = []
    for at, value in zip(op.operands, given, strict=True):
        node = op.book.nodes[at]
        operands.append(make(plain(np.asarray(value, node.dtype))))
        if leaves and node.kind != "constant":
            operands[-1]._meta = Meta(None, leaf=True)
    if op.power is not None:
        operands.append(make(plain(np.asarray(op.power, op.book.nodes[op.node].dtype))))
    return perform(op.primitive, operands, op.static)


def dense(value: Value | Sparse | None) -> Any:
    """A contribution as an array or a number."""
    return value.dense() if isinstance(value, Sparse) else value
