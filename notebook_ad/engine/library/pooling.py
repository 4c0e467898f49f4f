"""Pooling: the largest element or the sum of each window. Windows are a box: on each axis a list of ranges.

A box is worked through axis by axis, so a window of k × k costs 2 k passes over the result. Elements outside of the image
are never read, so an infinity stays in the windows that see it.
"""

from __future__ import annotations

import itertools
import math
from functools import lru_cache
from typing import Any

import numpy as np

from notebook_ad.engine.host import host, shape_of
from notebook_ad.engine.primitive import Primitive
from notebook_ad.engine.rules import primal


class Ranges:
    """The windows along one axis: each sees start, start + step, … below end. Equal where their numbers are."""

    __slots__ = ("_key", "ends", "starts", "step")

    def __init__(self, starts: np.ndarray, ends: np.ndarray, step: int = 1) -> None:
        self.starts, self.ends, self.step = starts, ends, step
        self._key = (starts.tobytes(), ends.tobytes(), step)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ranges) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)


Box = tuple[Ranges, ...]  # for the last axes of an array
Places = slice | np.ndarray
KEPT = 256  # the places of so many boxes are kept: a network meets the same ones at each step (half of a pool's time)


@lru_cache(KEPT)
def _steps(ranges: Ranges) -> list[tuple[Places, Places, np.ndarray]]:
    """Pass by pass: which windows still have an element, where it lies, and its numbers on the axis."""
    found = []
    for offset in itertools.count(0, ranges.step):
        at = ranges.starts + offset
        seen = np.flatnonzero(at < ranges.ends)
        if not len(seen):
            break
        found.append((_regular(seen), _regular(at[seen]), at[seen]))
    return found


def _regular(numbers: np.ndarray) -> Places:
    """Equally spaced numbers as a slice, which NumPy reads several times as fast."""
    steps = np.diff(numbers)
    step = int(steps[0]) if len(steps) else 1
    if step > 0 and np.all(steps == step):
        return slice(int(numbers[0]), int(numbers[-1]) + 1, step)
    return numbers


def _key(axis: int, places: Places) -> tuple[Any, ...]:
    """The places on an axis counted from the last (−1)."""
    return (Ellipsis, places, *(slice(None),) * (-axis - 1))


def _summed(x: np.ndarray, box: Box, over: np.ndarray) -> np.ndarray:
    for i, ranges in enumerate(box):
        axis = i - len(box)
        shape = list(x.shape)
        shape[axis] = len(ranges.starts)
        total = np.zeros(shape, x.dtype)
        for windows, places, _ in _steps(ranges):
            total[_key(axis, windows)] += x[_key(axis, places)]
        x = total
    averages: np.ndarray = x / over.astype(x.dtype)
    return averages


def _shared(g: np.ndarray, box: Box, over: np.ndarray, sizes: tuple[int, ...]) -> np.ndarray:
    x: np.ndarray = g / over.astype(g.dtype)
    for i, (ranges, size) in enumerate(zip(box, sizes, strict=True)):
        axis = i - len(box)
        shape = list(x.shape)
        shape[axis] = size
        spread = np.zeros(shape, x.dtype)
        for windows, places, numbers in _steps(ranges):
            part = x[_key(axis, windows)]
            if isinstance(places, slice) or len(np.unique(numbers)) == len(numbers):
                spread[_key(axis, places)] += part
            else:  # windows of an adaptive pool overlap
                np.add.at(spread, _key(axis, places), part)
        x = spread
    return x


avg_pool: Primitive = host(
    "avg_pool",
    "avg",
    lambda x, box, over: _summed(x, box, over),
    (lambda g, z, x, box, over: avg_unpool(g, box=box, over=over, sizes=shape_of(x)[-len(box) :]),),
    linear="linear",
    rule="upstream, shared by the elements of each window",
)
avg_unpool: Primitive = host(
    "avg_unpool",
    "avgᵀ",
    lambda x, box, over, sizes: _shared(x, box, over, sizes),
    (lambda g, z, x, box, over, sizes: avg_pool(g, box=box, over=over),),
    linear="linear",
    rule="the average of upstream over each window",
)


def _lowest(x: np.ndarray, axis: int, count: int) -> np.ndarray:
    """What a window has that sees no element: −∞, or the least integer."""
    shape = list(x.shape)
    shape[axis] = count
    return np.full(shape, -np.inf if x.dtype.kind == "f" else np.iinfo(x.dtype).min, x.dtype)


