"""Rows of arrays in a few words: what an operation on operands of given shapes always has in common is made once.

Most operations of a loop are on shapes that were seen before. Such a row is noted as a tuple with its Form, and its
block (see segment.py) is made in compiled code when a sweep wants it: 0.1 µs an operation to note and 0.5 to lower,
where writing the block at once took 3.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from notebook_ad.engine import primitive as ops
from notebook_ad.engine.evaluate import variables
from notebook_ad.engine.memory import DATA, LAID_OUT, i64, jit, packer

Shape = tuple[int, ...]
Kind = tuple[Shape, np.dtype[Any]] | None  # of an array its shape and dtype; None for a float64 scalar
LARGE = 1 << 20  # bytes of a value from which a tape that nobody draws keeps it only for a derivative
CONSTANT_KIND = ops.constant.code
_PRIMITIVE = (1 << 20) - 4  # bits of a row's code that name the primitive
_DTYPE_BITS = 2


class Form:
    """An operation on operands of given shapes and dtypes: everything of its rows but where the arrays are.

    Attributes:
        code: of its rows. operands: their number.
        block: the row's block without rows and addresses; `address` and `length` say where it stands.
        parameters: what the kernel reads; static: what is not an operand (axis, keepdims…), for the reader.
        bytes: what a row of it keeps alive.
        blanks: of a large operation, what stands for the result and the operands where its derivative does not need
            them (None where it does); None where it needs all. See Segment.bare.
    """

    __slots__ = (
        "address",
        "blanks",
        "block",
        "bytes",
        "code",
        "length",
        "operands",
        "parameters",
        "primitive",
        "static",
    )

    def __init__(
        self,
        primitive: ops.Primitive,
        code: int,
        out: Kind,
        operands: Sequence[Kind],
        parameters: Sequence[int],
        static: dict[str, Any],
        cost: int = 0,
    ) -> None:
        sizes = [_size(kind) for kind in operands]
        m = len(sizes)
        cost += sum(size or 1 for size, _ in sizes)
        size, item = _size(out)
        whole = [m, size if out is None else size or 1, item, cost]
        for n, i in sizes:
            whole += (0, n, i)
        whole += [m, 0, 0, *(0,) * (2 * m), *parameters]
        self.block = np.array(whole, np.int64)
        self.address: int = self.block.ctypes.data
        self.length = len(whole)
        self.primitive, self.code, self.operands, self.static = primitive, code, m, static
        self.parameters = list(parameters)
        self.bytes = size * item + 8 * self.length
        large = max([size * item, *(n * i for n, i in sizes)]) > LARGE
        needed = needed_by(primitive) if large else (True,) * 3
        kinds = zip(needed, (out, *operands, None, None), strict=False)
        blanks = [None if need or kind is None else _blank(*kind) for need, kind in kinds]
        self.blanks = blanks if any(blank is not None for blank in blanks) else None


@cache
def needed_by(primitive: ops.Primitive) -> tuple[bool, bool, bool]:
    """Whether the derivative of an operation needs the values of its result, of its first and of its second operand."""
    if primitive.kind == "linear":
        return False, False, False
    if primitive.kind != "elementwise":
        return True, True, True
    read = {name for partial in primitive.partials if partial is not None for name in variables(partial)}
    return "z" in read, "x" in read, "y" in read


def _blank(shape: Shape, dtype: np.dtype[Any]) -> np.ndarray:
    return np.broadcast_to(np.zeros((), dtype), shape)


def is_blank(value: Any) -> bool:
    """Whether an array only stands for a value that was not kept; those on the tape are contiguous."""
    return type(value) is np.ndarray and value.size > 1 and not any(value.strides)


def _size(kind: Kind) -> tuple[int, int]:
    return (0, 0) if kind is None else (math.prod(kind[0]), kind[1].itemsize)


Place = Callable[[int], tuple[np.ndarray, int, int]]
Fresh = tuple[int, Form, Any, int, int, Any, Any]  # row, form, result, rows and values of two operands (or 0, None)


class Lean(NamedTuple):
    """A lowered row: what was noted of it, and where its block stands."""

    noted: Fresh
    pool: np.ndarray
    start: int

    @property
    def form(self) -> Form:
        """Its operation."""
        return self.noted[1]

    @property
    def value(self) -> Any:
        """The result."""
        return self.noted[2]

    @property
    def rows(self) -> tuple[int, ...]:
        """Rows of its operands."""
        return self.noted[3:5][: self.form.operands]

    @property
    def inputs(self) -> tuple[Any, ...]:
        """Values of its operands."""
        return self.noted[5 : 5 + self.form.operands]

    @property
    def bytes(self) -> int:
        """What it keeps alive."""
        return self.noted[1].bytes


_new = tuple.__new__


def lowered(fresh: Sequence[Fresh], table: int, store: int, place: Place) -> dict[int, Lean]:
    """Make the blocks of these rows, and put their addresses into the table.

    Args:
        table, store: addresses of the segment's rows and scalars.
        place: gives room for so many integers: a pool, the position in it, its address.
    """
    items: list[int] = []
    where = id if LAID_OUT else _address
    total = 0
    for row, form, value, i, j, x, y in fresh:
        items += (row, form.address, form.length, where(value), i, j, where(x), where(y))
        total += form.length
    pool, at, address = place(total)
    packed = array("q", packer(len(items)).pack(*items))
    _lower(packed.buffer_info()[0], len(fresh), table, store, address + 8 * at, LAID_OUT)
    made = {}
    for noted in fresh:
        made[noted[0]] = _new(Lean, (noted, pool, at))
        at += noted[1].length
    return made


def _address(value: Any) -> int:
    return int(value.ctypes.data) if type(value) is np.ndarray else 0


@jit
def _lower(items_at, count, table_at, store, pool_at, laid_out):  # type: ignore[no-untyped-def]
    """Copy each form's block into the pool, with the rows of the operands and the addresses of the arrays."""
    table, pool, items = i64(table_at), i64(pool_at), i64(items_at)
    at = 0
    for n in range(0, 8 * count, 8):
        row, length = items[n], items[n + 2]
        template = i64(items[n + 1])
        for k in range(length):
            pool[at + k] = template[k]
        m = template[0]
        place = at + 4 + 3 * m
        pool[place + 1] = _place(items[n + 3], template[1], store + 8 * row, laid_out)
        for i in range(m):
            operand = items[n + 4 + i]
            gone = (table[3 * operand] & _PRIMITIVE) >> _DTYPE_BITS == CONSTANT_KIND
            pool[at + 4 + 3 * i] = -1 if gone else operand
            pool[place + 3 + 2 * i] = _place(items[n + 6 + i], template[5 + 3 * i], store + 8 * operand, laid_out)
        table[3 * row + 1] = pool_at + 8 * at
        table[3 * row + 2] = m
        at += length


@jit
def _place(held, size, slot, laid_out):  # type: ignore[no-untyped-def]
    """Where a value stands: a scalar in its slot, an array where its object says."""
    if size == 0:
        return slot
    return i64(held + DATA)[0] if laid_out else held
