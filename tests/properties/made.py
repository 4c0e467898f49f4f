"""What hypothesis makes for a function: shapes (empty, of one element, pairs that broadcast), numbers, layouts, axes.

A case is a call and its arrays. Some arrays are views with negative steps, of every second element or transposed; some
operands are turned into such a view on the tape before the call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import strategies as st
from strategies import broadcastable, seeds, shapes

Function = Callable[..., Any]
Limits = tuple[float, float]
Draw = st.DrawFn
STEPS = 1024  # numbers lie on a grid of so many points: far enough apart for central differences between kinks


@dataclass(frozen=True)
class Case:
    """A call and the arrays that vary."""

    f: Function
    arrays: Sequence[np.ndarray]


def grid(draw: Draw, shape: tuple[int, ...], limits: Limits, offset: float = 0.5, apart: bool = False) -> np.ndarray:
    """Numbers of the grid between the limits, all different if `apart`."""
    size = int(np.prod(shape))
    rng = np.random.default_rng(draw(seeds))
    places = rng.permutation(STEPS)[:size] if apart else rng.integers(0, STEPS, size)
    low, high = limits
    return np.asarray(low + (high - low) * (places.reshape(shape) + offset) / STEPS)


LAYOUTS: dict[str, tuple[Function, Function]] = {  # an array as a view of a larger or turned one; the same view taken
    "plain": (lambda a: a, lambda x: x),
    "reversed": (lambda a: a[..., ::-1].copy()[..., ::-1], lambda x: x[..., ::-1]),
    "reversed first": (lambda a: a[::-1].copy()[::-1], lambda x: x[::-1]),
    "turned": (lambda a: a.T.copy().T, lambda x: np.transpose(x)),
    "every second": (lambda a: np.repeat(a, 2, -1)[..., ::2], lambda x: np.repeat(x, 2, -1)[..., ::-2][..., ::-1]),
}


def laid(draw: Draw, a: np.ndarray) -> np.ndarray:
    """The same numbers, perhaps as a view with other strides."""
    return LAYOUTS[draw(st.sampled_from(sorted(LAYOUTS) if a.ndim else ["plain"]))][0](a)


def array(
    draw: Draw, shape: tuple[int, ...], limits: Limits = (-2.0, 2.0), offset: float = 0.5, apart: bool = False
) -> np.ndarray:
    """Numbers between the limits in any layout."""
    return laid(draw, grid(draw, shape, limits, offset, apart))


def viewed(draw: Draw, f: Function, square: bool = False) -> Function:
    """`f`, perhaps of its operands seen through a view that keeps their shapes."""
    names = ["plain", "plain", "reversed", "every second"] + (["turned"] if square else [])
    view = LAYOUTS[draw(st.sampled_from(names))][1]
    return lambda *xs: f(*(view(x) if np.ndim(x) else x for x in xs))


def one(f: Function, limits: Limits = (-2.0, 2.0), apart: bool = False, **shape: int) -> st.SearchStrategy[Case]:
    """A function of one array of any shape."""

    @st.composite
    def made(draw: Draw) -> Case:
        return Case(viewed(draw, f), [array(draw, draw(shapes(**shape)), limits, apart=apart)])

    return made()


def two(f: Function, first: Limits = (-2.0, 2.0), second: Limits = (-2.0, 2.0)) -> st.SearchStrategy[Case]:
    """A function of two arrays that broadcast; no two of their numbers are equal."""

    @st.composite
    def made(draw: Draw) -> Case:
        left, right = draw(broadcastable(2))
        return Case(viewed(draw, f), [array(draw, left, first, 0.25), array(draw, right, second, 0.75)])

    return made()


def axis_of(draw: Draw, ndim: int, several: bool = True, none: bool = True) -> Any:
    """An axis, counted from either end, or several, or None."""
    if not ndim:
        return None if none else 0
    one = st.integers(-ndim, ndim - 1)
    more = st.lists(one, unique_by=lambda i: i % ndim, min_size=1).map(tuple)
    return draw(st.one_of([one] + [more] * several + [st.none()] * none))


@st.composite
def shaped(
    draw: Draw, f: Callable[[Any], Callable[[Any, Any], Any]], least: int = 0, rank: tuple[int, int] = (0, 3)
) -> Case:
    """`f(draw, shape)` gives the call of one array of that shape."""
    shape = tuple(draw(st.lists(st.integers(least, 3), min_size=rank[0], max_size=rank[1])))
    x = array(draw, shape, apart=True)
    return Case(viewed(draw, f(draw, shape)), [x])  # type: ignore[call-arg]


def any_axis(draw: Draw, shape: Any) -> int:
    return draw(st.integers(-len(shape), len(shape) - 1))


def plainly(f: Any) -> Any:
    return lambda draw, shape: f


def along_axis(f: Any, *options: dict[str, Any], none: bool = False) -> Any:
    """A function with an axis, or without one where it may be left out."""

    def call(draw: Draw, shape: Any) -> Any:
        axis = draw(st.sampled_from([*range(-len(shape), len(shape)), *([None] if none else [])]))
        more = draw(st.sampled_from(options)) if options else {}
        return lambda x: f(x, axis=axis, **more)

    return call
