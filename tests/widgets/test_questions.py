"""The messages paths, why, detail, element and jacobian: JSON that says what the graph says."""

from __future__ import annotations

import json
from typing import Any
from xml.etree.ElementTree import fromstring

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.graph.graph import Graph
from notebook_ad.widgets.commands import answer
from notebook_ad.widgets.state import State


def ask(graph: Graph, do: str, predict: bool = False, **message: Any) -> dict[str, Any]:
    reply = answer(State(graph, predict=predict), {"do": do, "seq": 7, **message})
    assert json.loads(json.dumps(reply, allow_nan=False)) == reply
    assert reply["seq"] == 7
    return reply


@pytest.fixture
def shared() -> Graph:
    x0, x1 = ad.tensor(1.0, name="x[0]"), ad.tensor(2.0, name="x[1]")
    y = x0 * x1 + x1**2
    y.name = "y"
    return ad.graph(y)


@pytest.fixture
def layer() -> Graph:
    draw = np.random.default_rng(0).normal
    x, w = ad.tensor(draw(size=(4, 5)), name="x"), ad.tensor(draw(size=(5, 2)), name="W")
    return ad.graph(ad.mean(ad.relu(x @ w)))


def key(graph: Graph, name: str) -> str:
    return str(graph.node(name).id)


def test_paths_to_a_leaf(shared: Graph) -> None:
    reply = ask(shared, "paths", source=key(shared, "x[1]"), target=None)
    assert reply["what"] == "paths"
    assert reply["title"] == "path to x[1]"
    assert [(r["path"], r["contribution"], r["share"], r["fraction"]) for r in reply["rows"]] == [
        ("y ← + ← × ← x[1]", "1", "20 %", 0.2),
        ("y ← + ← x² ← x[1]", "4", "80 %", 0.8),
    ]
    assert (reply["total"], reply["count"], reply["left_out"], reply["note"]) == ("5", 2, "", "")
    assert set(reply["lit"]) == {e for r in reply["rows"] for e in r["edges"]}


def test_paths_between_two_nodes_in_either_order(shared: Graph) -> None:
    product = str(next(n.id for n in shared.nodes if n.op == "mul"))
    leaf = key(shared, "x[1]")
    one, other = (ask(shared, "paths", source=a, target=b) for a, b in ((leaf, product), (product, leaf)))
    assert one == other
    assert (one["total"], one["count"], len(one["lit"])) == ("1", 1, 1)
    assert "through" in one["note"]
    assert ask(shared, "paths", source=leaf, target="out")["total"] == "5"


def test_paths_that_are_left_out_are_said_and_lit() -> None:
    y = ad.tensor(1.0, name="x")
    for _ in range(60):
        y = y + y
    reply = ask(ad.graph(y), "paths", source="0", target=None)
    assert (len(reply["rows"]), reply["count"]) == (20, f"{2**60:,}")
    assert reply["left_out"].endswith("more paths add up to 1.153e18 ↑")
    assert len(reply["lit"]) == 120


def test_unrelated_nodes_and_constants() -> None:
    a, b, c = ad.tensor(2.0, name="a"), ad.tensor(3.0, name="b"), ad.tensor(4.0, requires_grad=False, name="c")
    g = ad.graph(a * b * c)
    reply = ask(g, "paths", source=key(g, "a"), target=key(g, "b"))
    assert (reply["rows"], reply["lit"], reply["note"]) == ([], [], "no path leads from b to a")
    assert ask(g, "paths", source=key(g, "c"))["what"] == "problem"
    assert ask(g, "paths", source="99") == {"what": "problem", "text": "the graph has no node 99", "seq": 7}


def test_why_of_a_node_an_edge_and_the_seed() -> None:
    a, b = ad.tensor(2.0, name="a"), ad.tensor(0.0, name="b")
    g = ad.graph(a * b)
    reply = ask(g, "why", node=key(g, "a"))
    assert reply["title"] == "∂output/∂a is 0 ⊘"
    assert reply["lines"] == [{"text": "× in a·b: the other operand b is 0", "source": None, "node": "2"}]
    assert reply["lit"] == ["0"]
    assert ask(g, "why", edge="0")["lines"] == reply["lines"]
    assert ask(g, "why", edge="out")["lit"] == ["out"]
    assert ask(g, "why", node="out")["lines"][0]["text"] == "it is the seed: 1"


