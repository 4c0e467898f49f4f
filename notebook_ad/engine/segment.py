"""The tape: rows of integers in segments.

A row is three integers, `code, a, b`, and a float: the value of a float64 scalar. Ids of operands are positions in the
same segment; a value from an older segment enters as an `import` row, a leaf as a `leaf` row. A row whose operands or
result are arrays is *wide*: its code carries WIDE, `a` is the address of a block

    [m, size of the output, item size, cost, (id, size, item size) × m] + the kernel's block (see generate.py)

and `b` is m. A size of 0 means that the gradient lives in the scalar slots, not in the arena; an id of -1 that the
operand has no gradient. Blocks stand in pools of the segment; the address of an array is noted as −id(array) and looked
up when the rows are packed (asking NumPy takes 1.5 µs, half the time of a recorded operation). Rows are appended to two Python
lists (`+=` with a tuple takes 35 ns, `array.extend` 140) and packed into fixed memory when a sweep wants them (`struct`
takes 26 ns a row, `array` 60). Wide rows of a known Form are noted as tuples and get their blocks then, too (forms.py).
A segment dies when no tensor and no later segment refers to it.
"""

from __future__ import annotations

import itertools
import threading
from typing import Any

import numpy as np

from notebook_ad.engine import primitive as ops
from notebook_ad.engine.forms import Form, Fresh, Lean, lowered
from notebook_ad.engine.guards import Guard
from notebook_ad.engine.memory import DATA, i64, jit, packer
from notebook_ad.engine.wide import Pool, Wide, widened
from notebook_ad.engine.workspace import CAPACITY as CAPACITY

LIMIT = CAPACITY - 64  # from here on a new segment is begun; the rest leaves room for operands to enter
GUARDS = 4096  # decisions noted beside the rows of one segment
WIDE = 1 << 20
STOP = 1 << 21  # the sweep comes back to Python at this row: a rule in NumPy calls, or hooks
HOST = 3  # the dtype code of what has no kernel: the sweep comes back to Python for its rule
LEAF, CONSTANT, IMPORT = 4 * ops.leaf.code, 4 * ops.constant.code, 4 * ops.imported.code
_serial = itertools.count()


