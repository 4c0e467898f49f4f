"""`ad.graph`: nodes, edges, steps and contributions from a sweep of its own."""

from __future__ import annotations

import gc
import pickle
import tracemalloc
import weakref
from functools import reduce
from typing import Any

import numpy as np
import pytest
from counting import calls_of
from hypothesis import given, settings
from strategies import Program, central_differences, programs

import notebook_ad as ad
from notebook_ad.graph.model import Edge, Sparse
from notebook_ad.tensor.ambient import trace
from notebook_ad.tensor.functions import opaque


def textbook() -> ad.Tensor:
    a, w, b, y_true = (ad.tensor(v, name=n) for v, n in ((2.0, "a"), (3.0, "w"), (4.0, "b"), (11.0, "y_true")))
    loss = (a * w + b - y_true) ** 2
    loss.name = "L"
    return loss


def dense(edge: Edge) -> Any:
    return edge.contribution.dense() if isinstance(edge.contribution, Sparse) else edge.contribution


def folded(graph: ad.Graph, node: int) -> Any:
    """The contributions out of a node added up in the order of the sweep, on top of its own seed."""
    parts = [dense(e) for e in graph.users(node) if e.contribution is not None]
    return reduce(lambda total, part: total + part, parts, graph.seed if node == graph.output else 0.0)


def same_bits(a: Any, b: Any) -> bool:
    a, b = np.asarray(a), np.asarray(b)
    return a.shape == b.shape and np.array_equal(a + 0.0, b + 0.0, equal_nan=True)


def test_the_textbook_cell_has_4_leaves_4_ops_7_edges_and_4_forward_and_8_backward_steps() -> None:
    g = ad.graph(textbook())
    assert [(n.name, n.value, n.grad) for n in g.leaves] == [
        ("a", 2.0, -6.0), ("w", 3.0, -4.0), ("b", 4.0, -2.0), ("y_true", 11.0, 2.0),
    ]  # fmt: skip
    assert [(n.op, n.glyph, n.value, n.grad) for n in g.nodes if n.kind == "op"] == [
        ("mul", "×", 6.0, -2.0), ("add", "+", 10.0, -2.0), ("sub", "−", -1.0, -2.0), ("pow", "x²", 1.0, 1.0),
    ]  # fmt: skip
    assert len(g.nodes) == 8
    assert len(g.edges) == 7
    assert [s.phase for s in g.steps] == ["forward"] * 4 + ["seed"] + ["backward"] * 7
    assert g.nodes[g.output].name == "L"
    assert g.steps[4].node == g.output


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


def test_nodes_and_edges_are_numbered_by_position_and_operands_come_first() -> None:
    g = ad.graph(textbook())
    assert [n.id for n in g.nodes] == list(range(8))
    assert [e.id for e in g.edges] == list(range(7))
    assert all(e.operand < e.user for e in g.edges)
    product = next(n.id for n in g.nodes if n.op == "mul")
    assert [(g.nodes[e.operand].name, e.position) for e in g.operands(product)] == [("a", 0), ("w", 1)]


@pytest.mark.parametrize(
    ("build", "locals_", "grad"), [(lambda a: a + a, [1.0, 1.0], 2.0), (lambda a: a * a, [3.0, 3.0], 6.0)]
)
def test_parallel_edges_are_distinct_and_differ_in_position(build: Any, locals_: list[float], grad: float) -> None:
    g = ad.graph(build(ad.tensor(3.0, name="a")))
    assert [(e.operand, e.user, e.position, e.local) for e in g.edges] == [(0, 1, i, v) for i, v in enumerate(locals_)]
    assert g.grad("a") == grad
    assert len(g.steps) == 1 + 1 + 2


def test_a_leaf_used_several_times_is_one_node_whose_users_stand_in_sweep_order() -> None:
    a = ad.tensor(3.0, name="a")
    g = ad.graph(a * 2 + a * 5)
    assert len(g.leaves) == 1
    assert [e.contribution for e in g.users(0)] == [5.0, 2.0]  # the op recorded last is swept first


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


