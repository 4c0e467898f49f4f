"""Gradients within bounds, and parameters as one vector."""

from __future__ import annotations

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.nn import utils


def with_gradients() -> list[ad.Tensor]:
    ps = [ad.tensor(np.zeros((2, 2))), ad.tensor(0.0), ad.tensor(np.zeros(3, np.float32)), ad.tensor(1.0)]
    ps[0].grad, ps[1].grad, ps[2].grad = np.array([[3.0, 0.0], [0.0, -4.0]]), 12.0, np.array([0.0, 84.0, 0.0])
    return ps


def gradients(ps: list[ad.Tensor]) -> list[float]:
    return [v for p in ps if p.grad is not None for v in np.ravel(p.grad.tolist())]


def test_the_norm_of_all_gradients_is_bounded() -> None:
    ps = with_gradients()
    before = gradients(ps)
    norm = utils.clip_grad_norm_(ps, 8.5)
    assert norm.item() == pytest.approx(85.0)
    assert not norm.requires_grad
    np.testing.assert_allclose(gradients(ps), np.array(before) * 8.5 / (85.0 + 1e-6), rtol=1e-6)
    assert [p.grad.dtype.name for p in ps[:3]] == ["float64", "float64", "float32"]
    assert ps[3].grad is None


@pytest.mark.parametrize(("order", "norm"), [(1, 103.0), (float("inf"), 84.0), ("inf", 84.0), (3, 84.0858)])
def test_other_norms(order: float, norm: float) -> None:
    assert utils.clip_grad_norm_(with_gradients(), 1.0, norm_type=order).item() == pytest.approx(norm, rel=1e-5)


def test_small_gradients_stay_as_they_are() -> None:
    ps = with_gradients()
    held = [p.grad for p in ps[:3]]
    utils.clip_grad_norm_(iter(ps), 1000.0)
    assert all(p.grad is g for p, g in zip(ps, held, strict=False))
    assert utils.clip_grad_norm_([], 1.0).item() == 0.0
    assert utils.clip_grad_norm_(ps[3], 1.0).item() == 0.0


def test_a_norm_that_is_not_finite_raises_where_asked() -> None:
    ps = with_gradients()
    ps[0].grad = np.full((2, 2), np.nan)
    with pytest.raises(RuntimeError, match=r"total norm of order 2 of the gradients is nan.*detect_anomaly"):
        utils.clip_grad_norm_(ps, 1.0, error_if_nonfinite=True)
    assert np.isnan(utils.clip_grad_norm_(ps, 1.0).item())


def test_each_element_is_bounded() -> None:
    ps = with_gradients()
    held = ps[0].grad
    utils.clip_grad_value_(ps, 3.5)
    assert gradients(ps) == [3.0, 0.0, 0.0, -3.5, 3.5, 0.0, 3.5, 0.0]
    assert held.tolist() == [[3.0, 0.0], [0.0, -4.0]]


def test_parameters_as_a_vector_and_back() -> None:
    w, b = ad.tensor([[1.0, 2.0], [3.0, 4.0]]), ad.tensor(5.0)
    vector = utils.parameters_to_vector([w, b])
    assert vector.tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]
    (vector * vector).sum().backward()
    assert w.grad.tolist() == [[2.0, 4.0], [6.0, 8.0]]
    utils.vector_to_parameters(vector * 2, iter([w, b]))
    assert w.tolist() == [[2.0, 4.0], [6.0, 8.0]]
    assert b.item() == 10.0
    assert w.is_leaf
    with pytest.raises(ValueError, match=r"the parameters have 5 elements, but vec has shape \(4,\)"):
        utils.vector_to_parameters(ad.tensor(np.zeros(4)), [w, b])
    with pytest.raises(TypeError, match="vec must be a tensor, not list"):
        utils.vector_to_parameters([1.0], [w, b])