class Segment:
    """Up to CAPACITY rows, the values of their scalars and what their arrays keep alive."""

    __slots__ = (
        "__weakref__",
        "bare",
        "constants",
        "consumed",
        "consumed_address",
        "copied",
        "facts",
        "fresh",
        "guards",
        "hooks",
        "imports",
        "largest",
        "lean",
        "leaves",
        "lock",
        "names",
        "pool",
        "rows",
        "scopes",
        "serial",
        "shared",
        "sources",
        "store",
        "store_address",
        "swept",
        "table",
        "table_address",
        "values",
        "views",
        "wide",
        "wide_bytes",
    )

    def __init__(self) -> None:
        self.serial = next(_serial)
        self.bare = False  # nobody will draw it: large values are kept for derivatives only
        self.rows: list[int] = []
        self.values: list[float] = []
        self.table = np.empty(3 * CAPACITY, np.int64)
        self.store = np.empty(CAPACITY, np.float64)
        self.store_address: int = self.store.ctypes.data
        self.table_address: int = self.table.ctypes.data
        self.copied = [0]  # rows in the table; a list, as views of this segment share it
        self.consumed = np.zeros(CAPACITY, np.uint8)
        self.consumed_address: int = self.consumed.ctypes.data
        self.wide: dict[int, Wide] = {}
        self.fresh: list[Fresh] = []  # wide rows of known forms that have no blocks yet
        self.lean: dict[int, Lean] = {}  # those that have
        self.wide_bytes = self.largest = 0
        self.constants: dict[int, int] = {}  # id of a constant array (which its row keeps alive) → row
        self.leaves: dict[int, Any] = {}  # what accumulates each leaf's gradient; not the tensor, which refers to us
        self.imports: dict[int, tuple[Segment, int]] = {}
        self.views: dict[int, tuple[Segment, np.ndarray]] = {}  # by serial: an earlier segment, its rows referred to
        self.lock = threading.RLock()  # one thread's sweeps at a time
        self.pool = Pool()  # takes the next blocks
        self.names: dict[int, str] = {}
        self.guards: list[Guard] = []
        # Of a row that is a constant to every sweep, what it was computed from without a gradient (a comparison, argmax),
        # or where that is noted; of an operation by such values (an index) what gives its static parts.
        self.facts: dict[int, Guard | tuple[Segment, int]] = {}
        self.hooks: dict[int, Any] = {}  # what wants to see, or change, the gradient of a row
        self.sources: dict[int, Any] = {}
        self.swept = False  # whether rows of it may be consumed
        self.shared = False  # whether a view of it was handed out
        self.scopes: dict[int, Any] = {}  # which call of a module a row belongs to

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

    def add_wide(self, code: int, row: Wide, value: float = 0.0) -> int:
        """Add a row with operands or a result that are arrays; its block stands in the current pool. Returns its id."""
        at = len(self.values)
        self.values.append(value)
        self.rows += (code | WIDE, self.pool.address + 8 * row.start, len(row.operands))
        self.wide[at] = row
        self.wide_bytes += row.bytes
        if row.bytes > self.largest:
            self.largest = row.bytes
        return at

    def add_lean(self, form: Form, value: Any, i: int = 0, j: int = 0, x: Any = None, y: Any = None) -> int:
        """Add a row of a known form: its result, rows and values of up to two operands. Returns its id."""
        at = len(self.values)
        if self.bare and form.blanks is not None:
            of, of_x, of_y = form.blanks
            if of is None:
                self.wide_bytes += form.bytes
            held = (value if of is None else of), i, j, (x if of_x is None else of_x), (y if of_y is None else of_y)
            self.fresh.append((at, form, *held))
        else:
            self.wide_bytes += form.bytes
            self.fresh.append((at, form, value, i, j, x, y))
        self.values.append(value if type(value) is float else 0.0)
        self.rows += (form.code, 0, 0)
        if form.bytes > self.largest:
            self.largest = form.bytes
        return at

    def wide_at(self, row: int) -> Wide | None:
        """The wide row of this id; None where it is a scalar's or was taken off the tape."""
        if (found := self.wide.get(row)) is None:
            if self.fresh:
                self.sync()
            if (lean := self.lean.pop(row, None)) is not None:
                found = self.wide[row] = widened(lean)
        return found

    def array_at(self, row: int) -> np.ndarray | None:
        """The array that a lowered row holds; None for a number."""
        held = self.lean.get(row) or self.wide.get(row)
        return None if held is None or isinstance(held.value, float) else held.value

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
        if self.table[3 * row] & 3 != HOST or self.wide_at(row) is None:
            self.table[3 * row] &= ~STOP

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Segment) and other.serial == self.serial

    def __hash__(self) -> int:
        return self.serial

    def reaching(self) -> Segment:
        """This segment as a later one refers to it: the same rows, but only those imports that are put into the view.

        So a segment keeps no earlier one alive for rows that nothing needs any more.
        """
        self.shared = True
        view = Segment.__new__(Segment)
        for name in Segment.__slots__[1:]:
            setattr(view, name, getattr(self, name))
        view.imports, view.views = {}, {}
        return view

    def clear(self) -> None:
        """Make it as new. Nobody else may hold it, a view of it or a tensor on it."""
        self.serial = next(_serial)
        if self.swept:
            self.consumed[: self.copied[0]] = 0
            self.swept = False
        self.copied[0] = self.pool.taken = self.wide_bytes = self.largest = 0
        for held in (self.rows, self.values, self.fresh, self.guards, self.leaves):
            held.clear()
        for by_row in (
            self.wide, self.lean, self.constants, self.imports, self.views, self.names, self.hooks, self.sources,
            self.facts, self.scopes,
        ):  # fmt: skip
            if by_row:
                by_row.clear()

    def sync(self) -> np.ndarray:
        """Copy the rows so far to memory that compiled code reads; returns that table."""
        if rows := self.rows[:]:
            del self.rows[: len(rows)]
            start, new = self.copied[0], len(rows) // 3
            packer(3 * new).pack_into(self.table.data, 24 * start, *rows)
            packer(new, "d").pack_into(self.store.data, 8 * start, *self.values[start : start + new])
            self.copied[0] = start + new
            if fresh := self.fresh[:]:  # noted before their rows: none is missing
                taken = sum(1 for row in fresh if row[0] < start + new) if fresh[-1][0] >= start + new else len(fresh)
                del self.fresh[:taken]
                self.lean.update(lowered(fresh[:taken], self.table_address, self.store_address, self.pool.room))
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
