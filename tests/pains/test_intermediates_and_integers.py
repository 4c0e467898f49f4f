"""Old pains: the gradient of an intermediate that is None without a word (PyTorch #30531); integers (HIPS autograd #482)."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad


def test_the_grad_of_an_intermediate_explains_itself() -> None:
    w = ad.tensor(2.0)
    h = w * 3
    h.name = "h"
    (h * h).backward()
    with pytest.warns(UserWarning, match=r"\.grad of the tensor 'h' is None.*retain_grad\(\)"):
        assert h.grad is None


def test_retain_grad_fills_it() -> None:
    w = ad.tensor(2.0)
    h = w * 3
    h.retain_grad()
    (h * h).backward()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert h.grad.item() == 12.0  # type: ignore[union-attr]
        assert ad.tensor(1.0).grad is None


INTEGERS: list[tuple[Any, float]] = [
    (3, 6.0),
    (np.int64(3), 6.0),
    (np.array(3), 6.0),
    (np.int32(3), 6.0),
    (True + 2, 6.0),
]


@pytest.mark.parametrize(("value", "gradient"), INTEGERS)
def test_an_integer_is_cast_where_a_gradient_is_meant(value: Any, gradient: float) -> None:
    assert ad.grad(lambda x: x * x)(value) == gradient
    x = ad.tensor(value)
    (x * x).backward()
    assert x.grad is not None
    assert (x.dtype, x.grad.item()) == (np.float64, gradient)


def test_an_integer_tensor_says_why_it_has_no_gradient() -> None:
    n = ad.tensor([1, 2], requires_grad=False)
    with pytest.raises(RuntimeError, match=r"does not require a gradient"):
        (n * n).sum().backward()
    with pytest.raises(RuntimeError, match=r"int64 cannot require a gradient.*astype\(float\)"):
        n.requires_grad_()
    with pytest.raises(TypeError, match=r"int64 cannot require a gradient"):
        ad.tensor([1, 2], requires_grad=True, dtype="int64")


def test_integers_beside_a_parameter_are_data() -> None:
    w, n = ad.tensor([0.5, 0.25]), np.array([2, 3])
    (w**n).sum().backward()
    assert w.grad is not None
    assert w.grad.tolist() == [1.0, 3 * 0.0625]
    assert w[ad.tensor([1, 1], requires_grad=False)].tolist() == [0.25, 0.25]
