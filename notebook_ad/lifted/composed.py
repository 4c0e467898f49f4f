"""NumPy functions that are written in others: how they are recorded, as the few lines that define them."""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from notebook_ad.tensor import functions as f
from notebook_ad.tensor.guards import guard
from notebook_ad.tensor.tensor import Tensor, constant

Axis = int | Sequence[int] | None
LN2, LN10 = math.log(2.0), math.log(10.0)


class NoRuleError(Exception):
    """These arguments of a function have no rule: its result becomes opaque."""


def count(x: Any, axis: Axis) -> int:
    """How many elements a reduction over `axis` takes together."""
    shape = np.shape(x)
    if axis is None:
        return math.prod(shape)
    return math.prod(shape[i] for i in (axis if isinstance(axis, tuple | list) else (axis,)))


def variance(a: Any, axis: Axis = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
    """Mean squared distance from the mean, as `numpy.var`."""
    centred = a - f.mean(a, axis, keepdims=True)
    return f.sum(centred * centred, axis, keepdims) / (count(a, axis) - ddof)


def deviation(a: Any, axis: Axis = None, *, ddof: float = 0, keepdims: bool = False) -> Any:
    """Standard deviation, as `numpy.std`."""
    return f.sqrt(variance(a, axis, ddof=ddof, keepdims=keepdims))


def clip(a: Any, a_min: Any = None, a_max: Any = None) -> Any:
    """Each element moved into an interval, as `numpy.clip`."""
    low = a if a_min is None else f.maximum(a, a_min)
    return low if a_max is None else f.minimum(low, a_max)


def outer(a: Any, b: Any) -> Any:
    """All products of an element of a and one of b, as `numpy.outer`."""
    return f.reshape(a, (-1, 1)) * f.reshape(b, (1, -1))


def norm(x: Any, ord: Any = None, axis: Axis = None, keepdims: bool = False) -> Any:  # noqa: A002 - NumPy's name
    """Norms of vectors, and those of matrices that need no singular values, as `numpy.linalg.norm`."""
    if ord is None or ord == "fro":
        return f.sqrt(f.sum(x * x, axis, keepdims))
    if isinstance(axis, int) or (axis is None and np.ndim(x) == 1):
        return _vector_norm(x, ord, axis, keepdims)
    rows, columns = (i % np.ndim(x) for i in ((0, 1) if axis is None else axis))
    if ord not in (1, -1, np.inf, -np.inf):
        raise NoRuleError(f"the norm of a matrix of order {ord} needs singular values")
    inner, outer_ = (rows, columns) if abs(ord) == 1 else (columns, rows)
    extreme = f.max if ord > 0 else f.min
    return extreme(f.sum(f.abs(x), inner, keepdims=True), (inner, outer_), keepdims)


def _vector_norm(x: Any, order: Any, axis: Any, keepdims: bool) -> Any:
    if order == 0:
        raise NoRuleError("a count is a step function")
    if order in (np.inf, -np.inf):
        return (f.max if order > 0 else f.min)(f.abs(x), axis, keepdims)
    if order == 2:
        return f.sqrt(f.sum(x * x, axis, keepdims))
    total = f.sum(f.abs(x) if order == 1 else f.abs(x) ** float(order), axis, keepdims)
    return total if order == 1 else total ** (1.0 / order)


def product(a: Any, axis: int | None = None, *, keepdims: bool = False) -> Any:
    """Product along an axis, one factor after another, as `numpy.prod`."""
    if axis is None:
        a, axis = f.reshape(a, -1), 0
    axis = axis % len(np.shape(a))
    if np.shape(a)[axis] == 0:
        return constant(np.ones([n for i, n in enumerate(np.shape(a)) if i != axis]))
    lead = (slice(None),) * axis
    result = f.index(a, (*lead, 0))
    for i in range(1, np.shape(a)[axis]):
        result = result * f.index(a, (*lead, i))
    return f.reshape(result, np.expand_dims(result.value, axis).shape) if keepdims else result


def cumulative_sum(a: Any, axis: int | None = None) -> Any:
    """Sums of the elements up to each one, as `numpy.cumsum`."""
    return _accumulated(operator.add, a, axis)


def cumulative_product(a: Any, axis: int | None = None) -> Any:
    """Products of the elements up to each one, as `numpy.cumprod`."""
    return _accumulated(operator.mul, a, axis)


def _accumulated(combine: Callable[[Any, Any], Any], a: Any, axis: int | None) -> Any:
    if axis is None:
        a, axis = f.reshape(a, -1), 0
    axis = axis % len(np.shape(a))
    lead = (slice(None),) * axis
    items = (f.index(a, (*lead, i)) for i in range(np.shape(a)[axis]))
    return f.stack(list(itertools.accumulate(items, combine)), axis)


def in_order(a: Any, axis: int | None = -1) -> Any:
    """The elements sorted along an axis, as `numpy.sort`."""
    if axis is None:
        a, axis = f.reshape(a, -1), 0
    places = np.arange(a.size).reshape(np.shape(a))
    order = np.argsort(a.value, axis=axis, kind="stable")
    guard(lambda x: np.argsort(x, axis=axis, kind="stable"), (a,), order, "sort()")
    return f.index(f.reshape(a, -1), np.take_along_axis(places, order, axis))


def median(a: Any, axis: int | None = None) -> Any:
    """The middle element, or the mean of the two in the middle, as `numpy.median`."""
    if axis is None:
        a, axis = f.reshape(a, -1), 0
    n = np.shape(a)[axis]
    middle = (slice(None),) * (axis % len(np.shape(a)))
    return f.mean(f.index(in_order(a, axis), (*middle, slice((n - 1) // 2, n // 2 + 1))), axis)


def tensor_product(a: Any, b: Any, axes: Any = 2) -> Any:
    """Sum of products over the last axes of a and the first of b, or over given pairs of axes, as `numpy.tensordot`."""
    if not isinstance(axes, int):
        first, second = ([i] if isinstance(i, int) else list(i) for i in axes)
        first, second = [i % np.ndim(a) for i in first], [i % np.ndim(b) for i in second]
        a = f.transpose(a, [i for i in range(np.ndim(a)) if i not in first] + first)
        b = f.transpose(b, second + [i for i in range(np.ndim(b)) if i not in second])
        axes = len(first)
    left, right = np.shape(a)[: np.ndim(a) - axes], np.shape(b)[axes:]
    inner_size = math.prod(np.shape(b)[:axes])
    result = f.matmul(f.reshape(a, (-1, inner_size)), f.reshape(b, (inner_size, -1)))
    return f.reshape(result, (*left, *right))


def difference(a: Any, n: int = 1, axis: int = -1) -> Any:
    """Differences of neighbours, as `numpy.diff`."""
    axis = axis % len(np.shape(a))
    lead = (slice(None),) * axis
    for _ in range(n):
        a = f.index(a, (*lead, slice(1, None))) - f.index(a, (*lead, slice(None, -1)))
    return a


def squeeze(a: Any, axis: Axis = None) -> Any:
    """Drop axes of length 1, as `numpy.squeeze`."""
    return f.reshape(a, np.squeeze(a.value, axis).shape)


def expand_dims(a: Any, axis: Any) -> Any:
    """Add axes of length 1, as `numpy.expand_dims`."""
    return f.reshape(a, np.expand_dims(a.value, axis).shape)


def swap_axes(a: Any, axis1: int, axis2: int) -> Any:
    """Exchange two axes, as `numpy.swapaxes`."""
    order = list(range(len(np.shape(a))))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return f.transpose(a, order)


def move_axis(a: Any, source: int, destination: int) -> Any:
    """Move one axis, as `numpy.moveaxis`."""
    rest = [i for i in range(len(np.shape(a))) if i != source % len(np.shape(a))]
    rest.insert(destination % len(np.shape(a)), source % len(np.shape(a)))
    return f.transpose(a, rest)


def at_positions(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that only rearranges elements (repeat, flip, tile…): found out by rearranging their positions."""

    def rearranged(a: Any, *args: Any, **kwargs: Any) -> Any:
        positions = function(np.arange(math.prod(np.shape(a))).reshape(np.shape(a)), *args, **kwargs)
        return f.index(f.reshape(a, -1), positions)

    return rearranged


def joined(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that joins a list of arrays (vstack, hstack, append…), found out by joining their positions."""

    def together(arrays: Sequence[Any], *args: Any, **kwargs: Any) -> Any:
        start, positions = 0, []
        for a in arrays:
            size = math.prod(np.shape(a))
            positions.append(np.arange(start, start + size).reshape(np.shape(a)))
            start += size
        flat = f.concatenate([f.reshape(a, -1) for a in arrays])
        return f.index(flat, function(positions, *args, **kwargs))

    return together


def ravel(a: Any, order: str = "C") -> Any:
    """All elements in one axis, as `numpy.ravel`."""
    if order == "C":
        return f.reshape(a, -1)
    if order != "F":
        raise NoRuleError("the order would depend on the layout in memory")
    return at_positions(np.ravel)(a, order="F")


def reshape(a: Any, shape: Any, order: str = "C") -> Any:
    """The elements in another shape, as `numpy.reshape`."""
    if order == "C":
        return f.reshape(a, shape)
    if order != "F":
        raise NoRuleError("the order would depend on the layout in memory")
    return at_positions(np.reshape)(a, shape, order="F")


def diagonal_matrix(a: Any) -> Any:
    """The diagonal of a matrix, or the matrix of a diagonal, as `numpy.diag`."""
    if len(np.shape(a)) == 2:
        return at_positions(np.diag)(a)
    n = np.shape(a)[0]
    return f.where(np.eye(n, dtype=bool), f.broadcast_to(a, (n, n)), 0.0)


def append(a: Any, values: Any, axis: int | None = None) -> Any:
    """Two arrays one after the other, as `numpy.append`."""
    if axis is None:
        a, values, axis = f.reshape(a, -1), f.reshape(values, -1), 0
    return f.concatenate([a, values], axis)


def mesh(*vectors: Any, indexing: str = "xy") -> list[Any]:
    """Coordinates repeated over a grid, as `numpy.meshgrid`."""
    grid: Any = np.meshgrid
    places = grid(*(np.arange(v.size if isinstance(v, Tensor) else np.size(v)) for v in vectors), indexing=indexing)
    return [f.index(f.reshape(v, -1), p) for v, p in zip(vectors, places, strict=True)]


def full(shape: Any, value: Any, **_: Any) -> Any:
    """One value everywhere, as `numpy.full`."""
    return f.broadcast_to(value, shape if isinstance(shape, tuple | list) else (shape,))


def evenly(start: Any, stop: Any, num: int = 50, endpoint: bool = True) -> Any:
    """Evenly spaced numbers, as `numpy.linspace`."""
    return start + (stop - start) * np.linspace(0.0, 1.0, num, endpoint)


def copied(a: Any, *_: Any, **__: Any) -> Any:
    """The same elements in an array of their own, as `numpy.array`."""
    return f.index(a, ...)


def same(a: Any, *_: Any, **__: Any) -> Any:
    """The same elements, as `numpy.asarray`."""
    return a


def inner(a: Any, b: Any) -> Any:
    """Sum of products over the last axes, as `numpy.inner`."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return a * b
    return f.matmul(a, f.transpose(b) if np.ndim(b) == 2 else b)


def log1p(x: Any) -> Any:
    """log(1 + x), as `numpy.log1p`."""
    return f.log(1 + x)


def sinh(x: Any) -> Any:
    """Hyperbolic sine, as `numpy.sinh`."""
    return (f.exp(x) - f.exp(-x)) / 2


def cosh(x: Any) -> Any:
    """Hyperbolic cosine, as `numpy.cosh`."""
    return (f.exp(x) + f.exp(-x)) / 2


def hypot(x: Any, y: Any) -> Any:
    """Length of (x, y), as `numpy.hypot`."""
    return f.sqrt(x * x + y * y)


def split(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that gives a list of parts (split, array_split…), found out by splitting the positions."""

    def parts(a: Any, *args: Any, **kwargs: Any) -> list[Any]:
        flat = f.reshape(a, -1)
        positions = np.arange(math.prod(np.shape(a))).reshape(np.shape(a))
        return [f.index(flat, p) for p in function(positions, *args, **kwargs)]

    return parts


COMPOSED: dict[Callable[..., Any], Callable[..., Any]] = {
    np.var: variance,
    np.std: deviation,
    np.clip: clip,
    np.outer: outer,
    np.inner: inner,
    np.vdot: lambda a, b: f.sum(f.reshape(a, -1) * f.reshape(b, -1)),
    np.linalg.norm: norm,
    np.prod: product,
    np.cumsum: cumulative_sum,
    np.cumprod: cumulative_product,
    np.sort: in_order,
    np.median: median,
    np.tensordot: tensor_product,
    np.diff: difference,
    np.squeeze: squeeze,
    np.expand_dims: expand_dims,
    np.swapaxes: swap_axes,
    np.moveaxis: move_axis,
    np.trace: lambda a: f.sum(f.index(a, (np.arange(min(np.shape(a))), np.arange(min(np.shape(a)))))),
    np.exp2: lambda x: f.exp(x * LN2),
    np.expm1: lambda x: f.exp(x) - 1,
    np.log2: lambda x: f.log(x) / LN2,
    np.log10: lambda x: f.log(x) / LN10,
    np.log1p: log1p,
    np.sinh: sinh,
    np.cosh: cosh,
    np.hypot: hypot,
    np.logaddexp: lambda x, y: f.maximum(x, y) + f.softplus(-f.abs(x - y)),
    np.deg2rad: lambda x: x * (math.pi / 180),
    np.radians: lambda x: x * (math.pi / 180),
    np.rad2deg: lambda x: x * (180 / math.pi),
    np.degrees: lambda x: x * (180 / math.pi),
    np.fmax: f.maximum,
    np.fmin: f.minimum,
    np.nan_to_num: lambda x: f.where(np.isfinite(x), x, np.nan_to_num(x.value)),
    np.average: lambda a, axis=None, weights=None: (
        f.mean(a, axis) if weights is None else f.sum(a * weights, axis) / f.sum(weights, axis)
    ),
    np.array: copied,
    np.asarray: same,
    np.asanyarray: same,
    np.ascontiguousarray: same,
    np.asfortranarray: same,
    np.full: full,
    np.full_like: lambda a, value, **_: f.broadcast_to(value, np.shape(a)),
    np.linspace: evenly,
    np.append: append,
    np.ravel: ravel,
    np.reshape: reshape,
    np.diag: diagonal_matrix,
    np.meshgrid: mesh,
    np.square: lambda x: x**2,
    np.copy: lambda a: f.index(a, ...),
    **{
        function: at_positions(function)
        for function in (
            np.repeat, np.tile, np.flip, np.fliplr, np.flipud, np.rot90, np.roll, np.take, np.diagonal,
            np.delete, np.atleast_1d, np.atleast_2d, np.compress, np.rollaxis,
        )
    },
    **{function: joined(function) for function in (np.vstack, np.hstack, np.dstack, np.column_stack)},
    **{function: split(function) for function in (np.split, np.array_split, np.hsplit, np.vsplit)},
}  # fmt: skip
