"""Backward of a batched matrix product: dX = G Yᵀ, dY = Xᵀ G for each pair of matrices.

Parameters: `batches, rows, inner, columns, lead, shape[lead], strides of X [lead], strides of Y [lead]`
(strides in matrices, 0 where an operand's batch is broadcast).
"""

from notebook_ad.engine.blas import add_product
from notebook_ad.engine.memory import f64 as real
from notebook_ad.engine.memory import i64, itemsize, run_offset


def backward(address):
    d = i64(address)
    rows, inner, columns, lead = d[8], d[9], d[10], d[11]
    size = itemsize(real(address))
    for batch in range(d[7]):
        x = d[3] + size * rows * inner * run_offset(d, 12, lead, batch, 12 + lead)
        y = d[5] + size * inner * columns * run_offset(d, 12, lead, batch, 12 + 2 * lead)
        gz = real(d[2] + size * rows * columns * batch)
        if d[4] != 0:
            add_product(False, True, rows, inner, columns, gz, real(y), real(d[4] + x - d[3]))
        if d[6] != 0:
            add_product(True, False, inner, columns, rows, real(x), gz, real(d[6] + y - d[5]))
