"""register_hook and retain_grad: as in PyTorch."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad

CREATE = pytest.mark.parametrize("create", [False, True])


def of(t: ad.Tensor) -> Any:
    assert t.grad is not None
    return t.grad.tolist()


@CREATE
def test_hooks_of_a_leaf_are_called_in_order_each_with_what_the_one_before_returned(create: bool) -> None:
    x, log = ad.tensor(2.0), []
    x.register_hook(lambda g: log.append(("first", g.item())))
    x.register_hook(lambda g: g * 2)
    x.register_hook(lambda g: log.append(("last", g.item())))
    (x * 3).backward(create_graph=create)
    assert (log, of(x)) == ([("first", 3.0), ("last", 6.0)], 6.0)


@CREATE
@pytest.mark.parametrize("value", [2.0, np.full(3, 2.0), np.full(3, 2.0, np.float32)])
def test_a_hook_on_an_intermediate_replaces_what_flows_on(value: Any, create: bool) -> None:
    x, log = ad.tensor(value), []
    y = x * x
    y.register_hook(lambda g: g * 10)
    y.register_hook(lambda g: log.append(np.max(g.detach().value)))
    (y * 3).sum().backward(create_graph=create)
    assert log == [30.0]
    np.testing.assert_array_equal(of(x), np.full(np.shape(value), 120.0))


@CREATE
def test_a_hook_sees_the_whole_gradient_once(create: bool) -> None:
    x, log = ad.tensor(2.0), []
    y = x * 2
    for t in (x, y):
        t.register_hook(lambda g: log.append(g.item()))
    (y * y + y * 3 + x + x).backward(create_graph=create)
    assert log == [11.0, 24.0]


def test_a_hook_is_called_by_each_backward() -> None:
    x, log = ad.tensor(2.0), []
    y = x * x
    y.register_hook(lambda g: log.append(g.item()))
    z = y * 1.0
    z.backward(retain_graph=True)
    z.backward()
    assert log == [1.0, 1.0]


def test_a_removed_hook_is_not_called() -> None:
    x = ad.tensor(2.0)
    y = x * x
    for t in (x, y):
        handle = t.register_hook(lambda g: g * 5)
        handle.remove()
        handle.remove()
        with t.register_hook(lambda g: g * 7):
            pass
    (y * 1.0).backward()
    assert of(x) == 4.0


def test_hooks_of_the_output_itself_and_of_a_leaf_that_is_the_output() -> None:
    x = ad.tensor(2.0)
    y = x * x
    y.register_hook(lambda g: g * 5)
    y.backward()
    assert of(x) == 20.0
    leaf = ad.tensor(2.0)
    leaf.register_hook(lambda g: g * 5)
    leaf.backward()
    assert of(leaf) == 5.0


@CREATE
def test_hooks_take_part_in_autograd_grad_and_in_backward_with_inputs(create: bool) -> None:
    x = ad.tensor([1.0, 2.0])
    x.register_hook(lambda g: g * 3)
    y = x * x
    y.register_hook(lambda g: g * 10)
    (found,) = ad.autograd.grad((y * y).sum(), x, create_graph=create)
    assert found.tolist() == [120.0, 960.0]
    assert x.grad is None
    (x * x).sum().backward(inputs=x, create_graph=create)
    assert of(x) == [6.0, 12.0]


def test_what_a_hook_computes_is_differentiated_with_create_graph() -> None:
    x = ad.tensor([1.0, 2.0])
    y = x * x
    y.register_hook(lambda g: g * x)
    (first,) = ad.autograd.grad(y.sum(), x, create_graph=True)  # 2x · x
    (second,) = ad.autograd.grad(first.sum(), x)
    assert (first.tolist(), second.tolist()) == ([2.0, 8.0], [4.0, 8.0])


def test_what_a_hook_returns_must_have_the_shape_and_gets_the_dtype() -> None:
    x = ad.tensor(np.ones(2, np.float32))
    handle = x.register_hook(lambda g: np.ones(2))
    (x * 3).sum().backward()
    assert x.grad is not None
    assert x.grad.dtype == np.float32
    handle.remove()
    x.register_hook(lambda g: np.ones(3))
    with pytest.raises(ValueError, match=r"hook returned a gradient of shape \(3,\); it must have \(2,\)"):
        (x * 3).sum().backward()


def test_a_hook_on_what_requires_no_gradient_is_refused() -> None:
    t = ad.tensor(1.0, requires_grad=False)
    with pytest.raises(RuntimeError, match=r"register_hook .* does not require a gradient"):
        t.register_hook(lambda g: g)
    with pytest.raises(RuntimeError, match=r"retain_grad .* does not require a gradient"):
        t.retain_grad()


@CREATE
def test_retain_grad_fills_the_gradient_of_an_intermediate_as_hooks_left_it(create: bool) -> None:
    x = ad.tensor([1.0, 2.0])
    y = x * x
    y.retain_grad()
    y.register_hook(lambda g: g * 2)
    assert y.retains_grad
    (y * y).sum().backward(create_graph=create)
    assert (of(y), of(x)) == ([4.0, 16.0], [8.0, 64.0])


def test_retained_gradients_accumulate_and_a_leaf_needs_none() -> None:
    x = ad.tensor(2.0)
    x.retain_grad()
    assert not x.retains_grad
    y = x * x
    y.retain_grad()
    z = y * 3
    z.backward(retain_graph=True)
    z.backward()
    assert (of(y), of(x)) == (6.0, 24.0)


def test_grad_of_an_intermediate_that_retains_none_explains_itself() -> None:
    y = ad.tensor(2.0) * 3
    with pytest.warns(UserWarning, match=r"no leaf.*Call retain_grad\(\) on it before backward"):
        assert y.grad is None
    y.retain_grad()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert y.grad is None


def long(t: ad.Tensor) -> ad.Tensor:
    """The same value, after so many operations that a segment of the tape was left behind."""
    for _ in range(40_000):
        t = t * 1.0
    return t


def test_a_hook_sees_the_whole_gradient_once_across_segments_of_the_tape() -> None:
    x, log = ad.tensor(1.0), []
    y = x * 2
    y.register_hook(lambda g: log.append(g.item()))
    (long(y) + y).backward()
    assert (log, of(x)) == ([2.0], 4.0)


def test_values_of_a_middle_segment_are_reached_by_several_ways() -> None:
    x, log = ad.tensor(1.0), []
    a, b = x * 1.0, x * 3.0
    long(x)
    y, u = a * 2, b * 2
    y.register_hook(lambda g: log.append(g.item()))
    (long(y) + y + u).backward()
    assert (log, of(x)) == ([2.0], 4.0 + 6.0)
