"""Constants in a graph: which are nodes, which stand in the glyph."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import notebook_ad as ad


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


@pytest.mark.parametrize(
    ("array", "text"),
    [([1.0, -2.5], "x·[1, −2.5]"), ([3], "x·[3]"), ([True, False], "x·[1, 0]"), ([1.0, 2.0, 3.0, 4.0], "x·const(4,)")],
)
def test_a_formula_spells_a_short_array_out(array: list[Any], text: str) -> None:
    x = ad.tensor(np.ones(len(array)), name="x")
    g = ad.graph((x * np.array(array)).sum())
    assert g.expression(g.output) == f"sum({text})"
