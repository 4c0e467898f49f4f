"""Writing rows: how a value, with the operation that made it, gets onto the tape."""

from __future__ import annotations

import math
import threading
from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.engine import backward as engine
from notebook_ad.engine import compile as kernels
from notebook_ad.engine.primitive import Primitive, constant, imported, leaf, opaque
from notebook_ad.engine.segment import CONSTANT, IMPORT, LEAF, Segment, Wide
from notebook_ad.tensor.ambient import source, writable
from notebook_ad.tensor.tensor import FLOATS, Tensor, make
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
    block = np.array([0, value.size, value.itemsize, 0, 0, 0, 0], np.int64)
    row = Wide(_PRIMITIVE_OF[code], block, block.ctypes.data, value, (), (), {}, value.nbytes)
    return segment.add_wide(code + kernels.DTYPES.get(value.dtype.name, 0), row)


_PRIMITIVE_OF = {4 * p.code: p for p in (leaf, constant, imported)}


def scalar(primitive: Primitive, operands: Sequence[Tensor], value: float, segment: Segment) -> Tensor:
    """Record an elementwise operation of float64 scalars: a narrow row."""
    rows = [enter(t, segment) for t in operands]
    row = segment.append(kernels.code_of(primitive, "scalar"), rows[0], rows[1] if len(rows) > 1 else -1, value)
    if (at := source()) is not None:
        segment.sources[row] = at
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
    rows = [enter(t, segment) for t in operands]
    at = len(segment.values)
    block: Block = [len(operands), 0, 0, cost]
    if type(value) is not float:
        block[1], block[2] = max(1, value.size), value.itemsize
    inner: Block = [len(operands), _address(value, segment, at), 0]
    for tensor, row in zip(operands, rows, strict=True):
        x = tensor._value
        gradient = tensor.requires_grad
        block += (row if gradient else -1, 0 if type(x) is float else x.size, 0 if type(x) is float else x.itemsize)
        inner += (_address(x, segment, row), 0)
        block[3] += 1 if type(x) is float else x.size
    whole = np.array(block + inner + parameters, np.int64)
    held = whole.nbytes + (0 if type(value) is float else value.nbytes)
    record = Wide(
        primitive,
        whole,
        whole.ctypes.data,
        value,
        tuple(rows),
        tuple(t._value for t in operands),
        static or {},
        held,
        keep,
    )
    dtype = "float64" if type(value) is float else value.dtype.name
    row = segment.add_wide(kernels.code_of(primitive, dtype), record, value if type(value) is float else 0.0)
    if (place := source()) is not None:
        segment.sources[row] = place
    return make(value, segment, row)


def _address(value: Any, segment: Segment, row: int) -> int:
    return segment.store_address + 8 * row if type(value) is float else int(value.ctypes.data)


def unknown(value: Any, operands: Sequence[Tensor], label: str) -> Tensor:
    """A tensor of the given value that depends on the operands through something without a rule.

    Args:
        label: what an error names when a gradient reaches it ("np.linalg.svd").
    """
    held = as_constant(value)
    segment = wants_record(operands)
    if segment is None or held.dtype not in FLOATS:
        return held
    return wide(opaque, operands, held._value, segment, [], {"label": label})


def elements(shape: tuple[int, ...]) -> int:
    """Number of elements of a shape."""
    return math.prod(shape)
