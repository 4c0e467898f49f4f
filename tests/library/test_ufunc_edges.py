"""NumPy's elementwise functions at edges, kinks and ties, and branches whose rule is 0."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from ufunc_cases import INF, NAN, PI

import notebook_ad as ad
from notebook_ad.engine import elementwise as basic
from notebook_ad.engine.library import ufunc_pairs as pairs
from notebook_ad.engine.library import ufuncs as ops
from notebook_ad.engine.primitive import Primitive
from notebook_ad.tensor.elementwise import apply

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