def test_the_detail_of_an_array_and_of_an_edge(layer: Graph) -> None:
    reply = ask(layer, "detail", node=key(layer, "W"))
    assert (reply["title"], reply["shape"], reply["jacobian"]) == ("W", "(5, 2)", False)
    assert all(len(row) == 3 for row in reply["rows"])
    assert sum(reply["histogram"]["value"]["counts"]) == 10
    assert reply["cells"]["shape"] == [5, 2]
    assert np.shape(reply["cells"]["strength"]) == np.shape(reply["cells"]["gstrength"]) == (5, 2)
    relu = next(e for e in layer.edges if layer.nodes[e.user].op == "relu")
    edge = ask(layer, "detail", edge=str(relu.id))
    assert edge["shape"] == "(4, 2)"
    assert edge["jacobian"] is True


def test_a_large_array_is_coarse_and_its_cells_lead_to_elements() -> None:
    values = np.zeros((40, 40))
    values[39, 1] = 5.0
    g = ad.graph(ad.sum(ad.tensor(values, name="x") * 2.0))
    cells = ask(g, "detail", node="0")["cells"]
    assert cells["shape"] == [16, 16]
    assert cells["value"][15][0] == "5"
    assert ask(g, "element", node="0", index=[15, 0])["title"] == "x[39, 1]"


def test_what_is_not_finite_or_empty_can_be_sent() -> None:
    g = ad.graph(ad.sum(ad.log(ad.tensor([0.0, -1.0, np.inf], name="x"))))
    for node in g.nodes:
        ask(g, "detail", node=str(node.id))
        ask(g, "why", node=str(node.id))
    ask(g, "jacobian", edge=str(next(e.id for e in g.edges if g.nodes[e.user].op == "log")))
    empty = ad.graph(ad.sum(ad.tensor(np.zeros((0, 3)), name="x")))
    assert ask(empty, "detail", node="0")["cells"] is None
    assert ask(empty, "why", node="0")["lines"][0]["text"] == "it has no elements"


def test_an_element_is_drawn(layer: Graph) -> None:
    product = next(n.id for n in layer.nodes if n.op == "matmul")
    reply = ask(layer, "element", node=str(product), index=[3, 1])
    assert reply["title"] == "(x @ W)[3, 1]"
    assert fromstring(reply["svg"]).tag.endswith("svg")
    assert ask(layer, "element", node=str(product), index=[4, 0])["what"] == "problem"


def test_a_jacobian(layer: Graph) -> None:
    relu = next(e for e in layer.edges if layer.nodes[e.user].op == "relu")
    reply = ask(layer, "jacobian", edge=str(relu.id))
    assert (len(reply["rows"]), len(reply["columns"])) == (8, 8)
    on = (np.asarray(relu.value).reshape(-1) > 0).astype(int)
    assert np.array_equal(reply["signs"], np.diag(on))
    product = next(e for e in layer.edges if layer.nodes[e.user].op == "matmul")
    assert ask(layer, "jacobian", edge=str(product.id))["text"].endswith("up to 8×8 is shown")


def test_answers_that_are_to_be_predicted_are_not_given_away(shared: Graph) -> None:
    for do in ("paths", "why", "element", "jacobian"):
        reply = ask(shared, do, predict=True, node="0", edge="0", source="0", index=[])
        assert reply["what"] == "problem"
        assert "hidden" in reply["text"]
    found = ask(shared, "detail", predict=True, node="0")
    assert found["cells"]["gradient"] is None
    assert all(row[2] == "" for row in found["rows"])


def test_users_texts_stay_texts() -> None:
    evil = "<script>alert(1)</script>"
    g = ad.graph(ad.sum(ad.tensor([1.0, 2.0], name=evil) * 2.0))
    reply = ask(g, "element", node="0", index=[1])
    assert "<script" not in reply["svg"]
    assert evil in ask(g, "paths", source="0")["title"]
