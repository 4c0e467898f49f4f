"""Operands of unequal shapes: the gradient in the picture is `.grad` to the last bit, and NumPy's sum over what was repeated."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import notebook_ad as ad
from notebook_ad.graph.model import Sparse

OPERATIONS = {
    "add": (operator.add, lambda x, y: (1.0 + 0 * x * y, 1.0 + 0 * x * y)),
    "subtract": (operator.sub, lambda x, y: (1.0 + 0 * x * y, -1.0 + 0 * x * y)),
    "multiply": (operator.mul, lambda x, y: (y + 0 * x, x + 0 * y)),
    "divide": (operator.truediv, lambda x, y: (1 / y + 0 * x, -x / y / y)),
}
SHAPES = hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, min_side=1, max_side=4)


@pytest.mark.parametrize("name", OPERATIONS)
@given(shapes=SHAPES, seed=st.integers(0, 2**16), twice=st.booleans())
def test_the_pictures_gradient_of_a_broadcast_operand_is_grad_to_the_last_bit(
    name: str, shapes: Any, seed: int, twice: bool
) -> None:
    draw = np.random.default_rng(seed)
    values = [draw.uniform(0.1, 3.0, shape) * draw.choice([1e-8, 1.0, 1e8]) for shape in shapes.input_shapes]
    x, y = (ad.tensor(v, name=n) for v, n in zip(values, "xy", strict=True))
    operation, partials = OPERATIONS[name]
    weights = draw.normal(size=shapes.result_shape)
    z = operation(x, y) * weights
    loss = (z * 1.0 + operation(x, y) if twice else z * 1.0).sum()
    graph = ad.graph(loss)
    loss.backward()
    for leaf, partial in zip((x, y), partials(*values), strict=True):
        assert leaf.grad is not None
        own = graph.grad(leaf.name or "")
        assert np.asarray(leaf.grad.value).tobytes() == np.asarray(own).tobytes()
        assert np.shape(own) == leaf.shape
        local = partial * (weights + 1.0 if twice else weights)
        lead = tuple(range(local.ndim - leaf.ndim))
        kept = tuple(i for i, n in enumerate(leaf.shape, len(lead)) if n == 1)
        expected = local.sum(axis=(*lead, *kept)).reshape(leaf.shape)
        scale = np.abs(local).sum() + 1e-300
        np.testing.assert_allclose(own, expected, rtol=1e-9, atol=1e-12 * scale)


@given(shapes=SHAPES, seed=st.integers(0, 2**16))
def test_an_operand_that_meets_itself_repeated_has_the_same_bits_too(shapes: Any, seed: int) -> None:
    draw = np.random.default_rng(seed)
    x, y = (ad.tensor(draw.normal(size=shape), name=n) for shape, n in zip(shapes.input_shapes, "xy", strict=True))
    square = ad.tensor(draw.normal(size=(3, 3)), name="W")
    h = x * y - y * y + x.sum() * x.mean() - x / 3.0
    loss = h.sum() * 1.1 + (square @ square @ square.T).sum() * (square[0] * square).sum()
    graph = ad.graph(loss)
    loss.backward()
    for leaf in (x, y, square):
        assert leaf.grad is not None
        assert np.asarray(leaf.grad.value).tobytes() == np.asarray(graph.grad(leaf.name or "")).tobytes()
        given = [e.contribution for e in graph.users(graph.node(leaf.name or "").id)]
        parts = [c.dense() if isinstance(c, Sparse) else np.asarray(c) for c in given]
        np.testing.assert_allclose(sum(parts), leaf.grad.value, rtol=1e-9, atol=1e-9)
