"""`ad.graph`: nodes, edges, steps and contributions from a sweep of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from snapshots import textbook

import notebook_ad as ad
from notebook_ad.tensor.functions import opaque


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


def test_float32_values_stay_float32_and_scalars_are_python_numbers() -> None:
    x = ad.tensor(np.array([1.0, 2.0], np.float32), name="x")
    g = ad.graph((x * x).sum())
    assert g.grad("x").dtype == np.float32  # type: ignore[union-attr]
    assert type(g.nodes[g.output].value) is float
    assert g.nodes[g.output].dtype == "float32"


def test_a_graph_that_needs_a_missing_rule_says_which() -> None:
    x = ad.tensor(2.0, name="x")
    with pytest.raises(ad.NoDerivative, match="argmax"):
        ad.graph(opaque(1.0, [x], "argmax") * x)


def test_code_notes_and_earlier_gradients_are_kept_for_the_picture() -> None:
    a = ad.tensor(2.0, name="a")
    g = ad.graph(a * a, code="L = a * a", notes=["not used: n"], accumulated={"a": 10.0})
    assert (g.code, g.notes, g.node("a").accumulated) == ("L = a * a", ("not used: n",), 10.0)
    assert g.grad("a") == 4.0
