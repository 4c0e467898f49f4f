"""Backward of a batched matrix product: dX = G Yᵀ, dY = Xᵀ G for each pair of matrices.

Parameters: `batches, rows, inner, columns, lead, shape[lead], strides of X [lead], strides of Y [lead]`
(strides in matrices, 0 where an operand's batch is broadcast).
"""

from notebook_ad.engine.blas import add_product
from notebook_ad.engine.memory import clear, i64, itemsize, run_offset
from notebook_ad.engine.memory import f64 as real


def backward(address):
    d = i64(address)
    rows, inner, columns, lead = d[8], d[9], d[10], d[11]
    size = itemsize(real(address))
    for i in range(2):  # of an operand that several batches share the gradient begins at 0
        if d[4 + 2 * i] & 1:
            matrices, shared = 1, False
            for axis in range(lead):
                if d[12 + (i + 1) * lead + axis] != 0:
                    matrices *= d[12 + axis]
                elif d[12 + axis] != 1:
                    shared = True
            if shared:
                d[4 + 2 * i] &= -2
                clear(d[4 + 2 * i], size * matrices * inner * (rows if i == 0 else columns))
    for batch in range(d[7]):
        x = d[3] + size * rows * inner * run_offset(d, 12, lead, batch, 12 + lead)
        y = d[5] + size * inner * columns * run_offset(d, 12, lead, batch, 12 + 2 * lead)
        gz = real(d[2] + size * rows * columns * batch)
        if d[4] != 0:
            add_product(False, True, rows, inner, columns, gz, real(y), d[4] + x - d[3])
        if d[6] != 0:
            add_product(True, False, inner, columns, rows, real(x), gz, d[6] + y - d[5])
