"""Distributions: SciPy's values and parameters, derivatives to order 2 with respect to all that has them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from scipy import stats

import notebook_ad as ad

ours = ad.scipy.stats
RNG = np.random.default_rng(7)
X = RNG.normal(size=(2, 3))
P = np.array([0.1, 0.5, 0.9, 0.3])
COLUMN = np.array([[1.2], [1.9]])
FACTOR = RNG.normal(size=(3, 3))
COV = FACTOR @ FACTOR.T + np.eye(3)


def holds(name: str, function: str, args: Sequence[Any], wrt: Sequence[int] | None = None, **static: Any) -> None:
    """SciPy's value of arrays and of tensors; derivatives as central differences."""
    f, theirs = getattr(getattr(ours, name), function), getattr(getattr(stats, name), function)
    chosen = range(len(args)) if wrt is None else wrt
    want = theirs(*args, **static)
    tensors = [ad.tensor(np.asarray(x, float)) if i in chosen else x for i, x in enumerate(args)]
    for got in (f(*args, **static), f(*tensors, **static).detach().value):
        assert np.shape(got) == np.shape(want)
        np.testing.assert_allclose(got, want, rtol=1e-11, atol=1e-300)

    def of_chosen(*values: Any) -> Any:
        given = list(args)
        for i, value in zip(chosen, values, strict=True):
            given[i] = value
        return f(*given, **static)

    ad.check_grads(of_chosen, [np.asarray(args[i], float) for i in chosen], order=2)


@pytest.mark.parametrize("function", ["pdf", "logpdf", "cdf", "logcdf", "sf", "logsf"])
def test_normal_and_t(function: str) -> None:
    density = "pdf" in function
    holds("norm", function, [X])
    holds("norm", function, [X, 0.3, 1.7])
    holds("norm", function, [X, RNG.normal(size=3), COLUMN])
    holds("norm", function, [0.3, 0.2, 1.3])
    holds("t", function, [X, 3.3, 0.2, 1.4], None if density else [0, 2, 3])
    holds("t", function, [X, COLUMN + 1], None if density else [0])


@pytest.mark.parametrize("function", ["pdf", "logpdf", "cdf"])
@pytest.mark.parametrize(
    ("name", "shape"), [("beta", [2.2, 1.3]), ("gamma", [2.2]), ("chi2", [3.1]), ("expon", []), ("uniform", [])]
)
def test_distributions_on_an_interval(name: str, shape: list[float], function: str) -> None:
    holds(name, function, [P, *shape])
    holds(name, function, [P + 0.2, *shape, 0.05, 2.0])
    if shape:
        holds(name, function, [P, COLUMN, *shape[1:]])
    if function != "logpdf":
        holds(name, function, [np.array([-1.0, 0.5, 2.0]), *shape], [0])


def test_log_density_outside_the_support_is_minus_infinity_with_a_zero_gradient() -> None:
    for name, shape in (("beta", (2.0, 3.0)), ("gamma", (2.0,)), ("chi2", (3.0,)), ("expon", ()), ("uniform", ())):
        f = getattr(ours, name).logpdf
        assert f(np.array([-1.0]), *shape)[0] == -np.inf
        gradient = ad.grad(lambda x, f=f, shape=shape: np.sum(f(x, *shape)))(np.array([-1.0, 0.5]))
        assert gradient[0] == 0
        assert np.isfinite(gradient[1])
        assert np.isnan(f(np.array([np.nan]), *shape)[0])


def test_survival_functions() -> None:
    holds("gamma", "sf", [P, 2.2])
    holds("chi2", "sf", [P, 2.2])
    for function in ("sf", "logsf", "logcdf"):
        holds("expon", function, [P, 0.05, 2.0])


@pytest.mark.parametrize("function", ["logpmf", "pmf", "cdf"])
def test_poisson_by_its_mean(function: str) -> None:
    holds("poisson", function, [np.array([0, 1, 3]), 1.7], [1])
    holds("poisson", function, [np.array([1, 1, 3]), COLUMN, 1], [1])
    holds("poisson", function, [2, 1.3], [1])
    if function != "logpmf":
        holds("poisson", function, [np.array([-1.0, 0.5, 2.0]), 1.3], [1])
    assert ours.poisson.logpmf(np.array([-1, 0.5]), 1.3).tolist() == [-np.inf, -np.inf]
    with pytest.raises(ad.NoDerivative, match="has no derivative with respect to the count k"):
        ad.grad(lambda k: getattr(ours.poisson, function)(k, 2.0))(1.0)


def test_bernoulli_by_its_probability() -> None:
    holds("bernoulli", "logpmf", [np.array([0, 1]), 0.3], [1])
    holds("bernoulli", "pmf", [np.array([0, 1, 3, -1]), COLUMN / 2], [1])
    assert ours.bernoulli.logpmf(2, 0.3) == -np.inf


