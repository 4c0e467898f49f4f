"""vmap's rules for linear algebra: LAPACK through NumPy takes stacks of matrices."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from notebook_ad.engine.library import (
    linalg_decompositions,
    linalg_determinants,
    linalg_hermitian,
    linalg_parts,
    linalg_solving,
    linalg_svd,
)
from notebook_ad.engine.primitive import Primitive
from notebook_ad.tensor import shaping
from notebook_ad.tensor.perform import perform
from notebook_ad.tensor.tensor import Tensor
from notebook_ad.transforms.batching_rules.arrays import aligned
from notebook_ad.transforms.batching_rules.examples import Examples, Rule, Static, moved


def several(parts_of: Callable[..., Sequence[Any]]) -> Rule:
    """A function of several results: packed for the stack, they are packed anew for each example."""

    def rule(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
        held = of.own(operands[0])
        return repacked(of, parts_of(perform(primitive, [held], static), held, **static))

    return rule


def repacked(of: Examples, parts: Sequence[Tensor]) -> Tensor:
    """Results with the examples along the first axis as one flat array for each."""
    return shaping.concatenate([shaping.reshape(p, (of.count, math.prod(p.shape[1:]))) for p in parts], 1)


def _parts_of_eigh(packed: Any, a: Any, **static: Any) -> Sequence[Any]:
    return linalg_decompositions.parts_of_eigh(packed, a)


def _parts_of_qr(packed: Any, a: Any, mode: str = "reduced") -> Sequence[Any]:
    return linalg_svd.parts_of_qr(packed, a, mode)


def _parts_of_svd(packed: Any, a: Any, full_matrices: bool = True) -> Sequence[Any]:
    return linalg_svd.parts_of_svd(packed, a, full_matrices)


def _solve(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    """Where the examples share one matrix they are columns, and it is decomposed once."""
    a, b = operands
    if not of.is_own(a) and a.ndim == 2:
        return columns(of, b, lambda columns: perform(primitive, [a, columns], static))
    vector = b.ndim == 1
    ndim = max(a.ndim, 2 if vector else b.ndim)
    right = of.padded(b, ndim, (*b.shape, 1) if vector else b.shape)
    found = perform(primitive, [of.padded(a, ndim), right], static)
    return shaping.reshape(found, found.shape[:-1]) if vector else found


def columns(of: Examples, b: Tensor, solved: Callable[[Tensor], Tensor]) -> Tensor:
    """A function of columns (n, …) → (n, …), of those of all examples: b is (n,) or (…, n, k) in each."""
    held = of.whole(b)
    row = 1 if b.ndim == 1 else b.ndim - 1
    ahead = moved(held, row, 0)
    found = solved(shaping.reshape(ahead, (ahead.shape[0], math.prod(ahead.shape[1:]))))
    return moved(shaping.reshape(found, (found.shape[0], *ahead.shape[1:])), 0, row)


RULES: dict[Primitive, Rule] = {
    **dict.fromkeys(
        (linalg_parts.inv, linalg_parts.inverse, linalg_parts.ratio, linalg_solving.pinv, linalg_determinants.det,
         linalg_determinants.cofactors, linalg_determinants.second, linalg_decompositions.cholesky,
         linalg_decompositions.eigvalsh, linalg_svd.svdvals, linalg_hermitian.of_lower), aligned,
    ),
    linalg_solving.solve: _solve,
    linalg_determinants.slogdet: several(linalg_determinants.parts_of_slogdet),
    linalg_decompositions.eigh: several(_parts_of_eigh),
    linalg_decompositions.eig: several(linalg_decompositions.parts_of_eig),
    linalg_svd.svd: several(_parts_of_svd),
    linalg_svd.qr: several(_parts_of_qr),
}  # fmt: skip
