"""Backward of a dense layer z = x Wᵀ + b, where b may be missing: dx = G W, dW = Gᵀ x, db = the sum of G over examples.

Parameters: `rows, inner, columns`: x is (rows, inner), W (columns, inner), z (rows, columns).
"""

import numba as nb
import numpy as np

from notebook_ad.engine.memory import f64 as real
from notebook_ad.engine.memory import i64


def backward(address):
    d = i64(address)
    at = 3 + 2 * d[0]
    rows, inner, columns = d[at], d[at + 1], d[at + 2]
    g = nb.carray(real(d[2]), (rows, columns))
    if rows > 0 and inner > 0 and columns > 0:
        if d[4] != 0:
            gx = nb.carray(real(d[4]), (rows, inner))
            gx += np.dot(g, nb.carray(real(d[5]), (columns, inner)))
        if d[6] != 0:
            gw = nb.carray(real(d[6]), (columns, inner))
            gw += np.dot(g.T, nb.carray(real(d[3]), (rows, inner)))
    if d[0] == 3 and d[8] != 0:
        gb = nb.carray(real(d[8]), (columns,))
        for i in range(rows):
            for j in range(columns):
                gb[j] += g[i, j]
