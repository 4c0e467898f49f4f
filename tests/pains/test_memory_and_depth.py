"""Old pain: memory held by kept losses; deep graphs that overflow the stack (PyTorch #1346, #5534)."""

from __future__ import annotations

import copy
import gc
import sys
import tracemalloc

import numpy as np
import pytest

import notebook_ad as ad

DEEP = 100_000


def test_running_plus_equals_loss_is_flat_in_memory() -> None:
    w = ad.tensor(np.ones(1000))
    running = ad.tensor(0.0, requires_grad=False)

    def steps(n: int) -> None:
        nonlocal running
        for _ in range(n):
            loss = (w * w).sum()
            loss.backward()
            w.grad = None
            running += loss

    steps(2000)
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        steps(1000)
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert running.item() == 3000 * 1000.0
    assert grown < 3_000_000  # a kept graph would hold 16 kB a step: 16 MB


@pytest.mark.parametrize("value", [1.0, np.ones(2)], ids=["numbers", "arrays"])
def test_a_graph_of_100_000_operations_is_built_swept_and_freed_without_recursion(value: object) -> None:
    limit = sys.getrecursionlimit()
    x = ad.tensor(value)
    y = x * 1.0
    for _ in range(DEEP):
        y = y + x
    y.sum().backward() if np.ndim(value) else y.backward()
    assert x.grad is not None
    assert np.all(x.grad.numpy() == DEEP + 1)
    del y
    gc.collect()
    assert sys.getrecursionlimit() == limit


def test_a_deep_graph_that_is_never_swept_is_freed() -> None:
    y = x = ad.tensor(1.0)
    for _ in range(DEEP):
        y = y * x
    del x, y
    gc.collect()


def test_a_deep_graph_is_differentiated_twice_without_recursion() -> None:
    def f(x: ad.Tensor) -> ad.Tensor:
        y = x
        for _ in range(3000):
            y = y * 1.0001
        return y * x

    assert ad.grad(ad.grad(f))(1.0) == pytest.approx(2 * 1.0001**3000, rel=1e-9)


def test_a_leaf_is_copied_with_its_gradient_and_an_intermediate_says_why_not() -> None:
    w = ad.tensor([1.0, 2.0])
    (w * w).sum().backward()
    assert copy.deepcopy(w).grad.tolist() == [2.0, 4.0]  # type: ignore[union-attr]
    with pytest.raises(RuntimeError, match=r"copy t\.detach\(\)"):
        copy.deepcopy(w * 2)