def test_the_graph_neither_reads_nor_changes_grad() -> None:
    a = ad.tensor(3.0, name="a")
    loss = a * a
    ad.graph(loss)
    assert a.grad is None
    a.grad = 100.0  # type: ignore[assignment]
    assert ad.graph(loss).grad("a") == 6.0
    assert a.grad.item() == 100.0  # type: ignore[attr-defined]


def test_the_graph_leaves_the_tape_sweepable_and_is_the_same_each_time() -> None:
    loss = textbook()
    first, second = ad.graph(loss), ad.graph(loss)
    assert repr(first) == repr(second)
    loss.backward()
    assert repr(ad.graph(loss)) == repr(first)


def test_it_works_after_a_backward_that_did_not_retain_scalars_and_arrays() -> None:
    x, w = ad.tensor(np.ones((4, 3)), name="x"), ad.tensor(np.full((3, 2), 0.1), name="w")
    loss = (ad.tanh(x @ w) ** 2).mean() + w[0, 0]
    before = ad.graph(loss)
    loss.backward()
    after = ad.graph(loss)
    assert [n.op for n in after.nodes] == [n.op for n in before.nodes]
    for name, leaf in (("x", x), ("w", w)):
        assert same_bits(after.grad(name), before.grad(name))
        np.testing.assert_allclose(after.grad(name), leaf.grad.numpy(), rtol=1e-13)  # type: ignore[union-attr]


def test_it_works_after_backward_when_the_loss_was_added_to_a_running_total_in_a_later_segment() -> None:
    w = ad.tensor(np.ones(3), name="w")
    loss = (w * w).sum()
    loss.backward()
    x = ad.tensor(1.0)
    for _ in range(33_000):
        x = x * 1.0
    total = x + loss
    assert total.item() == 4.0
    assert ad.graph(loss).grad("w").tolist() == [2, 2, 2]  # type: ignore[union-attr]


def test_a_graph_over_several_segments_is_whole_before_and_after_backward() -> None:
    w, v = ad.tensor(2.0, name="w"), ad.tensor([3.0], name="v")
    p, q = w * w, v * v
    for _ in range(2):
        x = ad.tensor(1.0)
        for _ in range(33_000):
            x = x * 1.0
        p, q = p * 5, q * 7
    loss = p + q.sum() + p * w
    before = ad.graph(loss)
    loss.backward()
    assert before.grad("w") == w.grad.item() == 25 * (2 * 2 + 3 * 4)  # type: ignore[union-attr]
    assert before.grad("v").tolist() == v.grad.tolist() == [2 * 3 * 49]  # type: ignore[union-attr]
    assert len(before.leaves) == 2
    assert repr(ad.graph(loss)) == repr(before)


def test_a_consumed_graph_of_more_than_10000_rows_names_retain_graph() -> None:
    for shape in ((), (2,)):
        x = ad.tensor(np.ones(shape), name="x")
        y = x
        for _ in range(10_100):
            y = y * 1.0
        loss = y.sum()
        loss.backward()
        with pytest.raises(ad.ConsumedError, match=r"10,\d\d\d rows.*10,000 rows.*retain_graph=True"):
            ad.graph(loss)


def test_a_retained_graph_of_more_than_10000_rows_is_drawn() -> None:
    x = ad.tensor(1.0, name="x")
    y = x
    for _ in range(10_100):
        y = y * 1.0
    y.backward(retain_graph=True)
    assert ad.graph(y).grad("x") == 1.0


def test_the_graph_survives_its_tensors_and_later_updates() -> None:
    w = ad.tensor([1.0, 2.0], name="w")
    loss = (w * w).sum()
    g = ad.graph(loss)
    with ad.no_grad():
        w += 5.0
    del loss, w
    assert g.node("w").value.tolist() == [1.0, 2.0]  # type: ignore[union-attr]
    assert g.grad("w").tolist() == [2.0, 4.0]  # type: ignore[union-attr]


