"""Covariances, spacings, quantiles without NaN, polynomials, sets, windows, and functions of the user's."""

from __future__ import annotations

from typing import Any

import numpy as np
from cases_arrays import Cases, quantiled, reduced
from hypothesis import strategies as st
from made import Case, Draw, array, one, plainly, shaped
from strategies import seeds

WINDOWS = np.lib.stride_tricks.sliding_window_view


@st.composite
def spaced(draw: Draw, f: Any) -> Case:
    n, end = draw(st.integers(0, 4)), draw(st.booleans())
    shape = tuple(draw(st.lists(st.integers(0, 3), max_size=2)))
    ends = [array(draw, shape, (0.5, 2.0)) for _ in range(2)]
    return Case(lambda x, y: f(x, y, n, endpoint=end), ends)


@st.composite
def spread_out(draw: Draw, f: Any) -> Case:
    shape = draw(st.sampled_from([(4,), (2, 4), (3, 5)]))
    rowvar = draw(st.booleans()) or len(shape) == 1
    return Case(lambda x: f(x if rowvar else np.transpose(x), rowvar=rowvar), [array(draw, shape, apart=True)])


@st.composite
def of_coefficients(draw: Draw, f: Any, first: int = 1, second: int = 1) -> Case:
    m, n = draw(st.integers(first, first + 3)), draw(st.integers(second, min(second + 3, first + 3)))
    return Case(f, [array(draw, (m,), apart=True), array(draw, (n,), (0.5, 2.0))])


@st.composite
def fitted(draw: Draw) -> Case:
    degree = draw(st.integers(0, 2))
    x = np.arange(5) / 2 + 0.2 * array(draw, (5,), (0.0, 1.0))
    return Case(lambda x, y: np.polyfit(x, y, degree), [x, array(draw, (5,))])


@st.composite
def of_roots(draw: Draw) -> Case:
    zeros = np.array([-2.0, 0.5, 1.5, 3.0])[: draw(st.integers(1, 4))] + 0.2 * draw(st.floats(0, 1))
    return Case(np.roots, [np.poly(zeros) * 1.5])


@st.composite
def of_sets(draw: Draw, f: Any) -> Case:
    x = array(draw, (draw(st.integers(1, 5)),), apart=True)
    return Case(lambda x: f(x, np.append(x[::-2], x[:1] + 9.0)), [x])  # what is equal stays equal as x moves


def pieces(draw: Draw, shape: Any) -> Any:
    mask = np.random.default_rng(draw(seeds)).random(shape) < 0.5
    return lambda x: np.piecewise(x, [mask], [np.sin, lambda v: v * v])


def along(draw: Draw, shape: Any) -> Any:
    axis, f = draw(st.integers(-len(shape), len(shape) - 1)), draw(st.sampled_from([np.prod, np.cumsum, np.diag]))
    return lambda x: np.apply_along_axis(f, axis, x)


def over(draw: Draw, shape: Any) -> Any:
    axes = draw(st.lists(st.integers(0, len(shape) - 1), unique=True))
    return lambda x: np.apply_over_axes(np.prod, x, axes)


def windowed(draw: Draw, shape: Any) -> Any:
    axis = draw(st.integers(0, len(shape) - 1))
    width = draw(st.integers(1, shape[axis]))
    return lambda x: WINDOWS(x, width, axis)


CASES: Cases = {
    "cov": spread_out(np.cov),
    "corrcoef": spread_out(np.corrcoef),
    "logspace": spaced(np.logspace),
    "geomspace": spaced(np.geomspace),
    "nanmedian": reduced(np.nanmedian, 2, apart=True, nans=True),
    "nanquantile": shaped(quantiled(np.nanquantile, 1.0), 1),
    "nanpercentile": shaped(quantiled(np.nanpercentile, 100.0), 1),
    "unwrap": shaped(plainly(lambda x: np.unwrap(4 * x)), rank=(1, 3)),
    "frexp": one(lambda x: np.frexp(x)[0], (0.55, 0.95)),
    "i0": one(np.i0),
    "trim_zeros": one(lambda x: np.trim_zeros(np.ravel(x)), (0.5, 2.0), min_side=1),
    "sliding_window_view": shaped(windowed, 1, (1, 3)),
    "piecewise": shaped(pieces),
    "apply_along_axis": shaped(along, 1, (1, 3)),
    "apply_over_axes": shaped(over, 1, (1, 3)),
    "poly": shaped(plainly(np.poly), 1, (1, 1)),
    "polyadd": of_coefficients(np.polyadd),
    "polysub": of_coefficients(np.polysub),
    "polymul": of_coefficients(np.polymul),
    "polydiv": of_coefficients(lambda u, v: np.polydiv(u, v)[0], 3),
    "polyder": shaped(plainly(np.polyder), 1, (1, 1)),
    "polyint": shaped(plainly(np.polyint), 1, (1, 1)),
    "polyfit": fitted(),
    "roots": of_roots(),
    "union1d": of_sets(np.union1d),
    "intersect1d": of_sets(np.intersect1d),
    "setdiff1d": of_sets(np.setdiff1d),
    "setxor1d": of_sets(np.setxor1d),
}
if (unique_values := vars(np).get("unique_values")) is not None:  # since NumPy 2
    CASES["unique_values"] = one(unique_values, apart=True)
