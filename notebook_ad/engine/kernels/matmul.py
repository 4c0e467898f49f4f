"""Backward of a batched matrix product: dX = G Yᵀ, dY = Xᵀ G for each pair of matrices.

Parameters: `batches, rows, inner, columns, lead, shape[lead], strides of X [lead], strides of Y [lead]`
(strides in matrices, 0 where an operand's batch is broadcast).
"""

import numba as nb
import numpy as np

from notebook_ad.engine.memory import f64 as real
from notebook_ad.engine.memory import i64, run_offset


def backward(address):
    d = i64(address)
    rows, inner, columns, lead = d[8], d[9], d[10], d[11]
    x_, y_, gz_ = real(d[3]), real(d[5]), real(d[2])
    for batch in range(d[7]):
        at_x = run_offset(d, 12, lead, batch, 12 + lead)
        at_y = run_offset(d, 12, lead, batch, 12 + 2 * lead)
        gz = nb.carray(gz_, (d[7], rows, columns))[batch]
        if d[4] != 0:
            y = nb.carray(y_, (at_y + 1, inner, columns))[at_y]
            gx = nb.carray(real(d[4]), (at_x + 1, rows, inner))[at_x]
            gx += np.dot(gz, y.T)
        if d[6] != 0:
            x = nb.carray(x_, (at_x + 1, rows, inner))[at_x]
            gy = nb.carray(real(d[6]), (at_y + 1, inner, columns))[at_y]
            gy += np.dot(x.T, gz)
