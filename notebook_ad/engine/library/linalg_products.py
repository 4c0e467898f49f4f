"""Products of arrays: tensordot, outer, kron; and the trace."""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np

from notebook_ad.engine.host import host
from notebook_ad.engine.library.linalg_parts import eye

Axes = tuple[tuple[int, ...], tuple[int, ...]]


def _tensordot(a: np.ndarray, b: np.ndarray, axes: Axes) -> Any:
    return np.tensordot(a, b, axes)


def _tensordot_left(g: Any, z: Any, a: Any, b: Any, axes: Axes) -> Any:
    """G contracted with b over b's free axes; what is left are a's free axes, then its summed ones in b's order."""
    free_a, free_b = free(np.ndim(a), axes[0]), free(np.ndim(b), axes[1])
    over_g = tuple(range(len(free_a), np.ndim(g)))
    product = tensordot(g, b, axes=(over_g, free_b))
    order = (*free_a, *(axes[0][axes[1].index(i)] for i in sorted(axes[1])))
    return np.transpose(product, tuple(int(i) for i in np.argsort(order)))


def _tensordot_right(g: Any, z: Any, a: Any, b: Any, axes: Axes) -> Any:
    free_a, free_b = free(np.ndim(a), axes[0]), free(np.ndim(b), axes[1])
    product = tensordot(a, g, axes=(free_a, tuple(range(len(free_a)))))
    order = (*(axes[1][axes[0].index(i)] for i in sorted(axes[0])), *free_b)
    return np.transpose(product, tuple(int(i) for i in np.argsort(order)))


def free(ndim: int, summed: tuple[int, ...]) -> tuple[int, ...]:
    """The axes that are not summed over."""
    return tuple(i for i in range(ndim) if i not in summed)


tensordot = host(
    "tensordot",
    "tensordot",
    _tensordot,
    (_tensordot_left, _tensordot_right),
    linear="multilinear",
    rule="the upstream contracted with the other operand",
)

outer = host(
    "outer",
    "⊗",
    lambda a, b: np.outer(a, b),
    (
        lambda g, z, a, b: np.reshape(np.matmul(g, np.reshape(b, (np.size(b),))), np.shape(a)),
        lambda g, z, a, b: np.reshape(np.matmul(np.reshape(a, (np.size(a),)), g), np.shape(b)),
    ),
    linear="multilinear",
    rule="G · b for a, aᵀ · G for b",
)


def _kron_vjp(g: Any, of: Any, other: Any, first: bool) -> Any:
    """Axis i of the product runs over pairs (index of a, index of b): sum over the other operand's."""
    ndim = np.ndim(g)
    own = (*(1,) * (ndim - np.ndim(of)), *np.shape(of))
    its = (*(1,) * (ndim - np.ndim(other)), *np.shape(other))
    pairs = tuple(chain(*zip(*((own, its) if first else (its, own)), strict=True)))
    spread = tuple(chain(*(((1, n) if first else (n, 1)) for n in its)))
    parts = np.reshape(g, pairs) * np.reshape(other, spread)
    summed = np.sum(parts, axis=tuple(range(int(first), 2 * ndim, 2))) if ndim else parts
    return np.reshape(summed, np.shape(of))


kron = host(
    "kron",
    "⊗",
    lambda a, b: np.kron(a, b),
    (lambda g, z, a, b: _kron_vjp(g, a, b, first=True), lambda g, z, a, b: _kron_vjp(g, b, a, first=False)),
    linear="multilinear",
    rule="each block of the upstream times the other operand, summed",
)


def _trace(a: np.ndarray, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """Sum along a diagonal of the last two axes, or of `axis1` and `axis2`."""
    return np.trace(a, offset, axis1, axis2)


def _trace_vjp(g: Any, z: Any, a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The upstream on the diagonal, 0 elsewhere."""
    shape = np.shape(a)
    i, j = axis1 % len(shape), axis2 % len(shape)
    ones = eye(shape[i], g, shape[j], offset)
    on = tuple(n if k in (i, j) else 1 for k, n in enumerate(shape))
    spread = tuple(1 if k in (i, j) else n for k, n in enumerate(shape))
    return np.reshape(g, spread) * np.reshape(ones if i < j else ones.T, on)


trace = host("trace", "tr", _trace, (_trace_vjp,), linear="linear", rule="the upstream on the diagonal, 0 elsewhere")
