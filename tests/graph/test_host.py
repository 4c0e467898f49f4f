"""Graphs of functions whose rules are NumPy calls: the picture's gradients are those of backward, at forks too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.graph.svg import to_svg

MATRIX, VECTOR = np.array([[2.0, 1.0], [1.0, 3.0]]), np.array([1.0, 2.0])
PROGRAMS: dict[str, Callable[[Any, Any], Any]] = {
    "solve": lambda a, b: np.linalg.norm(np.linalg.solve(a, b)) + np.var(np.cumsum(b)),
    "repeated operand": lambda a, b: np.sum(np.einsum("i,i->i", b, b)) + np.sum(np.cumsum(b)) * np.linalg.det(a),
    "several results": lambda a, b: np.sum(np.linalg.eigh(a)[0] * b) + np.sum(np.linalg.eigh(a)[1] ** 2),
    "sorting": lambda a, b: np.sum(np.sort(b) * np.prod(a)) + np.sum(np.roll(b, 1)),
    "complex": lambda a, b: np.sum(np.abs(np.fft.fft(b)) ** 2) + np.sum(np.real(np.fft.rfft(a))),
    "custom": lambda a, b: np.sum(clipped(b) * b) + np.sum(ad.checkpoint(np.tanh)(a)),
}


@ad.custom_vjp
def clipped(x: Any) -> Any:
    return x


clipped.defvjp(lambda x: (x, None), lambda _, g: (np.clip(g, -1.0, 1.0),))


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_graph_shows_what_backward_gives_bit_for_bit(name: str) -> None:
    a, b = ad.tensor(MATRIX, name="a"), ad.tensor(VECTOR, name="b")
    loss = PROGRAMS[name](a, b)
    graph = ad.graph(loss)
    loss.backward()
    for leaf in (a, b):
        assert leaf.grad is not None
        np.testing.assert_array_equal(np.asarray(graph.grad(str(leaf.name))), leaf.grad.numpy())
    assert "<svg" in to_svg(graph)
    assert str(graph)


def test_the_edge_of_a_host_function_says_its_rule() -> None:
    graph = ad.graph(np.linalg.det(ad.tensor(MATRIX, name="a")))
    (edge,) = graph.edges
    assert "cofactors" in graph.rule(edge.id)


def test_a_derivative_is_drawn_as_any_other_value() -> None:
    x = ad.tensor(0.5, name="x")
    (slope,) = ad.autograd.grad(x**3 * np.sin(x), x, create_graph=True)
    graph = ad.graph(slope)
    expected = 6 * 0.5 * np.sin(0.5) + 6 * 0.25 * np.cos(0.5) - 0.125 * np.sin(0.5)
    assert graph.grad("x") == pytest.approx(expected)
