"""Backward of softmax over some axes that lie side by side: dx = z (g − Σ g z).

Parameters: `outer, inner, columns`: the elements of a group are `inner` of them, `columns` apart.
"""

from notebook_ad.engine.memory import f64 as real
from notebook_ad.engine.memory import i64


def backward(address):
    d = i64(address)
    if d[4] == 0:
        return
    z, gz, gx, begins = real(d[1]), real(d[2]), real(d[4] & -2), d[4] & 1
    outer, inner, columns = d[5], d[6], d[7]
    for group in range(outer * columns):
        first = group // columns * inner * columns + group % columns
        dot = gz[0] * 0
        for i in range(first, first + inner * columns, columns):
            dot += gz[i] * z[i]
        for i in range(first, first + inner * columns, columns):
            gx[i] = (dot * 0 if begins else gx[i]) + z[i] * (gz[i] - dot)