def largest(x: np.ndarray, box: Box) -> np.ndarray:
    """The largest element of each window; nan where it holds one."""
    for i, ranges in enumerate(box):
        axis = i - len(box)
        best = _lowest(x, axis, len(ranges.starts))
        for windows, places, _ in _steps(ranges):
            key = _key(axis, windows)
            best[key] = np.maximum(best[key], x[_key(axis, places)])
        x = best
    return x


def selected(x: np.ndarray, z: np.ndarray, box: Box) -> np.ndarray:
    """Where each window's largest element z lies in the image, counted in C order.

    As in PyTorch the first of equal ones, or the last nan: each place of the window in turn, the last first, so that the
    first is written last.
    """
    found = np.zeros(z.shape, np.int64)
    undefined = bool((z != z).any())
    for key, places, index in _combined(box, x.shape[x.ndim - len(box) :]):
        at, seen = found[key], x[places] == z[key]
        np.copyto(at, index, where=seen)
        if undefined:  # at is smaller where none was found yet
            np.copyto(at, index, where=(x[places] != x[places]) & (at < index))
        found[key] = at
    return found


@lru_cache(KEPT)
def _combined(box: Box, sizes: tuple[int, ...]) -> list[tuple[tuple[Any, ...], tuple[Any, ...], np.ndarray]]:
    """Place by place of the window, the last first: the windows that have it, where it lies, and its number in C order."""
    strides = [math.prod(sizes[i + 1 :]) for i in range(len(box))]
    found = []
    for steps in [*itertools.product(*(_steps(ranges) for ranges in box))][::-1]:
        key, places = _outer([windows for windows, _, _ in steps]), _outer([places for _, places, _ in steps])
        index = sum(np.ix_(*(n * stride for (_, _, n), stride in zip(steps, strides, strict=True))))
        found.append((key, places, np.asarray(index)))
    return found


def _outer(places: list[Places]) -> tuple[Any, ...]:
    """A key of the last axes: slices, or where there are numbers among them all of those, crossed."""
    if all(isinstance(part, slice) for part in places):
        return (Ellipsis, *places)
    return (
        Ellipsis,
        *np.ix_(*(np.arange(p.start, p.stop, p.step) if isinstance(p, slice) else p for p in places)),
    )


def _planes(x: Any, axes: int) -> Any:
    """The last axes as one."""
    shape = shape_of(x)
    return np.reshape(x, (*shape[: len(shape) - axes], math.prod(shape[len(shape) - axes :])))


def _placed(g: np.ndarray, at: np.ndarray, size: int) -> np.ndarray:
    """Each element of a row added at its place in a row of `size`; of several at one place the sum."""
    rows = g.reshape(-1, g.shape[-1])
    start = np.arange(len(rows))[:, None] * size
    flat = np.zeros(len(rows) * size, g.dtype)
    np.add.at(flat, (at.reshape(rows.shape) + start).reshape(-1), rows.reshape(-1))
    return flat.reshape(*g.shape[:-1], size)


places_of: Primitive = host(
    "pool_places", "places", lambda x, z, box: _planes(selected(x, z, box), len(box)), (None, None)
)
pick: Primitive = host(
    "pick",
    "pick",
    lambda x, at: np.take_along_axis(x, at, axis=-1),
    (lambda g, z, x, at: place(g, at, size=shape_of(x)[-1]), None),
    linear="multilinear",
    rule="the upstream, to the elements picked",
)
place: Primitive = host(
    "place",
    "place",
    _placed,
    (lambda g, z, x, at, size: pick(g, at), None),
    linear="multilinear",
    rule="the upstream at the places",
)


def _max_rule(g: Any, z: Any, x: Any, box: Box) -> Any:
    """The upstream, to the element that each window selects."""
    at = places_of(primal(x), primal(z), box=box)
    flat = place(_planes(g, len(box)), at, size=math.prod(shape_of(x)[-len(box) :]))
    return np.reshape(flat, shape_of(x))


max_pool: Primitive = host(
    "max_pool",
    "max",
    lambda x, box: largest(x, box),
    (_max_rule,),
    rule="upstream, to the element that each window selects",
)
