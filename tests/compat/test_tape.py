"""GradientTape: as in TensorFlow."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import notebook_ad as ad

Tape = ad.GradientTape


def test_the_gradient_has_the_structure_of_the_sources() -> None:
    w, b = ad.tensor([1.0, 2.0]), ad.tensor(3.0)
    with Tape() as tape:
        loss = (w * w).sum() * b
    found = tape.gradient(loss, {"w": w, "rest": [b, (b,)]})
    assert found["w"].tolist() == [6.0, 12.0]
    assert [found["rest"][0].item(), found["rest"][1][0].item()] == [5.0, 5.0]
    assert w.grad is None


def test_a_second_gradient_needs_a_persistent_tape() -> None:
    x = ad.tensor(3.0)
    with Tape() as tape:
        y = x * x
    assert tape.gradient(y, x).item() == 6.0
    with pytest.raises(RuntimeError, match=r"gives its gradient once.*persistent=True"):
        tape.gradient(y, x)
    with Tape(persistent=True) as tape:
        y = x * x
        z = y * y
    assert [tape.gradient(z, t).item() for t in (x, y)] == [108.0, 18.0]  # an intermediate is a source too
    assert tape.gradient(y, x).item() == 6.0


def test_a_constant_is_followed_once_it_is_watched() -> None:
    x = ad.tensor(3.0, requires_grad=False)
    with Tape() as tape:
        tape.watch(x)
        y = x * x
    assert tape.watched_variables() == (x,)
    assert tape.gradient(y, x).item() == 6.0
    with Tape() as tape, pytest.raises(TypeError, match="watch takes tensors, not float"):
        tape.watch([x, 3.0])


def test_without_access_watching_a_leaf_has_a_gradient_only_after_watch() -> None:
    x, w = ad.tensor(2.0), ad.tensor(3.0)
    with Tape(watch_accessed_variables=False) as tape:
        tape.watch(x)
        y = x * x * w
    assert [g if g is None else g.item() for g in tape.gradient(y, [x, w])] == [12.0, None]


def test_unconnected_sources_give_none_or_zeros() -> None:
    x, w, c = ad.tensor(3.0), ad.tensor([1.0, 2.0]), ad.tensor(1.0, requires_grad=False)
    with Tape(persistent=True) as tape:
        y = x * x * c
    assert [g if g is None else g.item() for g in tape.gradient(y, [x, w, c])] == [6.0, None, None]
    assert tape.gradient(y, w, unconnected_gradients="zero").tolist() == [0.0, 0.0]
    assert tape.gradient(3.0, x) is None
    with pytest.raises(ValueError, match="is 'none' or 'zero', not 'nought'"):
        tape.gradient(y, w, unconnected_gradients="nought")


def test_targets_are_summed_and_weighed_by_output_gradients() -> None:
    x = ad.tensor([1.0, 2.0])
    with Tape(persistent=True) as tape:
        y, z = x * x, x * 3
    assert tape.gradient(y, x).tolist() == [2.0, 4.0]
    assert tape.gradient([y, {"z": z}], x).tolist() == [5.0, 7.0]
    assert tape.gradient(y, x, output_gradients=np.array([1.0, 10.0])).tolist() == [2.0, 40.0]
    assert tape.gradient([y, z], x, output_gradients=[np.array([1.0, 10.0]), None]).tolist() == [5.0, 43.0]
    with pytest.raises(ValueError, match="shape"):
        tape.gradient(y, x, output_gradients=np.ones(3))


def test_tapes_nest_for_higher_derivatives() -> None:
    x = ad.tensor(2.0)
    with Tape() as third, Tape() as second:
        with Tape() as first:
            y = x**4
        slope = first.gradient(y, x)
        curve = None
        with second.stop_recording():
            assert not (x * x).requires_grad
        assert slope.requires_grad
        curve = second.gradient(slope, x)
    assert [slope.item(), curve.item(), third.gradient(curve, x).item()] == [32.0, 48.0, 48.0]


def test_a_jacobian_has_the_shape_of_target_and_source() -> None:
    x, w = ad.tensor([1.0, 2.0]), ad.tensor(3.0)
    with Tape() as tape:
        y = np.sin(x) * x[0] * w
    found = tape.jacobian(y, [x, w])
    np.testing.assert_allclose(found[0].tolist(), ad.jacobian(lambda x: np.sin(x) * x[0] * 3)(np.array([1.0, 2.0])))
    np.testing.assert_allclose(found[1].tolist(), np.sin([1.0, 2.0]))
    with Tape() as outer:
        with Tape() as inner:
            y = (x**3).sum()
        slope = inner.gradient(y, x)
    assert outer.jacobian(slope, x).tolist() == [[6.0, 0.0], [0.0, 12.0]]


def test_a_batch_jacobian_leaves_out_what_crosses_examples() -> None:
    x = ad.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    with Tape() as tape:
        y = x**2 @ np.array([[1.0], [1.0]])
    found = tape.batch_jacobian(y, x)
    assert found.shape == (3, 1, 2)
    np.testing.assert_allclose(found.tolist(), 2 * np.asarray(x.tolist())[:, None])


def test_the_gradient_may_be_taken_inside_the_tape_and_recording_stopped() -> None:
    x = ad.tensor(2.0)
    with Tape(persistent=True) as tape:
        y = x * x
        with tape.stop_recording():
            z = y * y
        assert tape.gradient(y, x).item() == 4.0
        tape.reset()
    assert not z.requires_grad
    assert tape.watched_variables() == ()


def test_a_training_loop_of_tensorflows_guide() -> None:
    w, b = ad.tensor(5.0), ad.tensor(0.0)
    x = ad.tensor(np.linspace(-2, 2, 50), requires_grad=False)
    y = 3.0 * x + 2.0
    for _ in range(100):
        with Tape() as tape:
            loss = ((w * x + b - y) ** 2).mean()
        dw, db = tape.gradient(loss, [w, b])
        with ad.no_grad():
            w -= 0.1 * dw
            b -= 0.1 * db
    assert [w.item(), b.item()] == pytest.approx([3.0, 2.0], abs=1e-6)


def test_sources_that_are_no_tensors_are_refused() -> None:
    with Tape() as tape:
        y: Any = ad.tensor(2.0) * 2
    with pytest.raises(TypeError, match="takes tensors as sources, not float"):
        tape.gradient(y, 2.0)
