"""Every registered elementwise primitive: value and gradient at random shapes, and at the edges of the numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import TOLERANCE, broadcastable, central_differences, seeds

import notebook_ad as ad
from notebook_ad.engine import elementwise as ops
from notebook_ad.engine.library import activations
from notebook_ad.engine.primitive import OPERANDS, PRIMITIVES, Primitive
from notebook_ad.engine.printers import source
from notebook_ad.tensor.elementwise import apply, forward

OTHERS = {id(p) for p in vars(activations).values()}  # those of networks are held against PyTorch's in tests/nn
ELEMENTWISE = [p for p in PRIMITIVES if p.kind == "elementwise" and id(p) not in OTHERS]
REFERENCE: dict[str, Callable[..., Any]] = {  # for primitives that NumPy does not have
    "relu": lambda x: np.maximum(x, 0),
    "sigmoid": lambda x: np.where(x < 0, np.exp(-np.abs(x)), 1) / (1 + np.exp(-np.abs(x))),
    "softplus": lambda x: np.logaddexp(0, x),
}


def reference(primitive: Primitive) -> Callable[..., Any]:
    """NumPy's own function, or the one given above."""
    return primitive.numpy or REFERENCE[primitive.name]


def away_from_zero(x: np.ndarray, by: float) -> np.ndarray:
    return np.where(np.abs(x) < by, x + 2 * by, x)


