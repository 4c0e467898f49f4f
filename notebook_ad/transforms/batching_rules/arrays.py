"""vmap's rules for the primitives that have kernels: reductions, rearrangements, joins, matrix products, put."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from notebook_ad.engine import arrays as ops
from notebook_ad.engine.primitive import Primitive
from notebook_ad.tensor import linalg, shaping
from notebook_ad.tensor.perform import perform
from notebook_ad.tensor.tensor import Tensor
from notebook_ad.transforms.batching_rules.examples import Examples, Rule, Static


def aligned(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    """What acts element by element, or on stacks of matrices: operands broadcast."""
    return perform(primitive, of.aligned(operands), static)


def _reduction(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    axes = tuple(i + 1 for i in static["axis"])
    return perform(primitive, [of.own(operands[0])], {**static, "axis": axes, "all": False})


def _shape(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    held = of.own(operands[0])
    if primitive is ops.broadcast_to:
        held = of.padded(operands[0], len(static["shape"]))
    return perform(primitive, [held], {"shape": (of.count, *static["shape"])})


def _transpose(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    return perform(primitive, [of.own(operands[0])], {"axes": (0, *(i + 1 for i in static["axes"]))})


def _join(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    return perform(primitive, [of.whole(t) for t in operands], {"axis": static["axis"] + 1})


def _put(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    base, values = map(of.whole, operands)
    places = static["positions"]
    size = operands[0].size
    first = np.arange(of.count).reshape(-1, *(1,) * places.ndim) * size
    return shaping.put(base, first + places, values)


def _matmul(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    """The examples are one more batch axis, or rows of one product where the other operand is shared."""
    x, y = operands
    left, right = of.is_own(x), of.is_own(y)
    if not right and y.ndim <= 2:
        return linalg.matmul(of.whole(x), y)
    if not left and x.ndim <= 2 and y.ndim == 1:
        return linalg.matmul(of.whole(y), shaping.transpose(x))
    if not left and x.ndim <= 2:
        return linalg.matmul(x, of.whole(y))
    ndim = max(x.ndim, y.ndim, 2)
    rows = of.padded(x, ndim, (1, x.shape[0]) if x.ndim == 1 else x.shape)
    columns = of.padded(y, ndim, (y.shape[0], 1) if y.ndim == 1 else y.shape)
    product = linalg.matmul(rows, columns)
    shape = list(product.shape)
    if y.ndim == 1:
        del shape[-1]
    if x.ndim == 1:
        del shape[-1 if y.ndim == 1 else -2]
    return product if x.ndim > 1 < y.ndim else shaping.reshape(product, tuple(shape))


RULES: dict[Primitive, Rule] = {
    **dict.fromkeys((ops.sum_, ops.mean, ops.max_, ops.min_), _reduction),
    **dict.fromkeys((ops.reshape, ops.broadcast_to), _shape),
    **dict.fromkeys((ops.concatenate, ops.stack), _join),
    ops.transpose: _transpose,
    ops.cast: aligned,
    ops.put: _put,
    ops.matmul: _matmul,
}