def test_the_graph_is_immutable() -> None:
    w, seed = ad.tensor([1.0, 2.0], name="w"), np.ones(2)
    g = ad.graph(w * w, seed=seed)
    seed[:] = 9
    assert g.seed.tolist() == [1.0, 1.0]  # type: ignore[union-attr]
    with pytest.raises(AttributeError):
        g.output = 0  # type: ignore[misc]
    for array in (g.node("w").value, g.grad("w"), g.edges[0].contribution, g.edges[0].local, g.seed):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 5.0  # type: ignore[index]


def test_a_seed_scales_the_gradients_of_scalars_and_is_needed_for_arrays() -> None:
    a = ad.tensor(3.0, name="a")
    assert ad.graph(a * a, seed=5).grad("a") == 30.0
    v = ad.tensor([1.0, 2.0], name="v")
    g = ad.graph(v * v, seed=[1.0, 10.0])
    assert g.grad("v").tolist() == [2.0, 40.0]  # type: ignore[union-attr]
    assert g.nodes[g.output].grad.tolist() == [1.0, 10.0]  # type: ignore[union-attr]


def test_a_leaf_alone_is_a_graph_of_one_node() -> None:
    g = ad.graph(ad.tensor(3.0, name="a"))
    assert [(n.kind, n.name, n.grad) for n in g.nodes] == [("leaf", "a", 1.0)]
    assert g.edges == ()
    assert [s.phase for s in g.steps] == ["seed"]
    assert g.paths("a").count == 1


def test_a_leaf_updated_halfway_appears_once_per_value() -> None:
    w = ad.tensor(1.0, name="w")
    first = w * 10
    with ad.no_grad():
        w += 1.0
    g = ad.graph(first + w * w)
    assert [(n.name, n.value, n.grad) for n in g.leaves] == [("w", 1.0, 10.0), ("w", 2.0, 4.0)]


def test_constants_are_nodes_without_a_gradient_and_their_edges_come_last() -> None:
    x, c = ad.tensor([1.0, 2.0], name="x"), ad.tensor([3.0, 4.0], requires_grad=False, name="c")
    g = ad.graph((x * c * 5).sum())
    constants = [n for n in g.nodes if n.kind == "constant"]
    assert [(n.name, n.grad) for n in constants] == [("c", None), (None, None)]
    assert g.grad("c") is None
    assert [e.contribution is None for e in g.edges] == [False, False, False, True, True]
    dead = g.edges[-1]
    assert (dead.upstream, dead.local, dead.rule) == (None, None, "")
    assert len([s for s in g.steps if s.phase == "backward"]) == 3
    with pytest.raises(ValueError, match="c is a constant"):
        g.paths("c")


def test_a_constant_array_used_twice_is_one_node() -> None:
    x, c = ad.tensor([1.0, 2.0], name="x"), ad.tensor([3.0, 4.0], requires_grad=False, name="c")
    g = ad.graph((x * c + c).sum())
    assert [n.name for n in g.nodes if n.kind == "constant"] == ["c"]


def test_a_constant_keeps_its_name_where_it_is_cast_to_another_dtype() -> None:
    x = ad.tensor([[1, 2]], requires_grad=False, name="x")
    g = ad.graph((x @ ad.tensor([1.0, 2.0], name="w")).sum())
    assert [n.name for n in g.nodes if n.kind != "op"] == ["x", "w"]


@pytest.mark.parametrize(
    ("exponent", "glyph"), [(2, "x²"), (3.0, "x³"), (-1, "x⁻¹"), (0.5, "√"), (np.float64(2), "x²"), (10, "x¹⁰")]
)
def test_a_constant_exponent_stands_in_the_glyph_and_has_no_node(exponent: Any, glyph: str) -> None:
    for value in (4.0, np.array([4.0, 9.0])):
        g = ad.graph((ad.tensor(value, name="x") ** exponent).sum())
        assert [n.glyph for n in g.nodes if n.op == "pow"] == [glyph]
        assert not [n for n in g.nodes if n.kind == "constant"]


