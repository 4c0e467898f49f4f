"""PyTorch's functions of several tensors, random fills, gradient switches and gradcheck."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad

RNG = np.random.default_rng(0)
A, B = RNG.normal(size=(3, 4)), RNG.normal(size=(3, 4))
PLACES = np.array([[0, 2, 1, 1], [1, 1, 0, 0]])


def _reduced(how: str, include: bool) -> np.ndarray:
    """`scatter_reduce` along dimension 0, element by element."""
    of = {"sum": np.sum, "prod": np.prod, "mean": np.mean, "amax": np.max, "amin": np.min}[how]
    result = A.copy()
    for i, j in np.ndindex(A.shape):
        sent = [B[k, j] for k in range(2) if PLACES[k, j] == i]
        if sent:
            result[i, j] = of([A[i, j], *sent] if include else sent)
    return result


CASES: dict[str, tuple[Callable[..., Any], Any]] = {
    "einsum": (lambda a, b: ad.einsum("ij,kj->ik", a, b), A @ B.T),
    "einsum of a list": (lambda a, b: ad.einsum("ij,ij->j", [a, b]), (A * B).sum(0)),
    "tensordot": (lambda a, b: ad.tensordot(a, b.T, dims=1), A @ B.T),
    "tensordot over axes": (lambda a, b: ad.tensordot(a, b, dims=([0, 1], [0, 1])), (A * B).sum()),
    "meshgrid": (lambda a, b: ad.meshgrid(a[0], b[1])[0], np.repeat(A[0][:, None], 4, 1)),
    "meshgrid by columns": (lambda a, b: ad.meshgrid(a[0], b[1], indexing="xy")[0], np.tile(A[0], (4, 1))),
    "cartesian_prod": (
        lambda a, b: ad.cartesian_prod(a[0], b[1]),
        np.array([[x, y] for x in A[0] for y in B[1]]),
    ),
    "block_diag": (lambda a, b: ad.block_diag(a[:1, :2], b[0, :1]), np.array([[*A[0, :2], 0], [0, 0, B[0, 0]]])),
    "cdist": (lambda a, b: ad.cdist(a, b), np.sqrt(((A[:, None] - B[None]) ** 2).sum(-1))),
    "cdist in the 1-norm": (lambda a, b: ad.cdist(a, b, p=1), np.abs(A[:, None] - B[None]).sum(-1)),
    "trapezoid": (lambda a, b: ad.trapezoid(a, b, dim=0), ((A[1:] + A[:-1]) * np.diff(B, axis=0) / 2).sum(0)),
    "gradient": (lambda a, b: ad.gradient(a, spacing=2.0, dim=1)[0], np.gradient(A, 2.0, axis=1)),
    "broadcast_tensors": (lambda a, b: ad.broadcast_tensors(a, b[0])[1], np.broadcast_to(B[0], (3, 4))),
    "var_mean": (lambda a, b: ad.var_mean(a, dim=1)[0], A.var(1, ddof=1)),
    "std_mean": (lambda a, b: ad.std_mean(a)[0], A.std(ddof=1)),
    "logcumsumexp": (lambda a, b: a.logcumsumexp(1), np.logaddexp.accumulate(A, 1)),
    "logcumsumexp of large ones": (lambda a, b: ad.logcumsumexp(400 * a, 0), np.logaddexp.accumulate(400 * A, 0)),
    "diag_embed": (lambda a, b: a[0].diag_embed(), np.diag(A[0])),
    "diag_embed beside the diagonal": (lambda a, b: a[0].diag_embed(-1), np.diag(A[0], -1)),
    "tensor_split": (lambda a, b: a.tensor_split(3, dim=1)[0], A[:, :2]),
    "sum_to_size": (lambda a, b: a.sum_to_size(1, 4), A.sum(0, keepdims=True)),
    "index_put": (lambda a, b: a.index_put((np.array([0, 0]), np.array([1, 1])), b[0, :2], accumulate=True)[0, 1],
                  A[0, 1] + B[0, :2].sum()),
    "cov": (lambda a, b: ad.cov(a, correction=0), np.cov(A, ddof=0)),
    "broadcast_to": (lambda a, b: a.broadcast_to((2, 3, 4)), np.broadcast_to(A, (2, 3, 4))),
    "nanquantile": (lambda a, b: a.nanquantile(0.3, dim=1, keepdim=True), np.quantile(A, 0.3, 1, keepdims=True)),
    "quantiles in a tensor": (lambda a, b: a.quantile(ad.tensor([0.3, 0.6]), dim=1), np.quantile(A, [0.3, 0.6], 1)),
    **{
        f"scatter_reduce {how}{'' if include else ' alone'}": (
            lambda a, b, how=how, include=include: a.scatter_reduce(0, PLACES, b[:2], how, include_self=include),
            _reduced(how, include),
        )
        for how in ("sum", "prod", "mean", "amax", "amin")
        for include in (True, False)
    },
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_value_and_derivatives_to_order_two(name: str) -> None:
    function, expected = CASES[name]
    found = function(ad.tensor(A), ad.tensor(B))
    assert found.shape == np.shape(expected)
    np.testing.assert_allclose(found.detach().numpy(), expected, rtol=1e-12, atol=1e-12)
    ad.check_grads(lambda *x: function(*(ad.tensor(v) if isinstance(v, np.ndarray) else v for v in x)), (A, B), order=2)


def test_the_gradient_of_a_distance_that_is_zero_is_zero() -> None:
    x = ad.tensor([[1.0, 2.0], [4.0, 6.0]])
    ad.cdist(x, x).sum().backward()
    assert x.grad is not None
    np.testing.assert_allclose(x.grad.detach().numpy(), [[-1.2, -1.6], [1.2, 1.6]])


def test_bins_are_counted_and_found() -> None:
    x = ad.tensor([0.0, 0.5, 1.0, 2.0])
    assert ad.bucketize(x, [0.5, 1.5]).tolist() == [0, 0, 1, 2]
    assert ad.bucketize(x, [0.5, 1.5], right=True).tolist() == [0, 1, 1, 2]
    assert ad.histc(x, 2, 0, 2).tolist() == [2.0, 2.0]
    assert ad.histc(x, 2).tolist() == [2.0, 2.0]


def test_random_fills_have_their_distribution_and_change_no_leaf_unasked() -> None:
    ad.manual_seed(3)
    x = ad.empty(4000).normal_(1, 2)
    assert abs(x.mean().item() - 1) < 0.1
    assert abs(x.std().item() - 2) < 0.1
    assert ad.empty(50).uniform_(2, 3).min().item() >= 2
    assert set(ad.empty(50).bernoulli_(0.5).tolist()) == {0.0, 1.0}
    assert ad.empty(50).exponential_(2.0).min().item() >= 0
    w = ad.tensor([1.0, 2.0])
    with pytest.raises(RuntimeError, match=r"normal_\(\) on the leaf"):
        w.normal_()
    w.data.uniform_(5, 6)
    assert min(w.tolist()) >= 5
    with pytest.raises(TypeError, match="uniform_"):
        ad.empty(2).uniform_(3, 1)


def test_samples_follow_given_probabilities() -> None:
    ad.manual_seed(0)
    assert ad.bernoulli(np.array([0.0, 1.0])).tolist() == [0.0, 1.0]
    assert ad.multinomial(np.array([[0.0, 1.0], [3.0, 0.0]]), 4, replacement=True).tolist() == [[1] * 4, [0] * 4]
    assert sorted(ad.multinomial(np.array([1.0, 2.0, 3.0]), 3).tolist()) == [0, 1, 2]
    for wrong, message in ((lambda: ad.bernoulli(np.array([2.0])), "probabilities"),
                           (lambda: ad.multinomial(np.array([1.0, 0.0]), 2), "replacement=True"),
                           (lambda: ad.multinomial(np.array([-1.0]), 1), "not negative")):  # fmt: skip
        with pytest.raises(ValueError, match=message):
            wrong()


def test_switches_work_with_and_without_a_call_and_as_functions() -> None:
    x = ad.tensor(2.0)

    @ad.no_grad
    def plain(x: Any) -> Any:
        return x * x

    @ad.inference_mode()
    def inferred(x: Any) -> Any:
        return x * x

    @ad.set_grad_enabled(False)
    def off(x: Any) -> Any:
        return x * x

    assert not any(f(x).requires_grad for f in (plain, inferred, off, plain, off))
    assert ad.is_grad_enabled()
    with ad.set_grad_enabled(False):
        assert not (x * x).requires_grad
        with ad.set_grad_enabled(True):
            assert (x * x).requires_grad
        with ad.inference_mode(False):
            assert (x * x).requires_grad
        assert not ad.is_grad_enabled()
    ad.set_grad_enabled(False)
    try:
        assert not (x * x).requires_grad
    finally:
        ad.set_grad_enabled(True)
    assert (x * x).requires_grad
    switch = ad.no_grad()
    with switch, switch:
        pass
    assert ad.is_grad_enabled()


def test_gradcheck_finds_a_wrong_rule() -> None:
    class Wrong(ad.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            return x * x

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            return g

    x = ad.tensor([0.5, 2.0])
    assert ad.autograd.gradcheck(lambda x, k: k * x.pow(3), (x, 2.0))
    assert ad.autograd.gradgradcheck(lambda x: np.sin(x), x)
    assert not ad.autograd.gradcheck(Wrong.apply, (x,), raise_exception=False)
    with pytest.raises(AssertionError, match="central differences"):
        ad.autograd.gradcheck(Wrong.apply, (x,))
    with pytest.raises(ValueError, match="no input requires a gradient"):
        ad.autograd.gradcheck(lambda x: x, (1.0,))


def test_several_cotangents_give_several_gradients_at_once() -> None:
    x = ad.tensor([1.0, 2.0])
    (rows,) = ad.autograd.grad(x**2, x, np.eye(2), is_grads_batched=True)
    assert rows is not None
    assert rows.tolist() == [[2.0, 0.0], [0.0, 4.0]]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda a: ad.meshgrid(a, indexing="yx"), 'meshgrid: indexing is "ij" or "xy"'),
        (lambda a: a.sum_to_size(2, 4), "sum_to_size"),
        (lambda a: a.scatter_reduce(0, PLACES, a, "max"), "scatter_reduce: reduce must be one of"),
    ],
)
def test_wrong_arguments_are_named(call: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call(ad.tensor(A))
