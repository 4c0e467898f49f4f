"""Backward of a normalisation y = w x̂ + b with x̂ = (x − μ) / σ, where w and b may be missing.

dx = (h − mean(h) − x̂ mean(h x̂)) / σ with h = g w, the means over the group; dw = Σ g x̂; db = Σ g.

Parameters: `repeats, groups, inner, centred, bits of eps (float64), weights, each`: element (i, j, k) of
(repeats, groups, inner) belongs to group j; its weight is the one at (j · inner + k) / each, modulo their number.
Where `each` is 1 and `repeats` too, a group has all weights; else each · runs = inner elements have `runs` of them.

Sums may be taken in any order (`reassoc`), so that they are vectorised: 12 µs for 64 × 128 instead of 60.
"""

import numba as nb
import numpy as np

from notebook_ad.engine.memory import bits_to_float, i64
from notebook_ad.engine.memory import f64 as real


@nb.njit(fastmath={"reassoc", "contract"}, error_model="numpy")
def rows(g, x, gx, w, gw, gb, wants, count, inner, centred, eps):
    """Each row is a group: LayerNorm, RMSNorm."""
    for start in range(0, count * inner, max(inner, 1)):
        mean, square, total, along = 0.0, 0.0, 0.0, 0.0
        if centred:
            for k in range(inner):
                mean += x[start + k]
            mean /= inner
        for k in range(inner):
            square += (x[start + k] - mean) * (x[start + k] - mean)
        inverse = 1 / np.sqrt(square / inner + eps)
        for k in range(inner):
            h = g[start + k] * w[k] if wants[0] else g[start + k] * 1.0
            total += h
            along += h * (x[start + k] - mean)
        if wants[2]:
            for k in range(inner):
                gw[k] += g[start + k] * (x[start + k] - mean) * inverse
        if wants[3]:
            for k in range(inner):
                gb[k] += g[start + k]
        total = total / inner if centred else 0.0
        along *= inverse * inverse / inner
        if wants[1]:
            for k in range(inner):
                h = g[start + k] * w[k] if wants[0] else g[start + k] * 1.0
                gx[start + k] += (h - total - (x[start + k] - mean) * along) * inverse


@nb.njit(fastmath={"reassoc", "contract"}, error_model="numpy")
def channels(g, x, gx, w, gw, gb, wants, repeats, groups, runs, each, weights, centred, eps):
    """Runs of `each` elements have one weight: BatchNorm, GroupNorm, InstanceNorm."""
    mean, inverse = np.zeros(groups * runs), np.zeros(groups * runs)
    total, along = np.zeros(groups * runs), np.zeros(groups * runs)
    sums, products = np.zeros(groups * runs), np.zeros(groups * runs)
    count, parts = repeats * runs * each, groups * runs
    if centred:
        for i in range(repeats):
            for c in range(parts):
                for n in range((i * parts + c) * each, (i * parts + c + 1) * each):
                    mean[c] += x[n]
        shared(mean, runs, count)
    for i in range(repeats):
        for c in range(parts):
            for n in range((i * parts + c) * each, (i * parts + c + 1) * each):
                inverse[c] += (x[n] - mean[c]) * (x[n] - mean[c])
                sums[c] += g[n]
                products[c] += g[n] * (x[n] - mean[c])
    shared(inverse, runs, count)
    for c in range(parts):
        inverse[c] = 1 / np.sqrt(inverse[c] + eps)
        factor = w[c % weights] * 1.0 if wants[0] else 1.0
        total[c], along[c] = factor * sums[c], factor * products[c] * inverse[c] * inverse[c]
        if wants[2]:
            gw[c % weights] += products[c] * inverse[c]
        if wants[3]:
            gb[c % weights] += sums[c]
    if not wants[1]:
        return
    shared(total, runs, count)
    shared(along, runs, count)
    for c in range(parts):
        sums[c] = inverse[c] * w[c % weights] if wants[0] else inverse[c]
        total[c] = total[c] * inverse[c] if centred else 0.0
        along[c] *= inverse[c]
    for i in range(repeats):
        for c in range(parts):
            for n in range((i * parts + c) * each, (i * parts + c + 1) * each):
                gx[n] += g[n] * sums[c] - total[c] - (x[n] - mean[c]) * along[c]


@nb.njit(error_model="numpy")
def shared(parts, runs, count):
    """The sum of each group's runs over the count of its elements, in the place of each of them."""
    for first in range(0, len(parts), runs):
        found = 0.0
        for c in range(first, first + runs):
            found += parts[c]
        for c in range(first, first + runs):
            parts[c] = found / count


def backward(address):
    d = i64(address)
    m = d[0]
    at = 3 + 2 * m
    repeats, groups, inner, centred = d[at], d[at + 1], d[at + 2], d[at + 3]
    eps, weights, each = bits_to_float(d[at + 4]), d[at + 5], d[at + 6]
    g, x, gx, w, gw, gb = real(d[2]), real(d[3]), real(d[4]), real(d[5]), real(d[6]), real(d[8])
    wants = (m > 1, d[4] != 0, m > 1 and d[6] != 0, m > 2 and d[8] != 0)
    if repeats * groups * inner == 0:
        return
    if repeats == 1 and each == 1 and weights == inner:
        rows(g, x, gx, w, gw, gb, wants, groups, inner, centred, eps)
    else:
        channels(g, x, gx, w, gw, gb, wants, repeats, groups, inner // each, each, weights, centred, eps)
