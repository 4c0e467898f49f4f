import json

import pytest

import notebook_ad as ad
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.model import Source
from notebook_ad.widgets.drawing import drawing
from notebook_ad.widgets.state import State
from notebook_ad.widgets.view import GraphView


@pytest.fixture
def textbook():
    values = {"a": 2.0, "w": 3.0, "b": 4.0, "y_true": 11.0}
    a, w, b, y_true = (ad.tensor(v, requires_grad=True, name=n) for n, v in values.items())
    loss = (a * w + b - y_true) ** 2
    loss.name = "L"
    return ad.graph(loss, code="a, w, b, y_true = 2, 3, 4, 11\nL = (a * w + b - y_true) ** 2\n", notes=("not used: n",))


def test_a_view_gets_data_that_json_can_carry(textbook):
    given = drawing(textbook, "output: L")
    assert json.loads(json.dumps(given)) == given
    assert given["code"] == ["a, w, b, y_true = 2, 3, 4, 11", "L = (a * w + b - y_true) ** 2"]
    assert given["notes"] == ["not used: n"]


def test_each_edge_says_its_step_and_its_rule(textbook):
    edges = drawing(textbook)["edges"]
    assert edges["out"]["where"] == "backward, step 1 of 8 · the seed"
    edge = next(e for e in textbook.edges if textbook.label(e.operand) == "a")
    assert edges[str(edge.id)]["where"] == "backward, step 7 of 8 · through × to its first operand"
    assert edges[str(edge.id)]["lines"] == [textbook.rule(edge.id)]


def test_each_node_says_what_it_computes_and_its_gradient(textbook):
    nodes = drawing(textbook)["nodes"]
    product = next(n for n in textbook.nodes if n.op == "mul")
    assert nodes[str(product.id)]["lines"] == ["a·w = 6", "∂L/∂(a·w) = −2"]
    assert nodes["0"]["lines"] == ["a = 2", "∂L/∂a = −6"]


def test_a_node_with_several_users_says_the_sum():
    a = ad.tensor(3.0, requires_grad=True, name="a")
    assert drawing(ad.graph(a + a))["nodes"]["0"]["lines"][1].endswith("= Σ 1 + 1 = 2")


def test_places_in_the_code_go_with_nodes_and_edges(textbook):
    source = Source(2, 5, 2, 10, "a * w")
    nodes = [_placed(n, source) if n.op == "mul" else n for n in textbook.nodes]
    graph = Graph(tuple(nodes), textbook.edges, textbook.output, textbook.steps, code=textbook.code)
    given = drawing(graph)
    product = next(n.id for n in nodes if n.op == "mul")
    assert given["nodes"][str(product)]["source"] == [2, 5, 2, 10]
    assert given["nodes"][str(product)]["where"] == "operation × · line 2"
    assert given["edges"][str(graph.operands(product)[0].id)]["source"] == [2, 5, 2, 10]


def _placed(node, source):
    fields = {name: getattr(node, name) for name in type(node).__slots__}
    return type(node)(**fields | {"source": source})


def test_the_table_has_a_row_per_leaf_that_names_its_node(textbook):
    rows = drawing(textbook)["table"]["rows"]
    assert [r["node"] for r in rows] == [str(n.id) for n in textbook.leaves]
    assert rows[0]["cells"] == ["a", "2", "−6", "−2 × 3", ""]  # the last is measured through a replay


def test_the_widget_brings_its_own_front_end(textbook):
    view = GraphView(State(textbook), ident="1")
    assert "initialize" in view._esm
    assert ".nad-live" in view._css
    assert ".nad-graph" in view._css
    view.close()
