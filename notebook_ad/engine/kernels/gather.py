"""Backward of fancy indexing: the gradient of each picked element returns to its place, added where one was picked twice.

Parameters: `count, address of the flat positions (int64)`.
"""

from notebook_ad.engine.memory import f64 as real
from notebook_ad.engine.memory import i64


def backward(address):
    d = i64(address)
    gz = real(d[2])
    if d[4] != 0:
        g = real(d[4])
        positions = i64(d[6])
        for i in range(d[5]):
            g[positions[i]] += gz[i]
