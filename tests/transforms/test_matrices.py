"""Jacobians, Hessians and their products with vectors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from counting import calls_of

import notebook_ad as ad

X = np.array([0.5, -1.0, 2.0])
ALL = (ad.jacobian, ad.jacfwd, ad.jacrev)


@pytest.mark.parametrize("of", ALL)
@pytest.mark.parametrize(
    ("f", "expected"),
    [(lambda x: x**2, np.diag(2 * X)), (np.sum, np.ones(3)), (lambda x: np.outer(x, [1.0, 2.0]), None),
     (lambda x: np.ones(2), np.zeros((2, 3))), (lambda x: x[:0], np.zeros((0, 3))), (lambda x: x[1], np.eye(3)[1])],
    ids=["vector", "scalar", "matrix", "constant", "empty", "element"],
)  # fmt: skip
def test_a_jacobian_has_the_shape_of_the_value_then_of_the_argument(of: Any, f: Any, expected: Any) -> None:
    if expected is None:
        expected = np.eye(3)[:, None, :] * np.array([1.0, 2.0])[:, None]
    found = of(f)(X)
    assert found.shape == expected.shape
    np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize("of", ALL)
def test_a_jacobian_takes_scalars_empty_arrays_integers_and_float32(of: Any) -> None:
    assert of(lambda x: x**3)(2.0) == 12.0
    assert type(of(lambda x: x**3)(2.0)) is float
    assert of(lambda x: x * x)(np.ones(0)).shape == (0, 0)
    assert of(lambda x: np.sum(x) * np.ones(2))(np.ones(0)).shape == (2, 0)
    np.testing.assert_array_equal(of(lambda x: x * x)(np.arange(2)), [[0.0, 0.0], [0.0, 2.0]])
    assert of(lambda x: x * x)(np.ones(2, np.float32)).dtype == np.float32


@pytest.mark.parametrize("of", [*ALL, ad.hessian])
def test_argnums_choose_the_arguments(of: Any) -> None:
    def f(x: Any, y: Any) -> Any:
        return x * x * y * y

    order2 = of is ad.hessian
    assert of(f, 1)(2.0, 3.0) == (8.0 if order2 else 24.0)
    assert of(f, -1)(2.0, 3.0) == of(f, 1)(2.0, 3.0)
    assert of(f, (0, -1))(2.0, 3.0) == (((18.0, 24.0), (24.0, 8.0)) if order2 else (36.0, 24.0))


@pytest.mark.parametrize(("rows", "columns", "runs"), [(2, 5, 1), (5, 2, 2), (4, 4, 1), (1, 9, 1), (9, 1, 2)])
def test_a_jacobian_runs_the_function_as_rarely_as_it_can(rows: int, columns: int, runs: int) -> None:
    """Reverse mode takes one run; forward mode one more, after that which shows the value's shape."""
    counted = []
    m = np.arange(rows * columns, dtype=float).reshape(rows, columns)

    def f(x: Any) -> Any:
        counted.append(1)
        return m @ x

    np.testing.assert_array_equal(ad.jacobian(f)(np.ones(columns)), m)
    assert len(counted) == runs


@pytest.mark.parametrize(("of", "runs"), [(ad.jacfwd, 1), (ad.jacrev, 1), (ad.hessian, 1)])
def test_all_unit_vectors_go_through_one_run(of: Any, runs: int) -> None:
    counted = []

    def f(x: Any) -> Any:
        counted.append(1)
        return np.sum(np.linalg.inv(np.outer(x, x) + np.eye(3)) @ x) if of is ad.hessian else np.cumsum(x * x)

    of(f)(X)
    assert len(counted) == runs
    if of is not ad.hessian:
        few, many = (min(calls_of(lambda n=n: of(f)(np.linspace(0.5, 1.5, n))) for _ in range(3)) for n in (3, 40))
        assert many - few < 30


@pytest.mark.parametrize("of", [*ALL, ad.hessian])
def test_a_function_may_decide_by_the_value(of: Any) -> None:
    def f(x: Any) -> Any:
        y = x**2 if ad.stop_gradient(x)[0].item() > 0 else x**3
        return np.sum(y) if of is ad.hessian else y

    np.testing.assert_allclose(of(f)(X), 2 * np.eye(3) if of is ad.hessian else np.diag(2 * X))
    np.testing.assert_allclose(of(f)(-X), np.diag(-6 * X) if of is ad.hessian else np.diag(3 * X**2))


