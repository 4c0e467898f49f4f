"""Every function that tensors serve works on the plain arrays of a cell: the same gradient, and nothing opaque."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from plain_cells import chosen, run_lifted

import notebook_ad as ad
from notebook_ad.tensor.protocols import FUNCTIONS

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
from supported import EXAMPLES, A, name_of, refused

OF_COMPLEX = {"angle", "conjugate", "real", "imag"}  # the examples are complex leaves, which a cell has not
SERVED = {name_of(f): f for f in FUNCTIONS if not refused(f) and name_of(f) not in OF_COMPLEX}
NAMES = "xyz"


def weighed(result: Any, weights: np.ndarray) -> Any:
    """A real number that every element has a part in."""
    if np.iscomplexobj(result):
        return np.sum(weights * np.real(result)) - np.sum(weights * np.imag(result))
    return np.sum(weights * result)


@pytest.mark.parametrize("name", sorted(SERVED))
def test_a_cell_has_the_gradient_that_tensors_have(name: str) -> None:
    call, given = EXAMPLES.get(name, (SERVED[name], (A,)))
    arrays = [np.array(a) for a in given]
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        plain = call(*arrays)
        tensors = [ad.tensor(a) for a in arrays]
        result = call(*tensors)
        if not isinstance(result, ad.Tensor) or not result.requires_grad:
            return  # a fact, a constant
        weights = np.random.default_rng(0).normal(size=np.shape(plain))
        weighed(result, weights).backward()
        names = NAMES[: len(arrays)]
        source = f"r = call({', '.join(names)})\nL = weighed(r, W)\n"
        inside = {"call": call, "weighed": weighed, "W": weights, **dict(zip(names, arrays, strict=True))}
        ran = run_lifted(source, inside, choice=chosen(",".join(names)))
    assert ran.error is None, ran.error
    assert ran.failures == []
    for leaf, t in zip(names, tensors, strict=True):
        expected = np.zeros(t.shape) if t.grad is None else t.grad.numpy()
        found = getattr(ran.namespace[leaf], "grad", None)
        np.testing.assert_allclose(np.zeros(t.shape) if found is None else found, expected, rtol=1e-10, atol=1e-12)


def test_most_functions_are_differentiated_here() -> None:
    assert len(SERVED) > 200
