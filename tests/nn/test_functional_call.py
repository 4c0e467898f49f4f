"""Modules called with other parameters, as transforms over weights need them; F.normalize."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad import nn
from notebook_ad.nn import functional

X = np.random.default_rng(0).normal(size=(4, 3))


def net() -> nn.Module:
    return nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2), nn.Tanh())


def test_given_parameters_and_buffers_stand_in_and_the_modules_own_come_back() -> None:
    model = net().eval()
    before = {key: t.tolist() for key, t in model.state_dict().items()}
    zeros = {key: t.detach() * 0 for key, t in model.named_parameters()}
    out = ad.func.functional_call(model, [zeros, {"1.running_mean": ad.ones(2)}], (X,))
    assert out.tolist() == np.zeros((4, 2)).tolist()
    assert {key: t.tolist() for key, t in model.state_dict().items()} == before
    with pytest.raises(ZeroDivisionError):
        ad.func.functional_call(Raises(), {"w": ad.zeros(1)}, ())
    np.testing.assert_array_equal(ad.func.functional_call(model, {}, X).detach(), model(X).detach())


class Raises(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.w = nn.Parameter(ad.ones(1))

    def forward(self) -> Any:
        return 1 / 0


def test_gradients_by_parameter_are_those_of_backward_and_there_is_one_a_row() -> None:
    model = net().eval()
    weights = {key: np.asarray(p.detach()) for key, p in model.named_parameters()}

    def loss(w: Any, x: Any) -> Any:
        return (ad.func.functional_call(model, w, (x,)) ** 2).sum()

    by_name = ad.grad(loss)(weights, X)
    (model(X) ** 2).sum().backward()
    for key, p in model.named_parameters():
        np.testing.assert_allclose(by_name[key], p.grad, rtol=1e-12)
    rows = ad.vmap(ad.grad(loss), in_axes=(None, 0))(weights, X[:, None])
    for key, g in by_name.items():
        np.testing.assert_allclose(np.sum(np.asarray(rows[key]), 0), g, rtol=1e-10)


def test_tied_weights_are_replaced_together() -> None:
    model = nn.Sequential(nn.Linear(3, 3, bias=False), nn.Linear(3, 3, bias=False))
    model[1].weight = model[0].weight
    assert not ad.func.functional_call(model, {"0.weight": ad.zeros(3, 3)}, X).any()
    half = ad.func.functional_call(model, {"0.weight": ad.eye(3)}, X, tie_weights=False)
    np.testing.assert_allclose(half.detach(), X @ np.asarray(model[1].weight.detach()).T)


@pytest.mark.parametrize(
    ("given", "options", "error", "message"),
    [
        ({"2.weight": ad.zeros(1)}, {}, RuntimeError, "Sequential has no parameter or buffer '2.weight'"),
        ([{"0.bias": ad.zeros(2)}] * 2, {}, ValueError, "'0.bias' is in two dicts"),
        ({"0.bias": ad.zeros(2)}, {"strict": True}, RuntimeError, "strict, but '0.weight', '1.weight'.* missing"),
    ],
)
def test_bad_input_is_refused(given: Any, options: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        ad.func.functional_call(net(), given, (X,), **options)


@pytest.mark.parametrize(("p", "dim"), [(2.0, 1), (1.0, 0), (3.0, -1), (2.0, (0, 1))])
def test_normalized_vectors_have_length_one(p: float, dim: Any) -> None:
    y = functional.normalize(ad.tensor(X), p, dim)
    lengths = (np.abs(np.asarray(y.detach())) ** p).sum(dim) ** (1 / p)
    np.testing.assert_allclose(lengths, np.ones_like(lengths))
    ad.check_grads(lambda x: functional.normalize(x, p, dim), (X,), order=2)


def test_a_vector_of_zeros_stays_zero_and_gets_a_finite_gradient() -> None:
    x = ad.tensor(np.zeros((1, 3)))
    y = functional.normalize(x)
    y.sum().backward()
    assert not y.detach().any()
    assert np.isfinite(x.grad.detach()).all()
