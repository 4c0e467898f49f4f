"""Which rows a sweep visits, in which order, and where the gradients of arrays stand meanwhile, compiled."""

from __future__ import annotations

from notebook_ad.engine import primitive as ops
from notebook_ad.engine.memory import f64, i64, jit, u8
from notebook_ad.engine.segment import CONSTANT, HOST, WIDE

OPAQUE = 4 * ops.opaque.code
FREE = 16  # places that are remembered
MISSING, STOPPED = 1, 2  # a kernel is not compiled yet; a row cannot be swept


@jit
def mark(work, table_at, consumed_at, seen_at, kernels_at, left):  # type: ignore[no-untyped-def]
    """List the rows that the `left` first of `order` reach, in sweep order; clear their gradients, give places to arrays.

    Leaves and imports come last, so that the search stops at the first row of this graph, however far back they stand.
    `seen` rows count as visited; `needed` is all zero again afterwards. The place of a gradient is given to others once
    its row is done: a long chain takes the memory of two gradients. An operand whose gradient begins as the row's own
    (of a sum) takes the place over, so that nothing is copied. Returns (rows reached, how many of them are leaves
    and imports, bytes of the arena, status, code without a kernel or row that cannot be swept).
    """
    table, consumed, seen, kernels, own = i64(table_at), u8(consumed_at), u8(seen_at), i64(kernels_at), i64(work)
    needed, order, sources, grads = u8(own[0]), i64(own[2]), i64(own[3]), f64(own[4])
    offset, touched, passes = i64(own[1]), u8(own[5]), u8(own[7])
    count, rows, status, what, k = 0, 0, 0, 0, -1
    i64(own[6])[0] = i64(own[6])[1] = 0
    for n in range(left):
        needed[order[n]] = 1
        k = max(k, order[n])
        give_place(own, table, consumed, order[n])
    while left > 0:
        if needed[k] != 1:
            k -= 1
            continue
        needed[k] = 0
        left -= 1
        wide = table[3 * k] & WIDE
        code = table[3 * k] & (WIDE - 1)
        if is_source(code):
            sources[count] = k
            count += 1
            k -= 1
            continue
        order[rows] = k
        grads[k] = 0.0
        rows += 1
        block = i64(table[3 * k + 1])
        m, passing, kept = 0, 0, False
        if consumed[k] != 0 or code >> 2 == OPAQUE >> 2:
            status, what = STOPPED, k
        elif wide:
            m = table[3 * k + 2]
            if passes[code >> 2] != 0 and code & 3 != HOST and block[1] > 0 and block[7 + 5 * m] > 0:
                passing = passes[code >> 2]  # but where the result is empty: no stretch of it to go over
        else:
            m = 2 if table[3 * k + 2] >= 0 else 1
        for i in range(m):
            operand = block[4 + 3 * i] if wide else table[3 * k + 1 + i]
            if operand < 0 or needed[operand] != 0 or seen[operand] != 0:
                continue
            kind = table[3 * operand] & (WIDE - 1)
            if not is_source(kind):
                needed[operand] = 1
                left += 1
                if passing >> i & 1 and not kept and consumed[operand] == 0:
                    kept = block[5 + 3 * i] == block[1] and block[6 + 3 * i] == block[2]
                    if kept:
                        offset[operand], touched[operand] = offset[k], 0
                        continue
            elif kind >> 2 != CONSTANT >> 2:
                needed[operand] = 2
                sources[count] = operand
                count += 1
            give_place(own, table, consumed, operand)
        if wide and status != STOPPED and block[1] > 0 and not kept:
            free_place(own, k, _bytes(block))
        if m > 0 and kernels[code] == 0 and code & 3 != HOST and status == 0:
            status, what = MISSING, code
        k -= 1
    for n in range(count):
        k = sources[n]
        needed[k] = 0
        order[rows] = k
        grads[k] = 0.0
        rows += 1
        if consumed[k] != 0:
            status, what = STOPPED, k
    return rows, count, i64(own[6])[0], status, what


@jit
def _bytes(block):  # type: ignore[no-untyped-def]
    return (block[1] * block[2] + 63) // 64 * 64


@jit
def give_place(own, table, consumed, row):  # type: ignore[no-untyped-def]
    """Choose where in the arena the row's gradient stands: a place of that size that is free, or at the end.

    The block of a consumed row is gone.
    """
    offset, touched, spare = i64(own[1]), u8(own[5]), i64(own[6])
    touched[row] = 0
    if consumed[row] != 0 or not table[3 * row] & WIDE:
        return
    block = i64(table[3 * row + 1])
    if block[1] <= 0:
        return
    size = _bytes(block)
    for n in range(spare[1] - 1, -1, -1):
        if spare[2 + 2 * n] == size:
            offset[row] = spare[3 + 2 * n]
            spare[1] -= 1
            spare[2 + 2 * n], spare[3 + 2 * n] = spare[2 + 2 * spare[1]], spare[3 + 2 * spare[1]]
            return
    offset[row] = spare[0]
    spare[0] += size


@jit
def free_place(own, row, size):  # type: ignore[no-untyped-def]
    """Let the rows that are swept later have this row's place."""
    spare = i64(own[6])
    if spare[1] < FREE:
        spare[2 + 2 * spare[1]], spare[3 + 2 * spare[1]] = size, i64(own[1])[row]
        spare[1] += 1


@jit
def is_source(code):  # type: ignore[no-untyped-def]
    """Whether a row is a leaf, a constant or an import."""
    return code < OPAQUE
