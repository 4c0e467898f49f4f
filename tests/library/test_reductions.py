"""Reductions and running reductions of tensors: NumPy's values for all arguments, derivatives to order 2 in both modes."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy_two import served

import notebook_ad as ad
from notebook_ad.engine.library.running import recurrence
from notebook_ad.tensor.library import running

NAN = np.nan
Options = dict[str, Any]
OVER: list[Options] = [
    {},
    {"axis": 0},
    {"axis": -1},
    {"axis": (0, 2)},
    {"axis": (-1, -2), "keepdims": True},
    {"keepdims": True},
    {"axis": ()},
]
REDUCE = [np.sum, np.prod, np.mean, np.var, np.std, np.max, np.min, np.amax, np.amin, np.ptp]
REDUCE += [np.median, np.nansum, np.nanprod, np.nanmean, np.nanvar, np.nanstd, np.nanmax, np.nanmin]
SHAPES = [(2, 3, 2), (1, 1, 1), (3, 1, 2)]


def named(function: Any) -> str:
    return str(function.__name__)


def spread(shape: tuple[int, ...], seed: int = 0, dtype: Any = np.float64) -> np.ndarray:
    """Numbers in a random order, apart by 0.3 at least: no ties, no kinks near."""
    rng = np.random.default_rng(seed)
    size = int(np.prod(shape))
    return np.asarray((rng.permutation(size) * 0.4 - 0.2 * size + 0.1).reshape(shape), dtype)


def same(tensor: Any, array: Any, factor: int = 8) -> None:
    expected = np.asarray(array)
    assert isinstance(tensor, ad.Tensor)
    assert (tensor.shape, tensor.dtype) == (expected.shape, expected.dtype)
    eps = factor * np.finfo(expected.dtype).eps if expected.dtype.kind in "fc" else 0
    np.testing.assert_allclose(np.asarray(tensor.detach().value), expected, rtol=eps, atol=eps)


def quietly(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        return function(*args, **kwargs)


@pytest.mark.parametrize(
    ("function", "options"),
    [
        pytest.param(function, options, id=f"{named(function)}-{options}")
        for function in REDUCE
        for options in OVER
        if function is not np.median or options.get("axis") != ()  # which median takes in some versions only
    ],
)
def test_over_axes_value_and_derivatives_to_order_2(function: Any, options: Options) -> None:
    flat = function in (np.std, np.nanstd) and options.get("axis") == ()  # 0 everywhere
    for shape in SHAPES:
        for dtype in (np.float64, np.float32):
            x = spread(shape, dtype=dtype)
            t = ad.tensor(x)
            same(y := function(t, **options), function(x, **options))
            y.backward(np.ones(y.shape, dtype))
            assert t.grad is not None
            assert (t.grad.shape, t.grad.dtype) == (shape, dtype)
            same(function(ad.tensor(x[::-1, :, ::-1]), **options), function(x[::-1, :, ::-1], **options))
    x = spread((2, 3, 2))
    if not flat:
        ad.check_grads(lambda v: function(v, **options), (x,), atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("function", [np.sum, np.prod, np.mean, np.var, np.std, np.cumsum, np.cumprod], ids=named)
def test_of_nothing_the_value_is_numpys_and_the_gradient_is_empty(function: Any) -> None:
    for shape, axis in (((0,), None), ((0, 3), 0), ((0, 3), 1), ((2, 0), None)):
        t = ad.tensor(np.zeros(shape))
        same(y := function(t, axis=axis), quietly(function, np.zeros(shape), axis=axis))
        y.backward(np.ones(y.shape))
        assert t.grad is not None
        assert t.grad.shape == shape


@pytest.mark.parametrize("function", REDUCE, ids=named)
def test_of_a_scalar(function: Any) -> None:
    same(function(ad.tensor(2.5)), function(np.float64(2.5)))
    same(function(ad.tensor([2.5])), function(np.array([2.5])))


# ---- products ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("x", [[2.0, 3.0, 4.0], [2.0, 0.0, 4.0], [0.0, 3.0, 0.0], [0.0, 0.0, 0.0]], ids=str)
@pytest.mark.parametrize("function", [np.prod, np.cumprod], ids=named)
def test_products_are_right_where_factors_are_0_to_order_3(function: Any, x: list[float]) -> None:
    ad.check_grads(function, (np.array(x),), order=3, atol=1e-4, rtol=1e-4)
    ad.check_grads(lambda v: function(v, axis=0), (np.stack([x, [1.0, 2.0, 0.0]], 1),), atol=1e-4, rtol=1e-4)


def test_products_never_divide() -> None:
    x = np.array([1e-200, 1e-200, 1e300])
    np.testing.assert_allclose(ad.grad(np.prod)(x), [1e100, 1e100, 0.0])
    hessian = ad.hessian(np.prod)(np.array([0.0, 0.0, 3.0]))
    np.testing.assert_array_equal(hessian, [[0, 3, 0], [3, 0, 0], [0, 0, 0]])
    np.testing.assert_array_equal(
        ad.jacobian(np.cumprod)(np.array([2.0, 0.0, 5.0])), [[1, 0, 0], [0, 2, 0], [0, 10, 0]]
    )


def test_the_recurrence_behind_them_is_differentiable_in_both_operands() -> None:
    x, a = spread((3, 2)), spread((3, 2), seed=1)
    np.testing.assert_allclose(recurrence(x, a, axis=0, reverse=False)[2], x[2] + a[2] * (x[1] + a[1] * x[0]))
    np.testing.assert_allclose(recurrence(x, a, axis=0, reverse=True)[0], x[0] + a[0] * (x[1] + a[1] * x[2]))
    for reverse in (False, True):
        for axis in (0, 1):
            ad.check_grads(lambda u, v, r=reverse, i=axis: recurrence(u, v, axis=i, reverse=r), (x, a), atol=1e-4)


# ---- running -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("function", [np.cumsum, np.cumprod, np.nancumsum, np.nancumprod], ids=named)
@pytest.mark.parametrize("axis", [None, 0, 1, -1])
def test_running_reductions(function: Any, axis: int | None) -> None:
    for dtype in (np.float64, np.float32):
        x = spread((3, 2), dtype=dtype)
        same(function(ad.tensor(x), axis=axis), function(x, axis=axis))
        same(function(ad.tensor(x[::-1, ::-1]), axis), function(x[::-1, ::-1], axis))
    ad.check_grads(lambda v: function(v, axis=axis), (spread((3, 2)),), atol=1e-4, rtol=1e-4)
    same(function(ad.tensor(2.0)), function(np.float64(2.0)))
    with pytest.raises(IndexError, match=r"axis 2 is out of bounds"):
        function(ad.tensor(spread((3, 2))), axis=2)


def test_cumulative_sum_and_prod_may_begin_with_the_neutral_number() -> None:
    x = spread((3, 2))
    for old, first in ((np.cumsum, 0), (np.cumprod, 1)):
        name = old.__name__.replace("cum", "cumulative_")  # NumPy 2.1's
        function = getattr(np, name, getattr(running, name))
        same(function(ad.tensor(x), axis=0), old(x, axis=0))
        begun = np.concatenate([np.full((3, 1), first), old(x, axis=1)], axis=1)
        same(function(ad.tensor(x), axis=-1, include_initial=True), begun)
        for options in ({"axis": 0}, {"axis": -1, "include_initial": True}):
            ad.check_grads(lambda v, f=function, o=options: f(v, **o), (x,), atol=1e-4)
        with pytest.raises(ValueError, match=rf"np\.{name} of an array with 2 axes needs the axis"):
            function(ad.tensor(x))


# ---- variance ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("function", [np.var, np.std, np.nanvar, np.nanstd], ids=named)
@pytest.mark.parametrize("options", [{"ddof": 1}, {"axis": 1, "ddof": 1}, {"axis": (0, 1), "ddof": 1.5}], ids=str)
def test_ddof(function: Any, options: Options) -> None:
    x = spread((3, 4))
    same(function(ad.tensor(x), **options), function(x, **options))
    ad.check_grads(lambda v: function(v, **options), (x,), atol=1e-4, rtol=1e-4)
    if not function.__name__.startswith("nan"):
        renamed = {("correction" if k == "ddof" else k): v for k, v in options.items()}
        same(served(function)(ad.tensor(x), **renamed), function(x, **options))


def test_too_few_for_ddof_is_nan_or_inf_as_in_numpy() -> None:
    for x, ddof in (([2.0], 1), ([2.0, 3.0], 2), ([2.0, 3.0], 3)):
        same(np.var(ad.tensor(x), ddof=ddof), quietly(np.var, x, ddof=ddof))
    t = ad.tensor([2.0])
    np.var(t, ddof=1).backward()
    assert np.isnan(t.grad.numpy()).all()  # type: ignore[union-attr]
    with pytest.raises(ValueError, match=r"np\.var: ddof and correction are one argument"):
        served(np.var)(ad.tensor([1.0, 2.0]), ddof=1, correction=1)


def test_std_of_equal_elements_has_the_gradient_0_to_order_2() -> None:
    x = np.full(3, 2.0)
    np.testing.assert_array_equal(ad.grad(np.std)(x), np.zeros(3))
    np.testing.assert_array_equal(ad.hessian(np.std)(x), np.zeros((3, 3)))


def test_variance_of_complex_numbers_is_real() -> None:
    z = spread((4,)) + 1j * spread((4,), seed=1)
    same(np.var(ad.tensor(z)), np.var(z))
    same(np.std(ad.tensor(z), ddof=1), np.std(z, ddof=1))
    ad.check_grads(lambda re, im: np.var(re + 1j * im), (z.real, z.imag), atol=1e-4)
    ad.check_grads(lambda re, im: np.std(re + 1j * im), (z.real, z.imag), atol=1e-4)
    ad.check_grads(lambda re, im: np.real(np.prod(re + 1j * im)), (z.real, z.imag), atol=1e-4)


# ---- ties ----------------------------------------------------------------------------------------------------------
def test_extrema_share_a_tie_evenly_over_several_axes() -> None:
    x = np.array([[1.0, 3.0], [3.0, 3.0]])
    for function, gradient in ((np.max, [[0, 1 / 3], [1 / 3, 1 / 3]]), (np.min, [[1, 0], [0, 0]])):
        np.testing.assert_allclose(ad.grad(lambda v, f=function: f(v, axis=(0, 1)))(x), gradient)
        np.testing.assert_array_equal(ad.hessian(lambda v, f=function: f(v))(x), np.zeros((2, 2, 2, 2)))
    np.testing.assert_allclose(ad.grad(np.ptp)(x), [[-1, 1 / 3], [1 / 3, 1 / 3]])


def test_a_quantile_routes_to_the_selected_elements() -> None:
    np.testing.assert_array_equal(ad.grad(np.median)(np.array([2.0, 1.0, 2.0])), [1, 0, 0])  # the first of equal ones
    np.testing.assert_array_equal(ad.grad(np.median)(np.array([4.0, 1.0, 3.0, 0.0])), [0, 0.5, 0.5, 0])
    np.testing.assert_allclose(ad.grad(lambda v: np.quantile(v, 0.3))(np.array([3.0, 1.0])), [0.3, 0.7])


# ---- quantiles and averages ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("q", [0.0, 1.0, 0.3, [0.25, 0.5], [[0.1], [0.9]]], ids=str)
@pytest.mark.parametrize("options", [{}, {"axis": 1}, {"axis": (0, -1)}, {"axis": 0, "keepdims": True}], ids=str)
def test_quantiles_interpolate_linearly(q: Any, options: Options) -> None:
    x = spread((4, 3))
    same(np.quantile(ad.tensor(x), q, **options), np.quantile(x, q, **options))
    percents = (np.array(q) * 100).tolist()
    same(np.percentile(ad.tensor(x), percents, **options), np.percentile(x, percents, **options))
    ad.check_grads(lambda v: np.quantile(v, q, **options) ** 2, (x,), atol=1e-4)
    narrow = x.astype(np.float32)
    for at in (q, np.array(q)):  # only a Python number is weak
        expected = np.quantile(narrow, at)
        weak = type(at) is float
        same(
            np.quantile(ad.tensor(narrow), at),
            expected.astype(np.float32) if weak else np.asarray(expected, np.float64),
        )


def test_what_quantiles_do_not_take_is_named() -> None:
    x = ad.tensor([1.0, 2.0])
    with pytest.raises(TypeError, match=r"np\.quantile of a tensor has method='linear' without weights only"):
        np.quantile(x, 0.5, method="lower")
    with pytest.raises(TypeError, match=r"np\.quantile: q has no gradient here"):
        np.quantile(x, ad.tensor(0.5, requires_grad=True))
    with pytest.raises(ValueError, match=r"np\.quantile: q must lie in \[0, 1\]"):
        np.quantile(x, 50)
    with pytest.raises(ValueError, match=r"np\.percentile: q must lie in \[0, 100\], not -1"):
        np.percentile(x, -1)


def test_average_takes_weights_of_its_shape_or_of_its_axes() -> None:
    x, w = spread((2, 3)), np.array([[1.0, 2.0, 3.0], [0.5, 1.5, 2.5]])
    for options in ({}, {"axis": 0}, {"axis": 1, "keepdims": True}):
        same(np.average(ad.tensor(x), **options), np.average(x, **options))
        same(np.average(ad.tensor(x), weights=w, **options), np.average(x, weights=w, **options))
        ad.check_grads(lambda u, v, o=options: np.average(u, weights=v, **o), (x, w), atol=1e-4)
    ad.check_grads(lambda u, v: np.average(u, axis=1, weights=v), (x, w[0]), atol=1e-4)
    same(np.average(ad.tensor(x), axis=0, weights=[1, 3]), np.average(x, axis=0, weights=[1, 3]))
    for ours, theirs in zip(
        np.average(ad.tensor(x), axis=1, weights=w[0], returned=True),
        np.average(x, axis=1, weights=w[0], returned=True),
        strict=True,
    ):
        same(ours, theirs)
    with pytest.raises(TypeError, match=r"np\.average: a \(2, 3\) and weights \(3,\) differ in shape.*give the axis"):
        np.average(ad.tensor(x), weights=w[0])
    with pytest.raises(ValueError, match=r"np\.average: weights \(3,\) do not fit axis 0 of a \(2, 3\)"):
        np.average(ad.tensor(x), axis=0, weights=w[0])


# ---- NaN -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("axis", [None, 0, 1])
@pytest.mark.parametrize(
    "function", [np.nansum, np.nanprod, np.nanmean, np.nanvar, np.nanstd, np.nanmax, np.nanmin, np.nancumsum], ids=named
)
def test_nan_is_left_out_of_value_and_gradient(function: Any, axis: int | None) -> None:
    x = spread((3, 4))
    x[0, 1] = x[2, 3] = NAN
    for dtype in (np.float64, np.float32):
        t = ad.tensor(x.astype(dtype))
        same(y := function(t, axis=axis), function(x.astype(dtype), axis=axis), 16)
        y.backward(np.ones(y.shape, dtype))
        grad = np.asarray(t.grad.numpy())  # type: ignore[union-attr]
        assert grad.dtype == dtype
        assert np.isfinite(grad).all()
        assert (grad[np.isnan(x)] == 0).all()
    holes = np.where(np.isnan(x), NAN, 0.0)
    ad.check_grads(lambda v: function(v + holes, axis=axis), (spread((3, 4)),), atol=1e-4, rtol=1e-4)


def test_all_nan_gives_what_numpy_gives() -> None:
    x = np.array([[NAN, NAN], [1.0, 2.0]])
    for function in (np.nansum, np.nanmean, np.nanvar, np.nanmax, np.nanmin, np.nanprod):
        same(function(ad.tensor(x), axis=1), quietly(function, x, axis=1))


# ---- arguments -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "call",
    [
        lambda x: np.sum(x, 0, None, None, True),
        lambda x: np.sum(x, initial=5.0),
        lambda x: np.sum(x, axis=1, where=[True, False, True]),
        lambda x: np.prod(x, where=np.array([[True], [False]]), initial=2.0),
        lambda x: np.mean(x, axis=0, where=np.array([[True, True, False], [True, False, True]])),
        lambda x: np.sum(x, axis=[0, 1]) if isinstance(x, ad.Tensor) else np.sum(x, axis=(0, 1)),
        lambda x: np.sum(x, dtype=np.float32),
        lambda x: np.cumsum(x, dtype=np.float32),
        lambda x: np.sum(x[x > 0]),
    ],
)
def test_arguments_mean_what_they_mean_in_numpy(call: Callable[[Any], Any]) -> None:
    x = spread((2, 3))
    same(y := call(t := ad.tensor(x)), call(x))
    y.backward(np.ones(y.shape))
    assert t.grad is not None
    assert t.grad.dtype == np.float64
    if y.dtype == np.float64:
        ad.check_grads(call, (x,))


def test_integers_and_booleans_without_a_gradient_give_numpys_dtypes() -> None:
    counts, mask = np.array([[1, 2, 3], [4, 5, 7]]), np.array([[True, False, True], [True, True, True]])
    for function in (np.sum, np.prod, np.mean, np.var, np.std, np.max, np.cumsum, np.median, np.ptp):
        for array in (counts, mask) if function in (np.sum, np.prod, np.mean, np.var) else (counts,):
            same(function(ad.tensor(array, requires_grad=False)), function(array))


def test_refused_arguments_name_function_and_cure() -> None:
    x = ad.tensor(spread((2, 3)))
    for function in (np.sum, np.prod, np.mean, np.var, np.max, np.cumsum, np.nansum, np.median, np.ptp):
        with pytest.raises(TypeError, match=rf"np\.{function.__name__} of a tensor takes no out=.*Use the result"):
            function(x, out=np.zeros(()))  # type: ignore[operator]
    with pytest.raises(TypeError, match=r"np\.max of a tensor takes no initial= and no where=.*np\.maximum"):
        np.max(x, initial=0.0)
    with pytest.raises(TypeError, match=r"np\.sum of a tensor: dtype=int64 has no gradient.*astype"):
        np.sum(x, dtype=np.int64)
    with pytest.raises(TypeError, match=r"np\.std of a tensor: .*'mean'.*It takes a, axis, dtype, out, ddof"):
        served(np.std)(x, mean=0.0)
    for function in (np.sum, np.prod, np.var, np.quantile):
        with pytest.raises((IndexError, ValueError), match=r"axis 2 is out of bounds for"):
            function(x, *([0.5] if function is np.quantile else []), axis=2)  # type: ignore[operator]
    with pytest.raises(ValueError, match=r"np\.prod: an axis is given twice in \(0, 0\)"):
        np.prod(x, axis=(0, 0))


def test_a_list_of_tensors_keeps_the_graph_or_says_how() -> None:
    a, b = ad.tensor(2.0), ad.tensor(3.0)
    with pytest.raises(RuntimeError, match=r"would cut the graph silently.*stack\(\)"):
        np.sum([a, b])
    (np.sum(np.stack([a, b])) * a).backward()
    assert (a.grad.item(), b.grad.item()) == (7.0, 2.0)  # type: ignore[union-attr]
    w = ad.tensor([1.0, 2.0])
    np.average(w, weights=[a, b]).backward()  # type: ignore[arg-type]
    np.testing.assert_allclose(w.grad.numpy(), [0.4, 0.6])  # type: ignore[union-attr]


def test_facts_have_no_gradient() -> None:
    x = np.array([[0.0, 1.0], [2.0, 3.0]])
    for function in (np.count_nonzero, np.all, np.any):
        for axis in (None, 0, (0, 1)):
            result: Any = function(ad.tensor(x), axis=axis)  # type: ignore[operator]
            np.testing.assert_array_equal(np.asarray(result), function(x, axis=axis))  # type: ignore[operator]
            assert not getattr(result, "requires_grad", False)


@pytest.mark.parametrize("function", [np.prod, np.var, np.std, np.cumsum, np.cumprod, np.median], ids=named)
def test_each_works_on_the_examples_of_a_batch(function: Any) -> None:
    x = spread((3, 4))
    np.testing.assert_allclose(ad.vmap(function)(x), np.stack([function(row) for row in x]))
    slopes = ad.vmap(ad.grad(lambda v: np.sum(function(v) ** 2)))(x)
    np.testing.assert_allclose(slopes, [ad.grad(lambda v: np.sum(function(v) ** 2))(row) for row in x])
    pushed = ad.jvp(ad.vmap(function), (x,), (np.ones_like(x),))[1]
    np.testing.assert_allclose(pushed, np.stack([ad.jvp(function, (row,), (np.ones(4),))[1] for row in x]), atol=1e-12)
    inner = ad.vmap(lambda row: ad.jvp(function, (row,), (np.ones(4),))[1])(x)
    np.testing.assert_allclose(inner, pushed, atol=1e-12)


def test_a_median_beside_an_infinity_is_numpys_and_an_infinite_upstream_goes_to_it_alone() -> None:
    x = np.array([np.inf, 1.0, -1.0])
    assert float(np.median(ad.tensor(x)).item()) == 1.0
    np.testing.assert_array_equal(ad.grad(lambda x: np.median(x) * np.inf)(x), [0, np.inf, 0])
    for function, wanted in ((np.max, [np.inf, 0, 0]), (np.min, [0, 0, -np.inf]), (np.median, [0, np.inf, 0])):
        t = ad.tensor([3.0, 2.0, 1.0])
        y: Any = function(t) * (np.inf if function is not np.min else -np.inf)
        (slope,) = ad.autograd.grad(y, [t], create_graph=True)  # by the rule in NumPy calls, not by the kernel
        np.testing.assert_array_equal(slope.detach().numpy(), wanted)
    spread = ad.vjp(lambda x: np.linalg.norm(x, np.inf), np.array([3.0, 2.0]))[1](np.inf)
    np.testing.assert_array_equal(spread[0], [np.inf, 0])


def test_quantiles_of_a_number_have_no_axis_to_keep() -> None:
    for call in (
        lambda x: np.median(x, keepdims=True),
        lambda x: np.quantile(x, 0.3, keepdims=True),
        lambda x: np.percentile(x, [30.0, 60.0], keepdims=True),
    ):
        assert call(ad.tensor(0.5)).shape == call(np.array(0.5)).shape
        ad.check_grads(call, (np.array(0.5),))
    with pytest.raises(IndexError, match=r"np.median: axis 0 is out of bounds for 0 dimensions"):
        np.median(ad.tensor(0.5), axis=0)
