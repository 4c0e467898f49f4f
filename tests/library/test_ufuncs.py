"""NumPy's elementwise functions on tensors: values, derivatives to order 2 in both modes, edges, keywords, methods."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy_two import served

import notebook_ad as ad
from notebook_ad.engine import elementwise as basic
from notebook_ad.engine.library import ufunc_pairs as pairs
from notebook_ad.engine.library import ufuncs as ops
from notebook_ad.engine.primitive import PRIMITIVES, Primitive
from notebook_ad.engine.printers import latex, source, text
from notebook_ad.tensor.elementwise import apply

INF, NAN, PI = np.inf, np.nan, np.pi
SMOOTH: dict[Any, tuple[float, float]] = {  # of one operand: where it is smooth
    np.arcsin: (-0.8, 0.8),
    np.arccos: (-0.8, 0.8),
    np.arctan: (-3, 3),
    np.sinh: (-2, 2),
    np.cosh: (-2, 2),
    np.arcsinh: (-3, 3),
    np.arccosh: (1.3, 4),
    np.arctanh: (-0.8, 0.8),
    np.exp2: (-2, 2),
    np.expm1: (-2, 2),
    np.log2: (0.4, 4),
    np.log10: (0.4, 4),
    np.log1p: (-0.5, 4),
    np.square: (-3, 3),
    np.reciprocal: (0.5, 3),
    np.cbrt: (0.5, 3),
    np.deg2rad: (-90, 90),
    np.radians: (-90, 90),
    np.rad2deg: (-3, 3),
    np.degrees: (-3, 3),
    np.sinc: (-3, 3),
    np.positive: (-3, 3),
    np.fabs: (0.2, 3),
    np.nan_to_num: (-3, 3),
}
PAIRS: dict[Any, tuple[float, float]] = {  # of two operands: where the second lies, the first in 0.3 … 2
    np.hypot: (0.3, 2),
    np.arctan2: (-2, 2),
    np.logaddexp: (-2, 2),
    np.logaddexp2: (-2, 2),
    np.fmax: (2.1, 3),
    np.fmin: (2.1, 3),
    np.fmod: (3, 4),
    np.copysign: (-2, -1),
    np.heaviside: (-2, 2),
    np.float_power: (-2, 2),
}
SHAPES = [(), (1,), (0,), (2, 3), (2, 0)]


def named(function: Any) -> str:
    return str(function.__name__)


def values(shape: tuple[int, ...], low: float, high: float, dtype: Any = np.float64, seed: int = 0) -> np.ndarray:
    return np.asarray(np.random.default_rng(seed).uniform(low, high, shape), dtype)


def same(tensor: Any, array: Any) -> None:
    """The value, shape and dtype that NumPy gives."""
    expected = np.asarray(array)
    assert isinstance(tensor, ad.Tensor)
    assert (tensor.shape, tensor.dtype) == (expected.shape, expected.dtype)
    eps = np.finfo(expected.dtype).eps if expected.dtype.kind == "f" else 0
    np.testing.assert_allclose(np.asarray(tensor.detach().value), expected, rtol=4 * eps, atol=0)


@pytest.mark.parametrize("function", SMOOTH, ids=named)
def test_of_one_operand_value_and_derivatives_to_order_2(function: Any) -> None:
    for shape in SHAPES:
        for dtype in (np.float64, np.float32):
            x = values(shape, *SMOOTH[function], dtype=dtype)
            t = ad.tensor(x)
            same(y := function(t), np.asarray(function(x), dtype))
            y.backward(np.ones(y.shape, dtype))
            assert t.grad is not None
            assert (t.grad.shape, t.grad.dtype) == (shape, dtype)
        ad.check_grads(function, (values(shape, *SMOOTH[function]),), order=2, atol=1e-4, rtol=1e-4)
    backwards = values((2, 6), *SMOOTH[function])[:, ::-2]
    same(function(ad.tensor(backwards)), function(backwards))


@pytest.mark.parametrize("function", PAIRS, ids=named)
def test_of_two_operands_value_and_derivatives_to_order_2(function: Any) -> None:
    for left, right in (((), ()), ((3,), (2, 1)), ((2, 3), (3,)), ((0,), (1,)), ((1,), ())):
        x, y = values(left, 0.3, 2.0), values(right, *PAIRS[function], seed=1)
        same(function(ad.tensor(x), ad.tensor(y)), function(x, y))
        same(function(ad.tensor(x), y), function(x, y))
        same(function(x, ad.tensor(y)), function(x, y))
        ad.check_grads(function, (x, y), order=2, atol=1e-4, rtol=1e-4)
    x, y = values((3,), 0.3, 2.0, np.float32), values((3,), *PAIRS[function], dtype=np.float32)
    for given in ((ad.tensor(x), y), (ad.tensor(x), float(y[0]))):
        same(function(*given), function(x, given[1]))


def test_float_power_is_computed_in_float64() -> None:
    x = np.array([2.0, 3.0], np.float32)
    t = ad.tensor(x)
    same(z := np.float_power(t, 2), np.float_power(x, 2))
    z.backward(np.ones(2))
    assert t.grad is not None
    assert t.grad.dtype == np.float32
    np.testing.assert_allclose(t.grad.numpy(), [4, 6])


def test_functions_of_several_results_give_each() -> None:
    x = np.array([5.75, -5.75, 0.0, INF, -INF, NAN])
    for ours, theirs in zip(np.modf(ad.tensor(x)), np.modf(x), strict=True):
        same(ours, theirs)
    for ours, theirs in zip(np.divmod(ad.tensor(x[:2]), 2.0), np.divmod(x[:2], 2.0), strict=True):
        same(ours, theirs)
    t = ad.tensor([5.75, -5.75])
    fraction, whole = np.modf(t)
    assert not whole.requires_grad
    (fraction + whole).backward(np.array([1.0, 2.0]))
    np.testing.assert_array_equal(t.grad.numpy(), [1, 2])  # type: ignore[union-attr]
    ad.check_grads(lambda v: np.divmod(v, 2.0)[1] ** 2, (np.array([5.75, -5.75]),))
    assert [type(part) for part in np.modf(ad.tensor(2.5))] == [ad.Tensor, ad.Tensor]


def test_ldexp_takes_integer_exponents_without_a_gradient() -> None:
    x, n = values((2, 3), -2, 2), np.array([3, -1, 0])
    same(np.ldexp(ad.tensor(x), n), np.ldexp(x, n))
    same(np.ldexp(ad.tensor(x.astype(np.float32)), 2), np.ldexp(x.astype(np.float32), 2))
    ad.check_grads(lambda v: np.ldexp(v, n), (x,))
    ad.check_grads(lambda v: np.ldexp(v, n), (np.array([[0.5]]),))
    with pytest.raises(TypeError, match=r"np\.ldexp: n must hold integers, not float64"):
        np.ldexp(ad.tensor(x), 2.0)


def test_steps_are_constants() -> None:
    x = np.array([-1.5, -0.5, 0.0, 0.5, 1.7])
    for step in (np.sign, np.floor, np.ceil, np.rint, np.trunc, np.round, np.fix):
        result: Any = step(ad.tensor(x))  # type: ignore[operator]
        same(result, step(x))  # type: ignore[operator]
        assert not result.requires_grad
    same(np.round(ad.tensor(x * 1.111), 1), np.round(x * 1.111, 1))


# ---- at edges, kinks and ties --------------------------------------------------------------------------------------
# First and second derivatives as PyTorch 2.13 has them, or, where it has none or nan, by hand; float32 has the same.
# (primitive, operands, gradients, rows of second derivatives)
EDGES: list[tuple[Primitive, tuple[float, ...], tuple[float, ...], tuple[tuple[float, ...], ...]]] = [
    (basic.abs_, (0.0,), (0.0,), ((0.0,),)),
    (basic.abs_, (-INF,), (-1.0,), ((0.0,),)),
    (basic.relu, (0.0,), (0.0,), ((0.0,),)),
    (basic.relu, (INF,), (1.0,), ((0.0,),)),
    (basic.sqrt_, (0.0,), (INF,), ((-INF,),)),
    (basic.sqrt_, (INF,), (0.0,), ((0.0,),)),
    (basic.log_, (0.0,), (INF,), ((-INF,),)),
    (basic.log_, (INF,), (0.0,), ((0.0,),)),
    (basic.exp_, (-INF,), (0.0,), ((0.0,),)),
    (basic.exp_, (1000.0,), (INF,), ((INF,),)),
    *[(p, (x,), (0.0,), ((0.0,),)) for p in (basic.tanh_, basic.sigmoid) for x in (800.0, -800.0, INF, -INF)],
    *[(basic.softplus, (x,), (float(x > 0),), ((0.0,),)) for x in (1000.0, -1000.0, INF, -INF)],
    (basic.softplus, (0.0,), (0.5,), ((0.25,),)),
    (basic.power, (0.0, 0.0), (0.0, 0.0), ((0.0, 0.0), (0.0, 0.0))),
    (basic.power, (0.0, 1.0), (1.0, 0.0), ((0.0, 1.0), (0.0, 0.0))),
    (basic.power, (0.0, 2.0), (0.0, 0.0), ((2.0, 0.0), (0.0, 0.0))),
    (basic.power, (0.0, 3.0), (0.0, 0.0), ((0.0, 0.0), (0.0, 0.0))),
    (basic.power, (2.0, 0.0), (0.0, math.log(2)), ((0.0, 0.5), (0.5, math.log(2) ** 2))),
    (basic.power, (-2.0, 3.0), (12.0, NAN), ((-12.0, NAN), (NAN, NAN))),
    (basic.power, (INF, 2.0), (INF, INF), ((2.0, INF), (NAN, INF))),
    (basic.div, (1.0, INF), (0.0, 0.0), ((0.0, 0.0), (0.0, 0.0))),
    (basic.mod, (1.0, -INF), (1.0, 1.0), ((0.0, 0.0), (0.0, 0.0))),
    *[
        (p, (x, x), (0.5, 0.5), ((0.0, 0.0), (0.0, 0.0)))
        for p in (basic.maximum, basic.minimum, pairs.fmax, pairs.fmin)
        for x in (0.0, -1.0, 700.0, INF, -INF)
    ],
    (pairs.fmax, (NAN, 2.0), (0.0, 1.0), ((0.0, 0.0), (0.0, 0.0))),
    (pairs.fmin, (2.0, NAN), (1.0, 0.0), ((0.0, 0.0), (0.0, 0.0))),
    (ops.arcsin, (0.0,), (1.0,), ((0.0,),)),
    (ops.arcsin, (1.0,), (INF,), ((INF,),)),
    (ops.arccos, (-1.0,), (-INF,), ((INF,),)),
    (ops.arctan, (0.0,), (1.0,), ((0.0,),)),
    (ops.arctan, (INF,), (0.0,), ((NAN,),)),  # PyTorch's nan too
    (ops.arctan, (700.0,), (1 / 490001,), ((-1400 / 490001**2,),)),
    (ops.sinh, (1000.0,), (INF,), ((INF,),)),
    (ops.cosh, (0.0,), (0.0,), ((1.0,),)),
    (ops.arccosh, (1.0,), (INF,), ((-INF,),)),
    (ops.arctanh, (1.0,), (INF,), ((INF,),)),
    (ops.exp2, (-INF,), (0.0,), ((0.0,),)),
    (ops.expm1, (-1000.0,), (0.0,), ((0.0,),)),
    (ops.log1p, (-1.0,), (INF,), ((-INF,),)),
    (ops.log2, (INF,), (0.0,), ((0.0,),)),
    (ops.reciprocal, (INF,), (0.0,), ((0.0,),)),
    (ops.reciprocal, (0.0,), (-INF,), ((INF,),)),
    (ops.cbrt, (0.0,), (INF,), ((-INF,),)),
    (ops.cbrt, (INF,), (0.0,), ((0.0,),)),
    (ops.sinc, (0.0,), (0.0,), ((-(PI**2) / 3,),)),  # PyTorch has 0 for the second
    (ops.sinc, (1.0,), (-1.0,), ((2.0,),)),
    (ops.fraction, (INF,), (1.0,), ((0.0,),)),
    (pairs.hypot, (0.0, 0.0), (0.0, 0.0), ((0.0, 0.0), (0.0, 0.0))),  # by hand, as the norm
    (pairs.hypot, (3.0, 4.0), (0.6, 0.8), ((0.128, -0.096), (-0.096, 0.072))),
    (pairs.arctan2, (0.0, 0.0), (0.0, 0.0), ((0.0, 0.0), (0.0, 0.0))),
    (pairs.logaddexp, (0.0, 0.0), (0.5, 0.5), ((0.25, -0.25), (-0.25, 0.25))),
    (pairs.logaddexp, (700.0, -700.0), (1.0, 0.0), ((0.0, 0.0), (0.0, 0.0))),
    (pairs.logaddexp, (1.0, -INF), (1.0, 0.0), ((0.0, 0.0), (0.0, 0.0))),
    (pairs.logaddexp, (-INF, -INF), (0.5, 0.5), ((0.0, 0.0), (0.0, 0.0))),
    (pairs.logaddexp, (INF, INF), (0.5, 0.5), ((0.0, 0.0), (0.0, 0.0))),
    (pairs.logaddexp2, (-1000.0, 1000.0), (0.0, 1.0), ((0.0, 0.0), (0.0, 0.0))),
    (pairs.copysign, (0.0, -1.0), (0.0, 0.0), ((0.0, 0.0), (0.0, 0.0))),
    (pairs.copysign, (-2.0, 1.0), (-1.0, 0.0), ((0.0, 0.0), (0.0, 0.0))),
    (pairs.copysign, (INF, -1.0), (-1.0, 0.0), ((0.0, 0.0), (0.0, 0.0))),
    (pairs.heaviside, (0.0, 0.5), (0.0, 1.0), ((0.0, 0.0), (0.0, 0.0))),
    (pairs.heaviside, (-1.0, 0.5), (0.0, 0.0), ((0.0, 0.0), (0.0, 0.0))),
    (pairs.fmod, (-7.0, 2.0), (1.0, 3.0), ((0.0, 0.0), (0.0, 0.0))),
    (pairs.clip_low, (1.0, 1.0), (1.0, 0.0), ((0.0, 0.0), (0.0, 0.0))),
    (pairs.clip_high, (1.0, 1.0), (1.0, 0.0), ((0.0, 0.0), (0.0, 0.0))),
    *[
        (pairs.clip, x, gradient, ((0.0,) * 3,) * 3)
        for x, gradient in [
            ((1.0, 1.0, 3.0), (1.0, 0.0, 0.0)),
            ((3.0, 1.0, 3.0), (1.0, 0.0, 0.0)),
            ((0.0, 1.0, 3.0), (0.0, 1.0, 0.0)),
            ((4.0, 1.0, 3.0), (0.0, 0.0, 1.0)),
            ((2.0, 3.0, 1.0), (0.0, 0.0, 1.0)),  # the bounds the wrong way round: the upper one holds
            ((INF, 1.0, INF), (1.0, 0.0, 0.0)),
        ]
    ],
]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize(("primitive", "at", "first", "second"), EDGES, ids=lambda v: getattr(v, "name", None))
def test_at_edges_first_and_second_derivatives_are_as_stated(
    primitive: Primitive, at: Any, first: Any, second: Any, dtype: Any
) -> None:
    def function(*operands: Any) -> Any:
        return apply(primitive, *(v if isinstance(v, ad.Tensor) else ad.tensor(v, False) for v in operands))

    def gradients(*operands: Any) -> Any:
        return ad.grad(function, tuple(range(len(at))))(*operands)

    operands = [np.asarray(v, dtype) if dtype == np.float32 else v for v in at]
    rtol = 1e-5 if dtype == np.float32 else 1e-12
    np.testing.assert_allclose(np.array(gradients(*operands), float), first, rtol=rtol)
    for i, row in enumerate(second):
        reverse = ad.grad(lambda *v, i=i: gradients(*v)[i], tuple(range(len(at))))(*operands)
        np.testing.assert_allclose(np.array(reverse, float), row, rtol=rtol, err_msg=f"reverse over reverse, {i}")
    if len(at) == 1:
        _, forward = ad.jvp(ad.grad(function), (operands[0],), (np.ones_like(operands[0]),))
        np.testing.assert_allclose(float(np.asarray(forward)), second[0][0], rtol=rtol, err_msg="forward over reverse")


def test_sinc_is_smooth_and_exact_near_0_to_order_3() -> None:
    slope = ad.grad(np.sinc)
    for x in (1e-12, 1e-8, 1e-4, 0.01):
        u = PI * x
        np.testing.assert_allclose(slope(x), -PI * u / 3 * (1 - u**2 / 10 * (1 - u**2 / 28)), rtol=1e-12)
        np.testing.assert_allclose(
            ad.grad(slope)(x), -(PI**2) / 3 * (1 - 3 * u**2 / 10 * (1 - 5 / 84 * u**2)), rtol=1e-9
        )
    for x in (0.0499999999, 0.0500000001):  # where the series ends
        u = PI * x
        np.testing.assert_allclose(slope(x), PI * (u * math.cos(u) - math.sin(u)) / u**2, rtol=1e-12)
    third = ad.grad(ad.grad(slope))
    for x in (0.01, 0.0499999999, 0.0500000001):
        np.testing.assert_allclose(third(x), PI**4 / 5 * x * (1 - 5 * (PI * x) ** 2 / 42), rtol=1e-4)


# ---- clip and nan_to_num -------------------------------------------------------------------------------------------
CLIPS: list[tuple[tuple[Any, ...], dict[str, Any]]] = [
    ((-1, 1), {}),
    ((None, 0.5), {}),
    ((-0.5, None), {}),
    ((-1.0,), {"a_max": 1.0}),
    ((), {"a_min": -1, "a_max": np.array([0.5, 1.0, 1.5])}),
    ((), {"min": -1, "max": 1}),
    ((), {"min": -0.5}),
    ((), {"max": 0.5}),
    ((np.array([[-1.0], [0.0]]), np.array([0.5, 1.0, 1.5])), {}),
]


@pytest.mark.parametrize(("args", "kwargs"), CLIPS, ids=str)
def test_clip_takes_numpys_arguments(args: Any, kwargs: Any) -> None:
    x = np.array([[-2.0, -0.3, 0.2], [0.7, 1.2, 4.0]])
    clip = served(np.clip, since="2.1.0")
    named = {key.removeprefix("a_"): bound for key, bound in kwargs.items()}
    low, high = (*args, named.get("min"), named.get("max"))[:2] if len(args) != 1 else (args[0], named["max"])
    for dtype in (np.float64, np.float32):
        limited = clip(ad.tensor(x.astype(dtype)), *args, **kwargs)
        same(limited, np.clip(x.astype(dtype), low, high))
    ad.check_grads(lambda v: clip(v, *args, **kwargs) ** 2, (x,))


def test_clip_of_nothing_is_nothing() -> None:
    for bounds in ((None, 1), (-1, 1), (-1, None)):
        assert np.clip(ad.tensor(np.zeros((0, 3))), *bounds).shape == (0, 3)


def test_clip_has_gradients_of_its_bounds() -> None:
    x, low, high = np.array([-2.0, 0.3, 4.0]), np.array(-1.0), np.array([2.0, 2.5, 3.0])
    ad.check_grads(lambda a, b, c: np.clip(a, b, c) ** 2, (x, low, high))
    ad.check_grads(lambda b: np.clip(x, b, None) ** 2, (low,))
    with pytest.raises(ValueError, match=r"np\.clip: a_min and min are one argument"):
        served(np.clip, since="2.1.0")(ad.tensor(x), -1, min=-1)
    with pytest.raises(TypeError, match=r"np\.clip of a tensor: .*'out'.*use the function's result"):
        np.clip(ad.tensor(x), -1, 1, out=np.zeros(3))


@pytest.mark.parametrize("kwargs", [{}, {"nan": 2.0, "posinf": 5.0, "neginf": -3.0}], ids=str)
def test_nan_to_num_passes_no_gradient_where_a_number_was_put(kwargs: Any) -> None:
    x = np.array([1.5, NAN, INF, -INF])
    for dtype in (np.float64, np.float32):
        t = ad.tensor(x.astype(dtype))
        same(y := np.nan_to_num(t, **kwargs), np.nan_to_num(x.astype(dtype), **kwargs))
        y.backward(np.full(4, 2.0, dtype))
        np.testing.assert_array_equal(t.grad.numpy(), np.array([2, 0, 0, 0], dtype))  # type: ignore[union-attr]
    ad.check_grads(lambda v: np.nan_to_num(v + np.array([0.0, NAN])) ** 2, (np.array([1.5, 2.0]),))
    with pytest.raises(TypeError, match=r"np\.nan_to_num of a tensor makes a new one.*copy=False"):
        np.nan_to_num(ad.tensor(x), copy=False)


# ---- methods and keywords of ufuncs --------------------------------------------------------------------------------
METHODS: list[Callable[[Any], Any]] = [
    lambda x: np.add.reduce(x),
    lambda x: np.add.reduce(x, axis=1, keepdims=True),
    lambda x: np.add.reduce(x, axis=None),
    lambda x: np.multiply.reduce(x, -1),
    lambda x: np.maximum.reduce(x, axis=(0, 1)),
    lambda x: np.minimum.reduce(x),
    lambda x: np.add.accumulate(x),
    lambda x: np.multiply.accumulate(x, axis=1),
    lambda x: np.multiply.outer(x, np.array([1.0, 2.0])),
    lambda x: np.subtract.outer(np.array([1.0, 2.0]), x),
    lambda x: np.hypot.outer(x, x),
]


@pytest.mark.parametrize("method", METHODS)
def test_reduce_accumulate_and_outer_are_numpys(method: Callable[[Any], Any]) -> None:
    x = values((2, 3), 0.5, 2.0)
    same(method(ad.tensor(x)), method(x))
    ad.check_grads(method, (x,), atol=1e-4, rtol=1e-4)


def test_logical_reductions_are_facts() -> None:
    x = np.array([[0.0, 1.0], [2.0, 3.0]])
    for method in (np.logical_and.reduce, np.logical_or.reduce):
        np.testing.assert_array_equal(np.asarray(method(ad.tensor(x))), method(x))
        np.testing.assert_array_equal(np.asarray(method(ad.tensor(x), axis=None)), method(x, axis=None))


def test_keywords_that_say_nothing_are_taken_and_others_refused_with_the_cure() -> None:
    x = ad.tensor([1.0, 2.0])
    same(np.exp(x, out=None, where=True, dtype=None), np.exp([1.0, 2.0]))
    with pytest.raises(TypeError, match=r"np\.exp of a tensor takes no out=.*use the result, y = np\.exp\(x\)"):
        np.exp(x, out=np.zeros(2))
    with pytest.raises(TypeError, match=r"np\.add of a tensor takes no where=.*np\.where\(mask, np\.add\(x\), other\)"):
        np.add(x, 1, where=np.array([True, False]))
    with pytest.raises(TypeError, match=r"np\.sqrt of a tensor takes no dtype=.*astype\(\)"):
        np.sqrt(x, dtype=np.float32)
    with pytest.raises(TypeError, match=r"np\.add\.reduce of a tensor takes no out="):
        np.add.reduce(x, out=np.zeros(()))
    array = np.zeros(2)
    with pytest.raises(TypeError, match=r"np\.add of a tensor takes no out="):
        array += x
    for call, name in (
        (lambda: np.subtract.reduce(x), "np.subtract.reduce"),
        (lambda: np.add.reduceat(x, [0]), "np.add.reduceat"),
        (lambda: np.add.at(x, 0, 1.0), "np.add.at"),
        (lambda: np.spacing(x), "np.spacing"),
    ):
        with pytest.raises(ad.NoDerivative, match=rf"{name} has no derivative rule.*supported functions"):
            call()


def test_an_array_that_changes_after_it_met_a_tensor_changes_no_gradient() -> None:
    w, x = ad.tensor(np.ones(3)), np.arange(3.0)
    y = x * w + np.maximum(x, w)
    x[:] = 7.0
    y.backward(np.ones(3))
    np.testing.assert_array_equal(w.grad.numpy(), [1.0, 1.5, 2.0])  # type: ignore[union-attr]


# ---- how they read -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("primitive", [p for p in PRIMITIVES if p.kind == "elementwise"], ids=lambda p: p.name)
def test_every_formula_can_be_printed_in_each_form(primitive: Primitive) -> None:
    assert primitive.value is not None
    for expr in (primitive.value, *primitive.partials):
        if expr is not None:
            assert text(expr)
            assert source(expr)
            assert latex(expr).count("{") == latex(expr).count("}")
    eval(f"lambda x, y, w: {source(primitive.value, scalar=True)}", {"math": math})


@pytest.mark.parametrize(
    ("primitive", "partial", "tex"),
    [
        (ops.arcsin, "1 / sqrt(1 − x²)", r"\frac{1}{\sqrt{1 - x^{2}}}"),
        (ops.exp2, "z · 0.693147", r"z \, 0.693147"),
        (ops.log10, "1 / (x · 2.30259)", r"\frac{1}{x \, 2.30259}"),
        (ops.sinh, "cosh(x)", r"\cosh\left(x\right)"),
        (ops.reciprocal, "−z²", r"-z^{2}"),
        (ops.square, "2 · x", r"2 \, x"),
    ],
    ids=lambda v: getattr(v, "name", None),
)
def test_rules_read_as_in_a_textbook(primitive: Primitive, partial: str, tex: str) -> None:
    expr = primitive.partials[0]
    assert expr is not None
    assert (text(expr), latex(expr)) == (partial, tex)


def test_values_in_latex_use_the_usual_signs() -> None:
    shown = {p.name: latex(p.value) for p in (ops.cbrt, ops.exp2, ops.log2, pairs.arctan2, ops.fraction) if p.value}
    assert shown["cbrt"] == r"\sqrt[3]{x}"
    assert shown["exp2"] == "2^{x}"
    assert shown["log2"] == r"\log_{2}\left(x\right)"
    assert shown["arctan2"] == r"\operatorname{arctan2}\left(x, y\right)"
    assert r"\infty" in shown["fraction"]


# ---- a branch whose rule is 0 lets nothing past --------------------------------------------------------------------
BLOCKING: list[
    tuple[Callable[[Any], Any], float]
] = [  # each is 0 at the point and flat around it: √0 has the slope inf
    (ad.relu, -1.0),
    (lambda x: np.where(x > 0, x, 0.0), -1.0),
    (lambda x: np.maximum(x, 0.0), -1.0),
    (lambda x: np.minimum(x, 0.0), 1.0),
    (lambda x: np.clip(x, 0.0, 2.0), -1.0),
    (lambda x: np.fmax(x, 0.0), -1.0),
    (lambda x: np.nan_to_num(x), np.inf),
]


@pytest.mark.parametrize(("flat", "at"), BLOCKING)
@pytest.mark.parametrize("shape", [(), (2,)])
def test_an_infinite_upstream_does_not_pass_a_branch_that_is_constant(flat: Any, at: float, shape: Any) -> None:
    def f(x: Any) -> Any:
        return np.sum(np.sqrt(flat(x) * 1.0 if at < INF else 0.0 * flat(x)))

    x = np.full(shape, at) if shape else at
    t = ad.tensor(x)
    f(t).backward()
    zeros = np.zeros(shape)
    np.testing.assert_array_equal(t.grad.value, zeros)  # type: ignore[union-attr]
    np.testing.assert_array_equal(ad.grad(f)(x), zeros)
    np.testing.assert_array_equal(ad.hessian(f)(x), np.zeros(shape * 2))
    np.testing.assert_array_equal(ad.jvp(flat, (x,), (np.full(shape, NAN) if shape else NAN,))[1], zeros)
    given = ad.tensor(np.full(3, at))
    flat(given).backward(np.array([INF, -INF, NAN]))
    np.testing.assert_array_equal(given.grad.numpy(), np.zeros(3))  # type: ignore[union-attr]