def test_a_constant_that_is_an_exponent_and_an_operand_is_a_node() -> None:
    x, c = ad.tensor([2.0], name="x"), ad.tensor([3.0], requires_grad=False, name="c")
    g = ad.graph(x**c + x * c)
    assert [n.glyph for n in g.nodes if n.kind == "op"] == ["x³", "×", "+"]
    assert g.grad("x").tolist() == [3 * 4 + 3]  # type: ignore[union-attr]


def test_a_variable_exponent_and_a_constant_base_are_nodes() -> None:
    g = ad.graph(2 ** ad.tensor(3.0, name="k"))
    assert [(n.kind, n.value) for n in g.nodes] == [("constant", 2.0), ("leaf", 3.0), ("op", 8.0)]
    assert g.grad("k") == pytest.approx(8 * np.log(2))


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


def test_float32_values_stay_float32_and_scalars_are_python_numbers() -> None:
    x = ad.tensor(np.array([1.0, 2.0], np.float32), name="x")
    g = ad.graph((x * x).sum())
    assert g.grad("x").dtype == np.float32  # type: ignore[union-attr]
    assert type(g.nodes[g.output].value) is float
    assert g.nodes[g.output].dtype == "float32"


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


def chain(w: ad.Tensor, steps: int) -> ad.Tensor:
    """Four operations a step, seven edges."""
    y = w
    for _ in range(steps):
        y = ad.tanh(y * w + 0.1) - w
    return y


def test_the_work_of_a_graph_grows_as_its_operations() -> None:
    w = ad.tensor(1.0, name="w")
    small, large = chain(w, 100), chain(w, 1600)
    ad.graph(small)  # what is worked out once
    few, many = calls_of(lambda: ad.graph(small)), calls_of(lambda: ad.graph(large))
    assert few > 400
    assert many < 17 * few


def test_a_graph_of_100000_operations_is_made() -> None:
    w = ad.tensor(1.0, name="w")
    y = chain(w, 25_000)
    g = ad.graph(y)
    assert len(g.edges) == 25_000 * 7
    y.backward(retain_graph=True)
    assert g.grad("w") == pytest.approx(w.grad.item(), rel=1e-12)  # type: ignore[union-attr]


def test_what_is_told_on_demand_needs_no_tape_and_no_original() -> None:
    with trace(lambda: None) as tracing:
        x, w = ad.tensor([[1.0, 2.0]], name="x"), ad.tensor([[3.0], [4.0]], name="w")
        loss = ad.where(x @ w > 0, ad.tanh(x @ w), 0.0).sum() ** 2
    g = ad.graph(loss)
    segment = weakref.ref(tracing.segment)
    told = [(e.local, e.rule, e.partial, e.factor, e.shapes) for e in g.edges]
    copied = pickle.loads(pickle.dumps(g))
    del x, w, loss, tracing
    gc.collect()
    assert segment() is None
    assert repr([(e.local, e.rule, e.partial, e.factor, e.shapes) for e in g.edges]) == repr(told)
    assert repr([(e.local, e.rule, e.partial, e.factor, e.shapes) for e in copied.edges]) == repr(told)


def test_the_collector_is_left_as_it_was() -> None:
    loss = textbook()
    ad.graph(loss)
    assert gc.isenabled()
    gc.disable()
    try:
        ad.graph(loss)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_a_graph_that_needs_a_missing_rule_says_which() -> None:
    x = ad.tensor(2.0, name="x")
    with pytest.raises(ad.NoDerivative, match="argmax"):
        ad.graph(opaque(1.0, [x], "argmax") * x)


def test_code_notes_and_earlier_gradients_are_kept_for_the_picture() -> None:
    a = ad.tensor(2.0, name="a")
    g = ad.graph(a * a, code="L = a * a", notes=["not used: n"], accumulated={"a": 10.0})
    assert (g.code, g.notes, g.node("a").accumulated) == ("L = a * a", ("not used: n",), 10.0)
    assert g.grad("a") == 4.0
