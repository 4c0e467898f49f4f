"""Programs as in the tutorials of TensorFlow, which is not installed: what they print there is stored with them."""

from __future__ import annotations

import numpy as np
from snippets import same, shown

import notebook_ad as ad


def test_a_tape_of_one_variable() -> None:
    x = ad.tensor(3.0)
    with ad.GradientTape() as tape:
        y = x**2
    assert float(tape.gradient(y, x)) == 6.0


def test_a_tape_gives_gradients_in_the_structure_of_its_sources() -> None:
    w, b = ad.tensor(np.ones((3, 2)) * 0.5), ad.tensor(np.zeros(2))
    x = np.array([[1.0, 2.0, 3.0]])
    with ad.GradientTape(persistent=True) as tape:
        y = x @ w + b
        loss = np.mean(y**2)
    dw, db = tape.gradient(loss, [w, b])
    grads = tape.gradient(loss, {"w": w, "b": b})
    shown([dw, db], [[3.0, 3.0], [6.0, 6.0], [9.0, 9.0]], [3.0, 3.0])
    same(grads, {"w": dw, "b": db})


def test_a_tape_watches_what_it_is_told() -> None:
    x = ad.tensor(3.0, requires_grad=False)
    with ad.GradientTape() as tape:
        tape.watch(x)
        y = x**2
    assert float(tape.gradient(y, x)) == 6.0
    x0, x1 = ad.tensor(0.0), ad.tensor(10.0)
    with ad.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(x1)
        ys = np.sum(np.log1p(np.exp(x1)) + np.sin(x0))
    found = tape.gradient(ys, {"x0": x0, "x1": x1})
    assert found["x0"] is None
    np.testing.assert_allclose(float(found["x1"]), 0.9999546021312976, rtol=1e-12)


def test_a_persistent_tape_gives_intermediates() -> None:
    x = ad.tensor([1.0, 3.0], requires_grad=False)
    with ad.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
        z = y * y
    shown([tape.gradient(z, x), tape.gradient(y, x), tape.gradient(z, y)], [4.0, 108.0], [2.0, 6.0], [2.0, 18.0])


def test_several_targets_are_summed_and_a_disconnected_source_has_none() -> None:
    x, other = ad.tensor(2.0), ad.tensor(1.0)
    with ad.GradientTape() as tape:
        y0, y1 = x**2, 1 / x
    assert float(tape.gradient({"y0": y0, "y1": y1}, x)) == 3.75
    with ad.GradientTape() as tape:
        y = x * 3
    assert tape.gradient(y, other) is None
    with ad.GradientTape() as tape:
        y = x * 3
    assert float(tape.gradient(y, other, unconnected_gradients="zero")) == 0.0


def test_nested_tapes() -> None:
    x = ad.tensor(1.0)
    with ad.GradientTape() as outer:
        with ad.GradientTape() as inner:
            y = x**3
        dy = inner.gradient(y, x)
    assert (dy.item(), outer.gradient(dy, x).item()) == (3.0, 6.0)


def test_jacobians_of_a_tape() -> None:
    x = ad.tensor([-1.0, 0.0, 2.0])
    with ad.GradientTape() as tape:
        y = x**2 + x[0]
    shown(tape.jacobian(y, x), [[-1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [1.0, 0.0, 4.0]])
