"""Shapes, joining and splitting, selection and sorting."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st
from made import Case, Draw, along_axis, any_axis, array, axis_of, one, plainly, shaped, viewed
from registry import entries
from strategies import broadcastable, seeds

Cases = dict[str, st.SearchStrategy[Case]]
MODES: list[dict[str, Any]] = [
    {},
    {"constant_values": 1.5},
    {"mode": "edge"},
    {"mode": "reflect"},
    {"mode": "symmetric"},
    {"mode": "wrap"},
]


@st.composite
def joined(draw: Draw, f: Any, rank: tuple[int, int] = (0, 3), axis: bool = False, new: bool = False) -> Case:
    """Up to three arrays of one shape, or for an axis to join of different lengths there."""
    shape = tuple(draw(st.lists(st.integers(0, 3), min_size=rank[0], max_size=rank[1])))
    count = draw(st.integers(1, 3))
    sizes, options = [shape] * count, {}
    if axis:
        at = draw(st.integers(-len(shape) - new, len(shape) + new - 1))
        options["axis"] = at
        if not new:
            at %= len(shape)
            sizes = [(*shape[:at], draw(st.integers(0, 3)), *shape[at + 1 :]) for _ in range(count)]
    return Case(viewed(draw, lambda *xs: f(list(xs), **options)), [array(draw, s) for s in sizes])


def a_split(f: Any, axis: int | None, even: bool) -> Any:
    def call(draw: Draw, shape: Any) -> Any:
        at = any_axis(draw, shape) if axis is None else axis
        options = {"axis": at} if axis is None else {}
        length = shape[at]
        parts = draw(st.sampled_from([n for n in (1, 2, 3) if not even or length % n == 0]))
        where = draw(st.sampled_from([parts, [1], [0, 2]]))
        return lambda x: f(x, where, **options)

    return call


def moved(f: Any) -> Any:
    def call(draw: Draw, shape: Any) -> Any:
        a, b = any_axis(draw, shape), any_axis(draw, shape)
        return lambda x: f(x, a, b)

    return call


def reshaped(draw: Draw, shape: Any) -> Any:
    size = int(np.prod(shape))
    to = draw(st.sampled_from([(size,), (1, size, 1), shape[::-1], *([-1] if size else [])]))
    return lambda x: np.reshape(x, to)


def permuted(draw: Draw, shape: Any) -> Any:
    order = draw(st.none() | st.permutations(range(len(shape))))
    return lambda x: np.transpose(x, order)


def squeezed(draw: Draw, shape: Any) -> Any:
    ones = [i for i, n in enumerate(shape) if n == 1]
    axis = draw(st.none() | st.sampled_from(ones)) if ones else None
    return lambda x: np.squeeze(x, axis)


def expanded(draw: Draw, shape: Any) -> Any:
    axis = draw(st.sampled_from([0, -1, (0, 2), (0, -1)]))
    assume(axis != (0, 2) or shape)
    return lambda x: np.expand_dims(x, axis)


def spread(draw: Draw, shape: Any) -> Any:
    to = (draw(st.integers(0, 2)), *(draw(st.integers(0, 3)) if n == 1 else n for n in shape))
    return lambda x: np.broadcast_to(x, to)


def repeated(draw: Draw, shape: Any) -> Any:
    axis = axis_of(draw, len(shape), several=False)
    length = int(np.prod(shape)) if axis is None else shape[axis]
    counts = draw(st.sampled_from([0, 2, np.arange(length) % 3]))
    return lambda x: np.repeat(x, counts, axis)


def tiled(draw: Draw, shape: Any) -> Any:
    reps = draw(st.sampled_from([2, 0, (2, 1), (1, 2, 2)]))
    return lambda x: np.tile(x, reps)


def rolled(draw: Draw, shape: Any) -> Any:
    axis = axis_of(draw, len(shape))
    shift = draw(st.integers(-4, 4))
    return lambda x: np.roll(x, shift, axis)


def flipped(draw: Draw, shape: Any) -> Any:
    axis = axis_of(draw, len(shape))
    return lambda x: np.flip(x, axis)


def turned(draw: Draw, shape: Any) -> Any:
    k, axes = draw(st.integers(-2, 5)), tuple(draw(st.permutations(range(len(shape)))))[:2]
    return lambda x: np.rot90(x, k, axes)


def resized(draw: Draw, shape: Any) -> Any:
    to = draw(st.sampled_from([(), 5, (2, 3), (0, 2)]))
    return lambda x: np.resize(x, to)


def padded(draw: Draw, shape: Any) -> Any:
    width = [(draw(st.integers(0, 2)), draw(st.integers(0, 2))) for _ in shape]
    options = draw(st.sampled_from(MODES))
    return lambda x: np.pad(x, width, **options)


def offset_of(f: Any) -> Any:
    def call(draw: Draw, shape: Any) -> Any:
        k = draw(st.integers(-2, 2))
        return lambda x: f(x, k)

    return call


def taken(draw: Draw, shape: Any) -> Any:
    axis = axis_of(draw, len(shape), several=False)
    length = int(np.prod(shape)) if axis is None else shape[axis]
    places = np.random.default_rng(draw(seeds)).integers(-length, length, draw(st.sampled_from([(), 3, (2, 2), 0])))
    return lambda x: np.take(x, places, axis)


def taken_along(draw: Draw, shape: Any) -> Any:
    axis = any_axis(draw, shape)
    at = axis % len(shape)
    places = np.random.default_rng(draw(seeds)).integers(
        0, shape[at], (*shape[:at], draw(st.integers(0, 4)), *shape[at + 1 :])
    )
    return lambda x: np.take_along_axis(x, places, axis)


def masked(f: Any) -> Any:
    def call(draw: Draw, shape: Any) -> Any:
        return f(np.random.default_rng(draw(seeds)).random(shape) < 0.6, draw, shape)

    return call


def compressed(draw: Draw, shape: Any) -> Any:
    axis = axis_of(draw, len(shape), several=False)
    length = int(np.prod(shape)) if axis is None else shape[axis]
    kept = np.arange(length) % 2 == 0
    return lambda x: np.compress(kept, x, axis)


def deleted(draw: Draw, shape: Any) -> Any:
    axis = any_axis(draw, shape)
    which = draw(st.sampled_from([0, [0, -1], slice(None, None, 2)]))
    return lambda x: np.delete(x, which, axis)


def parted(f: Any) -> Any:
    def call(draw: Draw, shape: Any) -> Any:
        axis = any_axis(draw, shape)
        kth = draw(st.integers(-shape[axis], shape[axis] - 1))
        return lambda x: f(x, kth, axis)

    return call


@st.composite
def inserted(draw: Draw) -> Case:
    shape = tuple(draw(st.lists(st.integers(1, 3), min_size=1, max_size=2)))
    at = draw(st.integers(0, len(shape) - 1))
    place = draw(st.integers(-shape[at], shape[at]))
    values = array(draw, draw(st.sampled_from([(), (*shape[:at], *shape[at + 1 :])])))
    return Case(lambda x, v: np.insert(x, place, v, at), [array(draw, shape), values])


@st.composite
def appended(draw: Draw) -> Case:
    shape = tuple(draw(st.lists(st.integers(0, 3), min_size=1, max_size=2)))
    axis = draw(st.none() | st.just(0))
    more = (draw(st.integers(0, 2)), *shape[1:])
    return Case(lambda x, y: np.append(x, y, axis), [array(draw, shape), array(draw, more)])


@st.composite
def meshed(draw: Draw) -> Case:
    options = {"indexing": draw(st.sampled_from(["xy", "ij"])), "sparse": draw(st.booleans())}
    return Case(
        lambda *xs: np.meshgrid(*xs, **options),
        [array(draw, (draw(st.integers(0, 3)),)) for _ in range(draw(st.integers(1, 3)))],
    )


@st.composite
def together(draw: Draw) -> Case:
    return Case(lambda x, y: np.broadcast_arrays(x, y), [array(draw, s) for s in draw(broadcastable(2))])


@st.composite
def blocks(draw: Draw) -> Case:
    n, m, k = (draw(st.integers(0, 3)) for _ in range(3))
    return Case(
        lambda a, b, c: np.block([[a, b], [c]]), [array(draw, (2, n)), array(draw, (2, m)), array(draw, (k, n + m))]
    )


def _row_stack(xs: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return np.row_stack(xs)


CASES: Cases = {
    "reshape": shaped(reshaped),
    "ravel": one(np.ravel),
    "transpose": shaped(permuted),
    "copy": one(np.copy),
    "swapaxes": shaped(moved(np.swapaxes), rank=(1, 3)),
    "moveaxis": shaped(moved(np.moveaxis), rank=(1, 3)),
    "rollaxis": shaped(moved(np.rollaxis), rank=(1, 3)),
    "squeeze": shaped(squeezed),
    "expand_dims": shaped(expanded),
    "atleast_1d": one(np.atleast_1d),
    "atleast_2d": one(np.atleast_2d),
    "atleast_3d": one(np.atleast_3d),
    "broadcast_to": shaped(spread),
    "broadcast_arrays": together(),
    "meshgrid": meshed(),
    "repeat": shaped(repeated),
    "tile": shaped(tiled),
    "resize": shaped(resized, 1),
    "roll": shaped(rolled),
    "flip": shaped(flipped),
    "fliplr": shaped(plainly(np.fliplr), rank=(2, 3)),
    "flipud": shaped(plainly(np.flipud), rank=(1, 3)),
    "rot90": shaped(turned, rank=(2, 3)),
    "pad": shaped(padded, 1, (1, 2)),
    "full_like": one(lambda x: np.full_like(x, np.sum(x))),
    "tril": shaped(offset_of(np.tril), rank=(2, 3)),
    "triu": shaped(offset_of(np.triu), rank=(2, 3)),
    "diag": shaped(offset_of(np.diag), rank=(1, 2)),
    "diagflat": shaped(offset_of(np.diagflat), rank=(0, 2)),
    "diagonal": shaped(offset_of(np.diagonal), rank=(2, 3)),
    "concatenate": joined(np.concatenate, (1, 3), axis=True),
    "stack": joined(np.stack, axis=True, new=True),
    "hstack": joined(np.hstack),
    "vstack": joined(np.vstack),
    "dstack": joined(np.dstack),
    "column_stack": joined(np.column_stack, (1, 2)),
    "block": blocks(),
    "append": appended(),
    "insert": inserted(),
    "split": shaped(a_split(np.split, None, True), rank=(1, 3)),
    "array_split": shaped(a_split(np.array_split, None, False), rank=(1, 3)),
    "hsplit": shaped(a_split(np.hsplit, 1, True), rank=(2, 3)),
    "vsplit": shaped(a_split(np.vsplit, 0, True), rank=(2, 3)),
    "dsplit": shaped(a_split(np.dsplit, 2, True), rank=(3, 3)),
    "take": shaped(taken, 1),
    "take_along_axis": shaped(taken_along, 1, (1, 3)),
    "compress": shaped(compressed),
    "extract": shaped(masked(lambda mask, draw, shape: lambda x: np.extract(mask, x))),
    "delete": shaped(deleted, 2, (1, 3)),
    "sort": shaped(along_axis(np.sort, none=True)),
    "partition": shaped(parted(np.partition), 1, (1, 3)),
    "unique": one(np.unique, apart=True),
}


def _newer() -> Cases:
    """What only some versions of NumPy have."""
    makers: dict[str, Callable[[Any], Any]] = {
        "unstack": lambda f: shaped(along_axis(f), 1, (1, 3)),
        "matrix_transpose": lambda f: shaped(plainly(f), rank=(2, 3)),
    }
    return {name: make(f) for name, make in makers.items() if (f := vars(np).get(name)) is not None}


CASES |= _newer()
if "row_stack" in entries():  # in NumPy 1 it is vstack itself
    CASES["row_stack"] = joined(_row_stack)
