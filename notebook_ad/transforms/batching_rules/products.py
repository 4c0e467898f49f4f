"""vmap's rules for products: einsum, tensordot, outer, kron, cross, and the trace."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import chain

from notebook_ad.engine.library import linalg_einsum, linalg_products, signals
from notebook_ad.engine.library.linalg_products import free
from notebook_ad.engine.primitive import Primitive
from notebook_ad.tensor import functions as f
from notebook_ad.tensor import linalg, shaping
from notebook_ad.tensor.perform import perform
from notebook_ad.tensor.tensor import Tensor
from notebook_ad.transforms.batching_rules.arrays import aligned
from notebook_ad.transforms.batching_rules.axes import shifted
from notebook_ad.transforms.batching_rules.examples import Examples, Rule, Static


def _einsum(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor | None:
    """One more letter, for the examples."""
    left, _, out = static["subscripts"].partition("->")
    letter = next((c for c in linalg_einsum.SYMBOLS if c not in left), None)
    if letter is None:
        return None
    terms = [letter + term if of.is_own(t) else term for term, t in zip(left.split(","), operands, strict=True)]
    subscripts = f"{','.join(terms)}->{letter}{out}"
    return perform(primitive, list(map(of.own, operands)), {**static, "subscripts": subscripts})


def _tensordot(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    """A product of matrices (free, summed) and (summed, free)."""
    a, b = operands
    summed_a, summed_b = static["axes"]
    free_a, free_b = free(a.ndim, summed_a), free(b.ndim, summed_b)
    inner = math.prod(a.shape[i] for i in summed_a)
    rows, columns = (tuple(t.shape[i] for i in axes) for t, axes in ((a, free_a), (b, free_b)))
    left = _matrix(of, a, (*free_a, *summed_a), (math.prod(rows), inner))
    right = _matrix(of, b, (*summed_b, *free_b), (inner, math.prod(columns)))
    return shaping.reshape(linalg.matmul(left, right), (of.count, *rows, *columns))


def _matrix(of: Examples, t: Tensor, order: tuple[int, ...], shape: tuple[int, int]) -> Tensor:
    if of.is_own(t):
        return shaping.reshape(shaping.transpose(of.whole(t), (0, *(i + 1 for i in order))), (of.count, *shape))
    return shaping.reshape(shaping.transpose(t, order), shape)


def _outer(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    a, b = operands
    return f.multiply(of.padded(a, 2, (a.size, 1)), of.padded(b, 2, (1, b.size)))


def _kron(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    """Axis i of the product runs over pairs (index of a, index of b)."""
    a, b = operands
    ndim = max(a.ndim, b.ndim)
    own, its = ((*(1,) * (ndim - t.ndim), *t.shape) for t in operands)
    left = of.padded(a, 2 * ndim, tuple(chain(*((n, 1) for n in own))))
    right = of.padded(b, 2 * ndim, tuple(chain(*((1, n) for n in its))))
    return shaping.reshape(f.multiply(left, right), (of.count, *(m * n for m, n in zip(own, its, strict=True))))


def _trace(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    (a,) = operands
    axes = {key: shifted(static.get(key, i), a.ndim) for i, key in enumerate(("axis1", "axis2"))}
    return perform(primitive, [of.own(a)], {**static, **axes})


RULES: dict[Primitive, Rule] = {
    linalg_einsum.einsum: _einsum,
    linalg_products.tensordot: _tensordot,
    linalg_products.outer: _outer,
    linalg_products.kron: _kron,
    linalg_products.trace: _trace,
    signals.cross: aligned,
}