def fit(name: str, x: list[np.ndarray]) -> list[np.ndarray]:
    """Operands (each in −3…3) moved to where the primitive is smooth; a new primitive is taken as smooth everywhere."""
    match name:
        case "log" | "sqrt" | "log2" | "log10" | "log1p":
            return [np.abs(x[0]) + 0.2]
        case "abs" | "relu" | "cbrt" | "reciprocal":
            return [away_from_zero(x[0], 0.05 if name in ("abs", "relu") else 0.5)]
        case "tan":
            return [x[0] / 2.5]
        case "arcsin" | "arccos" | "arctanh":
            return [x[0] / 4]
        case "arccosh":
            return [np.abs(x[0]) + 1.3]
        case "hypot" | "arctan2":
            return [away_from_zero(x[0], 0.5), x[1]]
        case "copysign":
            return [away_from_zero(x[0], 0.05), away_from_zero(x[1], 0.05)]
        case "heaviside":
            return [away_from_zero(x[0], 0.05), x[1]]
        case "fraction":
            return [np.trunc(x[0]) + np.copysign(0.25, x[0])]
        case "div":
            return [x[0], away_from_zero(x[1], 0.5)]
        case "pow":
            return [np.abs(x[0]) + 0.3, x[1]]
        case "floordiv" | "mod" | "fmod":  # whole divisors and x away from whole numbers: never near a jump
            return [np.floor(x[0]) + 0.25 + 0.5 * (x[0] - np.floor(x[0])), np.where(x[1] < 0, -1.0, 2.0)]
        case "maximum" | "minimum" | "fmax" | "fmin" | "clip_low" | "clip_high" | "clip":
            return [np.round(2 * v) / 2 + i / 8 for i, v in enumerate(x)]  # multiples of ½, apart by an eighth at least
        case "where":
            return [x[0] > 0, x[1], x[2]]
    return x


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("primitive", ELEMENTWISE, ids=lambda p: p.name)
@given(data=st.data(), seed=seeds)
@settings(max_examples=25)
def test_value_and_gradient_are_those_of_numpy_and_of_central_differences(
    primitive: Primitive, dtype: str, data: st.DataObject, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    shapes = data.draw(broadcastable(len(primitive.partials)))
    arrays = fit(primitive.name, [rng.uniform(-3, 3, shape) for shape in shapes])
    arrays = [np.asarray(a if a.dtype == bool else a.astype(dtype)) for a in arrays]
    differentiable = [partial is not None for partial in primitive.partials]
    wanted = [d and data.draw(st.booleans()) for d in differentiable]
    if not any(wanted):
        wanted[-1] = True
    tensors = [ad.tensor(a, requires_grad=w) for a, w in zip(arrays, wanted, strict=True)]
    output = apply(primitive, *tensors)

    expected = np.asarray(reference(primitive)(*arrays))
    assert (output.shape, output.dtype) == (expected.shape, dtype)
    precision = {"rtol": 4 * np.finfo(dtype).eps, "atol": 4 * np.finfo(dtype).eps}
    np.testing.assert_allclose(np.asarray(output.value), expected, **precision)
    if not all(a.dtype == bool for a in arrays):
        np.testing.assert_allclose(forward(primitive, arrays), expected.astype(dtype), **precision)

    weights = rng.uniform(-1, 1, expected.shape)
    output.backward(weights)
    floats = [i for i, d in enumerate(differentiable) if d]

    def of_floats(*values: np.ndarray) -> Any:
        given = dict(zip(floats, values, strict=True))
        return reference(primitive)(*(given.get(i, a) for i, a in enumerate(arrays)))

    numeric = central_differences(of_floats, [arrays[i] for i in floats], weights)
    for i, gradient in zip(floats, numeric, strict=True):
        grad = tensors[i].grad
        if not wanted[i]:
            assert grad is None
            continue
        assert grad is not None
        assert (grad.shape, grad.dtype) == (arrays[i].shape, dtype)
        np.testing.assert_allclose(grad.numpy(), gradient, **TOLERANCE[dtype])


def specials(dtype: str) -> list[float]:
    info = np.finfo(dtype)
    ordinary = [0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.0, 89.0, -104.0, 1000.0, -1000.0]
    extreme = [info.smallest_subnormal, -info.smallest_subnormal, info.tiny, info.max, -info.max]
    return [float(v) for v in [*ordinary, *extreme, np.inf, -np.inf, np.nan]]


def grid(primitive: Primitive, dtype: str) -> list[np.ndarray]:
    """Every combination of special values, one flat array per operand."""
    values = np.array(specials(dtype), dtype)
    if primitive is ops.select:
        return [np.array([0, 1, 1, 0], dtype), values[-4:], values[:4]]
    return [np.ascontiguousarray(a.reshape(-1)) for a in np.meshgrid(*[values] * len(primitive.partials))]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("primitive", ELEMENTWISE, ids=lambda p: p.name)
def test_at_the_edges_the_value_is_numpys_as_array_and_as_scalar(primitive: Primitive, dtype: str, capfd: Any) -> None:
    operands = grid(primitive, dtype)
    one_by_one = list(zip(*operands, strict=True))
    with np.errstate(all="ignore"):
        expected = reference(primitive)(*operands)
        array = apply(primitive, *map(ad.tensor, operands))
        compiled = forward(primitive, list(operands))
        scalars = [apply(primitive, *map(ad.tensor, values)).item() for values in one_by_one]
        expected_scalars = [reference(primitive)(*values) for values in one_by_one]
    precision = {"rtol": 4 * np.finfo(dtype).eps, "atol": 0}
    np.testing.assert_allclose(np.asarray(array.value), expected, **precision)
    np.testing.assert_allclose(compiled, expected, **precision)
    # NumPy's loops and its scalars differ in the last bits, and in (-inf) ** 0.5: nan where it takes the square root.
    same = np.isclose(scalars, expected, **precision, equal_nan=True)
    assert np.all(same | np.isclose(scalars, expected_scalars, **precision, equal_nan=True))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("primitive", ELEMENTWISE, ids=lambda p: p.name)
def test_at_the_edges_the_gradient_is_the_rule_in_numpys_arithmetic(
    primitive: Primitive, dtype: str, capfd: Any
) -> None:
    operands = grid(primitive, dtype)
    real = np.dtype(dtype).type
    with np.errstate(all="ignore"):
        tensors = [ad.tensor(a) for a in operands]
        output = apply(primitive, *tensors)
        output.backward(np.ones(output.shape))
        for i, partial in enumerate(primitive.partials):
            if partial is None:
                continue
            names = ", ".join([*OPERANDS[: len(operands)], "z"])
            scope = {"np": np, "T": real, "floor_divide": np.floor_divide, "power": np.power}
            rule = eval(f"lambda {names}: {source(partial)}", scope)  # lazy `where`, as in the kernel
            expected = [rule(*values) for values in zip(*operands, np.asarray(output.value), strict=True)]
            grad = tensors[i].grad
            assert grad is not None
            np.testing.assert_allclose(grad.numpy(), np.array(expected, dtype), rtol=8 * np.finfo(dtype).eps, atol=0)
    assert capfd.readouterr() == ("", "")


INF, NAN = np.inf, np.nan
CONVENTIONS = [  # (primitive, operands, gradients), as PyTorch has them
    (ops.relu, (0.0,), (0.0,)),
    (ops.relu, (-0.0,), (0.0,)),
    (ops.relu, (INF,), (1.0,)),
    (ops.abs_, (0.0,), (0.0,)),
    (ops.abs_, (-INF,), (-1.0,)),
    (ops.maximum, (2.0, 2.0), (0.5, 0.5)),
    (ops.minimum, (2.0, 2.0), (0.5, 0.5)),
    (ops.maximum, (INF, INF), (0.5, 0.5)),
    (ops.maximum, (3.0, 2.0), (1.0, 0.0)),
    (ops.minimum, (3.0, 2.0), (0.0, 1.0)),
    (ops.sqrt_, (0.0,), (INF,)),
    (ops.sqrt_, (INF,), (0.0,)),
    (ops.log_, (0.0,), (INF,)),
    (ops.exp_, (-INF,), (0.0,)),
    (ops.exp_, (1000.0,), (INF,)),
    (ops.power, (0.0, 0.0), (0.0, 0.0)),
    (ops.power, (0.0, 1.0), (1.0, 0.0)),
    (ops.power, (0.0, 2.0), (0.0, 0.0)),
    (ops.power, (0.0, 0.5), (INF, 0.0)),
    (ops.power, (0.0, -1.0), (-INF, -INF)),
    (ops.power, (-2.0, 3.0), (12.0, NAN)),
    (ops.power, (-2.0, 0.0), (0.0, NAN)),
    (ops.div, (1.0, 0.0), (INF, -INF)),
    (ops.div, (0.0, 0.0), (INF, NAN)),
    (ops.div, (1.0, INF), (0.0, -0.0)),
    (ops.tanh_, (1000.0,), (0.0,)),
    (ops.sigmoid, (-1000.0,), (0.0,)),
    (ops.sigmoid, (1000.0,), (0.0,)),
    (ops.softplus, (1000.0,), (1.0,)),
    (ops.softplus, (-1000.0,), (0.0,)),
    (ops.floordiv, (7.0, 2.0), (0.0, 0.0)),
    (ops.mod, (-7.0, 2.0), (1.0, 4.0)),
]


@pytest.mark.parametrize(("primitive", "operands", "gradients"), CONVENTIONS, ids=lambda v: getattr(v, "name", str(v)))
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("shape", [(), (2,)])
def test_kinks_ties_and_poles_follow_the_stated_convention(
    primitive: Primitive, operands: tuple[float, ...], gradients: tuple[float, ...], dtype: str, shape: tuple[int, ...]
) -> None:
    tensors = [ad.tensor(np.full(shape, v, dtype)) for v in operands]
    with np.errstate(all="ignore"):
        output = apply(primitive, *tensors)
    output.backward(np.ones(shape))
    for tensor, wanted in zip(tensors, gradients, strict=True):
        assert tensor.grad is not None
        np.testing.assert_array_equal(tensor.grad.numpy(), np.full(shape, wanted, dtype))


def test_every_primitive_has_a_reference_and_as_many_partials_as_operands() -> None:
    for primitive in ELEMENTWISE:
        assert primitive.numpy is not None or primitive.name in REFERENCE
        assert 1 <= len(primitive.partials) <= len(OPERANDS)
