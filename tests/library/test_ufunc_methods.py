"""Methods and keywords of ufuncs: reduce, accumulate, outer; what is taken and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from ufunc_cases import same, values

import notebook_ad as ad

METHODS: list[Callable[[Any], Any]] = [
    lambda x: np.add.reduce(x),
    lambda x: np.add.reduce(x, axis=1, keepdims=True),
    lambda x: np.add.reduce(x, axis=None),
    lambda x: np.multiply.reduce(x, -1),
    lambda x: np.maximum.reduce(x, axis=(0, 1)),
    lambda x: np.minimum.reduce(x),
    lambda x: np.add.accumulate(x),
    lambda x: np.multiply.accumulate(x, axis=1),
    lambda x: np.multiply.outer(x, np.array([1.0, 2.0])),
    lambda x: np.subtract.outer(np.array([1.0, 2.0]), x),
    lambda x: np.hypot.outer(x, x),
]


@pytest.mark.parametrize("method", METHODS)
def test_reduce_accumulate_and_outer_are_numpys(method: Callable[[Any], Any]) -> None:
    x = values((2, 3), 0.5, 2.0)
    same(method(ad.tensor(x)), method(x))
    ad.check_grads(method, (x,), atol=1e-4, rtol=1e-4)


def test_logical_reductions_are_facts() -> None:
    x = np.array([[0.0, 1.0], [2.0, 3.0]])
    for method in (np.logical_and.reduce, np.logical_or.reduce):
        np.testing.assert_array_equal(np.asarray(method(ad.tensor(x))), method(x))
        np.testing.assert_array_equal(np.asarray(method(ad.tensor(x), axis=None)), method(x, axis=None))


def test_keywords_that_say_nothing_are_taken_and_others_refused_with_the_cure() -> None:
    x = ad.tensor([1.0, 2.0])
    same(np.exp(x, out=None, where=True, dtype=None), np.exp([1.0, 2.0]))
    with pytest.raises(TypeError, match=r"np\.exp of a tensor takes no out=.*use the result, y = np\.exp\(x\)"):
        np.exp(x, out=np.zeros(2))
    with pytest.raises(TypeError, match=r"np\.add of a tensor takes no where=.*np\.where\(mask, np\.add\(x\), other\)"):
        np.add(x, 1, where=np.array([True, False]))
    with pytest.raises(TypeError, match=r"np\.sqrt of a tensor takes no dtype=.*astype\(\)"):
        np.sqrt(x, dtype=np.float32)
    with pytest.raises(TypeError, match=r"np\.add\.reduce of a tensor takes no out="):
        np.add.reduce(x, out=np.zeros(()))
    array = np.zeros(2)
    with pytest.raises(TypeError, match=r"np\.add of a tensor takes no out="):
        array += x
    for call, name in (
        (lambda: np.subtract.reduce(x), "np.subtract.reduce"),
        (lambda: np.add.reduceat(x, [0]), "np.add.reduceat"),
        (lambda: np.add.at(x, 0, 1.0), "np.add.at"),
        (lambda: np.spacing(x), "np.spacing"),
    ):
        with pytest.raises(ad.NoDerivative, match=rf"{name} has no derivative rule.*supported functions"):
            call()


def test_an_array_that_changes_after_it_met_a_tensor_changes_no_gradient() -> None:
    w, x = ad.tensor(np.ones(3)), np.arange(3.0)
    y = x * w + np.maximum(x, w)
    x[:] = 7.0
    y.backward(np.ones(3))
    np.testing.assert_array_equal(w.grad.numpy(), [1.0, 1.5, 2.0])  # type: ignore[union-attr]
