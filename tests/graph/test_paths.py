"""Paths from the output to a leaf: exact counts, capped lists, products of local derivatives."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from strategies import Program, programs

import notebook_ad as ad


def diamonds(count: int) -> ad.Tensor:
    """`count` doublings: 2 ** count paths."""
    x = ad.tensor(1.0, name="x")
    y = x
    for _ in range(count):
        y = y + y
    return y


def test_a_single_chain_has_one_path_with_the_product_of_its_local_derivatives() -> None:
    a, w = ad.tensor(2.0, name="a"), ad.tensor(3.0, name="w")
    g = ad.graph((a * w + 1) ** 2)
    found = g.paths("a")
    assert (found.count, found.left_out, len(found.paths)) == (1, 0, 1)
    path = found.paths[0]
    assert path.locals == (14.0, 1.0, 3.0)
    assert (path.product, path.contribution) == (42.0, 42.0)
    assert path.nodes[0] == g.output
    assert path.nodes[-1] == g.node("a").id
    assert [g.edges[e].operand for e in path.edges] == list(path.nodes[1:])


def test_parallel_edges_are_two_paths() -> None:
    g = ad.graph(ad.tensor(3.0, name="a") * ad.tensor(0.0, name="zero") + diamonds(1))
    assert g.paths("x").count == 2
    assert len({p.edges for p in g.paths("x").paths}) == 2


def test_the_output_itself_has_one_path_without_edges() -> None:
    g = ad.graph(ad.tensor(3.0, name="a"))
    path = g.paths("a").paths[0]
    assert (path.edges, path.nodes, path.product, path.contribution) == ((), (g.output,), 1.0, 1.0)


def test_the_seed_scales_contributions_and_not_products() -> None:
    a = ad.tensor(3.0, name="a")
    path = ad.graph(a * 2, seed=10).paths("a").paths[0]
    assert (path.product, path.contribution) == (2.0, 20.0)


@given(program=programs(arrays=False, length=8))
@settings(max_examples=80)
def test_contributions_of_all_paths_sum_to_the_gradient(program: Program) -> None:
    leaves = [ad.tensor(v, name=f"x{i}") for i, v in enumerate(program.leaves)]
    g = ad.graph(program.run(ad, leaves))
    for leaf in g.leaves:
        found = g.paths(leaf.id, limit=100_000)
        if found.left_out:
            continue
        assert len({p.edges for p in found.paths}) == found.count
        total = sum(p.contribution for p in found.paths)  # type: ignore[misc]
        assert total == pytest.approx(leaf.grad, rel=1e-9, abs=1e-12)
        for path in found.paths:
            assert path.product == pytest.approx(np.prod(path.locals), rel=1e-12)


def test_path_products_of_elementwise_arrays_sum_to_the_gradient() -> None:
    x = ad.tensor([0.5, -1.0, 2.0], name="x")
    g = ad.graph(ad.tanh(x) * x + ad.sin(x), seed=[1.0, 2.0, 3.0])
    found = g.paths("x")
    assert found.count == 3
    total: Any = sum(p.contribution for p in found.paths)  # type: ignore[misc]
    np.testing.assert_allclose(total, g.grad("x"), rtol=1e-14)


def test_a_path_through_a_matrix_product_or_a_broadcast_has_no_product() -> None:
    x = ad.tensor(np.ones((2, 3)), name="x")
    w, b = ad.tensor(np.ones((3, 2)), name="w"), ad.tensor(np.ones(2), name="b")
    g = ad.graph(x @ w + b, seed=np.ones((2, 2)))
    for name in ("x", "w", "b"):
        path = g.paths(name).paths[0]
        assert (path.product, path.contribution) == (None, None)


@pytest.mark.parametrize("count", [1, 60, 300])
def test_the_number_of_paths_is_exact_where_it_is_exponential_and_the_list_is_capped(count: int) -> None:
    g = ad.graph(diamonds(count))
    start = time.perf_counter()
    found = g.paths("x", limit=5)
    assert time.perf_counter() - start < 1
    assert found.count == 2**count
    assert len(found.paths) == min(5, 2**count)
    assert found.left_out == found.count - len(found.paths)
    assert len({p.edges for p in found.paths}) == len(found.paths)


def test_branches_that_do_not_lead_to_the_leaf_cost_nothing() -> None:
    a = ad.tensor(2.0, name="a")
    g = ad.graph(a * diamonds(200))
    start = time.perf_counter()
    found = g.paths("a")
    assert time.perf_counter() - start < 1
    assert found.count == 1


def test_a_path_of_5000_steps_is_listed() -> None:
    a = ad.tensor(1.0, name="a")
    y = a
    for _ in range(5000):
        y = y * 1.0
    found = ad.graph(y).paths("a")
    assert found.count == 1
    assert len(found.paths[0].edges) == 5000
    assert found.paths[0].product == 1.0


def test_paths_to_an_intermediate_value_and_limits_of_zero() -> None:
    a = ad.tensor(2.0, name="a")
    h = a * a
    h.name = "h"
    g = ad.graph(h * h + h)
    assert g.paths("h").count == 3
    assert g.paths("a").count == 6
    none = g.paths("a", limit=0)
    assert (none.count, none.paths, none.left_out) == (6, (), 6)


def test_edges_to_constants_are_no_paths() -> None:
    a = ad.tensor(2.0, name="a")
    c = ad.tensor(3.0, requires_grad=False, name="c")
    g = ad.graph(a * c + c)
    assert g.paths("a").count == 1
    with pytest.raises(ValueError, match="c is a constant"):
        g.paths("c")


def test_an_unknown_leaf_names_the_nearest() -> None:
    g = ad.graph(ad.tensor(2.0, name="weight") * 2)
    with pytest.raises(KeyError, match="did you mean 'weight'"):
        g.paths("wieght")
