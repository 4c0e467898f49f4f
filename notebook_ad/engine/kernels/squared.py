"""Backward of the squared error: dx = g · 2 (x − y) / divisor, dy = −dx.

Parameters: `count, each, divisor`; each: whether every element has an upstream of its own.
"""

from notebook_ad.engine.memory import f64 as real
from notebook_ad.engine.memory import i64


def backward(address):
    d = i64(address)
    gz, x, gx, y, gy = real(d[2]), real(d[3]), real(d[4]), real(d[5]), real(d[6])
    step, divisor = d[8], d[9]
    for i in range(d[7]):
        part = gz[i * step] / divisor * 2 * (x[i] - y[i])
        if d[4] != 0:
            gx[i] += part
        if d[6] != 0:
            gy[i] -= part
