"""Writing rows: how a value, with the operation that made it, gets onto the tape."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from notebook_ad.engine import compile as kernels
from notebook_ad.engine.forms import Form
from notebook_ad.engine.memory import packer, reference
from notebook_ad.engine.primitive import PRIMITIVES, Primitive, opaque
from notebook_ad.engine.reach import earlier
from notebook_ad.engine.segment import CONSTANT, HOST, IMPORT, LEAF, STOP, WIDE, Segment
from notebook_ad.engine.wide import Wide
from notebook_ad.tensor import anomaly
from notebook_ad.tensor.ambient import Trace, checking, state, writable
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
        origin = earlier(*recorded, segment)
        row = _source_row(IMPORT, value, segment)
        if origin is None:  # keep no reference: the earlier rows can never be swept again
            segment.consumed[row], segment.swept = 1, True
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
    return segment.add_lean(source_form(code, value.shape, value.dtype), value)


@lru_cache(maxsize=4096)
def source_form(code: int, shape: tuple[int, ...], dtype: np.dtype[Any]) -> Form:
    """The form of a leaf, constant or import that is an array."""
    whole = (code + DTYPES.get(dtype, 0)) | WIDE
    return Form(PRIMITIVES[code >> 2], whole, (shape, dtype), (), (), NOTHING)


def scalar(primitive: Primitive, operands: Sequence[Tensor], value: float, segment: Segment) -> Tensor:
    """Record an elementwise operation of float64 scalars: a narrow row."""
    rows = [enter(t, segment) for t in operands]
    row = segment.append(kernels.code_of(primitive, "scalar"), rows[0], rows[1] if len(rows) > 1 else -1, value)
    where = _placed(segment, row, now) if type(now := state.get()) is Trace else None
    if checking.get():
        anomaly.check_forward(primitive.name, [t._value for t in operands], value, where)
    return make(value, segment, row)


def lean(form: Form, operands: Sequence[Tensor], value: Any, segment: Segment) -> Tensor:
    """Record an operation of a known form, of one or two operands."""
    if type(state.get()) is Trace:
        return wide(form.primitive, operands, value, segment, form.parameters, form.static)
    first, i, j, y = operands[0], 0, 0, None
    i = enter(first, segment)
    if len(operands) == 2:
        j, y = enter(operands[1], segment), operands[1]._value
    return make(value, segment, segment.add_lean(form, value, i, j, first._value, y))


def form_of(
    primitive: Primitive, out: Any, operands: Sequence[Any], parameters: Block, static: dict[str, Any] | None = None,
    cost: int = 0,
) -> Form:  # fmt: skip
    """The form of an operation: `out` and `operands` are shapes with dtypes, or None for a float64 scalar."""
    dtype = FLOAT64 if out is None else out[1]
    code = 4 * primitive.code + (HOST if primitive.hosted else DTYPES.get(dtype, HOST))
    stop = STOP if code & 3 == HOST and primitive is not opaque else 0
    return Form(primitive, code | stop | WIDE, out, operands, parameters, static or NOTHING, cost)


def kind_of(value: Any) -> Any:
    """What a form needs to know of a value."""
    return None if type(value) is float else (value.shape, value.dtype)


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
    start = segment.pool.place(length)
    packer(length).pack_into(segment.pool.memory.data, 8 * start, *whole)
    made = Wide(
        primitive,
        segment.pool.memory,
        start,
        length,
        value,
        tuple(rows),
        tuple(inputs),
        static or NOTHING,
        held + 8 * length,
        keep,
    )
    code = 4 * primitive.code + (HOST if primitive.hosted else DTYPES.get(dtype, HOST))
    if code & 3 == HOST and primitive is not opaque:
        code |= STOP
    at = segment.add_wide(code, made, value if number else 0.0)
    if type(now := state.get()) is Trace:
        _traced(primitive, made, segment, at, _placed(segment, at, now))
    return make(value, segment, at)


NOTHING: dict[str, Any] = {}
FLOAT64 = np.dtype(np.float64)
DTYPES = {np.dtype(name): code for name, code in kernels.DTYPES.items() if name != "scalar"}


def _placed(segment: Segment, at: int, now: Trace) -> Any:
    """Note where the user's code stands, which is returned, and in which scope."""
    if (where := now.sources()) is not None:
        segment.sources[at] = where
    if now.scope is not None:
        segment.scopes[at] = now.scope
    return where


def _traced(primitive: Primitive, made: Wide, segment: Segment, at: int, where: Any) -> None:
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
