"""Backward of max (and min) along axes: the gradient goes to the elements that attain it, in even shares at a tie.

Parameters: `ndim, shape[ndim] of the operand, strides[ndim] of the output (0 along the reduced axes), outputs`.
A NaN counts as attained where the output is NaN.
"""

import numpy as np

from notebook_ad.engine.memory import f64 as real
from notebook_ad.engine.memory import i64, run_offset


def backward(address):
    d = i64(address)
    if d[4] == 0:
        return
    z, gz, x, g = real(d[1]), real(d[2]), real(d[3]), real(d[4])
    ndim = d[5]
    total = 1
    for axis in range(ndim):
        total *= d[6 + axis]
    ties = np.zeros(d[6 + 2 * ndim], np.int64)
    for i in range(total):
        o = run_offset(d, 6, ndim, i, 6 + ndim)
        if x[i] == z[o] or (x[i] != x[i] and z[o] != z[o]):
            ties[o] += 1
    for i in range(total):
        o = run_offset(d, 6, ndim, i, 6 + ndim)
        if x[i] == z[o] or (x[i] != x[i] and z[o] != z[o]):
            g[i] += gz[o] / ties[o]
