"""Backward of every linear rearrangement: sum, mean, reshape, transpose, slicing, broadcasting, concatenation.

Parameters, one group per operand: `ndim, operand offset, output offset, scale (float64 bits), shape[ndim],
operand strides[ndim], output strides[ndim]`, in elements. The rule is one strided loop:
operand gradient[offset + Σ index·stride] += scale · output gradient[offset + Σ index·stride],
or = where the lowest bit of the gradient's address is set (of operations that read each element of the operand once).
"""

from numpy import float64 as number

from notebook_ad.engine.memory import bits_to_float, i64, run_offset
from notebook_ad.engine.memory import f64 as real


def backward(address):
    d = i64(address)
    m = d[0]
    gz = real(d[2])
    at = 3 + 2 * m
    for operand in range(m):
        ndim, to, frm, scale = d[at], d[at + 1], d[at + 2], bits_to_float(d[at + 3])
        shape, up, down = at + 4, at + 4 + ndim, at + 4 + 2 * ndim
        at += 4 + 3 * ndim
        target = d[4 + 2 * operand]
        if target == 0:
            continue
        g, begins = real(target & -2), target & 1
        inner = d[shape + ndim - 1] if ndim else 1
        step_up = d[up + ndim - 1] if ndim else 0
        step_down = d[down + ndim - 1] if ndim else 0
        runs = 1
        for axis in range(ndim - 1):
            runs *= d[shape + axis]
        for run in range(runs):
            a = to + run_offset(d, shape, ndim - 1, run, up)
            b = frm + run_offset(d, shape, ndim - 1, run, down)
            if step_up == 1 and step_down == 0:
                same = number(number(0.0) + gz[b] * scale)  # from 0, as any sum of contributions: never −0
                if begins:
                    for i in range(inner):
                        g[a + i] = same
                else:
                    for i in range(inner):
                        g[a + i] += same
            elif step_up == 1 and step_down == 1 and scale == 1.0:
                if begins:
                    for i in range(inner):
                        g[a + i] = number(0.0) + gz[b + i]
                else:
                    for i in range(inner):
                        g[a + i] += gz[b + i]
            elif step_up == 0 and step_down == 1 and scale == 1.0:
                total = number(0.0)
                for i in range(inner):
                    total += gz[b + i]
                g[a] = total if begins else g[a] + total
            else:
                for i in range(inner):
                    g[a + i * step_up] = (number(0.0) if begins else g[a + i * step_up]) + gz[b + i * step_down] * scale
