"""vmap's rules for SciPy's functions, by name: SciPy is imported where it is used only."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.engine.primitive import Primitive
from notebook_ad.tensor import linalg, shaping
from notebook_ad.tensor.perform import perform
from notebook_ad.tensor.tensor import Tensor
from notebook_ad.transforms.batching_rules.arrays import aligned
from notebook_ad.transforms.batching_rules.axes import over
from notebook_ad.transforms.batching_rules.examples import Examples, Rule, Static, moved
from notebook_ad.transforms.batching_rules.matrices import columns


def _triangular(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    """Columns of one system where the matrix is shared; else LAPACK's solver of stacks, of the triangle."""
    a, b = operands
    if not of.is_own(a):
        return columns(of, b, lambda given: perform(primitive, [a, given], static))
    held: Any = of.whole(a)
    triangle = (np.tril if static["lower"] else np.triu)(held, 0)
    if static["unit"]:
        triangle = triangle * (1 - np.eye(a.shape[-1], dtype=a.dtype)) + np.eye(a.shape[-1], dtype=a.dtype)
    if static["transposed"]:
        triangle = np.swapaxes(triangle, -1, -2)
    vector = b.ndim == 1
    found: Any = np.linalg.solve(triangle, of.padded(b, 2, (b.size, 1) if vector else b.shape))
    return found[..., 0] if vector else found  # type: ignore[no-any-return]


def _banded(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor | None:
    ab, b = operands
    return None if of.is_own(ab) else columns(of, b, lambda given: perform(primitive, [ab, given], static))


def _convolve(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    """Shapes (i, k, *N) and (j, k, *M): examples of one operand are more of its i or j; of both, windows times kernels."""
    a, b = operands
    if not of.is_own(b):
        found = perform(primitive, [_merged(of, a), b], static)
        return shaping.reshape(found, (of.count, a.shape[0], *found.shape[1:]))
    if not of.is_own(a):
        found = perform(primitive, [a, _merged(of, b)], static)
        split = shaping.reshape(found, (found.shape[0], of.count, b.shape[0], *found.shape[2:]))
        return moved(split, 1, 0)
    left: Any = of.whole(a)
    right = of.whole(b)
    kernel = b.shape[2:]
    if primitive.name == "convolve_full":
        left = np.pad(left, [(0, 0)] * 3 + [(n - 1, n - 1) for n in kernel])
    outs = tuple(n - m + 1 for n, m in zip(left.shape[3:], kernel, strict=True))
    d = len(kernel)
    places = np.ix_(*map(np.arange, (*outs, *kernel)))
    key = tuple(places[i] + places[d + i] for i in range(d))  # each of the axes (*outs, *kernel)
    windows = shaping.index(left, (slice(None),) * 3 + key)  # (N, i, k, *outs, *kernel)
    order = (0, 1, *range(3, 3 + d), 2, *range(3 + d, 3 + 2 * d))
    inner = a.shape[1] * math.prod(kernel)
    rows = shaping.reshape(shaping.transpose(windows, order), (of.count, a.shape[0] * math.prod(outs), inner))
    flipped = right[(slice(None),) * 3 + (slice(None, None, -1),) * d]
    product = linalg.matmul(rows, np.swapaxes(shaping.reshape(flipped, (of.count, b.shape[0], inner)), -1, -2))
    return moved(shaping.reshape(product, (of.count, a.shape[0], *outs, b.shape[0])), -1, 2)


def _merged(of: Examples, t: Tensor) -> Tensor:
    return shaping.reshape(of.whole(t), (of.count * t.shape[0], *t.shape[1:]))


RULES: dict[str, Rule] = {
    **dict.fromkeys(("logsumexp", "softmax", "log_softmax"), over()),
    **dict.fromkeys(("convolve_full", "convolve_valid"), _convolve),
    "solve_triangular": _triangular,
    "expm": aligned,
    "solve_banded": _banded,
}