def test_where_a_rule_asks_for_the_value_of_a_tangent_each_is_taken_by_itself() -> None:
    seen = []

    @ad.custom_jvp
    def f(x: Any) -> Any:
        return x * x

    @f.defjvp
    def rule(primals: Any, tangents: Any) -> Any:
        seen.append(ad.stop_gradient(tangents[0]).tolist())
        return f(*primals), 2 * primals[0] * tangents[0]

    np.testing.assert_allclose(ad.jacfwd(f)(X), np.diag(2 * X))
    assert seen == np.eye(3).tolist()
    np.testing.assert_allclose(ad.jacrev(f)(X), np.diag(2 * X))


def test_jacobians_of_trees_of_mixed_precision() -> None:
    f = lambda p: {"y": p["a"] * p["b"], "z": np.sum(p["a"])}
    p = {"a": np.ones(2, np.float32), "b": 3.0}
    for of in ALL:
        found = of(f)(p)
        np.testing.assert_array_equal(found["y"]["a"], 3 * np.eye(2))
        np.testing.assert_array_equal(found["y"]["b"], np.ones(2))
        np.testing.assert_array_equal(found["z"]["a"], np.ones(2))
        assert found["z"]["b"] == 0.0
        assert found["z"]["a"].dtype == np.float32


def test_jacobians_within_vmap_are_those_of_each_example() -> None:
    f = lambda x: np.linalg.solve(np.outer(x, x) + np.eye(3), np.sin(x))
    rows = np.stack([X, X + 0.5])
    for of in (*ALL, lambda f: ad.jacfwd(ad.jacrev(f)), lambda f: ad.jacrev(ad.jacfwd(f))):
        np.testing.assert_allclose(ad.vmap(of(f))(rows), np.stack([of(f)(x) for x in rows]), rtol=1e-9, atol=1e-12)
    for of in ALL:
        np.testing.assert_allclose(of(ad.vmap(f))(rows)[0, :, 0], of(f)(X), rtol=1e-9, atol=1e-12)  # the others are 0


def test_jacobians_nest_and_differentiate() -> None:
    cube = lambda x: np.sum(x**3)
    for outer in ALL:
        for inner in ALL:
            np.testing.assert_allclose(outer(inner(cube))(X), np.diag(6 * X))
    np.testing.assert_allclose(ad.grad(lambda x: np.sum(ad.jacobian(np.sin)(x)))(X), -np.sin(X))
    np.testing.assert_allclose(ad.jacobian(ad.hessian(cube))(X)[1, 1], [0.0, 6.0, 0.0])


def test_a_jacobian_of_tensors_stays_connected() -> None:
    x = ad.tensor(X)
    ad.jacobian(lambda x: x**3)(x).sum().backward()
    assert x.grad is not None
    np.testing.assert_allclose(x.grad.tolist(), 6 * X)


def test_hessian_vector_products_need_no_hessian() -> None:
    f = lambda x: np.sum(np.sin(x) * x[0])
    v = np.array([1.0, 0.5, -2.0])
    expected = ad.hessian(f)(X) @ v
    np.testing.assert_allclose(ad.hvp(f, X, v), expected)
    np.testing.assert_allclose(ad.hvp(f, (X,), (v,))[0], expected)
    product, gradient = ad.make_hvp(f)(X)
    np.testing.assert_allclose(product(v), expected)
    np.testing.assert_allclose(gradient, ad.grad(f)(X))
    assert ad.hvp(lambda x, y: x * x * y, (2.0, 3.0), (1.0, 0.0)) == (6.0, 4.0)
    assert ad.make_hvp(lambda x, y: x * y**3, 1)(2.0, 3.0)[0](1.0) == 36.0


def test_make_jvp_gives_value_and_directional_derivative() -> None:
    value, moved = ad.make_jvp(lambda x: x**3)(X)(np.ones(3))
    np.testing.assert_allclose(value, X**3)
    np.testing.assert_allclose(moved, 3 * X**2)
    assert ad.make_jvp(lambda x, y: x * y, 1)(2.0, 3.0)(1.0) == (6.0, 2.0)


def test_elementwise_grad_nests() -> None:
    np.testing.assert_allclose(ad.elementwise_grad(np.sin)(X), np.cos(X))
    np.testing.assert_allclose(ad.elementwise_grad(ad.elementwise_grad(np.sin))(X), -np.sin(X))
    np.testing.assert_allclose(ad.elementwise_grad(lambda x, y: x * y**2, 1)(X, X), 2 * X * X)
    np.testing.assert_array_equal(ad.elementwise_grad(lambda x: 3.0)(X), np.zeros(3))
