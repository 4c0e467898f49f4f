"""The questions that people ask of a Graph: by name, by edge, as text."""

from __future__ import annotations

import pathlib

import numpy as np
import pytest

import notebook_ad as ad


def layer() -> ad.Graph:
    x, w = ad.tensor(2.0, name="x"), ad.tensor(3.0, name="weight")
    h = x * w
    h.name = "h"
    loss = h * h + w
    loss.name = "loss"
    return ad.graph(loss)


def test_a_node_and_its_gradient_are_found_by_name() -> None:
    g = layer()
    assert g.node("h").value == 6.0
    assert g.grad("h") == 12.0
    assert g.grad("weight") == 12.0 * 2 + 1
    assert g.grad("loss") == 1.0


def test_an_unknown_name_names_the_nearest_or_all() -> None:
    g = layer()
    with pytest.raises(KeyError, match=r"no value named 'wieght'.*did you mean 'weight'"):
        g.grad("wieght")
    with pytest.raises(KeyError, match="there are x, weight, h, loss"):
        g.node("q")
    with pytest.raises(KeyError, match="no names"):
        ad.graph(ad.tensor(1.0) * 2).node("a")


def test_a_name_bound_again_means_the_last_value() -> None:
    x = ad.tensor(2.0, name="x")
    y = x * 3
    y.name = "x"
    assert ad.graph(y * 5).node("x").value == 6.0


def test_a_name_set_after_recording_is_shown() -> None:
    a = ad.tensor(2.0)
    loss = a * 3
    a.name, loss.name = "a", "loss"
    g = ad.graph(loss)
    assert [n.name for n in g.nodes] == ["a", None, "loss"]


def test_users_and_operands_are_the_two_ends_of_the_same_edges() -> None:
    g = layer()
    assert sorted(e.id for n in g.nodes for e in g.users(n.id)) == list(range(len(g.edges)))
    assert sorted(e.id for n in g.nodes for e in g.operands(n.id)) == list(range(len(g.edges)))
    h = g.node("h").id
    assert [e.position for e in g.users(h)] == [0, 1]
    assert [g.nodes[e.operand].name for e in g.operands(h)] == ["x", "weight"]
    assert g.operands(g.node("x").id) == ()
    assert g.users(g.output) == ()


def test_leaves_are_what_nothing_computed_and_has_a_gradient() -> None:
    c = ad.tensor(5.0, requires_grad=False, name="c")
    g = ad.graph(ad.tensor(1.0, name="a") * c)
    assert [n.name for n in g.leaves] == ["a"]


def test_the_text_lists_the_output_and_each_leaf_and_nothing_that_changes_between_runs() -> None:
    assert repr(layer()) == repr(layer())
    lines = repr(layer()).splitlines()
    assert lines[0] == "loss = 39"
    assert [line.split() for line in lines[1:4]] == [
        ["leaf", "value", "∂loss/∂leaf"], ["x", "2", "36"], ["weight", "3", "25"],
    ]  # fmt: skip


def test_the_notebook_gets_text_and_html() -> None:
    bundle = layer()._repr_mimebundle_()
    assert bundle["text/plain"] == repr(layer())
    assert "<img" in bundle["text/html"]


def test_the_drawings_are_reached_from_the_graph(tmp_path: pathlib.Path) -> None:
    g = layer()
    assert g.to_dot().startswith("digraph")
    assert "<svg" in g.to_svg()
    assert g.save(tmp_path / "x.dot").read_text(encoding="utf-8").startswith("digraph")


def test_an_array_graph_has_shapes_and_dtypes() -> None:
    x = ad.tensor(np.ones((2, 3), np.float32), name="x")
    g = ad.graph((x * 2).sum())
    assert [(n.shape, n.dtype) for n in g.nodes if n.kind != "constant"] == [
        ((2, 3), "float32"), ((2, 3), "float32"), ((), "float32"),
    ]  # fmt: skip


def test_an_output_without_a_name_is_called_as_it_stands_in_the_call():
    w = ad.tensor(3.0, name="w")
    loss = (w * 2.0) ** 2
    assert ad.graph(loss).label(len(ad.graph(loss).nodes) - 1) == "loss"
    assert loss.name is None
    assert ad.graph(loss * 2.0).nodes[-1].name is None
    cost = loss * 3.0
    graph = ad.graph(
        t=cost,
    )
    assert graph.derivation()[0].startswith("∂cost/∂cost = 1")
    cost.name = "own"
    assert ad.graph(cost).nodes[-1].name == "own"


def test_show_calls_an_output_as_it_stands_in_the_call(capsys):
    loss = ad.tensor(3.0, name="w") * 2.0
    ad.show(loss)
    assert capsys.readouterr().out.startswith("loss = 6\n")
