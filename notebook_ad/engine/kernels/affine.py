"""Backward of a dense layer z = x Wᵀ + b, where b may be missing: dx = G W, dW = Gᵀ x, db = the sum of G over examples.

Parameters: `rows, inner, columns`: x is (rows, inner), W (columns, inner), z (rows, columns).
"""

import numba as nb

from notebook_ad.engine.blas import add_product
from notebook_ad.engine.memory import clear, i64, itemsize
from notebook_ad.engine.memory import f64 as real


def backward(address):
    d = i64(address)
    at = 3 + 2 * d[0]
    rows, inner, columns = d[at], d[at + 1], d[at + 2]
    if d[4] != 0:
        add_product(False, False, rows, inner, columns, real(d[2]), real(d[5]), d[4])
    if d[6] != 0:
        add_product(True, False, columns, inner, rows, real(d[2]), real(d[3]), d[6])
    if d[0] == 3 and d[8] != 0:
        if d[8] & 1:
            clear(d[8] & -2, columns * itemsize(real(d[8])))
        g, gb = nb.carray(real(d[2]), (rows, columns)), nb.carray(real(d[8] & -2), (columns,))
        for i in range(rows):
            for j in range(columns):
                gb[j] += g[i, j]
