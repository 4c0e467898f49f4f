"""Products of tensors: dot and its relatives, tensordot, kron; the trace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import index as integer
from typing import Any

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.engine.library import linalg_products
from notebook_ad.tensor import functions as f
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
    return np.conj(x) if x.dtype.kind == "c" else x


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


def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: Any = None) -> Tensor:
    """Sum along a diagonal of two axes. As `numpy.trace`.

    Raises:
        ShapeError: fewer than two axes, or the two are one.
    """
    refuse("np.trace", dtype=dtype, out=out)
    return _trace(a, integer(offset), axis1, axis2)


FUNCTIONS: dict[Callable[..., Any], Callable[..., Any]] = {
    np.dot: dot,
    np.inner: inner,
    np.vdot: vdot,
    np.outer: outer,
    np.kron: kron,
    np.tensordot: tensordot,
    np.trace: trace,
}
