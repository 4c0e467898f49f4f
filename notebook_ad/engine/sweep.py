"""The reverse sweep over one segment, compiled: each marked row's kernel, from last to first.

Memory comes as addresses: Numba takes 0.2 µs to look at each array that is handed over, which is longer than the sweep
of a small function. `work` is the Workspace's list of its own.
"""

from __future__ import annotations

import numpy as np

from notebook_ad.engine.mark import OPAQUE
from notebook_ad.engine.memory import call, clear, i64, jit, u8
from notebook_ad.engine.primitive import ANY_SIZE
from notebook_ad.engine.segment import CONSTANT, STOP, WIDE


@jit
def sweep(work, table_at, values, space, kernels_at, at, rows, passing, budget):  # type: ignore[no-untyped-def]
    """Add each row's contributions to its operands' gradients, for the rows `order[at:rows]`, last recorded first.

    `grads` of the workspace holds the gradients of scalars, by row, the memory at `space` those of arrays. Returns where
    to go on when the budget (in elements) is spent, so that Ctrl-C is heard, or at a row that Python has to see (but for
    `passing`, which it saw).
    """
    table, kernels, own = i64(table_at), i64(kernels_at), i64(work)
    offset, order, slots, touched, begins = i64(own[1]), i64(own[2]), own[4], u8(own[5]), u8(own[8])
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
                    if touched[operand] == 0:
                        touched[operand] = 1
                        if d[4 + 2 * i] == d[2]:
                            d[4 + 2 * i] = 0  # the place was taken over: the gradient stands there
                        elif begins_at(begins[code >> 2], i, block, m):
                            d[4 + 2 * i] |= 1
                        else:
                            clear(d[4 + 2 * i], block[5 + 3 * i] * block[6 + 3 * i])
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
def begins_at(mask, i, block, m):  # type: ignore[no-untyped-def]
    """Whether the kernel writes over all of operand i's gradient, told by the lowest bit of the address.

    An elementwise one does where the operand is not broadcast and the result not empty.
    """
    if mask & ANY_SIZE:
        return True
    return i < 7 and mask >> i & 1 == 1 and block[5 + 3 * i] == block[1] and block[7 + 5 * m] > 0


@jit
def consume(table_at, consumed_at, order):  # type: ignore[no-untyped-def]
    """Mark the operations among these rows as swept for good."""
    table, consumed = i64(table_at), u8(consumed_at)
    for k in order:
        if table[3 * k] & (WIDE - 1) >= OPAQUE:
            consumed[k] = 1
