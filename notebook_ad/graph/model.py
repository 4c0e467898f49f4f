"""The picture's data: an immutable graph of nodes and edges with their numbers, as one traced sweep found them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from notebook_ad.tensor.ambient import Scope

if TYPE_CHECKING:
    from notebook_ad.graph.operation import Operation

Array = np.ndarray
Number = float | int | bool
Value = Number | Array
Kind = Literal["leaf", "constant", "op"]


@dataclass(frozen=True, slots=True)
class Source:
    """Where an operation stands in the user's code: 1-based line, 0-based character columns."""

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Sparse:
    """A contribution that is zero but at a few positions: those of `indices` (flat, C order) hold `values`."""

    shape: tuple[int, ...]
    indices: Array
    values: Array

    def dense(self) -> Array:
        """The contribution as a full array of `shape`."""
        full = np.zeros(self.shape, self.values.dtype)
        np.add.at(full.reshape(-1), self.indices.reshape(-1), self.values.reshape(-1))
        return full


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A value of the computation.

    Attributes:
        id: position in `Graph.nodes`; nodes stand in the order in which they were recorded.
        kind: "leaf" (has a gradient, computed by nothing), "constant" (has none) or "op".
        op: name of the primitive ("mul"), None for leaves and constants.
        glyph: what an op's circle shows ("×", "x²", "@", "sum"); empty for leaves and constants.
        name: the name that the value was bound to ("a", "params[0]", "h′"), a condition's text ("a > b"), or None.
        value: forward value; a Python number for a scalar, else an array.
        grad: derivative of the output with respect to this value, shaped like it; None for what has none.
        source: where it was computed, None where it was not recorded.
        accumulated: what `.grad` held before this sweep (shown with `--accumulate`), or None.
        scope: the call of a module that it was computed in (see tensor/ambient.py), or None.
    """

    id: int
    kind: Kind
    op: str | None
    glyph: str
    name: str | None
    value: Value
    grad: Value | None
    shape: tuple[int, ...]
    dtype: str
    source: Source | None = None
    accumulated: Value | None = None
    scope: Scope | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Edge:
    """One operand of one operation: parallel edges (`a * a`) differ in `position`.

    Attributes:
        id: position in `Graph.edges`; edges with a gradient come first, in the order of the sweep.
        operand, user: ids of the two nodes; the value flows from operand to user, the gradient back.
        position: which operand of the user this is, from 0.
        value: the operand's value.
        upstream: gradient of the user; None on an edge to a constant.
        contribution: what this edge adds to the operand's gradient; None on an edge to a constant.
        operation: what the user computes; the properties, which nothing keeps, are told from it.
    """

    id: int
    operand: int
    user: int
    position: int
    value: Value
    upstream: Value | None
    contribution: Value | Sparse | None
    operation: Operation = field(repr=False)

    @property
    def local(self) -> Value | None:
        """Local derivative: a number, or an array on an elementwise edge; None where it is a Jacobian."""
        return None if self.contribution is None else self.operation.local(self.position)

    @property
    def rule(self) -> str:
        """The vjp in words: "upstream × w", "xᵀ @ upstream", "upstream, summed over axis 0"."""
        return "" if self.contribution is None else self.operation.rule(self.position)

    @property
    def partial(self) -> str:
        """The local derivative in LaTeX over the operands x, y and the output z ("y", "2x", "1 - z^2"), or ""."""
        return "" if self.contribution is None else self.operation.partial(self.position)

    @property
    def factor(self) -> str:
        """The local derivative as text in the operands' names ("w", "2·sub"), or "" where it is a Jacobian."""
        return "" if self.contribution is None else self.operation.factor(self.position)

    @property
    def shapes(self) -> str:
        """Of a matrix rule, the shapes that it multiplies: "(5,4)@(4,5)"; else ""."""
        return "" if self.contribution is None else self.operation.shapes(self.position)


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a node's value went on without its gradient: `text` at a line of the code, if that is known.

    With `constant` the node itself is cut off: a branch gave this number in the place of something computed.
    `lost`: it went on as a number that a replay does not follow, so that a difference through one says nothing of it.
    """

    node: int
    text: str
    line: int | None = None
    constant: bool = False
    lost: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Frame:
    """What is drawn around leaves that are elements of one array or list: its name, and what is not drawn of it."""

    name: str
    nodes: tuple[int, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One stop of the cursor: "forward" computes `node`, "seed" starts at it, "backward" adds along `edge`."""

    phase: Literal["forward", "seed", "backward"]
    node: int
    edge: int | None = None
