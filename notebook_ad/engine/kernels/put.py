"""Backward of putting values into an array: the values take the gradient of their places, the array the rest.

Parameters: `elements, count, address of the flat positions (int64, each at most once)`.
"""

import numpy as np

from notebook_ad.engine.memory import f64 as real
from notebook_ad.engine.memory import i64


def backward(address):
    d = i64(address)
    gz = real(d[2])
    count, positions = d[8], i64(d[9])
    if d[6] != 0:
        g = real(d[6])
        for i in range(count):
            g[i] += gz[positions[i]]
    if d[4] != 0:
        g = real(d[4])
        kept = np.ones(d[7], np.bool_)
        for i in range(count):
            kept[positions[i]] = False
        for i in range(d[7]):
            if kept[i]:
                g[i] += gz[i]
