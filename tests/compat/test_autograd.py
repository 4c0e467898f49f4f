"""PyTorch's autograd: grad, backward, create_graph, retain_graph, leaves, no_grad; behaviours by name."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.engine.segment import Segment

grad = ad.autograd.grad


def of(t: ad.Tensor) -> Any:
    assert t.grad is not None
    return t.grad.tolist()


def test_accumulation_over_two_backwards() -> None:
    for create in (False, True):
        x = ad.tensor([1.0, 2.0])
        for factor in (1.0, 3.0):
            (factor * x * x).sum().backward(create_graph=create)
        assert of(x) == [8.0, 16.0]


def test_two_losses_over_shared_parameters() -> None:
    w, v = ad.tensor(2.0), ad.tensor(3.0)
    h = w * v
    first, second = h * h, h * 5
    first.backward(retain_graph=True)
    second.backward()
    assert (of(w), of(v)) == (2 * 6 * 3 + 15.0, 2 * 6 * 2 + 10.0)


def test_two_losses_with_separate_graphs_need_no_retain_graph() -> None:
    w = ad.tensor(2.0)
    first, second = w * w, w * 5
    first.backward()
    second.backward()
    assert of(w) == 9.0


def test_interleaved_recordings() -> None:
    a, b = ad.tensor(2.0), ad.tensor(3.0)
    p, q = a, b
    for _ in range(5):
        p = p * a
        q = q + b * p.detach()
    p.backward()
    q.backward()
    assert of(a) == 6 * 2.0**5
    assert of(b) == 1 + 4 + 8 + 16 + 32 + 64.0


def test_truncated_back_propagation_with_detach() -> None:
    w, state = ad.tensor(0.5), ad.tensor(1.0, requires_grad=False)
    for _ in range(3):
        w.grad = None
        before = state.item()
        state = w * state
        (state * state).backward()
        assert of(w) == pytest.approx(2 * 0.5 * before**2)
        state = state.detach()


def test_in_place_use_after_record() -> None:
    x = ad.tensor(2.0)
    y = x * x
    z = y * y
    y.add_(1.0)  # z was recorded with the old y
    z.backward(retain_graph=True)
    assert (of(x), y.item()) == (32.0, 5.0)
    x.grad = None
    (y * 3).backward()
    assert of(x) == 12.0


def test_gradients_of_gradients_with_create_graph() -> None:
    x = ad.tensor(2.0)
    y = x**4
    for expected in (32.0, 48.0, 48.0):
        (y,) = grad(y, x, create_graph=True)
        assert y.item() == expected
    assert x.grad is None


def test_backward_with_create_graph_leaves_a_gradient_that_can_be_differentiated() -> None:
    x = ad.tensor([1.0, 2.0])
    (x**3).sum().backward(create_graph=True)
    first, x.grad = x.grad, None
    assert first is not None
    assert first.requires_grad
    first.sum().backward()
    assert of(x) == [6.0, 12.0]


def test_a_gradient_penalty_trains() -> None:
    w = ad.tensor(3.0)
    x = ad.tensor([1.0, 2.0])
    (slope,) = grad((w * x * x).sum(), x, create_graph=True)  # 2 w x
    ((slope**2).sum()).backward()
    assert of(w) == 2 * 3 * (4 + 16.0)


def test_a_second_sweep_without_retain_graph_raises_with_the_cure() -> None:
    x = ad.tensor(2.0)
    y = x**3
    y.backward(retain_graph=True)
    y.backward()
    assert of(x) == 24.0
    for again in (y.backward, lambda: grad(y, x), lambda: grad(y, x, create_graph=True)):
        with pytest.raises(ad.ConsumedError, match=r"second time.*retain_graph=True"):
            again()


def test_grad_of_leaves_and_intermediates() -> None:
    x = ad.tensor(2.0)
    y = x * 3
    found = grad(y * y * x, [y, x])
    assert [g.item() for g in found] == [24.0, 36.0 + 2 * 6 * 2 * 3]
    assert grad(x, x)[0].item() == 1.0
    z = x * x
    assert grad(z, z)[0].item() == 1.0


def test_grad_of_several_outputs_is_that_of_their_sum() -> None:
    x = ad.tensor([1.0, 2.0])
    assert grad([(x * x).sum(), (x * 3).sum()], x)[0].tolist() == [5.0, 7.0]
    (g,) = grad([x * x, x * 3], [x], grad_outputs=[np.array([1.0, 0.0]), ad.tensor([0.0, 1.0], requires_grad=False)])
    assert g.tolist() == [2.0, 3.0]


def test_cotangents_are_differentiated_too() -> None:
    x, g = ad.tensor([1.0, 2.0]), ad.tensor([1.0, 1.0])
    (found,) = grad(x * x, x, grad_outputs=g, create_graph=True)
    found.sum().backward()
    assert (of(x), of(g)) == ([2.0, 2.0], [2.0, 4.0])


def test_unused_inputs_are_an_error_none_or_zeros() -> None:
    x, y = ad.tensor(2.0), ad.tensor([3.0])
    with pytest.raises(
        RuntimeError, match=r"no output depends on input 1, .*allow_unused=True.*materialize_grads=True"
    ):
        grad(x * x, [x, y])
    first, second = grad(x * x, [x, y], allow_unused=True)
    assert first is not None
    assert (first.item(), second) == (4.0, None)
    assert grad(x * x, [x, y], materialize_grads=True)[1].tolist() == [0.0]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [(lambda x: grad(x * x, x), RuntimeError, "needs a scalar output"),
     (lambda x: grad(x * x, x, grad_outputs=np.ones(3)), ValueError, r"shape \(3,\), but the output has \(2,\)"),
     (lambda x: grad(x * x, x, grad_outputs=[np.ones(2)] * 2), RuntimeError, "1 outputs but 2 grad_outputs"),
     (lambda x: grad((x * x).sum(), x.detach()), RuntimeError, "input 0, .* does not require a gradient")],
)  # fmt: skip
def test_bad_arguments_of_grad_are_named(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call(ad.tensor([1.0, 2.0]))


def test_autograd_backward_of_several_tensors_and_for_some_inputs() -> None:
    x, y = ad.tensor(2.0), ad.tensor(3.0)
    a = x * y
    ad.autograd.backward([a, a * 3])
    assert (of(x), of(y)) == (12.0, 8.0)
    x.grad = y.grad = None
    ad.autograd.backward(x * y, inputs=[x])
    assert (of(x), y.grad) == (3.0, None)
    v = ad.tensor([1.0, 2.0])
    ad.autograd.backward([v * v, v * 3], [np.array([1.0, 0.0]), np.ones(2)])
    assert of(v) == [5.0, 3.0]


def test_is_leaf_tells_what_no_recorded_operation_made() -> None:
    x, c = ad.tensor(1.0), ad.tensor(1.0, requires_grad=False)
    with ad.no_grad():
        unrecorded = x * 2
    leaves = [x, c, c * 2, (x * 2).detach(), unrecorded]
    assert all(t.is_leaf for t in leaves)
    assert not (x * 2).is_leaf
    assert [t.requires_grad for t in leaves] == [True, False, False, False, False]


def test_no_grad_and_enable_grad_nest_and_come_back_after_an_error() -> None:
    x = ad.tensor(2.0)
    with ad.no_grad():
        assert not (x * x).requires_grad
        with ad.enable_grad():
            assert (x * x).requires_grad
            with pytest.raises(ZeroDivisionError), ad.no_grad():
                raise ZeroDivisionError
            assert (x * x).requires_grad
        assert not (x * x).requires_grad
        with ad.inference_mode():
            assert not (x * x).requires_grad
    assert (x * x).requires_grad

    @ad.no_grad()
    def evaluated(t: ad.Tensor) -> ad.Tensor:
        return t * t

    assert not evaluated(x).requires_grad


def test_a_kept_running_loss_keeps_no_graph_alive() -> None:
    def live() -> int:
        gc.collect()
        return sum(isinstance(o, Segment) for o in gc.get_objects())

    w, running = ad.tensor(0.5), ad.tensor(0.0, requires_grad=False)
    before = live()
    for _ in range(30_000):
        loss = (w * 2.0 - 1.0) ** 2
        loss.backward()
        running += loss
    assert live() <= before + 3
    assert running.item() == 0.0
