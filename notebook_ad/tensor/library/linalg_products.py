"""Products of tensors: dot and its relatives, tensordot, einsum, traces, powers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import index as integer
from typing import Any

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.engine.library import linalg_einsum, linalg_products
from notebook_ad.tensor import functions as f
from notebook_ad.tensor.elementwise import own
from notebook_ad.tensor.host import call, public
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.messages import label, place
from notebook_ad.tensor.tensor import Tensor

_trace = public(linalg_products.trace)


def refuse(function: str, **given: Any) -> None:
    """Refuse arguments that are not supported on tensors; None stands for one that was not given.

    Raises:
        TypeError: one was given.
    """
    for name, value in given.items():
        if value is not None:
            shown = repr(value) if np.ndim(value) == 0 else "…"
            cure = "use the function's result" if name == "out" else "leave it out"
            raise TypeError(f"{function} of a tensor does not take {name}={shown}{place()}; {cure}")


def dot(a: Any, b: Any, out: Any = None) -> Tensor:
    """Product over the last axis of a and the last but one of b. As `numpy.dot`; a scalar multiplies.

    Raises:
        ShapeError: the two axes differ in length.
    """
    refuse("np.dot", out=out)
    return _over_last("np.dot", a, b, -2)


def inner(a: Any, b: Any) -> Tensor:
    """Product over the last axis of both. As `numpy.inner`; a scalar multiplies.

    Raises:
        ShapeError: the last axes differ in length.
    """
    return _over_last("np.inner", a, b, -1)


def _over_last(function: str, a: Any, b: Any, axis: int) -> Tensor:
    a, b = tensor_of(a), tensor_of(b)
    if a.ndim == 0 or b.ndim == 0:
        return f.multiply(a, b)
    over = max(axis, -b.ndim)
    if a.shape[-1] != b.shape[over]:
        which = {-1: "last", -2: "last but one"}[over]
        raise ShapeError(
            f"{function} of {label(a)} and {label(b)}{place()}: sizes {a.shape[-1]} (last axis) and {b.shape[over]} "
            f"({which}) differ"
        )
    return f.matmul(a, b) if b.ndim <= -axis else tensordot(a, b, ((-1,), (over,)))


def vdot(a: Any, b: Any) -> Tensor:
    """Σ conj(a) · b over all elements. As `numpy.vdot`.

    Raises:
        ShapeError: they differ in size.
    """
    a, b = tensor_of(a), tensor_of(b)
    if a.size != b.size:
        raise ShapeError(f"np.vdot of {label(a)} and {label(b)}{place()}: sizes {a.size} and {b.size} differ")
    return f.matmul(f.reshape(conjugate(a), (a.size,)), f.reshape(b, (b.size,)))


def conjugate(x: Tensor) -> Any:
    """The conjugate; a real tensor as it is."""
    return np.conj(x) if x.dtype.kind == "c" else x  # type: ignore[call-overload]


def outer(a: Any, b: Any, out: Any = None) -> Tensor:
    """aᵢ · bⱼ of the flattened operands, shape (size of a, size of b). As `numpy.outer`."""
    refuse("np.outer", out=out)
    return call(linalg_products.outer, [tensor_of(a), tensor_of(b)], {})


def kron(a: Any, b: Any) -> Tensor:
    """The Kronecker product: blocks aᵢⱼ · b. As `numpy.kron`."""
    a, b = tensor_of(a), tensor_of(b)
    return f.multiply(a, b) if a.ndim == b.ndim == 0 else call(linalg_products.kron, [a, b], {})


def tensordot(a: Any, b: Any, axes: Any = 2) -> Tensor:
    """Sum of products over several axes. As `numpy.tensordot`.

    Args:
        axes: how many of the last axes of a and the first of b; or those of a and those of b.

    Raises:
        ShapeError: the axes do not exist, or differ in number or length.
    """
    a, b = tensor_of(a), tensor_of(b)
    if isinstance(axes, int | np.integer):
        first, second = tuple(range(-int(axes), 0)), tuple(range(int(axes)))
    else:
        first, second = (_tuple(given) for given in axes)
    try:
        left = tuple(range(a.ndim)[i] for i in first)
        right = tuple(range(b.ndim)[i] for i in second)
        fits = [a.shape[i] for i in left] == [b.shape[i] for i in right] and len(set(left)) == len(set(right)) == len(
            left
        )
    except IndexError:
        fits = False
    if not fits:
        raise ShapeError(
            f"tensordot: axes {first} of {label(a)} and {second} of {label(b)} do not match{place()}; "
            "they must exist and be equal in number and lengths"
        )
    return call(linalg_products.tensordot, [a, b], {"axes": (left, right)})


def _tuple(axes: Any) -> tuple[int, ...]:
    return tuple(map(int, axes)) if isinstance(axes, Sequence | np.ndarray) else (int(axes),)


def einsum(*operands: Any, out: Any = None, optimize: Any = False, **others: Any) -> Tensor:
    """Sums of products by subscripts: `einsum("ij,jk->ik", a, b)` or `einsum(a, [0, 1], b, [1, 2], [0, 2])`.

    As `numpy.einsum`: an output left out, an ellipsis, diagonals (`"ii->i"`) and sums over an axis of one operand.

    Raises:
        ValueError: the subscripts do not fit the operands.
    """
    refuse(
        "np.einsum", out=out, **{k: v for k, v in others.items() if (k, v) not in (("order", "K"), ("casting", "safe"))}
    )
    if not operands:
        raise ValueError(f"einsum: neither subscripts nor operands are given{place()}")
    try:
        if isinstance(operands[0], str):
            subscripts, given = operands[0], operands[1:]
        else:
            given = operands[: len(operands) // 2 * 2 : 2]
            subscripts = ",".join(map(linalg_einsum.letters, operands[1::2]))
            if len(operands) % 2:
                subscripts += "->" + linalg_einsum.letters(operands[-1])
        tensors = [tensor_of(x) for x in given]
        static: dict[str, Any] = {"subscripts": linalg_einsum.canonical(subscripts, [x.ndim for x in tensors])}
    except ValueError as error:
        raise ValueError(f"{error}{place()}") from None
    if optimize is not False:
        static["optimize"] = optimize
    return call(linalg_einsum.einsum, tensors, static)


def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: Any = None) -> Tensor:
    """Sum along a diagonal of two axes. As `numpy.trace`.

    Raises:
        ShapeError: fewer than two axes, or the two are one.
    """
    refuse("np.trace", dtype=dtype, out=out)
    return _trace(a, integer(offset), axis1, axis2)


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
    base: Any = np.linalg.inv(a) if exponent < 0 else a  # type: ignore[call-overload]
    result = None
    for digit in reversed(f"{abs(exponent):b}"):
        if digit == "1":
            result = base if result is None else f.matmul(result, base)
        exponent = abs(exponent) // 2
        if exponent:
            base = f.matmul(base, base)
    assert result is not None
    return result


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
    np.dot: dot,
    np.inner: inner,
    np.vdot: vdot,
    np.outer: outer,
    np.kron: kron,
    np.tensordot: tensordot,
    np.einsum: einsum,
    np.trace: trace,
    np.linalg.matrix_power: matrix_power,
    np.linalg.multi_dot: multi_dot,
}
