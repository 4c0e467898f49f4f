"""checkpoint keeps the arguments only; stop_gradient keeps nothing."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad


def g(x: Any) -> Any:
    return np.sum(np.sin(x) * np.exp(0.1 * x))


X = np.array([0.3, -1.0])


def test_derivatives_are_those_of_the_function_to_third_order() -> None:
    f = ad.checkpoint(g)
    np.testing.assert_allclose(ad.grad(f)(X), ad.grad(g)(X), rtol=1e-14)
    np.testing.assert_allclose(ad.hessian(f)(X), ad.hessian(g)(X), atol=1e-14)
    np.testing.assert_allclose(ad.vmap(ad.grad(f))(np.stack([X, 2 * X]))[1], ad.grad(g)(2 * X))
    ad.check_grads(f, (X,), order=3)


def test_checkpoints_nest() -> None:
    inner = ad.checkpoint(np.sin)
    f = ad.checkpoint(lambda x: np.sum(inner(x) * x))
    ad.check_grads(f, (X,), order=2)
    np.testing.assert_allclose(ad.grad(f)(X), np.sin(X) + X * np.cos(X))


def test_the_function_runs_once_forward_and_once_for_the_gradient() -> None:
    runs = []

    def counted(x: Any) -> Any:
        runs.append(1)
        return np.sin(x) * x

    y = ad.checkpoint(counted)(ad.tensor(0.5))
    assert len(runs) == 1
    y.backward()
    assert len(runs) == 2


def test_intermediates_are_freed_and_come_back_for_the_gradient() -> None:
    kept: list[Any] = []

    def f(x: Any) -> Any:
        h = np.tanh(x)
        kept.append(weakref.ref(h._value))
        return h * h

    y = ad.checkpoint(f)(ad.tensor(np.ones(10)))
    gc.collect()
    assert kept[0]() is None
    y.sum().backward()
    assert len(kept) == 2


def test_arguments_and_results_may_be_nested_and_other_things_pass() -> None:
    @ad.checkpoint
    def f(p: Any, mode: str, k: int = 1) -> Any:
        return {"r": p["a"] * p["b"][0] * k if mode == "product" else p["a"]}

    assert ad.grad(lambda p: f(p, "product", k=4)["r"])({"a": 2.0, "b": [3.0]}) == {"a": 12.0, "b": [8.0]}
    assert ad.checkpoint(lambda x, i: x[i])(ad.tensor([2.0, 3.0]), 1).item() == 3.0
    assert ad.grad(ad.checkpoint(lambda x: x))(2.0) == 1.0
    assert ad.grad(ad.checkpoint(lambda x: 3.0))(2.0) == 0.0
    assert type(ad.checkpoint(np.sin)(0.5)) is float


def test_closing_over_a_tensor_that_requires_grad_is_an_error() -> None:
    w = ad.tensor(3.0, name="w")
    with pytest.raises(RuntimeError, match=r"closes over the tensor 'w' that requires a gradient.*as an argument"):
        ad.checkpoint(lambda x: x * w)(ad.tensor(2.0))
    with pytest.raises(RuntimeError, match="closes over a tensor"):
        ad.grad(lambda w: ad.checkpoint(lambda x: x * w)(2.0))(3.0)
    with pytest.raises(RuntimeError, match="closes over a value that jvp or vmap follows"):
        ad.jvp(lambda w: ad.checkpoint(lambda x: x * w)(2.0 * w), (3.0,), (1.0,))


def test_stop_gradient_reaches_into_nested_structures() -> None:
    def f(p: Any) -> Any:
        stopped = ad.stop_gradient({"a": p, "b": [p * 2, None, "text", 3]})
        assert stopped["b"][1:] == [None, "text", 3]
        return stopped["b"][0] * p

    assert ad.grad(f)(3.0) == 6.0
    assert ad.jvp(f, (3.0,), (1.0,)) == (18.0, 6.0)
    assert ad.grad(ad.grad(lambda x: ad.stop_gradient(x * x) * x * x))(3.0) == 18.0
    np.testing.assert_array_equal(ad.vmap(ad.grad(f))(np.array([1.0, 2.0])), [2.0, 4.0])
    assert ad.jvp(lambda x: ad.grad(lambda y: ad.stop_gradient(x) * y)(1.0), (3.0,), (1.0,)) == (3.0, 0.0)
    assert ad.stop_gradient((1, "a")) == (1, "a")


def test_a_run_for_a_gradient_that_is_kept_leaves_nothing_on_the_tape_around_it() -> None:
    def long(x: Any) -> Any:
        for _ in range(50):
            x = np.sin(x) * 1.1
        return np.sum(x)

    x = ad.tensor(np.ones(3))
    f = ad.checkpoint(long)
    around = (x * x).sum()
    assert around._segment is not None
    before = len(around._segment.values)
    for _ in range(4):
        ad.autograd.grad(f(x), x, create_graph=True)
    assert len(around._segment.values) - before < 20
