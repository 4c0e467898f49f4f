"""Histograms over one axis and several: counts are NumPy's constants, the gradient passes to the weights."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tabled import array, differentiates, plain

import notebook_ad as ad

X, Y, Z, W = array(4, 20)
X[0], Y[1] = np.nan, 9.0
EDGES = np.array([-1.0, -0.2, 0.5, 1.0])
SQUARE: dict[str, Any] = {"range": [(-1.0, 1.0), (-1.5, 0.5)]}
OPTIONS: dict[str, dict[str, Any]] = {
    "edges for both": {"bins": EDGES},
    "edges for each": {"bins": [EDGES, EDGES[1:]]},
    "numbers of bins": {"bins": (2, 3), **SQUARE},
    "a number and edges": {"bins": [2, EDGES], **SQUARE},
    "densities": {"bins": 3, "density": True, **SQUARE},
    "one range": {"bins": [EDGES, 2], "range": [None, (0.0, 1.0)]},
}


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("weights", [None, W])
def test_counts_sums_and_edges_over_two_axes_are_numpys(name: str, weights: Any) -> None:
    expected = np.histogram2d(X, Y, weights=weights, **OPTIONS[name])
    found = np.histogram2d(
        ad.tensor(X), ad.tensor(Y), weights=None if weights is None else ad.tensor(weights), **OPTIONS[name]
    )
    for ours, theirs in zip(found, expected, strict=True):
        assert plain(ours).dtype == theirs.dtype
        np.testing.assert_allclose(plain(ours), theirs, rtol=1e-12, atol=1e-12)
    assert found[0].requires_grad == (weights is not None)


@pytest.mark.parametrize("name", OPTIONS)
def test_the_gradient_passes_to_the_weights(name: str) -> None:
    differentiates(lambda w: np.histogram2d(X, Y, weights=w, **OPTIONS[name])[0], [W])


def test_over_three_axes_points_may_be_rows_or_vectors() -> None:
    options: Any = {"bins": (2, 3, 1), "range": [(-1.0, 1.0)] * 3}
    expected = np.histogramdd([X, Y, Z], weights=W, **options)
    for sample in (np.stack([X, Y, Z], 1), [X, Y, Z], (ad.tensor(X), Y, Z), ad.tensor(np.stack([X, Y, Z], 1))):
        found = np.histogramdd(sample, weights=ad.tensor(W), **options)
        assert type(found[1]) is type(expected[1])
        np.testing.assert_allclose(plain(found[0]), expected[0], rtol=1e-12, atol=1e-12)
        for ours, theirs in zip(found[1], expected[1], strict=True):
            np.testing.assert_array_equal(plain(ours), theirs)


def test_edges_come_from_the_values_of_constants() -> None:
    found = np.histogram2d(Y, Z, 4, weights=ad.tensor(W))
    for ours, theirs in zip(found, np.histogram2d(Y, Z, 4, weights=W), strict=True):
        np.testing.assert_allclose(plain(ours), theirs, rtol=1e-12, atol=1e-12)


def test_each_example_of_a_vmap_has_its_own_places() -> None:
    count = lambda x, y: np.histogram2d(x, y, 2, [(-1, 1), (-1, 1)])[0]
    found = ad.vmap(count)(X.reshape(2, 10), Y.reshape(2, 10))
    np.testing.assert_array_equal(found, [count(X[:10], Y[:10]), count(X[10:], Y[10:])])


T = ad.tensor(Y)
ERRORS: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (
        lambda: np.histogram2d(T, Z),
        ad.NoDerivative,
        "histogram2d: the edges depend on the tensor.*Give the edges or range=",
    ),
    (lambda: np.histogram2d(T, Z, [T[:3], T[:3]]), ad.NoDerivative, "no derivative with respect to the edges.*detach"),
    (lambda: np.histogram2d(T, Z[1:]), ad.ShapeError, r"histogram2d: x of shape \(20,\) and y of shape \(19,\)"),
    (lambda: np.histogramdd([T, Z[1:]], EDGES), ad.ShapeError, "histogramdd: 20, 19 coordinates along the axes"),
    (lambda: np.histogram2d(T, Z, EDGES, weights=W[1:]), ad.ShapeError, r"weights of shape \(19,\) for 20 points"),
    (lambda: np.histogramdd([T, Z], [EDGES]), ad.ShapeError, "histogramdd of .*dimension of bins"),
]


@pytest.mark.parametrize(("call", "kind", "message"), ERRORS)
def test_bad_arguments_are_named(call: Callable[[], Any], kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()


def test_histogram_counts_and_sums_weights() -> None:
    a, w = np.array([0.0, 0.1, 0.5, 1.0, 2.0, -1.0, np.nan]), np.arange(7.0) + 1
    for options in ({"bins": [0.0, 0.5, 1.0]}, {"bins": 4, "range": (0, 1)}, {"bins": np.array([0.0, 0.2, 1.0])}):
        for density in (False, True):
            with np.errstate(all="ignore"):
                counts, edges = np.histogram(a, **options, density=density)
                sums, _ = np.histogram(a, **options, weights=w, density=density)
            found, ours = np.histogram(ad.tensor(a), **options, density=density)
            np.testing.assert_allclose(plain(found), counts)
            np.testing.assert_array_equal(plain(ours), edges)
            assert not found.requires_grad
            np.testing.assert_allclose(
                plain(np.histogram(a, **options, weights=ad.tensor(w), density=density)[0]), sums
            )
    differentiates(lambda w: np.histogram(a[:6], 4, (0, 1), weights=w, density=True)[0], [w[:6]])
    np.testing.assert_allclose(plain(np.histogram(a[:6], weights=ad.tensor(w[:6]))[1]), np.histogram(a[:6])[1])
    with pytest.raises(ad.NoDerivative, match="histogram: the edges depend on the tensor"):
        np.histogram(ad.tensor(a))
    with pytest.raises(ad.NoDerivative, match="detach"):
        np.histogram(a, ad.tensor([0.0, 1.0]))


def test_a_histogram_of_weights_keeps_their_dtype() -> None:
    for dtype in (np.float32, np.float64, np.int64):
        w = np.array([1, 2], dtype)
        found = np.histogram([0.5, 1.5], 3, (0, 3), weights=ad.tensor(w, requires_grad=False))[0]
        assert found.dtype == np.histogram([0.5, 1.5], 3, (0, 3), weights=w)[0].dtype == dtype
