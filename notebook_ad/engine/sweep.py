"""The reverse sweep over one segment, compiled: which rows the seeds reach, then each row's kernel from last to first."""

from __future__ import annotations

import numpy as np

from notebook_ad.engine import primitive as ops
from notebook_ad.engine.memory import call, i64, jit
from notebook_ad.engine.segment import CONSTANT, HOST, IMPORT, LEAF, STOP, WIDE

OPAQUE = 4 * ops.opaque.code
MISSING, STOPPED = 1, 2  # a kernel is not compiled yet; a row cannot be swept


@jit
def mark(table, consumed, needed, seen, offset, order, sources, grads, kernels, start, left):  # type: ignore[no-untyped-def]
    """List the rows that the `left` marked ones reach, in sweep order; clear their gradients, lay out those of arrays.

    `seen` rows count as visited; `needed` is all zero again afterwards. Returns (rows reached, how many of them are
    leaves and imports, bytes of the arena, status, code without a kernel or row that cannot be swept).
    """
    size, count, rows, status, what = 0, 0, 0, 0, 0
    k = start
    while left > 0:
        if needed[k] == 0:
            k -= 1
            continue
        needed[k] = 0
        left -= 1
        order[rows] = k
        grads[k] = 0.0
        rows += 1
        wide = table[3 * k] & WIDE
        code = table[3 * k] & (WIDE - 1)
        m = 0
        if consumed[k] != 0 or code >> 2 == OPAQUE >> 2:
            status, what = STOPPED, k
        elif wide:
            block = i64(table[3 * k + 1])
            if block[1] > 0:
                offset[k] = size
                size += (block[1] * block[2] + 63) // 64 * 64
            m = table[3 * k + 2]
            for i in range(m):
                operand = block[4 + 3 * i]
                if operand >= 0 and needed[operand] == 0 and seen[operand] == 0:
                    needed[operand] = 1
                    left += 1
        elif code >= OPAQUE:
            m = 1
            for i in range(2):
                operand = table[3 * k + 1 + i]
                if operand >= 0 and needed[operand] == 0 and seen[operand] == 0 and table[3 * operand] != CONSTANT:
                    needed[operand] = 1
                    left += 1
        if m > 0 and kernels[code] == 0 and code & 3 != HOST and status == 0:
            status, what = MISSING, code
        if code >> 2 == LEAF >> 2 or code >> 2 == IMPORT >> 2:
            sources[count] = k
            count += 1
        k -= 1
    return rows, count, size, status, what


@jit
def sweep(table, store, offset, order, grads, arena, kernels, at, rows, passing, budget):  # type: ignore[no-untyped-def]
    """Add each row's contributions to its operands' gradients, for the rows `order[at:rows]`, last recorded first.

    `grads` holds the gradients of scalars, by row, `arena` those of arrays. Returns where to go on when the budget (in
    elements) is spent, so that Ctrl-C is heard, or at a row that Python has to see (but for `passing`, which it saw).
    """
    values, slots, space = store.ctypes.data, grads.ctypes.data, arena.ctypes.data
    narrow = np.zeros(8, np.int64)
    while at < rows and budget >= 0:
        k = order[at]
        code = table[3 * k]
        if code & STOP and at != passing:
            return at
        at += 1
        code &= ~STOP
        if code & WIDE:
            code &= WIDE - 1
            block = i64(table[3 * k + 1])
            m = table[3 * k + 2]
            argument = table[3 * k + 1] + 8 * (4 + 3 * m)
            d = i64(argument)
            d[2] = space + offset[k] if block[1] > 0 else slots + 8 * k
            for i in range(m):
                operand = block[4 + 3 * i]
                if operand < 0:
                    d[4 + 2 * i] = 0
                elif block[5 + 3 * i] > 0:
                    d[4 + 2 * i] = space + offset[operand]
                else:
                    d[4 + 2 * i] = slots + 8 * operand
            budget -= block[3]
        elif code >= OPAQUE:
            a, b = table[3 * k + 1], table[3 * k + 2]
            m = 2 if b >= 0 else 1
            narrow[0], narrow[1], narrow[2] = m, values + 8 * k, slots + 8 * k
            for i in range(m):
                operand = a if i == 0 else b
                narrow[3 + 2 * i] = values + 8 * operand
                narrow[4 + 2 * i] = 0 if table[3 * operand] == CONSTANT else slots + 8 * operand
            argument = narrow.ctypes.data
            budget -= 1
        if kernels[code] != 0:
            call(kernels[code], argument)
    return at


@jit
def consume(table, consumed, order):  # type: ignore[no-untyped-def]
    """Mark the operations among these rows as swept for good."""
    for k in order:
        if table[3 * k] & (WIDE - 1) >= OPAQUE:
            consumed[k] = 1


@jit
def take(grads, rows, out):  # type: ignore[no-untyped-def]
    """Gradients of these rows (NumPy's indexing takes 2 µs for any number of them, this 0.4)."""
    for i in range(len(rows)):
        out[i] = grads[rows[i]]
