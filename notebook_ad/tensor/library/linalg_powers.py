"""Products of many matrices: powers of one, and chains in the cheapest order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import index as integer
from typing import Any

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.tensor import functions as f
from notebook_ad.tensor.elementwise import own
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.library.linalg_products import refuse
from notebook_ad.tensor.messages import label, place
from notebook_ad.tensor.tensor import Tensor


def matrix_power(a: Any, n: Any) -> Tensor:
    """A square matrix multiplied with itself n times; n < 0 takes the inverse first. As `numpy.linalg.matrix_power`.

    Raises:
        TypeError: n is no integer.
        ShapeError: the matrix is not square.
    """
    a = tensor_of(a)
    if not hasattr(n, "__index__"):
        raise TypeError(f"matrix_power: n is an integer, not {n!r}{place()}")
    exponent = integer(n)
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise ShapeError(f"matrix_power of {label(a)}{place()}: the last two axes must have equal lengths")
    if exponent == 0:
        return f.broadcast_to(own(np.eye(a.shape[-1], dtype=a.dtype)), a.shape)
    base: Any = np.linalg.inv(a) if exponent < 0 else a
    result: Any = None
    for digit in reversed(f"{abs(exponent):b}"):
        if digit == "1":
            result = base if result is None else f.matmul(result, base)
        exponent = abs(exponent) // 2
        if exponent:
            base = f.matmul(base, base)
    power: Tensor = result
    return power


def multi_dot(arrays: Sequence[Any], *, out: Any = None) -> Tensor:
    """The product of two or more matrices in the order that costs least. As `numpy.linalg.multi_dot`.

    Args:
        arrays: matrices; the first and the last may be vectors.

    Raises:
        ShapeError: fewer than two, or shapes that do not chain.
    """
    refuse("np.linalg.multi_dot", out=out)
    tensors = [tensor_of(x) for x in arrays]
    inside = tensors[1:-1]
    if len(tensors) < 2 or any(t.ndim != 2 for t in inside) or any(t.ndim not in (1, 2) for t in tensors):
        shapes = " and ".join(map(label, tensors)) or "nothing"
        raise ShapeError(
            f"multi_dot of {shapes}{place()}: it takes two or more matrices; first and last may be vectors"
        )
    first, last = tensors[0], tensors[-1]
    sizes = [1 if first.ndim == 1 else first.shape[0], *(t.shape[0] for t in tensors[1:]), *last.shape[1:]]
    if last.ndim == 1:
        sizes.append(1)
    split = _cheapest(sizes)

    def product(i: int, j: int) -> Tensor:
        return tensors[i] if i == j else f.matmul(product(i, split[i, j]), product(split[i, j] + 1, j))

    return product(0, len(tensors) - 1)


def _cheapest(sizes: Sequence[int]) -> dict[tuple[int, int], int]:
    """Where to split each chain of matrices i…j, of sizes[i] × sizes[i+1] and so on (Cormen et al., 15.2)."""
    count = len(sizes) - 1
    cost = {(i, i): 0 for i in range(count)}
    split: dict[tuple[int, int], int] = {}
    for length in range(1, count):
        for i in range(count - length):
            j = i + length
            options = [(cost[i, k] + cost[k + 1, j] + sizes[i] * sizes[k + 1] * sizes[j + 1], k) for k in range(i, j)]
            cost[i, j], split[i, j] = min(options)
    return split


FUNCTIONS: dict[Callable[..., Any], Callable[..., Any]] = {
    np.linalg.matrix_power: matrix_power,
    np.linalg.multi_dot: multi_dot,
}
