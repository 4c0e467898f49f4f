"""Old pain: assignments and `out=` that lose gradients silently (HIPS autograd #58, #177; PyTorch #36470)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad


def test_a_block_assigned_into_an_array_raises_with_the_cure_and_leaves_the_array() -> None:
    b, a = np.zeros((3, 3)), ad.tensor(np.ones((2, 2)), name="A")
    with pytest.raises(RuntimeError, match=r"'A'.*cut the graph silently.*stack\(\)"):
        b[:2, :2] = a
    assert not b.any()


def test_the_cure_for_a_block_has_the_right_gradient() -> None:
    ad.check_grads(lambda a: ad.zeros(3, 3).at[:2, :2].set(a) ** 2, (np.arange(1.0, 5.0).reshape(2, 2),), order=2)


def test_a_block_assigned_into_a_tensor_has_the_right_gradient() -> None:
    def filled(a: Any) -> Any:
        b = ad.zeros(3, 3) + 0 * a[0, 0]
        b[:2, :2] = a
        b[2] += b[0] * b[1]
        return b

    ad.check_grads(filled, (np.arange(1.0, 5.0).reshape(2, 2),), order=2)


def test_an_element_of_a_leaf_added_to_in_place_raises_with_the_cure() -> None:
    x, y = ad.tensor([1.0, 2.0], name="x"), ad.tensor(3.0)
    with pytest.raises(RuntimeError, match=r"on the leaf the tensor 'x'.*x\.at\[index\]\.add\(value\)"):
        x[0] += y  # type: ignore[index]
    assert x.tolist() == [1.0, 2.0]
    z = x.at[0].add(y)
    (z * z).sum().backward()
    assert x.grad is not None
    assert y.grad is not None
    assert (x.grad.tolist(), y.grad.item()) == ([8.0, 4.0], 8.0)


def test_an_element_of_an_array_does_not_take_a_tensor_silently() -> None:
    a, y = np.zeros(2), ad.tensor(3.0)
    with pytest.raises(ValueError, match="sequence") as caught:  # NumPy's, with ours as its cause
        a[0] = y
    assert "cut the graph silently" in str(caught.value.__cause__)
    with pytest.raises(ValueError, match="sequence"):
        a[0] += y
    assert not a.any()


OUT: list[Callable[[Any, Any], Any]] = [
    lambda x, out: np.add(x, 1.0, out=out),
    lambda x, out: np.exp(x, out=out),
    lambda x, out: np.multiply(x, x, out),
    lambda x, out: np.sum(x, axis=None, out=out),
    lambda x, out: np.cumsum(x, out=out),
    lambda x, out: np.clip(x, 0.0, 1.0, out=out),
    lambda x, out: np.matmul(x, x, out=out),
    lambda x, out: np.add.reduce(x, out=out),
    lambda x, out: np.copyto(out, x),
    lambda x, out: np.concatenate([x, x], out=out),
    lambda x, out: np.stack([x, x], out=out),
    lambda x, out: np.dot(x, x, out=out),
]


@pytest.mark.parametrize("call", OUT)
def test_out_is_refused_with_the_alternative_and_nothing_is_written(call: Callable[[Any, Any], Any]) -> None:
    out = np.zeros(2)
    with pytest.raises((TypeError, ad.NoDerivative), match=r"out|into an array|np\.where"):
        call(ad.tensor([1.0, 2.0]), out)
    assert not out.any()


def test_an_array_updated_by_a_tensor_in_place_is_not_written_silently() -> None:
    a, w = np.ones(2), ad.tensor([1.0, 2.0])
    held = a
    try:
        a += w
    except (TypeError, RuntimeError) as error:
        assert "out" in str(error) or "graph" in str(error)  # noqa: PT017 - either outcome is right, a silent write is not
    else:
        assert isinstance(a, ad.Tensor)
        assert a.requires_grad
    assert held.tolist() == [1.0, 1.0]
