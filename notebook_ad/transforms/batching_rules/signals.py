"""vmap's rules for convolution and interpolation: windows of all examples times their kernels, knots of all examples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.engine.library import signals
from notebook_ad.engine.primitive import Primitive
from notebook_ad.tensor import linalg, shaping
from notebook_ad.tensor.perform import perform
from notebook_ad.tensor.tensor import Tensor
from notebook_ad.transforms.batching_rules.examples import Examples, Rule, Static


def _convolve(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor | None:
    """y_k = Σ a_{k+j} v_{n−1−j} with `a` between zeros: a matrix of its windows, times the shorter operand reversed."""
    a, v = operands if operands[0].size >= operands[1].size else operands[::-1]
    m, n = a.size, v.size
    if not n:
        return None
    places = np.arange(m + n - 1)[signals._kept(static["mode"], m, n)][:, None] + np.arange(n)
    reverse = (..., slice(None, None, -1))
    kernel = shaping.index(of.own(v), reverse)
    if not of.is_own(a):
        return linalg.matmul(kernel, shaping.transpose(shaping.index(_between(a, n - 1), places)))
    windows = shaping.index(_between(of.whole(a), n - 1), (slice(None), places))
    if not of.is_own(v):
        return linalg.matmul(windows, kernel)
    product = linalg.matmul(windows, shaping.reshape(kernel, (of.count, n, 1)))
    return shaping.reshape(product, product.shape[:-1])


def _between(x: Tensor, zeros: int) -> Tensor:
    edge = np.zeros((*x.shape[:-1], zeros), x.dtype)
    return shaping.concatenate([edge, x, edge], -1)


def _interp(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    """Where knots differ: those below and above each x are counted off and picked."""
    x, xp, fp = operands
    if not of.is_own(xp) and not of.is_own(fp):
        return perform(primitive, [of.own(x), xp, fp], static)
    at, knots, heights = (shaping.reshape(of.whole(t), (of.count, t.size)) for t in operands)
    last = xp.size - 1
    held: Any = at.detach()[:, :, None]
    line: Any = knots.detach()[:, None, :]
    i = np.clip(np.sum(line <= held, axis=-1) - 1, 0, max(last - 1, 0))
    j = np.minimum(i + 1, last)
    rows = np.arange(of.count)[:, None]

    def picked(t: Any, k: Any) -> Any:
        return shaping.index(t, (rows, k))

    below, above = picked(knots, i), picked(heights, i)
    width = picked(knots, j) - below
    width = np.where(width.detach() == 0, 1.0, width)
    found = above + (at - below) / width * (picked(heights, j) - above)
    places = held[:, :, 0]
    for beyond, end, key in ((places < line[:, :, 0], 0, "left"), (places > line[:, :, last], last, "right")):
        given = static.get(key)
        found = np.where(beyond, heights[:, end : end + 1] if given is None else given, found)
    return shaping.reshape(found, (of.count, *x.shape))


RULES: dict[Primitive, Rule] = {signals.convolve: _convolve, signals.interp: _interp}
