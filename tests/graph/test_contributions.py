"""Contributions of a graph: the gradients are those of backward, bit for bit, and the fold of what the edges add."""

from __future__ import annotations

import tracemalloc
from functools import reduce
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from snapshots import same_bits, textbook
from strategies import Program, central_differences, programs

import notebook_ad as ad
from notebook_ad.graph.model import Edge, Sparse


def dense(edge: Edge) -> Any:
    return edge.contribution.dense() if isinstance(edge.contribution, Sparse) else edge.contribution


def folded(graph: ad.Graph, node: int) -> Any:
    """The contributions out of a node added up in the order of the sweep, on top of its own seed."""
    parts = [dense(e) for e in graph.users(node) if e.contribution is not None]
    return reduce(lambda total, part: total + part, parts, graph.seed if node == graph.output else 0.0)


def test_the_backward_steps_carry_the_textbooks_numbers_in_the_order_of_the_sweep() -> None:
    g = ad.graph(textbook())
    walked = [(g.label(s.node), g.edges[s.edge]) for s in g.steps if s.edge is not None]
    assert [(name, e.upstream, e.local, e.contribution) for name, e in walked] == [
        ("a·w + b − y_true", 1.0, -2.0, -2.0),
        ("a·w + b", -2.0, 1.0, -2.0),
        ("y_true", -2.0, -1.0, 2.0),
        ("a·w", -2.0, 1.0, -2.0),
        ("b", -2.0, 1.0, -2.0),
        ("a", -2.0, 3.0, -6.0),
        ("w", -2.0, 2.0, -4.0),
    ]


@given(program=programs(length=14))
@settings(max_examples=120)
def test_every_gradient_is_backwards_bit_for_bit_and_the_fold_of_its_contributions(program: Program) -> None:
    leaves = [ad.tensor(v, name=f"x{i}") for i, v in enumerate(program.leaves)]
    loss = program.run(ad, leaves)
    g = ad.graph(loss)
    for node in g.nodes:
        if node.kind != "constant":
            assert node.grad is not None
            if all(one_term_an_element(g, e) for e in g.users(node.id)) or len(g.users(node.id)) == 1:
                assert same_bits(folded(g, node.id), node.grad)
            np.testing.assert_allclose(folded(g, node.id), node.grad, rtol=1e-12, atol=1e-14)
    loss.backward()
    for i, leaf in enumerate(leaves):
        if leaf.grad is not None:
            assert same_bits(g.grad(f"x{i}"), leaf.grad.numpy())


def one_term_an_element(graph: ad.Graph, edge: Edge) -> bool:
    """Whether an edge adds to each element once; else backward() adds its terms one by one to what is there."""
    user, operand = graph.nodes[edge.user], graph.nodes[edge.operand]
    return user.shape == operand.shape and user.op not in ("matmul", "index", "gather", "put")


@given(program=programs(arrays=False, length=20))
@settings(max_examples=100)
def test_on_scalars_a_contribution_is_upstream_times_local_and_backward_has_the_same_bits(program: Program) -> None:
    leaves = [ad.tensor(v, name=f"x{i}") for i, v in enumerate(program.leaves)]
    loss = program.run(ad, leaves)
    g = ad.graph(loss)
    for edge in g.edges:
        if edge.contribution is not None:
            assert edge.contribution == edge.upstream * edge.local  # type: ignore[operator]
    loss.backward()
    numeric = central_differences(lambda *xs: program.run(np, xs), program.leaves, np.ones(()))
    for i, leaf in enumerate(leaves):
        if leaf.grad is not None:
            assert g.grad(f"x{i}") == leaf.grad.item()  # the same kernels in the same order: the same bits
            assert g.grad(f"x{i}") == pytest.approx(float(numeric[i]), rel=1e-5, abs=1e-6)


def test_a_seed_scales_the_gradients_of_scalars_and_is_needed_for_arrays() -> None:
    a = ad.tensor(3.0, name="a")
    assert ad.graph(a * a, seed=5).grad("a") == 30.0
    v = ad.tensor([1.0, 2.0], name="v")
    g = ad.graph(v * v, seed=[1.0, 10.0])
    assert g.grad("v").tolist() == [2.0, 40.0]  # type: ignore[union-attr]
    assert g.nodes[g.output].grad.tolist() == [1.0, 10.0]  # type: ignore[union-attr]


def test_a_layers_edges_have_the_vjp_in_words_and_the_gradients_worked_out_by_hand() -> None:
    x = ad.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=False, name="x")
    w, b = ad.tensor([[1.0, -1.0], [0.5, 2.0]], name="w"), ad.tensor([0.0, -4.0], name="b")
    g = ad.graph((ad.relu(x @ w + b) ** 2).sum())
    assert g.grad("w").tolist() == [[34.0, 6.0], [48.0, 8.0]]  # type: ignore[union-attr]
    assert g.grad("b").tolist() == [14.0, 2.0]  # type: ignore[union-attr]
    to_w, to_b = g.users(g.node("w").id)[0], g.users(g.node("b").id)[0]
    assert (to_w.local, to_w.rule) == (None, "xᵀ @ upstream")
    assert "summed over axis 0" in to_b.rule


def test_a_gradient_of_inf_and_nan_is_shown_without_a_warning() -> None:
    x = ad.tensor([0.0, 1.0], name="x")
    g = ad.graph((ad.sqrt(x) - ad.sqrt(x)).sum())
    np.testing.assert_array_equal(g.grad("x"), [np.nan, 0.0])
    g.paths("x")
    g.derivation()


def test_contributions_of_indexing_are_sparse_in_memory() -> None:
    x = ad.tensor(np.arange(10_000.0), name="x")
    total = x[0]
    for i in range(1, 1000):
        total = total + (x[i] if i % 2 else x[[i, i + 1, i]].sum())
    tracemalloc.start()
    g = ad.graph(total)
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    edges = g.users(g.node("x").id)
    assert len(edges) == 1000
    assert all(isinstance(e.contribution, Sparse) and len(e.contribution.indices) <= 2 for e in edges)
    assert size < 20_000_000  # dense contributions would take 80 MB
    total.backward()
    np.testing.assert_array_equal(folded(g, g.node("x").id), x.grad.numpy())  # type: ignore[union-attr]
    np.testing.assert_array_equal(g.grad("x"), x.grad.numpy())  # type: ignore[union-attr]
