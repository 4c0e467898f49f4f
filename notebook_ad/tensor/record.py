"""Writing rows: how a value, with the operation that made it, gets onto the tape."""

from __future__ import annotations

import math
import struct
import threading
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from notebook_ad.engine import backward as engine
from notebook_ad.engine import compile as kernels
from notebook_ad.engine.memory import reference
from notebook_ad.engine.primitive import Primitive, constant, imported, leaf, opaque
from notebook_ad.engine.segment import CONSTANT, HOST, IMPORT, LEAF, STOP, Segment, Wide
from notebook_ad.tensor import anomaly
from notebook_ad.tensor.ambient import Trace, checking, source, state, writable
from notebook_ad.tensor.tensor import SMOOTH, Tensor, make
from notebook_ad.tensor.tensor import constant as as_constant

Block = list[int]


def wants_record(operands: Sequence[Tensor]) -> Segment | None:
    """The segment to write to, or None where no operand needs a gradient or recording is off."""
    for t in operands:
        if t._segment is not None or (t._meta is not None and t._meta.leaf):
            return writable()
    return None


def enter(tensor: Tensor, segment: Segment) -> int:
    """The tensor's row in `segment`: the one it has, or a new leaf, import or constant row.

    A leaf may be shared by threads, each with a segment of its own: readers read `_id` before they compare `_segment`,
    and `_move` takes `_segment` away before it changes `_id`, so that the pair is never mixed.
    """
    at = tensor._id
    if tensor._segment is segment:
        return at
    value, meta = tensor._value, tensor._meta
    if meta is not None and meta.leaf:
        row = _source_row(LEAF, value, segment)
        segment.leaves[row] = meta
        _move(tensor, segment, row)
    elif tensor._segment is not None:
        recorded = tensor._segment.imports.get(tensor._id, (tensor._segment, tensor._id))
        origin = engine.earlier(*recorded, segment)
        row = _source_row(IMPORT, value, segment)
        if origin is None:  # keep no reference: the earlier rows can never be swept again
            segment.consumed[row] = 1
            return row
        segment.imports[row] = origin
        _move(tensor, segment, row)
    else:
        row = segment.constants.get(id(value), -1)
        if row < 0:
            row = _source_row(CONSTANT, value, segment)
            if type(value) is not float:
                segment.constants[id(value)] = row
        if meta is not None and meta.entered is not None:
            meta.entered(segment, row)
    if meta is not None and meta.name:
        segment.names[row] = meta.name
    return row


_moving = threading.Lock()


def _move(tensor: Tensor, segment: Segment, row: int) -> None:
    with _moving:
        tensor._segment = None
        tensor._id = row
        tensor._segment = segment


def _source_row(code: int, value: Any, segment: Segment) -> int:
    if type(value) is float:
        return segment.append(code, -1, -1, value)
    start = segment.place(7)
    packer(7).pack_into(segment.pool.data, 8 * start, 0, value.size, value.itemsize, 0, 0, 0, 0)
    row = Wide(_PRIMITIVE_OF[code], segment.pool, start, 7, value, (), (), NOTHING, value.nbytes)
    return segment.add_wide(code + kernels.DTYPES.get(value.dtype.name, 0), row)


_PRIMITIVE_OF = {4 * p.code: p for p in (leaf, constant, imported)}


def scalar(primitive: Primitive, operands: Sequence[Tensor], value: float, segment: Segment) -> Tensor:
    """Record an elementwise operation of float64 scalars: a narrow row."""
    rows = [enter(t, segment) for t in operands]
    row = segment.append(kernels.code_of(primitive, "scalar"), rows[0], rows[1] if len(rows) > 1 else -1, value)
    if (at := source()) is not None:
        segment.sources[row] = at
    if checking.get():
        anomaly.check_forward(primitive.name, [t._value for t in operands], value, at)
    return make(value, segment, row)


def wide(
    primitive: Primitive,
    operands: Sequence[Tensor],
    value: Any,
    segment: Segment,
    parameters: Block,
    static: dict[str, Any] | None = None,
    cost: int = 0,
    keep: Any = None,
) -> Tensor:
    """Record an operation with arrays among its operands or as its result."""
    m, store = len(operands), segment.store_address
    rows, inputs = [], []
    block: Block = []
    inner: Block = []
    for t in operands:
        x, row = t._value, enter(t, segment)
        rows.append(row)
        inputs.append(x)
        if type(x) is float:
            block += (row if t._segment is not None else -1, 0, 0)
            inner += (store + 8 * row, 0)
            cost += 1
        else:
            size = x.size
            block += (row if t._segment is not None else -1, size, x.itemsize)
            inner += (reference(x), 0)
            cost += size
    number = type(value) is float
    if number:
        dtype, size, item, held = FLOAT64, 0, 0, 0
        place = store + 8 * len(segment.values)
    else:
        dtype, size, item, held = value.dtype, value.size or 1, value.itemsize, value.nbytes
        place = reference(value)
    whole = (m, size, item, cost, *block, m, place, 0, *inner, *parameters)
    length = len(whole)
    start = segment.place(length)
    packer(length).pack_into(segment.pool.data, 8 * start, *whole)
    made = Wide(
        primitive,
        segment.pool,
        start,
        length,
        value,
        tuple(rows),
        tuple(inputs),
        static or NOTHING,
        held + 8 * length,
        keep,
    )
    code = 4 * primitive.code + (HOST if primitive.kind == "host" or primitive.heavy else DTYPES.get(dtype, HOST))
    if code & 3 == HOST and primitive is not opaque:
        code |= STOP
    at = segment.add_wide(code, made, value if number else 0.0)
    if type(now := state.get()) is Trace:
        _traced(primitive, made, segment, at, now.sources())
    return make(value, segment, at)


NOTHING: dict[str, Any] = {}
FLOAT64 = np.dtype(np.float64)
DTYPES = {np.dtype(name): code for name, code in kernels.DTYPES.items() if name != "scalar"}


@cache
def packer(length: int) -> struct.Struct:
    """What writes so many integers."""
    return struct.Struct(f"{length}q")


def _traced(primitive: Primitive, made: Wide, segment: Segment, at: int, where: Any) -> None:
    if where is not None:
        segment.sources[at] = where
    if checking.get():
        anomaly.check_forward(made.static.get("label", primitive.name), made.inputs, made.value, where)


def unknown(value: Any, operands: Sequence[Tensor], label: str) -> Tensor:
    """A tensor of the given value that depends on the operands through something without a rule.

    Args:
        label: what an error names when a gradient reaches it ("np.linalg.svd").
    """
    held = as_constant(value)
    segment = wants_record(operands)
    if segment is None or held.dtype not in SMOOTH:
        return held
    return wide(opaque, operands, held._value, segment, [], {"label": label})


def elements(shape: tuple[int, ...]) -> int:
    """Number of elements of a shape."""
    return math.prod(shape)
