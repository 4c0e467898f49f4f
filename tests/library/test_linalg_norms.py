"""Norms of tensors: every order over every choice of axes; 0, ties and infinities."""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np
import pytest
from agreement import agrees, keeps_float32, same_values
from numpy_two import NEW

import notebook_ad as ad

norm = np.linalg.norm
rng = np.random.default_rng(3)
VECTOR = (None, 0, 1, 2, 3, 2.5, 0.5, -1, -2, inf, -inf)
MATRIX = (None, "fro", "nuc", 1, -1, 2, -2, inf, -inf)


def normal(*shape: int) -> Any:
    """Random numbers."""
    return rng.normal(size=shape)


def complex_normal(*shape: int) -> Any:
    """Random complex numbers."""
    return normal(*shape) + 1j * normal(*shape)


@pytest.mark.parametrize("order", VECTOR)
@pytest.mark.parametrize("keepdims", [False, True])
def test_norms_of_vectors(order: Any, keepdims: bool) -> None:
    agrees(lambda a: norm(a, order, keepdims=keepdims), (normal(3),))
    agrees(lambda a: norm(a, order, axis=-2, keepdims=keepdims), (normal(2, 3, 2),))
    agrees(lambda a: norm(a, order, axis=(1,), keepdims=keepdims), (normal(2, 3),))
    agrees(lambda a: norm(a, order, keepdims=keepdims), (complex_normal(3),))


@pytest.mark.parametrize("order", MATRIX)
@pytest.mark.parametrize("keepdims", [False, True])
def test_norms_of_matrices(order: Any, keepdims: bool) -> None:
    agrees(lambda a: norm(a, order, keepdims=keepdims), (normal(3, 2),))
    agrees(lambda a: norm(a, order, axis=(2, 0), keepdims=keepdims), (normal(2, 2, 3),))
    agrees(lambda a: norm(a, order, axis=(-2, -1), keepdims=keepdims), (normal(2, 2, 3),))
    agrees(lambda a: norm(a, order, keepdims=keepdims), (complex_normal(2, 3),))


WHOLE: dict[str, tuple[Any, Any]] = {
    "norm": (norm, normal(2, 2, 3)),
    "norm, dimensions kept": (lambda a: norm(a, keepdims=True), normal(2, 2, 3)),
    "norm of a number": (norm, 2.0),
}
if NEW:
    WHOLE |= {
        "vector_norm": (lambda a: np.linalg.vector_norm(a), normal(2, 3)),
        "vector_norm, two axes": (
            lambda a: np.linalg.vector_norm(a, axis=(0, 2), ord=3, keepdims=True),
            normal(2, 3, 2),
        ),
        "vector_norm of rows": (lambda a: np.linalg.vector_norm(a, axis=1, ord=inf), normal(2, 3)),
        "matrix_norm": (lambda a: np.linalg.matrix_norm(a), normal(2, 2, 3)),
        "matrix_norm, nuclear": (lambda a: np.linalg.matrix_norm(a, ord="nuc", keepdims=True), normal(2, 2, 3)),
    }


@pytest.mark.parametrize("case", WHOLE)
def test_without_order_and_axis_all_elements_are_one_vector_or_matrix(case: str) -> None:
    f, a = WHOLE[case]
    agrees(f, (a,))


@pytest.mark.parametrize("order", [None, 2, -2, 1, "fro", inf])
def test_condition_number(order: Any) -> None:
    agrees(lambda a: np.linalg.cond(a, order), (normal(3, 3) + 3 * np.eye(3),))


@pytest.mark.parametrize("order", [None, 0, 1, 2, 3, 1.5, 0.5, inf, -inf])
def test_at_0_gradient_and_hessian_are_0(order: Any) -> None:
    zero = np.zeros(3)
    np.testing.assert_array_equal(ad.grad(lambda x: norm(x, order))(zero), zero)
    np.testing.assert_array_equal(ad.hessian(lambda x: norm(x, order))(zero), np.zeros((3, 3)))
    np.testing.assert_array_equal(ad.jacfwd(lambda x: norm(x, order))(zero), zero)


