"""jvp and linearize: real forward mode."""

from __future__ import annotations

import gc
import tracemalloc
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.engine.segment import Segment


@pytest.mark.parametrize(
    ("x", "t", "kind"),
    [(3.0, 1.0, float), (3, 1, float), (np.float32(3), 1.0, np.float32), (np.array([3.0, 1.0]), np.ones(2), np.ndarray),
     (np.ones((0, 2)), np.ones((0, 2)), np.ndarray)],
)  # fmt: skip
def test_value_and_tangent_are_plain_for_plain_input(x: Any, t: Any, kind: type) -> None:
    value, moved = ad.jvp(lambda x: x * x, (x,), (t,))
    assert (type(value), type(moved)) == (kind, kind)
    np.testing.assert_array_equal(value, np.square(x))
    np.testing.assert_array_equal(moved, 2 * np.asarray(x) * t)


def test_a_value_that_does_not_move_has_a_tangent_of_zeros() -> None:
    assert ad.jvp(lambda x: 3.0, (2.0,), (1.0,)) == (3.0, 0.0)
    assert ad.jvp(lambda x: np.argmax(x), (np.ones(2),), (np.ones(2),)) == (0, 0.0)
    assert ad.jvp(lambda x: ad.stop_gradient(x * x) * x, (3.0,), (1.0,)) == (27.0, 9.0)


def test_what_stands_beside_the_value_is_not_moved() -> None:
    assert ad.jvp(lambda x: (x * x, {"aux": x + 1}), (2.0,), (1.0,), has_aux=True) == (4.0, 4.0, {"aux": 3.0})


def test_a_choice_by_value_follows_the_branch_that_was_taken() -> None:
    assert ad.jvp(lambda x: x if x > 0 else -x, (-3.0,), (1.0,)) == (3.0, -1.0)


def test_tensors_that_require_grad_keep_both_results_differentiable() -> None:
    x, t = ad.tensor(3.0), ad.tensor(2.0)
    value, moved = ad.jvp(lambda x: x**3, (x,), (t,))
    (value + moved).backward()
    assert x.grad is not None
    assert t.grad is not None
    assert (moved.item(), x.grad.item(), t.grad.item()) == (54.0, 27.0 + 36.0, 27.0)


def test_linearize_gives_a_function_of_tangents_that_is_linear() -> None:
    value, along = ad.linearize(lambda x, y: (x * y, {"s": np.sin(x)}), 2.0, 3.0)
    assert value == (6.0, {"s": pytest.approx(np.sin(2.0))})
    one, two = along(1.0, 0.5), along(2.0, 1.0)
    assert one[0] == 4.0
    assert (two[0], two[1]["s"]) == (2 * one[0], 2 * one[1]["s"])


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [(lambda: ad.jvp(abs, 2.0, 1.0), TypeError, "are tuples"),
     (lambda: ad.jvp(abs, (2.0,), (1.0, 2.0)), TypeError, "different structures"),
     (lambda: ad.jvp(abs, (2.0,), (np.ones(2),)), ValueError, r"tangent has shape \(2,\), but its primal has \(\)"),
     (lambda: ad.jvp(abs, (True,), (1.0,)), TypeError, "primal is boolean"),
     (lambda: ad.jvp(abs, ("a",), (1.0,)), TypeError, "no number or array")],
)  # fmt: skip
def test_arguments_that_do_not_fit_are_refused(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


OPERATIONS = {
    "elementwise": lambda y: np.tanh(y) * 1.01 + 0.001,
    "reduction and shape": lambda y: y + 0.001 * np.sum(np.reshape(y, (2, 2)), axis=0).mean(),
    "matmul": lambda y: np.reshape(np.reshape(y, (2, 2)) @ np.array([[0.9, 0.1], [0.0, 0.8]]), (4,)),
    "extremum and where": lambda y: np.where(y > 0.5, y * 0.9, np.maximum(y, 0.1)) + 0.01 * np.max(y),
    "host rule, transposed": lambda y: 0.5 * np.cumsum(y) / np.linalg.norm(y) + 0.1 * y,
    "join and index": lambda y: np.concatenate([y[1:], y[:1]]) * 0.99,
}


@pytest.mark.parametrize("step", OPERATIONS.values(), ids=OPERATIONS)
def test_memory_of_forward_mode_does_not_grow_with_the_length(step: Any) -> None:
    def peak(steps: int) -> int:
        def f(x: Any) -> Any:
            y = x
            for i in range(steps):
                y = step(y)
                if i == 50:
                    tracemalloc.reset_peak()
            return y

        gc.collect()
        tracemalloc.start()
        try:
            ad.jvp(f, (np.full(4, 0.3),), (np.ones(4),))
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(1_500) < peak(300) + 250_000  # a recorded step takes 1,000 bytes


def test_forward_mode_over_20000_steps_leaves_no_segment_of_the_tape() -> None:
    def live() -> int:
        gc.collect()
        return sum(isinstance(o, Segment) for o in gc.get_objects())

    def f(x: Any) -> Any:
        for _ in range(20_000):
            x = x * 0.999 + 0.001
        return x

    before = live()
    assert ad.jvp(f, (0.5,), (1.0,))[1] == pytest.approx(0.999**20_000)
    assert live() <= before
