"""Embedding(sparse=True): a gradient of the rows looked up, the same numbers as a dense one, and what works on it."""

from __future__ import annotations

import tracemalloc
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad import nn, optim
from notebook_ad.nn import functional
from notebook_ad.tensor.sparse import SparseTensor

KEYS = np.array([[1, 4, 1], [6, 3, 0]])
W = np.random.default_rng(0).normal(size=(7, 3))


def table(sparse: bool, dtype: str = "float64", **options: Any) -> nn.Embedding:
    return nn.Embedding(7, 3, sparse=sparse, _weight=ad.tensor(W.astype(dtype)), **options)


def loss(e: nn.Embedding, keys: np.ndarray = KEYS) -> Any:
    return (e(keys) ** 2).sum() + e(keys[0]).sin().sum()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("options", [{}, {"padding_idx": 1}, {"scale_grad_by_freq": True}])
def test_the_rows_of_a_sparse_gradient_are_those_of_the_dense_one(options: dict[str, Any], dtype: str) -> None:
    rows, dense = table(True, dtype, **options), table(False, dtype, **options)
    assert loss(rows).item() == loss(dense).item()
    for _ in range(2):  # the second adds to the first
        loss(rows).backward()
        loss(dense).backward()
    gradient = rows.weight.grad
    assert gradient.is_sparse
    assert (gradient.shape, gradient.dtype) == (dense.weight.grad.shape, np.dtype(dtype))
    np.testing.assert_allclose(gradient.to_dense(), dense.weight.grad, rtol=1e-5 if dtype == "float32" else 1e-13)
    used = sorted(set(KEYS.ravel().tolist()) - {options.get("padding_idx")})
    assert gradient.indices().tolist() == [used]
    np.testing.assert_array_equal(gradient.values(), np.asarray(gradient.to_dense())[used])


def test_memory_is_that_of_the_rows_used() -> None:
    e = nn.Embedding(200_000, 32, sparse=True, dtype="float32")
    (e(KEYS) ** 2).sum().backward()
    e.zero_grad()
    tracemalloc.start()
    (e(KEYS) ** 2).sum().backward()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < e.weight.size * 4 / 20
    assert e.weight.grad.values().shape == (5, 32)


@pytest.mark.parametrize(
    "make",
    [
        lambda p: optim.SGD(p, lr=0.1),
        lambda p: optim.SGD(p, lr=0.1, maximize=True),
        lambda p: optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.1),
        lambda p: optim.Adagrad(p, lr=0.1, lr_decay=0.01, initial_accumulator_value=0.1),
        lambda p: optim.Adagrad(p, lr=0.1, weight_decay=0.1),
        lambda p: optim.Adam(p, lr=0.1),
    ],
)
def test_steps_of_a_sparse_gradient_are_those_of_the_dense_one(make: Any) -> None:
    rows, dense = table(True), table(False)
    for e in (rows, dense):
        optimizer = make(e.parameters())
        for i in range(5):
            optimizer.zero_grad()
            loss(e, (KEYS + i) % 7).backward()
            nn.utils.clip_grad_norm_(e.parameters(), 1.0)
            optimizer.step()
    np.testing.assert_allclose(rows.weight.detach(), dense.weight.detach(), rtol=1e-12)


def test_clipping_leaves_a_sparse_gradient_sparse() -> None:
    rows, dense = table(True), table(False)
    norms = []
    for e in (rows, dense):
        loss(e).backward()
        norms.append(nn.utils.clip_grad_norm_(e.parameters(), 0.5).item())
    assert norms[0] == pytest.approx(norms[1])
    assert type(rows.weight.grad) is SparseTensor
    np.testing.assert_allclose(rows.weight.grad.to_dense(), dense.weight.grad)


def test_sparse_adam_changes_the_rows_used_only() -> None:
    """Hand-computed: the first step of Adam is lr · sign(g), up to eps; a row not looked up keeps even its momentum."""
    e = table(True)
    optimizer = optim.SparseAdam(e.parameters(), lr=0.01)
    e(np.array([2, 5])).sum().backward()
    optimizer.step()
    change = np.asarray(e.weight.detach()) - W
    np.testing.assert_allclose(change[[2, 5]], -0.01, rtol=1e-6)
    optimizer.zero_grad()
    e(np.array([2])).sum().backward()
    optimizer.step()
    again = np.asarray(e.weight.detach()) - W
    np.testing.assert_allclose(again[2], -0.02, rtol=1e-6)
    np.testing.assert_array_equal(again[5], change[5])
    assert not np.delete(again, [2, 5], 0).any()
    assert optimizer.state_dict()["state"][0]["step"].item() == 2


def test_sparse_adam_refuses_a_dense_gradient() -> None:
    e = table(False)
    loss(e).backward()
    with pytest.raises(
        RuntimeError, match=r"SparseAdam got a dense gradient; give it weights of Embedding\(sparse=True\)"
    ):
        optim.SparseAdam(e.parameters()).step()


def test_a_sparse_and_a_dense_use_of_a_weight_add_up() -> None:
    for first in (0, 1):
        e = table(True)
        uses = [lambda e=e: e(KEYS).sum(), lambda e=e: (e.weight * 2).sum()]
        uses[first]().backward()
        uses[1 - first]().backward()
        expected = 2.0 + np.bincount(KEYS.ravel(), minlength=7)[:, None] * np.ones((7, 3))
        np.testing.assert_array_equal(e.weight.grad.detach(), expected)


def test_hooks_of_the_weight_see_the_sparse_gradient() -> None:
    e, seen = table(True), []
    e.weight.register_hook(lambda g: seen.append(g.is_sparse) or g * 2)
    e(KEYS).sum().backward()
    assert seen == [True]
    np.testing.assert_array_equal(np.asarray(e.weight.grad)[1], 4.0)


def test_a_sparse_gradient_is_a_tensor() -> None:
    e = table(True)
    e(KEYS).sum().backward()
    g = e.weight.grad
    np.testing.assert_array_equal(g * 2, 2 * np.asarray(g.to_dense()))
    assert g.norm().item() == pytest.approx(np.sqrt(8 * 3))
    assert repr(g).startswith("tensor(indices=tensor([[0, 1, 3, 4, 6]]),\n       values=tensor([[1., 1., 1.]")
    assert repr(g).endswith("size=(7, 3), nnz=5, layout=sparse_coo)")
    g.zero_()
    assert not np.asarray(e.weight.grad).any()


def test_transforms_and_second_order_take_the_dense_gradient_or_say_so() -> None:
    f = lambda w: (functional.embedding(KEYS, w, sparse=True) ** 2).sum()
    np.testing.assert_array_equal(ad.grad(f)(W), 2 * W * np.bincount(KEYS.ravel(), minlength=7)[:, None])
    with pytest.raises(RuntimeError, match=r"cannot be differentiated again; use sparse=False"):
        loss(table(True)).backward(create_graph=True)
    with ad.no_grad():
        assert not table(True)(KEYS).requires_grad