def test_rows_of_zeros_do_not_disturb_the_others() -> None:
    x = np.array([[0.0, 0.0], [3.0, 4.0]])
    for order in (None, 3, 1.5):
        found = ad.grad(lambda a, o=order: np.sum(norm(a, o, axis=1)))(x)
        np.testing.assert_array_equal(found[0], [0.0, 0.0])
        np.testing.assert_allclose(found[1], ad.grad(lambda a, o=order: norm(a, o))(x[1]))
        assert np.isfinite(ad.hessian(lambda a, o=order: np.sum(norm(a, o, axis=1)))(x)).all()


@pytest.mark.parametrize("order", [1, 1.5, 3, inf])
def test_elements_that_are_0_have_a_gradient_of_0(order: Any) -> None:
    x = np.array([0.0, 2.0])
    np.testing.assert_allclose(ad.grad(lambda a: norm(a, order))(x), [0.0, 1.0])
    np.testing.assert_allclose(ad.hessian(lambda a: norm(a, order))(x), np.zeros((2, 2)), atol=1e-15)


def test_the_largest_share_the_gradient_evenly() -> None:
    np.testing.assert_allclose(ad.grad(lambda a: norm(a, inf))(np.array([2.0, -2.0, 1.0])), [0.5, -0.5, 0.0])
    np.testing.assert_allclose(ad.grad(lambda a: norm(a, -inf))(np.array([2.0, -1.0, 1.0])), [0.0, -0.5, 0.5])
    np.testing.assert_allclose(ad.grad(lambda a: norm(a, 1))(np.ones((2, 2))), np.full((2, 2), 0.5))


def test_nuclear_norm_of_equal_singular_values() -> None:
    np.testing.assert_allclose(ad.grad(lambda a: norm(a, "nuc"))(2 * np.eye(2)), np.eye(2))


@pytest.mark.parametrize("order", [None, 1, 3, inf])
def test_float32_stays_float32(order: Any) -> None:
    keeps_float32(lambda a: norm(a, order, axis=1), (normal(2, 3),))


@pytest.mark.parametrize("order", [None, "nuc", 1, 2])
def test_float32_stays_float32_for_matrices(order: Any) -> None:
    keeps_float32(lambda a: norm(a, order), (normal(2, 3),))


def test_integers_are_measured_as_floats() -> None:
    assert norm(ad.tensor([3, 4], requires_grad=False)).item() == 5.0


def test_nothing_has_the_norm_0() -> None:
    for order in (None, 1, 3):
        same_values(lambda a, o=order: norm(a, o), (np.zeros(0),))
        assert ad.grad(lambda a, o=order: norm(a, o))(np.zeros(0)).shape == (0,)


def test_large_and_small_elements_neither_overflow_nor_vanish_in_the_gradient() -> None:
    for scale in (1e100, 1e-100):
        np.testing.assert_allclose(ad.grad(lambda a: norm(a, 3))(scale * np.ones(2)), np.full(2, 2 ** (-2 / 3)))


t = ad.tensor
ERRORS = [
    (lambda: norm(t(np.ones((2, 3))), 3), r"norm of \(2, 3\).*'nuc', 1, -1, 2, -2, inf or -inf for matrices, not 3"),
    (lambda: norm(t(np.ones((2, 3, 4))), 2), r"norm of \(2, 3, 4\) over axes \(0, 1, 2\).*takes one axis or two"),
    (lambda: norm(t(np.ones((2, 3))), axis=5), r"norm of shape \(2, 3\): axis 5 is out of bounds for 2 dimensions"),
    (lambda: norm(t(np.ones((2, 3))), axis=(1, 1)), r"norm: an axis is given twice in \(1, 1\)"),
    (lambda: norm(t(np.ones(2)), "fro"), "norm of .*ord is a number for vectors, not 'fro'"),
    (lambda: norm(t(np.ones((2, 2))), "x"), "norm of .*for matrices, not 'x'"),
]


@pytest.mark.parametrize(("call", "message"), ERRORS)
def test_errors_say_what_does_not_fit(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
