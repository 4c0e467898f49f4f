"""Paths from the output to a leaf: exact counts, capped lists, products of local derivatives."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from strategies import Program, central_differences, programs

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


def test_a_path_through_a_matrix_product_or_a_broadcast_has_no_product_but_a_contribution() -> None:
    x = ad.tensor(np.arange(6.0).reshape(2, 3), name="x")
    w, b = ad.tensor(np.arange(6.0).reshape(3, 2), name="w"), ad.tensor(np.ones(2), name="b")
    seed = np.array([[1.0, 2.0], [3.0, 4.0]])
    g = ad.graph(x @ w + b, seed=seed)
    found = {name: g.paths(name).paths[0] for name in ("x", "w", "b")}
    assert all(path.product is None for path in found.values())
    np.testing.assert_array_equal(found["x"].contribution, seed @ np.arange(6.0).reshape(3, 2).T)
    np.testing.assert_array_equal(found["w"].contribution, np.arange(6.0).reshape(2, 3).T @ seed)
    np.testing.assert_array_equal(found["b"].contribution, [4.0, 6.0])


@given(program=programs(arrays=True, length=7))
@settings(max_examples=60)
def test_contributions_between_arrays_sum_to_the_gradient_and_to_central_differences(program: Program) -> None:
    leaves = [ad.tensor(v, name=f"x{i}") for i, v in enumerate(program.leaves)]
    g = ad.graph(program.run(ad, leaves))
    measured = central_differences(lambda *x: program.run(np, x), program.leaves, np.ones(()))
    for leaf in g.leaves:
        found = g.paths(leaf.id, limit=300)
        if found.left_out:
            continue
        assert len({p.edges for p in found.paths}) == found.count
        total: Any = sum(p.contribution for p in found.paths)
        np.testing.assert_allclose(total, leaf.grad, rtol=1e-9, atol=1e-11)
        np.testing.assert_allclose(total, measured[int(str(leaf.name)[1:])], rtol=1e-4, atol=1e-5)


def integers(seed: int) -> ad.Tensor:
    """A random graph of sums and products of small whole numbers: float64 holds all of it exactly."""
    draw = random.Random(seed)
    made = [ad.tensor(float(draw.randint(-3, 3)), name=f"x{i}") for i in range(3)]
    for _ in range(9):
        a, b = draw.choice(made[-5:]), draw.choice(made[-5:])
        made.append(draw.choice([a + b, a - b, a * b, a + a, b - a]))
    return made[-1] + made[-2]


def brute(g: ad.Graph, source: int, target: int) -> dict[tuple[int, ...], Fraction]:
    """Every path with its product, found by following every edge."""
    found: dict[tuple[int, ...], Fraction] = {}
    stack: list[tuple[int, tuple[int, ...], Fraction]] = [(source, (), Fraction(1))]
    while stack:
        node, edges, product = stack.pop()
        if node == target:
            found[edges] = product
            continue
        for e in g.operands(node):
            if e.contribution is not None and e.operand >= target:
                stack += [(e.operand, (*edges, e.id), product * Fraction(float(e.local)))]  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize("seed", range(40))
def test_against_every_path_in_exact_arithmetic(seed: int) -> None:
    g = ad.graph(integers(seed))
    for leaf in g.leaves:
        every = brute(g, g.output, leaf.id)
        found = g.paths(leaf.id, limit=6)
        assert found.count == len(every)
        assert sum(every.values()) == Fraction(float(leaf.grad))  # type: ignore[arg-type]
        assert found.absolute == float(sum(map(abs, every.values())))
        for path in found.paths:
            assert every[path.edges] == Fraction(float(path.contribution))
        sizes = sorted((abs(c) for c in every.values()), reverse=True)
        assert sorted((abs(p.contribution) for p in found.paths), reverse=True) == sizes[:6]  # type: ignore[arg-type]
        if found.left_out:
            assert found.rest == float(leaf.grad) - sum(p.contribution for p in found.paths)  # type: ignore[arg-type, misc]
            assert [abs(p.contribution) for p in found.paths] == sizes[:6]  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(15))
def test_between_two_nodes_the_sum_is_what_the_target_gets_through_the_source(seed: int) -> None:
    g = ad.graph(integers(seed))
    for source in g.nodes[3:]:
        every = brute(g, source.id, 0)
        if g.nodes[0].kind == "constant" or not every:
            continue
        found = g.paths(0, limit=1000, source=source.id)
        assert found.count == len(every)
        assert found.total == float(sum(every.values()) * Fraction(float(source.grad)))  # type: ignore[arg-type]
        assert found.total == sum(p.contribution for p in found.paths)  # type: ignore[misc]


def test_between_two_arrays_the_sum_is_what_the_target_gets_through_the_source() -> None:
    x, w = ad.tensor(np.arange(6.0).reshape(2, 3), name="x"), ad.tensor(np.ones((3, 3)), name="w")
    h = x @ w
    h.name = "h"
    g = ad.graph(ad.sum(h * h + ad.tanh(h)) + ad.sum(x))
    found = g.paths("x", source="h")
    assert found.count == 1
    np.testing.assert_allclose(found.total, g.grad("h") @ np.ones((3, 3)).T)
    np.testing.assert_array_equal(found.paths[0].contribution, found.total)


def test_no_path_leads_from_a_node_to_what_it_was_not_computed_from() -> None:
    a, b = ad.tensor(2.0, name="a"), ad.tensor(3.0, name="b")
    h = a * 2.0
    h.name = "h"
    g = ad.graph(h + b)
    found = g.paths("b", source="h")
    assert (found.count, found.paths, found.total) == (0, (), 0.0)
    assert repr(found) == "no path leads from h to b"
    assert g.paths("h", source="a").count == 0


def test_paths_that_cancel_show_plus_and_minus_one() -> None:
    x = ad.tensor(3.0, name="x")
    found = ad.graph(x - x).paths("x")
    assert [p.contribution for p in found.paths] == [1.0, -1.0]
    assert [p.share for p in found.paths] == [0.5, -0.5]
    assert (found.total, found.absolute, found.cancelled) == (0.0, 2.0, True)
    assert "they cancel" in repr(found)
    v = ad.tensor([3.0, 4.0], name="v")
    arrays = ad.graph(ad.sum(v - v)).paths("v")
    assert [p.share for p in arrays.paths] == [0.5, -0.5]
    assert arrays.cancelled


def test_shares_are_signed_fractions_of_the_sum_of_magnitudes() -> None:
    x = ad.tensor(1.0, name="x")
    found = ad.graph(3.0 * x - 1.0 * x).paths("x")
    assert [p.share for p in found.paths] == [0.75, -0.25]


def test_of_exponentially_many_the_largest_come_first_and_the_rest_is_summed() -> None:
    x = ad.tensor(1.0, name="x")
    y = x
    for k in range(60):
        y = y * 2.0 + y * (-1.0 if k % 2 else 1.0)
    found = ad.graph(y).paths("x", limit=3)
    assert found.count == 2**60
    assert found.paths[0].contribution == 2.0**60
    assert [abs(p.contribution) for p in found.paths[1:]] == [2.0**59] * 2  # type: ignore[arg-type]
    assert found.total == 3.0**30  # (2 + 1)(2 − 1), thirty times
    assert found.absolute == pytest.approx(3.0**60)
    assert not found.cancelled  # the total is small beside Σ|c|, but it is no rounding
    assert found.rest == pytest.approx(found.total - sum(p.contribution for p in found.paths))  # type: ignore[operator, misc]


def test_zeros_and_what_is_not_finite_take_part() -> None:
    x, zero = ad.tensor(0.0, name="x"), ad.tensor(0.0, name="z")
    g = ad.graph(ad.log(x) * zero + x * 0.0 + 5.0 * x)
    found = g.paths("x", limit=2)
    assert found.count == 3
    assert np.isnan(found.paths[0].contribution)  # type: ignore[arg-type]
    assert found.paths[1].contribution == 5.0
    assert found.paths[0].share is None


def test_among_many_paths_between_arrays_the_best_found_are_labelled_so() -> None:
    x = ad.tensor([1.0, 2.0], name="x")
    y = x
    for _ in range(20):
        y = ad.tanh(y) + 0.5 * y
    found = ad.graph(ad.sum(y)).paths("x", limit=4)
    assert (found.count, len(found.paths), found.left_out) == (2**20, 4, 2**20 - 4)
    assert not found.exact
    assert "the largest found" in found.note
    sizes = [np.linalg.norm(p.contribution) for p in found.paths]
    assert sizes == sorted(sizes, reverse=True)
    listed: Any = sum(p.contribution for p in found.paths)
    np.testing.assert_allclose(listed + found.rest, found.total)


@pytest.mark.parametrize("count", [1, 60, 300])
def test_the_number_of_paths_is_exact_where_it_is_exponential_and_the_list_is_capped(count: int) -> None:
    g = ad.graph(diamonds(count))
    found = g.paths("x", limit=5)  # no machine would walk all of them
    assert found.count == 2**count
    assert len(found.paths) == min(5, 2**count)
    assert found.left_out == found.count - len(found.paths)
    assert len({p.edges for p in found.paths}) == len(found.paths)


def test_branches_that_do_not_lead_to_the_leaf_cost_nothing() -> None:
    a = ad.tensor(2.0, name="a")
    g = ad.graph(a * diamonds(200))
    found = g.paths("a")  # no machine would walk the 2**200 others
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
