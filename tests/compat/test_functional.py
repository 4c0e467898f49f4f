"""ad.functional: PyTorch's torch.autograd.functional."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import notebook_ad as ad

F = ad.functional
X, Y = np.array([1.0, 2.0]), np.array([3.0, 4.0])


def cube(x: Any) -> Any:
    return (x**3).sum()


def test_jacobians_are_tensors_nested_by_output_then_input() -> None:
    x, y = ad.tensor(X), ad.tensor(Y, requires_grad=False)
    assert F.jacobian(lambda x: x**2, x).tolist() == [[2.0, 0.0], [0.0, 4.0]]
    by_x, by_y = F.jacobian(lambda x, y: x * y, (x, y))
    assert (by_x.tolist(), by_y.tolist()) == (np.diag(Y).tolist(), np.diag(X).tolist())
    square, total = F.jacobian(lambda x: (x * x, x.sum()), x, vectorize=True, strategy="forward-mode")
    assert (square.tolist(), total.tolist()) == (np.diag(2 * X).tolist(), [1.0, 1.0])


def test_hessians_of_one_and_of_several_inputs() -> None:
    x, y = ad.tensor(X), ad.tensor(Y)
    assert F.hessian(cube, x).tolist() == np.diag(6 * X).tolist()
    (xx, xy), (yx, yy) = F.hessian(lambda x, y: (x**3 * y).sum(), (x, y))
    assert xx.tolist() == np.diag(6 * X * Y).tolist()
    assert xy.tolist() == yx.tolist() == np.diag(3 * X**2).tolist()
    assert yy.tolist() == np.zeros((2, 2)).tolist()


def test_products_give_the_value_and_the_product() -> None:
    x, v = ad.tensor(X), ad.tensor([1.0, 0.5])
    for found, expected in (
        (F.vjp(lambda x: x**2, x, v), (X**2, 2 * X * [1.0, 0.5])),
        (F.jvp(lambda x: x**2, x, v), (X**2, 2 * X * [1.0, 0.5])),
        (F.hvp(cube, x, v), (9.0, 6 * X * [1.0, 0.5])),
        (F.vhp(cube, x, v), (9.0, 6 * X * [1.0, 0.5])),
    ):
        for t, e in zip(found, expected, strict=True):
            assert isinstance(t, ad.Tensor)
            assert not t.requires_grad
            np.testing.assert_allclose(t.tolist(), e)
    _, (hx, hy) = F.hvp(lambda x, y: (x**3 * y).sum(), (x, x), (v, ad.tensor([0.0, 0.0])))
    np.testing.assert_allclose(hx.tolist(), 6 * X * X * [1.0, 0.5])
    np.testing.assert_allclose(hy.tolist(), 3 * X**2 * [1.0, 0.5])


def test_the_vector_may_be_left_out_for_scalars_only() -> None:
    assert F.vjp(cube, ad.tensor(X))[1].tolist() == [3.0, 12.0]
    assert F.jvp(lambda x: x**2, ad.tensor(3.0))[1].item() == 6.0
    assert F.hvp(lambda x: x**3, ad.tensor(3.0))[1].item() == 18.0
    with pytest.raises(RuntimeError, match=r"vjp needs v for a function that gives shape \(2,\)"):
        F.vjp(lambda x: x**2, ad.tensor(X))
    with pytest.raises(RuntimeError, match="jvp needs v for a function that takes several values"):
        F.jvp(lambda x, y: x, (ad.tensor(1.0), ad.tensor(1.0)))


def test_create_graph_keeps_the_result_differentiable() -> None:
    x = ad.tensor(X)
    found = F.jacobian(lambda x: x**3, x, create_graph=True)
    assert ad.autograd.grad(found.sum(), x)[0].tolist() == (6 * X).tolist()
    assert not F.jacobian(lambda x: x**3, x).requires_grad
    second = F.hessian(lambda x: (x**4).sum(), x, create_graph=True)
    assert ad.autograd.grad(second.sum(), x)[0].tolist() == (24 * X).tolist()


def test_strict_is_refused() -> None:
    with pytest.raises(NotImplementedError, match="strict=True"):
        F.jacobian(cube, ad.tensor(X), strict=True)
