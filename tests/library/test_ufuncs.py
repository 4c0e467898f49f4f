"""NumPy's elementwise functions on tensors: values and derivatives to order 2 in both modes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from ufunc_cases import INF, NAN, named, same, values

import notebook_ad as ad

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
