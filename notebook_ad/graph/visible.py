"""Which rows of the tape become nodes: a leaf entered twice is one node, a constant exponent is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from notebook_ad.engine import elementwise
from notebook_ad.engine import primitive as ops
from notebook_ad.engine.rows import Place, Row


@dataclass(slots=True, eq=False)
class Visible:
    """The rows that are nodes; a node's id is its position here.

    Attributes:
        operands: ids of each node's operands; constant: whether it has no gradient.
        powers: constant exponents by the node of the power.
        ids: the node of each place on the tape.
    """

    rows: list[Row]
    operands: list[tuple[int, ...]]
    constant: list[bool]
    powers: dict[int, float]
    ids: dict[Place, int]


def visible(rows: list[Row]) -> Visible:
    """Number the rows: operands first, the output last."""
    at = {row.place: i for i, row in enumerate(rows)}
    given = [tuple([at[p] for p in row.operands]) for row in rows]
    exponents = {
        i: power for i, row in enumerate(rows) if (power := _constant_exponent(row, rows, given[i])) is not None
    }
    for i in exponents:
        given[i] = given[i][:1]
    used = {len(rows) - 1}.union(*given)
    merged: dict[Any, int] = {}
    node_of: dict[int, int] = {}
    seen = Visible([], [], [], {}, {})
    for i, row in enumerate(rows):
        if i not in used:
            continue
        node = len(seen.rows)
        if (key := identity(row)) is not None:
            node = merged.setdefault(key, node)
        node_of[i] = seen.ids[row.place] = node
        if node < len(seen.rows):
            continue
        seen.rows.append(row)
        seen.operands.append(tuple([node_of[j] for j in given[i]]))
        seen.constant.append(row.primitive is ops.constant)
        if i in exponents:
            seen.powers[node] = exponents[i]
    return seen


def _constant_exponent(row: Row, rows: list[Row], operands: tuple[int, ...]) -> float | None:
    """The exponent of a power whose exponent is a constant number; it stands in the glyph and has no node."""
    if row.primitive is not elementwise.power or rows[operands[1]].primitive is not ops.constant:
        return None
    if np.size(row.inputs[1]) != 1:
        return None
    power = np.asarray(row.inputs[1]).reshape(())
    return float(power.real) if power.imag == 0 else None


def identity(row: Row) -> Any:
    """What makes two rows one node: the same leaf with the same value, the same constant array; None for all others."""
    segment, at = row.place
    if row.primitive is ops.leaf:
        return "leaf", id(segment.leaves[at]), row.value if isinstance(row.value, float) else id(row.value)
    if row.primitive is ops.constant and not isinstance(row.value, float):
        return "constant", id(row.value)
    return None
