"""Nested structures as one vector, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import notebook_ad as ad

TREE = {"w": np.array([[1.0, 2.0], [3.0, 4.0]]), "b": 5.0, "rest": [(np.array([6.0]), None), np.zeros((0, 2))]}


def energy(tree: Any) -> Any:
    return np.sum(tree["w"] ** 3) * tree["b"] + np.sum(tree["rest"][0][0] ** 2)


def test_a_structure_and_its_vector_are_turned_into_each_other() -> None:
    flat, back = ad.ravel_pytree(TREE)
    assert flat.tolist() == [5, 6, 1, 2, 3, 4]
    found = back(flat * 2)
    assert (found["b"], found["rest"][0][1]) == (10.0, None)
    assert type(found["b"]) is float
    assert type(found["rest"][0]) is tuple
    assert found["w"].tolist() == [[2, 4], [6, 8]]
    assert found["rest"][1].shape == (0, 2)
    assert ad.unravel(TREE, flat)["w"].tolist() == TREE["w"].tolist()


def test_both_ways_are_differentiable_to_second_order() -> None:
    flat, back = ad.ravel_pytree(TREE)
    expected, _ = ad.ravel_pytree(ad.grad(energy)(TREE))
    np.testing.assert_allclose(ad.grad(lambda v: energy(back(v)))(flat), expected)
    ad.check_grads(lambda v: energy(back(v)), (flat,), order=2, atol=1e-4, rtol=1e-4)
    squares = ad.grad(lambda tree: np.sum(ad.ravel_pytree(tree)[0] ** 2))(TREE)
    np.testing.assert_allclose(squares["w"], 2 * TREE["w"])
    assert squares["b"] == 10.0


def test_each_example_of_a_vmap_has_its_own_structure() -> None:
    flat, back = ad.ravel_pytree(TREE)
    found = ad.vmap(lambda v: back(v)["w"][0, 1] * back(v)["b"])(np.stack([flat, 2 * flat]))
    assert found.tolist() == [10.0, 40.0]


def test_the_vector_has_the_dtype_that_holds_all() -> None:
    assert ad.ravel_pytree([np.float32(1), np.ones(2, np.float32)])[0].dtype == np.float32
    assert ad.ravel_pytree([1, np.ones(2, int)])[0].dtype == np.float64
    assert ad.ravel_pytree([1j, ad.tensor(2.0)])[0].dtype == np.complex128
    assert ad.ravel_pytree([])[0].shape == (0,)


def test_another_length_is_refused() -> None:
    with pytest.raises(ad.ShapeError, match=r"unravel of shape \(5,\).*the structure has 6 numbers; give \(6,\)"):
        ad.unravel(TREE, np.zeros(5))
