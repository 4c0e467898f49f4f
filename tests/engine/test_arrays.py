"""Every registered primitive that is not elementwise: NumPy's value, and the gradient of central differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from strategies import broadcastable, central_differences, check_gradients, normal, programs, seeds, shapes

import notebook_ad as ad
from notebook_ad.engine.primitive import PRIMITIVES
from notebook_ad.tensor.functions import broadcast_to, index, put

Case = tuple[Callable[..., Any], Callable[..., Any], list[np.ndarray]]  # on tensors, on arrays, the arrays
Dtypes = st.sampled_from([np.float64, np.float64, np.float32])


def axes_of(ndim: int) -> st.SearchStrategy[Any]:
    """None, an axis (counted from either end) or several."""
    one = st.integers(-ndim, ndim - 1) if ndim else st.nothing()
    return st.none() | one | st.lists(one, unique_by=lambda i: i % ndim, min_size=1).map(tuple) if ndim else st.none()


@st.composite
def reductions(draw: st.DrawFn, name: str) -> Case:
    extremum = name in ("max", "min")
    shape = draw(shapes(min_side=1 if extremum else 0))
    options = {"axis": draw(axes_of(len(shape))), "keepdims": draw(st.booleans())}
    ours, numpys = getattr(ad, name), getattr(np, name)
    assume(name != "mean" or np.prod(shape) > 0)  # NumPy warns about the mean of nothing
    x = normal(shape, draw(seeds), draw(Dtypes))
    if extremum:  # all different: no ties, and no change of order within a step of the differences
        x = np.asarray(np.random.default_rng(draw(seeds)).permutation(x.size).reshape(shape) / 4, x.dtype)
    return lambda t: ours(t, **options), lambda a: numpys(a, **options), [x]


@st.composite
def products(draw: st.DrawFn) -> Case:
    n, k, m = (draw(st.integers(0, 4)) for _ in range(3))
    batch = draw(broadcastable(2))
    left, right = (*batch[0], n, k), (*batch[1], k, m)
    kind = draw(st.sampled_from(["matrices", "vector @", "@ vector", "vectors"]))
    left = (k,) if kind in ("vector @", "vectors") else left
    right = (k,) if kind in ("@ vector", "vectors") else right
    arrays = [normal(shape, draw(seeds), draw(Dtypes)) for shape in (left, right)]
    return lambda x, y: x @ y, np.matmul, arrays


@st.composite
def reshapes(draw: st.DrawFn) -> Case:
    shape = draw(shapes())
    flat = int(np.prod(shape))
    to = draw(st.sampled_from([(flat,), (1, flat, 1), shape[::-1], shape]) | (st.just(-1) if flat else st.nothing()))
    return lambda t: ad.reshape(t, to), lambda a: np.reshape(a, to), [normal(shape, draw(seeds), draw(Dtypes))]


@st.composite
def transposes(draw: st.DrawFn) -> Case:
    shape = draw(shapes(max_ndim=4, max_side=3))
    order = draw(st.none() | st.permutations([draw(st.sampled_from([i, i - len(shape)])) for i in range(len(shape))]))
    return (
        lambda t: ad.transpose(t, order),
        lambda a: np.transpose(a, order),
        [normal(shape, draw(seeds), draw(Dtypes))],
    )


@st.composite
def views(draw: st.DrawFn) -> Case:
    """Integers, slices with any step, None and an ellipsis."""
    shape = draw(shapes(max_ndim=3))
    key = draw(hnp.basic_indices(shape, allow_newaxis=True, allow_ellipsis=True, max_dims=5))
    return lambda t: t[key], lambda a: np.array(a[key]), [normal(shape, draw(seeds), draw(Dtypes))]


@st.composite
def picks(draw: st.DrawFn) -> Case:
    """Masks, integer arrays (repeated and negative ones too), and integer arrays beside slices."""
    shape = draw(shapes(max_ndim=3, min_side=1).filter(bool))
    x = normal(shape, draw(seeds), draw(Dtypes))
    integers = hnp.integer_array_indices(shape, result_shape=hnp.array_shapes(min_dims=1, max_dims=2, max_side=3))
    beside = st.tuples(integers.map(lambda key: key[0]), st.just(slice(None, None, -1)))
    kinds = [integers, hnp.arrays(bool, shape), st.lists(st.integers(-shape[0], shape[0] - 1), max_size=4)]
    key = draw(st.one_of(kinds + ([beside] if len(shape) > 1 else [])))
    key = np.array(key, int) if isinstance(key, list) else key
    return lambda t: t[key], lambda a: a[key], [x]


@st.composite
def broadcasts(draw: st.DrawFn) -> Case:
    shape, other = draw(broadcastable(2))
    to = np.broadcast_shapes(shape, other)
    x = normal(shape, draw(seeds), draw(Dtypes))
    return lambda t: broadcast_to(t, to), lambda a: np.broadcast_to(a, to), [x]


@st.composite
def joins(draw: st.DrawFn, name: str) -> Case:
    count = draw(st.integers(1, 4))
    shape = draw(shapes(max_side=3))
    assume(shape or name == "stack")
    if name == "stack":
        axis = draw(st.integers(-len(shape) - 1, len(shape)))
        sizes = [shape] * count
    else:
        axis = draw(st.integers(-len(shape), len(shape) - 1))
        at = axis % len(shape)
        sizes = [(*shape[:at], draw(st.integers(0, 3)), *shape[at + 1 :]) for _ in range(count)]
    ours, numpys = getattr(ad, name), getattr(np, name)
    arrays = [normal(size, draw(seeds), draw(Dtypes)) for size in sizes]
    return lambda *ts: ours(ts, axis=axis), lambda *xs: numpys(xs, axis=axis), arrays


@st.composite
def puts(draw: st.DrawFn) -> Case:
    """Values that replace some elements of a flat array: one number for all places, or one for each."""
    size = draw(st.integers(1, 6))
    places = np.array(draw(st.lists(st.integers(0, size - 1), unique=True)), np.int64)
    dtype = draw(Dtypes)
    arrays = [
        normal((size,), draw(seeds), dtype),
        normal(draw(st.sampled_from([(), places.shape])), draw(seeds), dtype),
    ]

    def on_arrays(base: np.ndarray, values: np.ndarray) -> np.ndarray:
        result = np.array(base)
        result[places] = values
        return result

    return lambda base, values: put(base, places, values), on_arrays, arrays


@st.composite
def mixed_dtypes(draw: st.DrawFn) -> Case:
    """float32 meets float64: the narrower operand is cast on the tape."""
    a, b = draw(broadcastable(2))
    arrays = [normal(a, draw(seeds), np.float32), normal(b, draw(seeds))]
    if draw(st.booleans()):
        arrays.reverse()

    def on_arrays(x: Any, y: Any) -> Any:
        wide = x.astype(np.float64)  # so that NumPy 1 promotes too where an operand has no axes
        return np.tanh(np.multiply(x, y, dtype=np.float64)) + wide

    return lambda x, y: ad.tanh(x * y) + x, on_arrays, arrays


CASES: dict[str, st.SearchStrategy[Case]] = {
    "sum": reductions("sum"),
    "mean": reductions("mean"),
    "max": reductions("max"),
    "min": reductions("min"),
    "matmul": products(),
    "reshape": reshapes(),
    "transpose": transposes(),
    "index": views(),
    "gather": picks(),
    "put": puts(),
    "broadcast_to": broadcasts(),
    "concatenate": joins("concatenate"),
    "stack": joins("stack"),
    "cast": mixed_dtypes(),
}


def test_every_registered_primitive_is_covered() -> None:
    assert {p.name for p in PRIMITIVES if p.kind not in ("source", "opaque", "elementwise", "host")} == CASES.keys()
    assert {p.name for p in PRIMITIVES if p.kind == "source"} == {"leaf", "constant", "import"}
    assert [p.name for p in PRIMITIVES if p.kind == "opaque"] == ["opaque"]


@pytest.mark.parametrize("name", CASES)
@given(data=st.data(), seed=seeds)
@settings(max_examples=60)
def test_value_and_gradient_are_those_of_numpy_and_of_central_differences(
    name: str, data: st.DataObject, seed: int
) -> None:
    on_tensors, on_arrays, arrays = data.draw(CASES[name])
    check_gradients(on_tensors, on_arrays, arrays, seed)


@pytest.mark.parametrize("name", CASES)
@given(data=st.data(), seed=seeds)
@settings(max_examples=30)
def test_kernel_agrees_with_the_rule_in_numpy_calls_and_with_forward_mode(
    name: str, data: st.DataObject, seed: int
) -> None:
    on_tensors, _, arrays = data.draw(CASES[name])
    rng = np.random.default_rng(seed)
    tensors = [ad.tensor(a) for a in arrays]
    output = on_tensors(*tensors)
    weights = ad.tensor(rng.uniform(-1, 1, output.shape), dtype=output.dtype, requires_grad=False)
    compiled = ad.autograd.grad(output, tensors, weights, retain_graph=True)
    by_rule = ad.autograd.grad(output, tensors, weights, create_graph=True)
    eps = 200 * np.finfo(min((a.dtype for a in arrays), key=lambda d: d.itemsize)).eps
    for a, b in zip(compiled, by_rule, strict=True):
        assert a is not None
        assert b is not None
        np.testing.assert_allclose(a.numpy(), b.detach().numpy(), rtol=eps, atol=eps)
    moves = [rng.uniform(-1, 1, a.shape).astype(a.dtype) for a in arrays]
    _, moved = ad.jvp(on_tensors, tuple(arrays), tuple(moves))
    pushed = float(np.sum(weights.numpy() * np.asarray(moved)))
    pulled = sum(float(np.sum(g.numpy() * m)) for g, m in zip(compiled, moves, strict=True) if g is not None)
    assert abs(pushed - pulled) <= 10 * eps * (1 + output.size)


@given(program=programs())
@settings(max_examples=150)
def test_gradient_of_a_random_program_is_that_of_central_differences(program: Any) -> None:
    check_program(program)


@given(program=programs(arrays=False, length=25))
@settings(max_examples=100)
def test_gradient_of_a_random_program_of_scalars_is_that_of_central_differences(program: Any) -> None:
    check_program(program)


def check_program(program: Any) -> None:
    leaves = [ad.tensor(a) for a in program.leaves]
    loss = program.run(ad, leaves)
    expected = program.run(np, program.leaves)
    np.testing.assert_allclose(loss.item(), expected, rtol=1e-12)
    loss.backward()
    numeric = central_differences(lambda *xs: program.run(np, xs), program.leaves, np.ones(()))
    for leaf, wanted in zip(leaves, numeric, strict=True):
        assert leaf.grad is not None
        np.testing.assert_allclose(leaf.grad.numpy(), wanted, rtol=1e-5, atol=1e-6)


def gradient(f: Callable[[ad.Tensor], ad.Tensor], values: Any) -> list[Any]:
    x = ad.tensor(values)
    with np.errstate(all="ignore"):
        f(x).sum().backward()
    assert x.grad is not None
    return x.grad.tolist()  # type: ignore[no-any-return]


def test_ties_of_max_and_min_share_the_gradient_evenly_along_the_axis() -> None:
    assert gradient(ad.max, [2.0, 5.0, 5.0, 5.0]) == [0, 1 / 3, 1 / 3, 1 / 3]
    assert gradient(lambda x: ad.min(x, axis=1), [[1.0, 1.0], [3.0, 2.0]]) == [[0.5, 0.5], [0, 1]]
    assert gradient(ad.max, [np.inf, np.inf, 1.0]) == [0.5, 0.5, 0]


def test_the_gradient_of_a_nan_maximum_goes_to_the_nans() -> None:
    assert gradient(ad.max, [1.0, np.nan, 3.0]) == [0, 1, 0]


def test_an_element_picked_twice_gets_both_gradients() -> None:
    assert gradient(lambda x: x[[0, 0, 2]] * np.array([1.0, 10.0, 100.0]), [1.0, 2.0, 3.0]) == [11, 0, 100]


def test_products_and_sums_pass_inf_and_nan_as_numpy_does() -> None:
    x, w = ad.tensor([[np.inf, 1.0], [0.0, np.nan]]), ad.tensor([[0.0, 1.0], [1.0, 2.0]])
    with np.errstate(all="ignore"):
        y = x @ w
        np.testing.assert_array_equal(np.asarray(y.value), np.asarray(x.value) @ np.asarray(w.value))
    y.backward(np.ones((2, 2)))
    np.testing.assert_array_equal(x.grad.numpy(), [[1, 3], [1, 3]])  # type: ignore[union-attr]
    np.testing.assert_array_equal(w.grad.numpy(), [[np.inf, np.inf], [np.nan, np.nan]])  # type: ignore[union-attr]


def test_an_empty_mask_gives_an_empty_result_and_a_zero_gradient() -> None:
    assert gradient(lambda x: x[np.zeros(3, bool)], [1.0, 2.0, 3.0]) == [0, 0, 0]


def test_the_gradient_of_a_large_array_is_complete_across_the_returns_to_python() -> None:
    """More work than one stretch of the compiled sweep: it comes back to Python in between and goes on."""
    x = ad.tensor(np.ones(1_000_000))
    y = x
    for _ in range(12):
        y = y + x
    y.sum().backward()
    np.testing.assert_array_equal(x.grad.numpy(), np.full(1_000_000, 13.0))  # type: ignore[union-attr]


def test_an_index_keeps_numpys_rules_where_keys_are_tensors() -> None:
    x, picked = ad.tensor([1.0, 2.0, 3.0]), ad.tensor([2, 0], requires_grad=False)
    index(x, picked).sum().backward()
    assert x.grad.tolist() == [1, 0, 1]  # type: ignore[union-attr]
    x.grad = None
    x[x > 1.5].sum().backward()
    assert x.grad.tolist() == [0, 1, 1]  # type: ignore[attr-defined]
