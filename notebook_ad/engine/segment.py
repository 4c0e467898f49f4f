"""The tape: rows of integers in segments.

A row is three integers, `code, a, b`, and a float: the value of a float64 scalar. Ids of operands are positions in the
same segment; a value from an older segment enters as an `import` row, a leaf as a `leaf` row. A row whose operands or
result are arrays is *wide*: its code carries WIDE, `a` is the address of a block

    [m, size of the output, item size, cost, (id, size, item size) × m] + the kernel's block (see generate.py)

and `b` is m. A size of 0 means that the gradient lives in the scalar slots, not in the arena; an id of -1 that the
operand has no gradient. Blocks stand in pools of the segment; the address of an array is noted as −id(array) and looked
up when the rows are packed (asking NumPy takes 1.5 µs, half the time of a recorded operation). Rows are appended to two Python
lists (`+=` with a tuple takes 35 ns, `array.extend` 140) and
packed into fixed memory when a sweep wants them (`struct` takes 26 ns a row, `array` 60). A segment dies when no tensor
and no later segment refers to it.
"""

from __future__ import annotations

import itertools
import struct
import threading
from dataclasses import dataclass
from typing import Any

import numpy as np

from notebook_ad.engine import primitive as ops
from notebook_ad.engine.guards import Guard
from notebook_ad.engine.memory import DATA, i64, jit

CAPACITY = 1 << 15
LIMIT = CAPACITY - 64  # from here on a new segment is begun; the rest leaves room for operands to enter
GUARDS = 4096  # decisions noted beside the rows of one segment
WIDE = 1 << 20
STOP = 1 << 21  # the sweep comes back to Python at this row: a rule in NumPy calls, or hooks
HOST = 3  # the dtype code of what has no kernel: the sweep comes back to Python for its rule
POOL = 1 << 15  # integers
ARENA = 1 << 25  # bytes
NO_POOL = np.empty(0, np.int64)
LEAF, CONSTANT, IMPORT = 4 * ops.leaf.code, 4 * ops.constant.code, 4 * ops.imported.code
_serial = itertools.count()


@dataclass(slots=True, eq=False)
class Wide:
    """What a wide row keeps alive.

    Attributes:
        pool, start, length: where the block of integers that the sweep reads stands.
        value: the result, an array (or a number, for a float64 scalar).
        operands: rows of the operands; `inputs` holds their values.
        static: what is not an operand (axis, keepdims, shape…), for the reader.
    """

    primitive: ops.Primitive
    pool: np.ndarray
    start: int
    length: int
    value: Any
    operands: tuple[int, ...]
    inputs: tuple[Any, ...]
    static: dict[str, Any]
    bytes: int
    keep: Any = None

    @property
    def block(self) -> np.ndarray:
        """The integers that the sweep reads."""
        return self.pool[self.start : self.start + self.length]


class Workspace:
    """Scratch memory of one sweep; pages that are never touched cost nothing.

    A thread keeps those that it is not using: a hook or a rule of the user's may sweep while a sweep is under way.
    """

    __slots__ = ("grads", "kept", "needed", "offset", "order", "sources", "taken")
    free = threading.local()

    def __init__(self) -> None:
        self.needed = np.zeros(CAPACITY, np.uint8)
        self.offset, self.order, self.sources = (np.empty(CAPACITY, np.int64) for _ in range(3))
        self.grads, self.taken = np.empty(CAPACITY), np.empty(CAPACITY)
        self.kept = np.empty(0)

    @classmethod
    def take(cls) -> Workspace:
        """One that nobody uses; `give_back` it."""
        spare: list[Workspace] = cls.free.__dict__.setdefault("spare", [])
        return spare.pop() if spare else cls()

    def give_back(self) -> None:
        """Let the thread's next sweep have it."""
        self.free.spare.append(self)

    def arena(self, size: int) -> np.ndarray:
        """Zeros for the gradients of arrays, `size` bytes.

        Kept for the next sweep up to ARENA bytes: fresh memory is faulted in page by page, half the time of a sweep over
        arrays of 64 × 128.
        """
        count = size // 8
        if size > ARENA:
            return np.zeros(count)
        if len(self.kept) < count:
            self.kept = np.zeros(max(count, 2 * len(self.kept)))
            return self.kept[:count]
        zeros = self.kept[:count]
        zeros.fill(0.0)
        return zeros


