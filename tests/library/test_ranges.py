"""np.linspace between tensors: NumPy's values, derivatives to order 2."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from agreement import agrees, keeps_float32

import notebook_ad as ad


@pytest.mark.parametrize("num", [0, 1, 2, 5])
@pytest.mark.parametrize("endpoint", [True, False])
def test_numbers_between_two_tensors(num: int, endpoint: bool) -> None:
    agrees(lambda x, y: np.linspace(x, y, num, endpoint), [np.array(1.2), np.array(-3.4)])
    agrees(lambda x, y: np.linspace(x, y, num, endpoint=endpoint), [np.array(1.2), np.array(1.2)])


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_ends_broadcast_along_a_new_axis(axis: int) -> None:
    agrees(lambda x, y: np.linspace(x, y, 4, axis=axis), [np.ones((2, 1)), np.arange(3.0)])
    agrees(lambda x: np.linspace(x, [0.0, 1.0], 4, axis=axis), [np.ones(2)])
    agrees(lambda x: np.linspace(0, x, 3, axis=axis), [np.ones((0, 2))])


def test_the_step_has_a_gradient_too() -> None:
    assert ad.grad(lambda x: np.linspace(x, 5.0, 5, retstep=True)[1])(1.0) == -0.25
    assert np.isnan(np.linspace(ad.tensor(1.0), 5.0, 1, retstep=True)[1].item())


def test_float32_stays_float32() -> None:
    keeps_float32(lambda x, y: np.linspace(x, y, 4), [np.array(1.0), np.array(2.5)], narrow=True)
    assert np.linspace(ad.tensor(1.0), 2.0, 3, dtype=np.float32).dtype == np.float32


@pytest.mark.parametrize(
    ("arguments", "error", "text"),
    [
        ((0.0, -1), ValueError, "np.linspace: num must not be negative, but is -1"),
        ((0.0, 3, True, False, int), TypeError, "np.linspace of a tensor: dtype=int64 has no gradient"),
        ((0.0, 3, True, False, None, 2), IndexError, "np.linspace: axis 2 is out of bounds"),
    ],
)
def test_what_linspace_refuses(arguments: Any, error: Any, text: str) -> None:
    with pytest.raises(error, match=text):
        np.linspace(ad.tensor(1.0), *arguments)
