"""Reductions, running sums, signals, ranges, Fourier transforms."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st
from made import Case, Draw, along_axis, any_axis, array, axis_of, one, plainly, shaped, viewed
from strategies import broadcastable, seeds, shapes

from notebook_ad.scipy import special

Cases = dict[str, st.SearchStrategy[Case]]
POSITIVE = (0.3, 2.0)


@st.composite
def reduced(
    draw: Draw, f: Any, least: int = 0, limits: tuple[float, float] = (-2.0, 2.0), apart: bool = False, several: bool = True,
    keepdims: bool = True, none: bool = True, nans: bool = False, **drawn: Any,
) -> Case:  # fmt: skip
    """A function of an array over axes; `drawn` are strategies of further keywords. `least`: elements along an axis."""
    shape = draw(shapes(min_side=least, max_side=3))
    options = {"axis": axis_of(draw, len(shape), several, none)} | {k: draw(s) for k, s in drawn.items()}
    if keepdims:
        options["keepdims"] = draw(st.booleans())
    x = array(draw, shape, limits, apart=apart)
    if least == 2:
        assume(shape)
    holes = np.random.default_rng(draw(seeds)).random(shape) < (0.2 if nans else 0)
    if nans and holes.ndim:  # one of a row at most, so that none is all NaN
        holes[(slice(1, None),) * holes.ndim] = False
        holes &= x != x.max(initial=-9)
    hole = np.where(holes, np.nan, 0.0)
    call = (lambda x: f(x + hole, **options)) if nans else lambda x: f(x, **options)
    return Case(viewed(draw, call), [x])


def quantiled(f: Any, unit: float) -> Any:
    def call(draw: Draw, shape: Any) -> Any:
        axis, keepdims = axis_of(draw, len(shape)), draw(st.booleans())
        q = draw(st.sampled_from([0.0, 0.3, 1.0, np.array([0.25, 0.9])]))
        return lambda x: f(x, q * unit, axis=axis, keepdims=keepdims)

    return call


def transformed(f: Any, several: bool = False, halves: bool = False, lengths: bool = True) -> Any:
    """A Fourier transform of the operand and its square as imaginary part; or of the real operand."""

    def call(draw: Draw, shape: Any) -> Any:
        norm = draw(st.sampled_from([None, "ortho", "forward"]))
        if several:
            return lambda x: f(x if halves else x + 1j * x * x, norm=norm)
        axis = any_axis(draw, shape)
        n = draw(st.sampled_from([None, 1, 2, 5])) if lengths else None
        return lambda x: f(x if halves else x + 1j * x * x, n=n, axis=axis, norm=norm)

    return call


@st.composite
def convolved(draw: Draw, f: Any) -> Case:
    m, n = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    mode = draw(st.sampled_from(["full", "same", "valid"]))
    return Case(lambda x, y: f(x, y, mode), [array(draw, (m,)), array(draw, (n,))])


@st.composite
def interpolated(draw: Draw) -> Case:
    n = draw(st.integers(2, 5))
    knots = np.sort(array(draw, (n,), (-2.0, 2.0), 0.0, apart=True))
    x = array(draw, draw(shapes(max_ndim=2)), (-2.5, 2.5), 0.5)
    return Case(lambda x, y: np.interp(x, knots, y), [x, array(draw, (n,))])


@st.composite
def ranged(draw: Draw) -> Case:
    left, right = draw(broadcastable(2))
    n, end = draw(st.integers(0, 4)), draw(st.booleans())
    axis = draw(st.sampled_from([0, -1]))
    return Case(lambda x, y: np.linspace(x, y, n, endpoint=end, axis=axis), [array(draw, left), array(draw, right)])


@st.composite
def polynomial(draw: Draw) -> Case:
    return Case(
        np.polyval, [array(draw, (draw(st.integers(0, 4)),)), array(draw, draw(shapes(max_ndim=2)), (-1.0, 1.0))]
    )


@st.composite
def averaged(draw: Draw) -> Case:
    shape = draw(shapes(min_side=1, max_side=3))
    axis = axis_of(draw, len(shape), several=False)
    weights = array(draw, shape, POSITIVE)
    if draw(st.booleans()):
        return Case(lambda x: np.average(x, axis), [array(draw, shape)])
    return Case(lambda x, w: np.average(x, axis, weights=w), [array(draw, shape), weights])


@st.composite
def integrated(draw: Draw) -> Case:
    shape = draw(shapes(min_side=2, max_side=3).filter(bool))
    axis = any_axis(draw, shape)
    if draw(st.booleans()):
        return Case(lambda y: TRAPEZOID(y, dx=0.3, axis=axis), [array(draw, shape)])
    return Case(lambda y, x: TRAPEZOID(y, x, axis=axis), [array(draw, shape), array(draw, (shape[axis],))])


@st.composite
def counted(draw: Draw, histogram: bool) -> Case:
    n = draw(st.integers(1, 5))
    places = np.random.default_rng(draw(seeds)).integers(0, 4, n)
    call = lambda w: np.histogram(places, 3, (0, 3), weights=w)[0] if histogram else np.bincount(places, w, 5)
    return Case(call, [array(draw, (n,))])


def weighted(draw: Draw, shape: Any) -> Any:
    axis, keepdims = axis_of(draw, len(shape)), draw(st.booleans())
    b = np.random.default_rng(draw(seeds)).uniform(0.2, 1.0, shape)
    return lambda x: special.logsumexp(x, axis, b=b.astype(x.dtype), keepdims=keepdims)


def shares(f: Any) -> Any:
    def call(draw: Draw, shape: Any) -> Any:
        axis = axis_of(draw, len(shape))
        return lambda x: f(x, axis)

    return call


TRAPEZOID: Any = vars(np).get("trapezoid") or vars(np)["trapz"]  # its name before NumPy 2
ADDED = st.sampled_from([0, 1])
FFT = np.fft


@st.composite
def weighed(draw: Draw, f: Any) -> Case:
    n = draw(st.integers(1, 6))
    places = np.random.default_rng(draw(seeds)).uniform(0, 3, (3, n))
    return Case(lambda w: f(list(places), w), [array(draw, (n,), POSITIVE)])


CASES: Cases = {
    "sum": reduced(np.sum),
    "mean": reduced(np.mean, 1),
    "prod": reduced(np.prod),
    "max": reduced(np.max, 1, apart=True),
    "min": reduced(np.min, 1, apart=True),
    "amax": reduced(np.amax, 1, apart=True),
    "amin": reduced(np.amin, 1, apart=True),
    "var": reduced(np.var, 2, ddof=ADDED),
    "std": reduced(np.std, 2, apart=True, ddof=ADDED),
    "median": reduced(np.median, 1, apart=True),
    "ptp": reduced(np.ptp, 2, apart=True, several=False),
    "nansum": reduced(np.nansum, nans=True),
    "nanprod": reduced(np.nanprod, nans=True),
    "nanmean": reduced(np.nanmean, 2, nans=True),
    "nanmax": reduced(np.nanmax, 2, apart=True, nans=True),
    "nanmin": reduced(np.nanmin, 2, apart=True, nans=True),
    "nanvar": reduced(np.nanvar, 2, nans=True),
    "nanstd": reduced(np.nanstd, 2, apart=True, nans=True),
    "cumsum": reduced(np.cumsum, several=False, keepdims=False),
    "cumprod": reduced(np.cumprod, several=False, keepdims=False),
    "nancumsum": reduced(np.nancumsum, several=False, keepdims=False, nans=True),
    "nancumprod": reduced(np.nancumprod, several=False, keepdims=False, nans=True),
    "quantile": shaped(quantiled(np.quantile, 1.0), 1),
    "percentile": shaped(quantiled(np.percentile, 100.0), 1),
    "average": averaged(),
    TRAPEZOID.__name__: integrated(),
    "linspace": ranged(),
    "special.logsumexp": shaped(weighted, 1),
    "special.softmax": shaped(shares(special.softmax), 1),
    "special.log_softmax": shaped(shares(special.log_softmax), 1),
    "vander": shaped(plainly(np.vander), rank=(1, 1)),
    "diff": shaped(along_axis(np.diff, {}, {"n": 2}, {"prepend": 0.5}), 0, (1, 3)),
    "ediff1d": one(np.ediff1d),
    "gradient": shaped(along_axis(np.gradient, {}, {"edge_order": 1}), 2, (1, 3)),
    "convolve": convolved(np.convolve),
    "correlate": convolved(np.correlate),
    "interp": interpolated(),
    "polyval": polynomial(),
    "bincount": counted(False),
    "histogram": counted(True),
    "histogram2d": weighed(lambda places, w: np.histogram2d(*places[:2], 2, [(0, 3), (0, 2)], weights=w)[0]),
    "histogramdd": weighed(lambda places, w: np.histogramdd(places, (3, 2, 1), [(0, 3)] * 3, True, w)[0]),
    "fft.fft": shaped(transformed(FFT.fft), 1, (1, 3)),
    "fft.ifft": shaped(transformed(FFT.ifft), 1, (1, 3)),
    "fft.rfft": shaped(transformed(FFT.rfft, halves=True), 1, (1, 3)),
    "fft.irfft": shaped(transformed(FFT.irfft), 2, (1, 3)),
    "fft.hfft": shaped(transformed(FFT.hfft), 2, (1, 3)),
    "fft.ihfft": shaped(transformed(FFT.ihfft, halves=True), 1, (1, 3)),
    "fft.fft2": shaped(transformed(FFT.fft2, True), 1, (2, 3)),
    "fft.ifft2": shaped(transformed(FFT.ifft2, True), 1, (2, 3)),
    "fft.fftn": shaped(transformed(FFT.fftn, True), 1, (1, 3)),
    "fft.ifftn": shaped(transformed(FFT.ifftn, True), 1, (1, 3)),
    "fft.rfft2": shaped(transformed(FFT.rfft2, True, True), 1, (2, 3)),
    "fft.irfft2": shaped(transformed(FFT.irfft2, True), 2, (2, 3)),
    "fft.rfftn": shaped(transformed(FFT.rfftn, True, True), 1, (1, 3)),
    "fft.irfftn": shaped(transformed(FFT.irfftn, True), 2, (1, 3)),
    "fft.fftshift": shaped(shares(FFT.fftshift), rank=(1, 3)),
    "fft.ifftshift": shaped(shares(FFT.ifftshift), rank=(1, 3)),
}

for name in ("cumulative_sum", "cumulative_prod"):
    if (running := vars(np).get(name)) is not None:  # since NumPy 2
        CASES[name] = shaped(along_axis(running, {}, {"include_initial": True}), 0, (1, 3))