@pytest.mark.parametrize("function", ["logpdf", "pdf"])
def test_dirichlet(function: str) -> None:
    alpha, x = np.array([0.7, 2.0, 1.2, 3.0]), np.array([0.1, 0.3, 0.2, 0.4])
    holds("dirichlet", function, [x, alpha])
    holds("dirichlet", function, [x[:3], alpha])
    holds("dirichlet", function, [np.stack([x, x[::-1]], 1), alpha])
    f = getattr(ours.dirichlet, function)
    for args, message in (
        ((x, alpha[:2]), "first axis must have 2 components, or 1"),
        ((x, -alpha), "all of alpha must be greater than 0"),
        ((x - 1, alpha), "must lie between 0 and 1"),
        ((x, alpha.reshape(2, 2)), "alpha must be 1-D"),
    ):
        with pytest.raises(ValueError, match=message):
            f(*args)


@pytest.mark.parametrize("function", ["logpdf", "pdf"])
def test_multivariate_normal(function: str) -> None:
    mean = np.array([0.2, -0.1, 0.4])
    for shape in ((3,), (5, 3), (2, 2, 3)):
        holds("multivariate_normal", function, [RNG.normal(size=shape), mean, COV])
    holds("multivariate_normal", function, [mean * 2, mean, np.array([0.5, 1.0, 2.0])])
    holds("multivariate_normal", function, [mean * 2, mean, 1.3])
    holds("multivariate_normal", function, [0.3])
    holds("multivariate_normal", function, [np.array([0.3, 0.5]), 0.1, 2.0])
    holds("multivariate_normal", function, [mean * 2, mean, COV], [0, 1], allow_singular=True)


def test_gradient_by_a_symmetric_covariance_is_symmetric() -> None:
    x = RNG.normal(size=3)
    gradient = ad.grad(lambda cov: ours.multivariate_normal.logpdf(x, np.zeros(3), cov))(COV)
    inverse = np.linalg.inv(COV)
    np.testing.assert_allclose(gradient, (np.outer(inverse @ x, inverse @ x) - inverse) / 2)


def test_singular_covariance() -> None:
    flat = np.diag([1.0, 2.0, 0.0])
    for x in ([0.1, 0.2, 0.0], [0.1, 0.2, 0.3]):
        got = ours.multivariate_normal.logpdf(x, np.zeros(3), flat, allow_singular=True)
        assert got == pytest.approx(stats.multivariate_normal.logpdf(x, np.zeros(3), flat, allow_singular=True))
    with pytest.raises(ad.NoDerivative, match="no derivative with respect to a cov that may be singular"):
        ad.grad(lambda c: ours.multivariate_normal.logpdf(np.zeros(3), np.zeros(3), c, allow_singular=True))(flat)


def test_multivariate_normal_refuses_what_does_not_fit() -> None:
    f = ours.multivariate_normal.logpdf
    with pytest.raises(np.linalg.LinAlgError, match="cov must be symmetric positive definite"):
        f(np.zeros(2), np.zeros(2), -np.eye(2))
    with pytest.raises(ValueError, match="x has 2 components, but the mean has 3"):
        f(np.zeros(2), np.zeros(3), COV)
    with pytest.raises(ValueError, match=r"the mean has shape \(2,\) and cov \(3, 3\)"):
        f(np.zeros(2), np.zeros(2), COV)


def test_entropy_of_the_multivariate_normal() -> None:
    holds("multivariate_normal", "entropy", [np.zeros(3), COV], [1])
    assert ours.multivariate_normal.entropy() == pytest.approx(stats.multivariate_normal(0).entropy())


def test_single_precision_is_kept() -> None:
    x = ad.tensor(X.astype(np.float32))
    for f in (
        lambda x: ours.norm.logpdf(x, 0.3, 1.2),
        lambda x: ours.t.logpdf(x, 3.0, scale=2.0),
        ours.norm.logcdf,
        lambda x: ours.gamma.logpdf(x, 2.0),
        lambda x: ours.beta.logpdf(x / 4, 2.0, 3.0),
        lambda x: ours.chi2.pdf(x, 2.0, scale=3.0),
    ):
        y = f(x)
        assert y.dtype == np.float32
        assert ad.grad(lambda x, f=f: np.sum(f(x)))(X.astype(np.float32)).dtype == np.float32


def test_maximum_likelihood_by_gradient_finds_mean_and_deviation() -> None:
    data = RNG.normal(2.0, 3.0, size=200)
    loss = lambda p: -np.mean(ours.norm.logpdf(data, p[0], np.exp(p[1])))
    p = np.zeros(2)
    for _ in range(400):
        p = p - 0.5 * ad.grad(loss)(p)
    np.testing.assert_allclose([p[0], np.exp(p[1])], [data.mean(), data.std()], rtol=1e-4)


def test_what_is_not_ours_is_scipys() -> None:
    assert ours.norm.ppf(0.3) == stats.norm.ppf(0.3)
    assert ours.laplace is stats.laplace
    assert ours.dirichlet.rvs([1.0, 2.0], size=3).shape == (3, 2)
