"""Arrays from close by: statistics, histograms, grids, the Jacobian of an operation, an element's scalar graph."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from strategies import Program, programs

import notebook_ad as ad
from notebook_ad.graph.detail import detail, grid, histogram, statistics
from notebook_ad.graph.elements import element
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.jacobian import fits, jacobian


def graph_of(f: Any, **values: Any) -> Graph:
    return ad.graph(f(*(ad.tensor(v, name=k) for k, v in values.items())))


def edge_to(g: Graph, name: str) -> Any:
    return next(e for e in g.edges if g.label(e.operand) == name)


def test_statistics_are_of_the_finite_numbers() -> None:
    said = statistics(np.array([3.0, -4.0, 0.0, np.nan, np.inf]))
    assert said["min"] == "−4"
    assert said["max"] == "3"
    assert said["mean"] == "−0.3333"
    assert said["std"] == "2.867"
    assert said["norm"] == "NaN"
    assert said["zeros"] == "1 of 5"
    assert said["NaN, ∞"] == "1, 1"
    assert statistics(np.array([np.nan]))["min"] == "—"


def test_a_histogram_has_twenty_bars_that_count_every_finite_number() -> None:
    found = histogram(np.array([0.0, 0.0, 10.0, 20.0, np.nan]))
    assert found is not None
    assert (len(found.counts), sum(found.counts), found.low, found.high) == (20, 4, 0.0, 20.0)
    assert (found.counts[0], found.counts[10], found.counts[19]) == (2, 1, 1)
    alike = histogram(np.full(5, 3.0))
    assert alike is not None
    assert (sum(alike.counts), alike.low, alike.high) == (5, 1.5, 4.5)
    assert histogram(np.array([np.inf])) is None


def test_a_detail_of_a_node_and_of_an_edge() -> None:
    g = graph_of(lambda x: ad.sum(x * x) + ad.sum(x), x=np.array([1.0, -2.0]))
    node = detail(g, g.node("x").id)
    assert (node.title, node.shape) == ("x", "(2,)")
    assert node.rows[0] == ("min", "−2", "−3")
    edge = detail(g, next(e for e in g.edges if g.nodes[e.user].glyph == "Σ" and g.label(e.operand) == "x"))
    assert edge.title == "x → sum(x)"
    assert edge.rows[0] == ("min", "−2", "1")


def test_cells_are_short_texts_with_strengths() -> None:
    found = grid(np.array([[1.0, -2.0], [0.0, 1 / 3]]))
    assert found.texts == (("1", "−2"), ("0", "0.333"))
    assert found.strength == ((0.5, 1.0), (0.0, 0.1667))
    assert found.places == (((0, 0), (0, 1)), ((1, 0), (1, 1)))
    assert grid(3.0).texts == (("3",),)
    assert grid(np.zeros((2, 3, 4))).places[5][3] == (1, 2, 3)
    assert grid(np.array([np.nan, 1.0])).strength == ((1.0, 1.0),)


def test_a_large_array_is_a_coarse_grid_whose_cells_show_the_largest_of_a_block() -> None:
    array = np.zeros((40, 5))
    array[39, 2] = -7.0
    found = grid(array)
    assert (found.coarse, found.shape) == (True, (16, 5))
    assert found.texts[15][2] == "−7"
    assert found.places[15][2] == (39, 2)
    gradient = grid(np.arange(200.0).reshape(40, 5), like=array)
    assert gradient.places == found.places
    assert gradient.texts[15][2] == "197"


def test_the_jacobian_of_a_matrix_product_and_of_an_elementwise_function() -> None:
    x, w = np.array([[1.0, 2.0]]), np.array([[3.0, 4.0, 5.0], [6.0, 7.0, 8.0]])
    g = graph_of(lambda x, w: ad.sum(x @ w), x=x, w=w)
    found = jacobian(g, edge_to(g, "x"))
    np.testing.assert_array_equal(found.values, w.T)  # ∂(x@w)[0, j]/∂x[0, k] = w[k, j]
    assert found.title == "∂(x @ w)/∂x"
    assert found.columns == ("x[0, 0]", "x[0, 1]")
    assert found.rows[0] == "(x @ w)[0, 0]"
    g = graph_of(lambda x: ad.sum(ad.tanh(x)), x=np.array([0.0, 1.0]))
    np.testing.assert_allclose(jacobian(g, edge_to(g, "x")).values, np.diag(1 - np.tanh([0.0, 1.0]) ** 2))


def test_a_jacobian_beyond_8_by_8_is_refused_with_its_size() -> None:
    g = graph_of(lambda x: ad.sum(x * x), x=np.ones(9))
    edge = edge_to(g, "x")
    assert not fits(edge)
    with pytest.raises(ValueError, match="9×9; up to 8×8"):
        jacobian(g, edge)


@given(program=programs(arrays=True, length=6))
@settings(max_examples=40)
def test_upstream_times_the_jacobian_is_the_contribution(program: Program) -> None:
    g = ad.graph(program.run(ad, [ad.tensor(v, name=f"x{i}") for i, v in enumerate(program.leaves)]))
    for edge in g.edges:
        if fits(edge):
            row = np.asarray(edge.upstream).reshape(1, -1) @ jacobian(g, edge).values
            part: Any = edge.contribution
            np.testing.assert_allclose(row.reshape(-1), np.asarray(part).reshape(-1), rtol=1e-12, atol=1e-13)


@given(program=programs(arrays=True, length=6))
@settings(max_examples=30)
def test_an_elements_scalar_graph_gives_its_value_and_what_it_adds(program: Program) -> None:
    g = ad.graph(program.run(ad, [ad.tensor(v, name=f"x{i}") for i, v in enumerate(program.leaves)]))
    for node in g.nodes:
        index = tuple(n - 1 for n in node.shape)
        found = element(g, node.id, index)
        assert found.nodes[found.output].value == pytest.approx(
            float(np.asarray(node.value)[index]), rel=1e-12, abs=1e-12
        )
        assert all(not n.shape for n in found.nodes)
        if node.grad is not None:
            assert found.seed == float(np.asarray(node.grad)[index])


def test_an_element_of_a_matrix_product_is_a_sum_of_products() -> None:
    x, w = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[5.0, 6.0], [7.0, 8.0]])
    g = graph_of(lambda x, w: ad.sum(x @ w * 10.0), x=x, w=w)
    product = next(n.id for n in g.nodes if n.op == "matmul")
    found = element(g, product, (1, 0))
    assert [n.glyph for n in found.nodes if n.kind == "op"] == ["×", "×", "+"]
    assert {n.name: n.grad for n in found.leaves} == {
        "x[1, 0]": 50.0,
        "w[0, 0]": 30.0,
        "x[1, 1]": 70.0,
        "w[1, 0]": 40.0,
    }
    assert found.notes[0] == "(x @ w)[1, 0] = 43"


def test_a_long_sum_shows_sixteen_terms_and_adds_the_others_up() -> None:
    g = graph_of(ad.sum, x=np.arange(20.0))
    found = element(g, g.output, ())
    assert len(found.leaves) == 16
    assert [n.name for n in found.nodes if n.kind == "constant"] == ["4 more elements"]
    assert found.nodes[found.output].value == 190.0


def test_a_maximum_a_mean_and_a_rearrangement() -> None:
    g = graph_of(lambda x: ad.sum(ad.max(x, axis=1)) + ad.mean(x.T), x=np.array([[1.0, 3.0], [4.0, 2.0]]))
    most = element(g, next(n.id for n in g.nodes if n.op == "max"), (0,))
    assert {n.name: n.grad for n in most.leaves} == {"x[0, 0]": 0.0, "x[0, 1]": 1.0}
    mean = element(g, next(n.id for n in g.nodes if n.op == "mean"), ())
    assert mean.nodes[mean.output].value == 2.5
    assert [n.grad for n in mean.leaves] == [0.25] * 4
    moved = element(g, next(n.id for n in g.nodes if n.op == "transpose"), (0, 1))
    assert [n.name for n in moved.leaves] == ["x[1, 0]"]


def test_an_operand_that_stands_twice_is_one_leaf() -> None:
    g = graph_of(lambda x: ad.sum(x * x), x=np.array([3.0, 4.0]))
    found = element(g, next(n.id for n in g.nodes if n.op == "mul"), (1,))
    assert [(n.name, n.grad) for n in found.leaves] == [("x[1]", 8.0)]


def test_an_element_that_is_not_there_is_refused() -> None:
    g = graph_of(ad.sum, x=np.ones(3))
    with pytest.raises(IndexError, match=r"x has shape \(3,\): there is no element \[3\]"):
        element(g, 0, (3,))