class Segment:
    """Up to CAPACITY rows, the values of their scalars and what their arrays keep alive."""

    __slots__ = (
        "__weakref__",
        "constants",
        "consumed",
        "copied",
        "guards",
        "hooks",
        "imports",
        "largest",
        "leaves",
        "lock",
        "names",
        "pool",
        "pool_address",
        "pool_taken",
        "rows",
        "serial",
        "sources",
        "store",
        "store_address",
        "table",
        "values",
        "views",
        "wide",
        "wide_bytes",
    )

    def __init__(self) -> None:
        self.serial = next(_serial)
        self.rows: list[int] = []
        self.values: list[float] = []
        self.table = np.empty(3 * CAPACITY, np.int64)
        self.store = np.empty(CAPACITY, np.float64)
        self.store_address: int = self.store.ctypes.data
        self.copied = [0]  # rows in the table; a list, as views of this segment share it
        self.consumed = np.zeros(CAPACITY, np.uint8)
        self.wide: dict[int, Wide] = {}
        self.wide_bytes = self.largest = 0
        self.constants: dict[int, int] = {}  # id of a constant array (which its row keeps alive) → row
        self.leaves: dict[int, Any] = {}  # what accumulates each leaf's gradient; not the tensor, which refers to us
        self.imports: dict[int, tuple[Segment, int]] = {}
        self.views: dict[int, tuple[Segment, np.ndarray]] = {}  # by serial: an earlier segment, its rows referred to
        self.lock = threading.RLock()  # one thread's sweeps at a time
        self.pool = NO_POOL  # the one that takes the next blocks; rows keep their own alive
        self.pool_address = self.pool_taken = 0
        self.names: dict[int, str] = {}
        self.guards: list[Guard] = []
        self.hooks: dict[int, Any] = {}  # what wants to see, or change, the gradient of a row
        self.sources: dict[int, Any] = {}

    @property
    def full(self) -> bool:
        """Whether new rows go to a new segment: rows or guards are used up, or they keep much memory alive (64 MB)."""
        if len(self.values) >= LIMIT or len(self.guards) >= GUARDS:
            return True
        return self.wide_bytes > max(1 << 26, 8 * self.largest)

    def append(self, code: int, a: int, b: int, value: float) -> int:
        """Add a row; returns its id."""
        at = len(self.values)
        self.values.append(value)
        self.rows += (code, a, b)
        return at

    def place(self, length: int) -> int:
        """Room for a block of so many integers, in `pool` from the position that is returned."""
        if (start := self.pool_taken) + length > len(self.pool):
            self.pool = np.empty(max(POOL, length), np.int64)
            self.pool_address = self.pool.ctypes.data
            start = 0
        self.pool_taken = start + length
        return start

    def add_wide(self, code: int, row: Wide, value: float = 0.0) -> int:
        """Add a row with operands or a result that are arrays; its block stands in the current pool. Returns its id."""
        at = len(self.values)
        self.values.append(value)
        self.rows += (code | WIDE, self.pool_address + 8 * row.start, len(row.operands))
        self.wide[at] = row
        self.wide_bytes += row.bytes
        if row.bytes > self.largest:
            self.largest = row.bytes
        return at

    def hook(self, row: int, function: Any) -> None:
        """Have the sweep call `function(gradient)` when the row's gradient is complete; what it returns replaces it."""
        self.sync()
        self.table[3 * row] |= STOP
        self.hooks[row] = function

    def unhook(self, row: int, before: Any = None) -> None:
        """Take the row's function away, or put an earlier one back."""
        if before is not None:
            self.hooks[row] = before
            return
        self.hooks.pop(row, None)
        if self.table[3 * row] & 3 != HOST or row not in self.wide:
            self.table[3 * row] &= ~STOP

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Segment) and other.serial == self.serial

    def __hash__(self) -> int:
        return self.serial

    def reaching(self) -> Segment:
        """This segment as a later one refers to it: the same rows, but only those imports that are put into the view.

        So a segment keeps no earlier one alive for rows that nothing needs any more.
        """
        view = Segment.__new__(Segment)
        for name in Segment.__slots__[1:]:
            setattr(view, name, getattr(self, name))
        view.imports, view.views = {}, {}
        return view

    def sync(self) -> np.ndarray:
        """Copy the rows so far to memory that compiled code reads; returns that table."""
        if rows := self.rows[:]:
            del self.rows[: len(rows)]
            start, new = self.copied[0], len(rows) // 3
            struct.pack_into(f"{3 * new}q", self.table.data, 24 * start, *rows)
            struct.pack_into(f"{new}d", self.store.data, 8 * start, *self.values[start : start + new])
            self.copied[0] = start + new
            if self.wide:
                resolve(self.table, start, start + new)
        return self.table


@jit
def resolve(table, start, end):  # type: ignore[no-untyped-def]
    """Put the addresses of the arrays into the blocks of the wide rows from `start` to `end`."""
    for k in range(start, end):
        if table[3 * k] & WIDE:
            block = i64(table[3 * k + 1])
            m = table[3 * k + 2]
            at = 5 + 3 * m
            for j in range(m + 1):
                i = at if j == 0 else at + 2 * j
                if block[i] < 0:
                    block[i] = i64(DATA - block[i])[0]
