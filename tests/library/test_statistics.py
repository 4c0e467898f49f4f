"""Covariances, polynomials, spacings and other functions of data: values as NumPy's, derivatives to second order."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from tabled import agrees, array, differentiates, gradient, keeps_float32, plain

import notebook_ad as ad

M = array(3, 5)
V, W = array(6), array(6, seed=1)
P = np.array([2.0, -3.0, 0.5, 1.5])
GAPS = np.where(np.abs(array(4, 5)) < 0.4, np.nan, array(4, 5))
GAPS[2] = np.nan


def _full(found: Any) -> Any:
    """What of a full account has a derivative."""
    coefficients, squares, _, sizes, _ = found
    return coefficients, squares, sizes


CALLS: dict[str, tuple[Any, tuple[np.ndarray, ...]]] = {
    "cov": (np.cov, (M,)),
    "cov of two": (np.cov, (V, W)),
    "cov of columns": (lambda m: np.cov(m, rowvar=False), (M,)),
    "cov with bias": (lambda m: np.cov(m, bias=True), (M,)),
    "cov with ddof": (lambda m: np.cov(m, ddof=2), (M,)),
    "cov of one variable": (np.cov, (V,)),
    "cov with frequencies": (lambda m: np.cov(m, fweights=[1, 2, 0, 3, 1]), (M,)),
    "cov with weights": (lambda m: np.cov(m, aweights=[1.0, 2.0, 0.5, 3.0, 1.0]), (M,)),
    "cov with both": (lambda m: np.cov(m, fweights=[1, 2, 0, 3, 1], aweights=[1.0, 2.0, 0.5, 3.0, 1.0]), (M,)),
    "corrcoef": (np.corrcoef, (M,)),
    "corrcoef of two": (np.corrcoef, (V, W)),
    "corrcoef of one": (np.corrcoef, (V,)),
    "logspace": (lambda a, b: np.logspace(a, b, 7), (np.array(0.2), np.array(1.5))),
    "logspace in base 2": (lambda a, b: np.logspace(a, b, 4, False, 2.0), (M[0], M[1])),
    "logspace along an axis": (lambda a, b: np.logspace(a, b, 4, axis=-1), (M[0], M[1])),
    "geomspace": (lambda a, b: np.geomspace(a, b, 5), (np.array(0.5), np.array(8.0))),
    "geomspace of negatives": (lambda a, b: np.geomspace(a, b, 5, endpoint=False), (np.array(-0.5), np.array(-8.0))),
    "geomspace of vectors": (lambda a, b: np.geomspace(a, b, 4, axis=1), (np.exp(V), np.exp(W))),
    "nanmedian": (np.nanmedian, (GAPS[:2],)),
    "nanmedian over rows": (lambda x: np.nanmedian(x, axis=0, keepdims=True), (GAPS,)),
    "nanquantile": (lambda x: np.nanquantile(x, 0.3, axis=1), (GAPS[:2],)),
    "nanquantile of several": (lambda x: np.nanquantile(x, [[0.0, 0.25], [0.7, 1.0]], axis=0), (GAPS,)),
    "nanpercentile": (lambda x: np.nanpercentile(x, [10, 60], axis=(0, 1), keepdims=True), (GAPS,)),
    "unwrap": (np.unwrap, (5 * V,)),
    "unwrap in degrees": (lambda x: np.unwrap(x, axis=0, period=360), (200 * M,)),
    "frexp": (lambda x: np.frexp(x)[0], (9 * V,)),
    "trim_zeros": (np.trim_zeros, (np.array([0.0, 0.0, 1.0, 0.0, 2.0, 0.0]),)),
    "trim_zeros in front": (lambda x: np.trim_zeros(x, "f"), (np.array([0.0, 1.0, 0.0, 2.0, 0.0]),)),
    "indexing with ix_": (lambda x: x[np.ix_([0, 2], [True, False, True, True, False])], (M,)),
    "sliding windows": (lambda x: np.lib.stride_tricks.sliding_window_view(x, 3), (V,)),
    "sliding windows of an axis": (lambda x: np.lib.stride_tricks.sliding_window_view(x, (2,), (1,)), (M,)),
    "piecewise": (lambda x: np.piecewise(x, [x < 0, x > 0.5], [np.negative, lambda v: v**2, 3.0]), (V,)),
    "piecewise of one condition": (lambda x: np.piecewise(x, x < 0, [np.exp, np.sin]), (V,)),
    "piecewise with arguments": (lambda x: np.piecewise(x, [x < 0], [lambda v, k: k * v**2, 1.0], 3.0), (V,)),
    "apply_along_axis to numbers": (lambda x: np.apply_along_axis(np.prod, 0, x), (M,)),
    "apply_along_axis to vectors": (lambda x: np.apply_along_axis(lambda v: v[:2] * v[2:4], 1, x), (M,)),
    "apply_along_axis to matrices": (lambda x: np.apply_along_axis(np.diag, 1, x[:, :, None]), (M,)),
    "apply_over_axes": (lambda x: np.apply_over_axes(np.sum, x**2, [0, -1]), (M,)),
    "poly": (np.poly, (V,)),
    "poly of a matrix": (np.poly, (array(3, 3) + np.diag([1.0, 4.0, 9.0]),)),
    "polyadd": (np.polyadd, (P, P[:2])),
    "polysub": (np.polysub, (P[:2], P)),
    "polymul": (np.polymul, (P, V)),
    "polydiv": (lambda u, v: np.polydiv(u, v)[0], (V, P)),
    "remainder of polydiv": (lambda u, v: np.polydiv(u, v)[1], (V, P)),
    "polyder": (lambda p: np.polyder(p, 2), (P,)),
    "polyint": (lambda p: np.polyint(p, 2, [3.0, -1.0]), (P,)),
    "polyint without constants": (np.polyint, (P,)),
    "polyfit": (lambda x, y: np.polyfit(x, y, 2), (V, W)),
    "polyfit of columns with weights": (lambda x, y: np.polyfit(x, y, 1, w=[1, 2, 1, 1, 3, 1]), (V, array(6, 2))),
    "polyfit, residuals and singular values": (lambda x, y: _full(np.polyfit(x, y, 1, full=True)), (V, array(6, 2))),
    "polyfit with covariances": (lambda x, y: np.polyfit(x, y, 2, cov=True), (V, W)),
    "polyfit of columns with covariances": (lambda x, y: np.polyfit(x, y, 1, cov=True), (V, array(6, 2))),
    "polyfit with unscaled covariances": (lambda x, y: np.polyfit(x, y, 1, cov="unscaled"), (V, array(6, 2))),
    "roots": (np.roots, (np.array([1.0, -6.0, 11.0, -6.0]),)),
    "union1d": (np.union1d, (V, W[:3] + 0.001)),
    "intersect1d": (np.intersect1d, (V, V[1:4])),
    "setdiff1d": (np.setdiff1d, (V, W[:2])),
    "setxor1d": (np.setxor1d, (V, np.append(V[:2], 7.0))),
    "i0": (np.i0, (V,)),
}
HELD_AT_VALUES = {"intersect1d", "setdiff1d", "setxor1d", "trim_zeros", "trim_zeros in front"}  # a step changes lengths
WITHOUT = {"cov with frequencies", "cov with both", "nanmedian over rows", "nanquantile of several", "nanpercentile"}


@pytest.mark.parametrize("name", CALLS)
def test_values_are_numpys(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        agrees(*CALLS[name], rtol=1e-12)


@pytest.mark.parametrize("name", sorted(CALLS.keys() - HELD_AT_VALUES - WITHOUT))
def test_derivatives_to_second_order(name: str) -> None:
    function, arrays = CALLS[name]
    differentiates(function, [np.where(np.isnan(a), array(*a.shape, seed=5), a) for a in arrays])


@pytest.mark.parametrize(
    "name", ["nanmedian", "nanquantile", "logspace", "geomspace", "piecewise", "polyfit", "unwrap"]
)
def test_float32_stays(name: str) -> None:
    function, arrays = CALLS[name]
    found = function(*(ad.tensor(np.asarray(a, np.float32)) for a in arrays))
    assert found.dtype == (np.float64 if name in ("geomspace", "polyfit") else np.float32)  # as NumPy 2's
    np.sum(found).backward()


def test_covariance_of_float32_is_float64_and_its_gradient_float32() -> None:
    keeps_float32(lambda m: np.cov(m).astype(np.float32), (M,))
    assert np.cov(ad.tensor(M.astype(np.float32))).dtype == np.float64


def test_missing_values_get_no_gradient_and_the_quantile_shares_by_distance() -> None:
    assert gradient(np.nanmedian, [5.0, np.nan, 1.0, 3.0, np.nan]) == [0.0, 0.0, 0.0, 1.0, 0.0]
    assert gradient(np.nanmedian, [5.0, np.nan, 1.0]) == [0.5, 0.0, 0.5]
    assert gradient(lambda x: np.nanquantile(x, 0.25), [np.nan, 4.0, 2.0]) == [0.0, 0.25, 0.75]


def test_a_function_of_piecewise_sees_only_its_elements() -> None:
    found = gradient(lambda x: np.piecewise(x, [x > 0], [np.sqrt, lambda v: 0 * v]), [-1.0, 0.0, 4.0])
    assert found == [0.0, 0.0, 0.25]


def test_the_gradient_of_common_elements_goes_to_the_first_array() -> None:
    found = gradient(lambda x, y: np.intersect1d(x, y) * [1.0, 2.0], [3.0, 1.0, 2.0], [2.0, 9.0, 1.0])
    assert found == [[0.0, 1.0, 2.0], None]


def test_places_found_in_a_flat_array_are_indices() -> None:
    x = ad.tensor(M)
    at = np.unravel_index(np.argmax(x), x.shape)
    assert [int(i) for i in at] == [int(i) for i in np.unravel_index(np.argmax(M), M.shape)]
    x[at].backward()
    assert x.grad is not None
    assert np.argwhere(plain(x.grad)).tolist() == [[int(i) for i in at]]
    assert int(np.ravel_multi_index(at, M.shape)) == int(np.argmax(M))


def test_a_mask_can_be_inverted() -> None:
    assert np.invert(ad.tensor(V) > 0).tolist() == (~(V > 0)).tolist()


def test_a_full_account_of_a_fit_has_numpys_rank_and_limit() -> None:
    found, expected = (np.polyfit(x, W, 2, full=True) for x in (ad.tensor(V), V))
    assert (found[2], found[4]) == (expected[2], expected[4]) == (3, len(V) * np.finfo(float).eps)
    assert (found[1].shape, found[3].shape) == (expected[1].shape, expected[3].shape)


def test_a_fit_of_low_rank_warns_as_numpys() -> None:
    for x in (np.ones(3), ad.tensor(np.ones(3))):
        with pytest.warns(Warning, match="Polyfit may be poorly conditioned") as said:
            np.polyfit(x, [1.0, 2.0, 3.0], 1)
        assert said[0].filename == __file__


REFUSED = {
    "np.cov takes variables in one or two axes": lambda: np.cov(ad.tensor(array(2, 2, 2))),
    "np.cov: fweights must be integers": lambda: np.cov(ad.tensor(M), fweights=[0.5] * 5),
    "np.cov: aweights must not be negative": lambda: np.cov(ad.tensor(M), aweights=[-1.0] * 5),
    r"np.cov: fweights of shape \(2,\) for 5 observations": lambda: np.cov(ad.tensor(M), fweights=[1, 1]),
    "np.cov: ddof must be an integer": lambda: np.cov(ad.tensor(M), ddof=0.5),
    "np.geomspace: a geometric sequence cannot include 0": lambda: np.geomspace(ad.tensor(0.0), 1.0),
    "np.geomspace of real numbers needs start and stop of one sign": lambda: np.geomspace(ad.tensor(-1.0), 1.0),
    "np.piecewise: 3 functions for 1 conditions": lambda: np.piecewise(ad.tensor(V), [V > 0], [1.0, 2.0, 3.0]),
    "np.polyder: m must not be negative": lambda: np.polyder(ad.tensor(P), -1),
    "np.polyint: 1 constants|np.polyint: 2 constants for m=3": lambda: np.polyint(ad.tensor(P), 3, [1.0, 2.0]),
    "np.polyfit: cov=True of 3 coefficients wants more than 3 points": lambda: np.polyfit(
        ad.tensor(P[:3]), V[:3], 2, cov=True
    ),
    "np.polyfit: x of shape": lambda: np.polyfit(ad.tensor(V), W[:2], 1),
    "np.polyadd takes a vector of coefficients": lambda: np.polyadd(ad.tensor(M), P),
    "np.trim_zeros: trim is 'f', 'b' or 'fb'": lambda: np.trim_zeros(ad.tensor(V), "x"),
    "np.ix_: argument 1 must be a vector": lambda: np.ix_([0], ad.tensor(np.zeros((2, 2), int), requires_grad=False)),
    "np.apply_along_axis of shape|np.apply_along_axis: axis": lambda: np.apply_along_axis(np.sum, 3, ad.tensor(M)),
    r"np.nanquantile: q must lie in \[0, 1\]": lambda: np.nanquantile(ad.tensor(V), 2.0),
}


@pytest.mark.parametrize("message", REFUSED)
def test_bad_arguments_are_named(message: str) -> None:
    with pytest.raises((ValueError, TypeError, ad.NoDerivative, IndexError), match=message):
        REFUSED[message]()
