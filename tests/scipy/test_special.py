"""Special functions: SciPy's values of arrays, numbers and tensors, derivatives to order 2 in both modes, edges."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from agreement import agrees, keeps_float32
from scipy import special

import notebook_ad as ad

ours = ad.scipy.special
RNG = np.random.default_rng(11)
ONE = {
    "erf": (-2, 2), "erfc": (-2, 2), "erfcx": (-2, 2), "erfinv": (-0.9, 0.9), "erfcinv": (0.1, 1.9), "ndtr": (-3, 3),
    "ndtri": (0.1, 0.9), "log_ndtr": (-5, 3), "gamma": (0.4, 3), "rgamma": (0.4, 3), "gammaln": (0.4, 3),
    "loggamma": (0.4, 3), "digamma": (0.4, 3), "psi": (0.4, 3), "logit": (0.1, 0.9), "expit": (-3, 3),
    "log_expit": (-3, 3), "entr": (0.1, 3), "exprel": (-1, 1), "sinc": (-2, 2), "j0": (-4, 4), "j1": (-4, 4),
    "y0": (0.5, 4), "y1": (0.5, 4), "i0": (-4, 4), "i1": (-4, 4), "i0e": (0.2, 4), "i1e": (-4, -0.2), "k0": (0.4, 3),
    "k1": (0.4, 3),
}  # fmt: skip
PAIRS = ["beta", "betaln", "xlogy", "xlog1py", "rel_entr", "kl_div"]
ORDERED = {
    "jn": 2, "jv": 0.5, "yn": 2, "yv": 1.5, "iv": 2, "ive": 0.5, "kv": 1.2, "kn": 2, "polygamma": 1, "stdtr": 3.0,
}  # fmt: skip


def within(limits: tuple[float, float], *shape: int) -> np.ndarray:
    return RNG.uniform(*limits, size=shape)


@pytest.mark.parametrize("shape", [(), (1,), (0,), (2, 3)], ids=str)
@pytest.mark.parametrize("name", ONE)
def test_functions_of_one_number(name: str, shape: tuple[int, ...]) -> None:
    agrees(getattr(ours, name), [within(ONE[name], *shape)])


@pytest.mark.parametrize("name", ONE)
def test_arrays_and_numbers_give_what_scipy_gives(name: str) -> None:
    for x in (0.5, np.array([0.3, 0.6])):
        got, want = getattr(ours, name)(x), getattr(special, name)(x)
        assert type(got) is type(want)
        np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("name", [n for n in ONE if isinstance(getattr(special, n), np.ufunc)])
def test_scipys_own_functions_take_tensors(name: str) -> None:
    x = within(ONE[name], 3)
    agrees(getattr(special, name), [x])
    np.testing.assert_array_equal(
        ad.elementwise_grad(getattr(special, name))(x), ad.elementwise_grad(getattr(ours, name))(x)
    )


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("shapes", [((), ()), ((3,), (2, 1)), ((0,), (1,))], ids=str)
def test_functions_of_two_numbers(name: str, shapes: Any) -> None:
    agrees(getattr(ours, name), [within((0.3, 2), *s) for s in shapes])
    agrees(lambda x: getattr(special, name)(x, 0.7), [within((0.3, 2), 2)])


@pytest.mark.parametrize("name", ORDERED)
def test_functions_of_an_order_and_a_number(name: str) -> None:
    agrees(lambda x: getattr(ours, name)(ORDERED[name], x), [within((0.4, 2), 3)])
    if isinstance(getattr(special, name), np.ufunc):
        agrees(lambda x: getattr(special, name)(ORDERED[name], x), [within((0.4, 2), 2)], order=1)
    with pytest.raises(ad.NoDerivative, match=f"scipy.special.{getattr(special, name).__name__} has no derivative"):
        ad.grad(lambda n: getattr(ours, name)(n, 0.5))(float(ORDERED[name]))


def test_multivariate_gamma_function() -> None:
    agrees(lambda a: ours.multigammaln(a, 3), [np.array(2.4)])
    assert ours.multigammaln(2.4, 3) == special.multigammaln(2.4, 3)
    agrees(lambda a: ours.multigammaln(a, 2), [within((2, 3), 2, 3)])
    with pytest.raises(ValueError, match="d should be a positive integer"):
        ours.multigammaln(ad.tensor(2.0), 1.5)
    with pytest.raises(ValueError, match="not met"):
        ours.multigammaln(ad.tensor(0.5), 3)


@pytest.mark.parametrize("keepdims", [False, True])
@pytest.mark.parametrize("axis", [None, 0, -1, (0, 2)])
def test_logsumexp(axis: Any, keepdims: bool) -> None:
    a, b = RNG.normal(size=(2, 3, 4)), RNG.normal(size=(3, 1))
    agrees(lambda a: ours.logsumexp(a, axis, keepdims=keepdims), [a])
    agrees(lambda a, b: ours.logsumexp(a, axis, b=b * b, keepdims=keepdims), [a, b])
    agrees(lambda a, b: ours.logsumexp(a, axis, b=b, keepdims=keepdims, return_sign=True)[0], [a, b])
    _, sign = ours.logsumexp(ad.tensor(a), axis, b=b, return_sign=True)
    np.testing.assert_array_equal(np.asarray(sign.detach()), special.logsumexp(a, axis, b=b, return_sign=True)[1])


@pytest.mark.parametrize("axis", [None, 0, -1, (0, 1)])
def test_softmax(axis: Any) -> None:
    for name in ("softmax", "log_softmax"):
        agrees(lambda x, name=name: getattr(ours, name)(x, axis), [RNG.normal(size=(2, 3, 2))])
    with pytest.raises(IndexError, match="axis 3 is out of bounds"):
        ours.softmax(ad.tensor([1.0, 2.0]), axis=3)


def test_logsumexp_far_from_zero_and_at_infinity() -> None:
    gradient = ad.grad(lambda x: ours.logsumexp(x))
    np.testing.assert_allclose(gradient(np.array([1e4, 1e4])), [0.5, 0.5])
    np.testing.assert_allclose(gradient(np.array([-1e4, -2e4])), [1, 0])
    np.testing.assert_array_equal(gradient(np.array([-np.inf, -np.inf])), [0, 0])
    np.testing.assert_array_equal(gradient(np.array([1.0, -np.inf])), [1, 0])
    assert np.isfinite(ad.hessian(lambda x: ours.logsumexp(x))(np.array([700.0, -700.0]))).all()


@pytest.mark.parametrize(
    ("name", "x", "first", "second"),
    [
        ("log_ndtr", -700.0, 700.001428565598, -0.9999979591919),
        ("log_ndtr", 700.0, 0, 0),
        ("expit", -700.0, 9.859676543759770e-305, 9.859676543759770e-305),
        ("expit", 700.0, 9.859676543759770e-305, -9.859676543759770e-305),
        ("log_expit", 700.0, 9.859676543759770e-305, -9.859676543759770e-305),
        ("erf", 40.0, 0, 0),
        ("exprel", 0.0, 0.5, 1 / 3),
        ("exprel", -700.0, 2.0408163265306122e-06, 5.830903790087464e-09),
        ("sinc", 0.0, 0, -(np.pi**2) / 3),
        ("j1", 0.0, 0.5, 0),
        ("logit", 0.0, np.inf, -np.inf),
        ("entr", 0.0, np.inf, -np.inf),
    ],
)
def test_derivatives_at_the_edges(name: str, x: float, first: float, second: float) -> None:
    slope = ad.grad(getattr(ours, name))
    np.testing.assert_allclose(slope(x), first, rtol=1e-9, atol=1e-300)
    np.testing.assert_allclose(ad.grad(slope)(x), second, rtol=1e-6, atol=1e-300)


def test_products_with_logarithms_at_zero() -> None:
    assert ad.grad(ours.xlogy, (0, 1))(0.0, 2.0) == (np.log(2), 0)
    assert ad.grad(ours.xlogy, (0, 1))(0.0, 0.0) == (0, 0)
    assert ad.grad(lambda y: ad.grad(ours.xlogy)(0.0, y))(2.0) == 0.5
    assert ad.grad(ours.xlog1py, (0, 1))(0.0, -1.0) == (0, 0)


@pytest.mark.parametrize("name", ["erf", "gammaln", "expit", "log_ndtr", "i0", "entr"])
def test_single_precision_is_kept(name: str) -> None:
    keeps_float32(getattr(ours, name), [within((0.3, 0.9), 3)])
    keeps_float32(lambda x: ours.logsumexp(x, axis=0), [within((0.3, 0.9), 3, 2)])
    assert ours.beta(ad.tensor(np.float32([0.5])), 2.0).dtype == np.float32


def test_complex_arguments_where_scipy_takes_them() -> None:
    agrees(ours.erf, [np.array([0.3 + 0.2j, -1j])])
    agrees(ours.logsumexp, [np.array([0.3 + 0.2j, -1j])])


def test_sign_of_gamma_has_no_gradient() -> None:
    assert ad.grad(lambda x: ours.gammasgn(x) * x)(-0.5) == -1


def test_vmap_of_a_special_function() -> None:
    x = within((0.3, 2), 3, 2)
    np.testing.assert_allclose(ad.vmap(ours.gammaln)(x), special.gammaln(x))
    np.testing.assert_allclose(ad.vmap(lambda x: ours.logsumexp(x))(x), special.logsumexp(x, axis=1))


def test_what_has_no_rule_says_so() -> None:
    assert ours.zeta(2.0, 1.0) == special.zeta(2.0, 1.0)
    with pytest.raises(ad.NoDerivative, match="lambertw has no derivative rule"):
        ours.lambertw(ad.tensor(1.0))
    with pytest.raises(TypeError, match=r"scipy.special.erf of a tensor takes 1 positional arguments.*out"):
        ours.erf(ad.tensor(1.0), out=None)
    with pytest.raises(AttributeError, match=r"notebook_ad.scipy' has no attribute 'optimise'"):
        ad.scipy.optimise  # noqa: B018


def test_importing_the_package_loads_no_distributions() -> None:
    code = "import sys, notebook_ad as ad; print('scipy.stats' in sys.modules, 'notebook_ad.scipy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_derivatives_of_bessel_functions_where_scipys_series_gives_nan(dtype: str) -> None:
    least = np.array(3 * np.finfo(dtype).smallest_subnormal, dtype)
    for name, first, second in (("i0", 0, 0.5), ("i1", 0.5, 0), ("i0e", -1, 1.5), ("i1e", 0.5, -1)):
        slope = ad.grad(getattr(ours, name))
        np.testing.assert_allclose([slope(least), ad.grad(slope)(least)], [first, second], atol=1e-30)
    for name in ("i0e", "i1e"):
        slope = ad.grad(getattr(ours, name))
        for end in (np.inf, -np.inf, 1e12):
            x = np.array(end, dtype)
            np.testing.assert_allclose([slope(x), ad.grad(slope)(x)], [0, 0], atol=1e-15)
    assert ad.grad(ad.grad(ad.grad(ours.i1)))(0.0) == 3 / 8


def test_curvature_of_log_ndtr_far_below_zero_in_float32() -> None:
    curvature = ad.grad(ad.grad(ours.log_ndtr))
    for x in (-7.9, -8.1, -30.0, -700.0):
        wanted = curvature(x)
        np.testing.assert_allclose(curvature(np.array(x, np.float32)), wanted, rtol=1e-5)
    np.testing.assert_allclose(curvature(-700.0), -1 + 1 / 490_000 - 6 / 490_000**2, rtol=1e-12)  # −1 + 1/x² − 6/x⁴


def test_keepdims_of_a_number_with_factors_is_scipys() -> None:
    found = ours.logsumexp(ad.tensor(0.3), b=0.5, keepdims=True)
    assert found.shape == special.logsumexp(np.array(0.3), b=0.5, keepdims=True).shape


def test_float32_stays_float32_beside_a_python_number_and_a_zero_dimensional_array() -> None:
    x = ad.tensor(np.array([0.4, 0.8], np.float32))
    for y in (ours.gammainc(1.4, x), ours.beta(x, np.float32(0.5)), ours.xlogy(x[:1], x[1]), ours.sinc(x[0])):
        assert y.dtype == np.float32
