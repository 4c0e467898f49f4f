"""The traced sweep: the same kernels, each operand's contribution in a slot of its own. Slow, exact, never touches `.grad`."""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from notebook_ad.engine import compile as kernels
from notebook_ad.engine import primitive as ops
from notebook_ad.engine.backward import blocked
from notebook_ad.engine.blocks import elementwise_block
from notebook_ad.engine.errors import ConsumedError
from notebook_ad.engine.memory import run_kernel
from notebook_ad.engine.segment import CONSTANT, IMPORT, WIDE, Segment, Wide

Place = tuple[Segment, int]
Kept = Mapping[tuple[int, int], Any]  # what a finished backward took off the tape, by (serial, row)


@dataclass(slots=True, eq=False)
class Row:
    """A row of the tape as the tracer and the reader see it: everything resolved, nothing encoded."""

    place: Place
    primitive: ops.Primitive
    value: Any
    operands: tuple[Place, ...]
    inputs: tuple[Any, ...]
    static: dict[str, Any]
    wide: Wide | None

    @property
    def dtype(self) -> str:
        """Name of the result's dtype."""
        return "float64" if isinstance(self.value, float) else str(self.value.dtype.name)


def read(segment: Segment, at: int, kept: Kept) -> Row:
    """Row `at` of the segment; `kept` holds what a finished backward took off the tape.

    Raises:
        ConsumedError: its arrays are gone.
    """
    code, a, b = segment.table[3 * at : 3 * at + 3].tolist()
    if code & WIDE:
        wide = segment.wide.get(at) or kept.get((segment.serial, at))
        if wide is None:
            raise ConsumedError(GONE)
        places = tuple((segment, i) for i in wide.operands)
        return Row((segment, at), wide.primitive, wide.value, places, wide.inputs, wide.static, wide)
    rows = [i for i in (a, b) if i >= 0]
    inputs = tuple(segment.store[rows].tolist())
    primitive = ops.PRIMITIVES[code >> 2]
    return Row((segment, at), primitive, float(segment.store[at]), tuple((segment, i) for i in rows), inputs, {}, None)


GONE = (
    "the graph is gone: an earlier backward() has consumed it. "
    "Call backward(retain_graph=True), or draw the graph before backward()"
)


def origin(place: Place, kept: Kept) -> Place:
    """Where a value was recorded, past the import rows that stand for it in later segments."""
    segment, at = place
    while int(segment.table[3 * at]) & (WIDE - 1) & ~3 == IMPORT:
        earlier = segment.imports.get(at) or kept.get((segment.serial, at))
        if earlier is None:
            raise ConsumedError(GONE)
        segment, at = earlier
        segment.sync()
    return segment, at


def reached(output: Place, kept: Kept, limit: int | None = None) -> list[Row]:
    """The rows that the output depends on, in the order in which they were recorded. Iterative: chains may be long.

    Raises:
        ValueError: there are more than `limit`.
    """
    output[0].sync()
    rows: dict[tuple[int, int], Row] = {}
    stack = [origin(output, kept)]
    while stack:
        segment, at = stack.pop()
        if (segment.serial, at) in rows:
            continue
        row = read(segment, at, kept)
        row.operands = tuple(origin(p, kept) for p in row.operands)
        rows[segment.serial, at] = row
        if limit is not None and len(rows) > limit:
            raise ValueError(f"the graph has more than {limit} rows")
        stack.extend(row.operands)
    return _in_order(rows)


def _in_order(rows: dict[tuple[int, int], Row]) -> list[Row]:
    """Operands before users, and as recorded where that leaves a choice; the output comes last."""
    users: dict[tuple[int, int], list[tuple[int, int]]] = {}
    waiting: dict[tuple[int, int], int] = {}
    for key, row in rows.items():
        operands = {(s.serial, at) for s, at in row.operands}
        waiting[key] = len(operands)
        for operand in operands:
            users.setdefault(operand, []).append(key)
    ready = [key for key, count in waiting.items() if count == 0]
    heapq.heapify(ready)
    ordered = []
    while ready:
        key = heapq.heappop(ready)
        ordered.append(rows[key])
        for user in users.get(key, ()):
            waiting[user] -= 1
            if waiting[user] == 0:
                heapq.heappush(ready, user)
    return ordered


def is_constant(place: Place) -> bool:
    """Whether the row is a constant, which has no gradient."""
    segment, at = place
    return int(segment.table[3 * at]) & (WIDE - 1) & ~3 == CONSTANT


def contributions(row: Row, upstream: Any) -> list[Any]:
    """What the row adds to each operand's gradient, None for a constant; each shaped like its operand.

    Raises:
        NoDerivative: the row has no rule.
    """
    if row.primitive is ops.opaque:
        raise blocked(*row.place)
    wanted = [not is_constant(p) for p in row.operands]
    slots = [np.zeros(np.shape(x), np.asarray(x).dtype) if w else None for x, w in zip(row.inputs, wanted, strict=True)]
    gradient = np.array(upstream, row.dtype, order="C")
    keep = None
    if row.wide is not None:
        d = row.wide.block[4 + 3 * len(slots) :].copy()
    else:
        d, keep = _scalar_block(row)
    d[2] = gradient.ctypes.data
    for i, slot in enumerate(slots):
        d[4 + 2 * i] = 0 if slot is None else slot.ctypes.data
    run_kernel(kernels.kernel(row.primitive, "scalar" if row.wide is None else row.dtype, "backward"), d.ctypes.data)
    del keep
    return [None if s is None else float(s) if s.ndim == 0 and s.dtype == np.float64 else s for s in slots]


def _scalar_block(row: Row) -> tuple[np.ndarray, Any]:
    """A narrow row's block, and the memory that it points to."""
    numbers = np.array([row.value, *row.inputs])
    block = [len(row.inputs), numbers.ctypes.data, 0]
    for i in range(len(row.inputs)):
        block += [numbers.ctypes.data + 8 * (1 + i), 0]
    return np.array(block, np.int64), numbers


def _elementwise(row: Row, inputs: Sequence[np.ndarray], value: np.ndarray) -> tuple[np.ndarray, Any]:
    block = [len(inputs), value.ctypes.data, 0]
    for x in inputs:
        block += [x.ctypes.data, 0]
    return np.array(block + elementwise_block(value.shape, tuple(x.shape for x in inputs)), np.int64), (inputs, value)


def local_derivative(row: Row, position: int) -> Any:
    """The local derivative on an elementwise edge, shaped like the row's value: the kernel run on an upstream of ones.

    A number on an edge between scalars; None where the derivative is a Jacobian that is not elementwise.
    """
    if row.primitive.kind != "elementwise" or row.wide is None:
        scalar = np.size(row.value) == 1 and np.size(row.inputs[position]) == 1
        return contributions(row, np.ones(np.shape(row.value)))[position] if scalar else None
    if row.primitive.partials[position] is None:
        return None
    shape, dtype = np.shape(row.value), row.dtype
    inputs = [np.array(np.broadcast_to(np.asarray(x, dtype), shape), order="C") for x in row.inputs]
    d, keep = _elementwise(row, inputs, np.array(row.value, dtype, order="C"))
    ones, slot = np.ones(shape, dtype), np.zeros(shape, dtype)
    d[2], d[4 + 2 * position] = ones.ctypes.data, slot.ctypes.data
    run_kernel(kernels.kernel(row.primitive, dtype, "backward"), d.ctypes.data)
    del keep
    return float(slot) if slot.ndim == 0 and dtype == "float64" else slot
