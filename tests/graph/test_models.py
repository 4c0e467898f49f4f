"""Models in pictures: scopes of module calls, and each call as one node."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad import nn
from notebook_ad.graph.modeled import model_graph
from notebook_ad.graph.picture import badge_width, compose


class Encoder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 4)])
        self.act = nn.Tanh()

    def forward(self, x: Any) -> Any:
        for layer in self.layers:
            x = x + self.act(layer(x))
        return x


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.encoder = Encoder()
        self.head = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 1))

    def forward(self, x: Any) -> Any:
        return self.head(self.encoder(x)) + 1


def ops(graph: Any) -> list[tuple[str | None, str | None]]:
    return [(n.name, n.glyph) for n in graph.nodes if n.kind == "op"]


def test_operations_carry_the_path_of_the_module_that_did_them() -> None:
    graph = model_graph(Net(), [np.ones((2, 4))], None)
    paths = [(n.op, n.scope.path, n.scope.kind) for n in graph.nodes if n.scope is not None]
    assert paths == [
        ("linear", "encoder.layers.0", "Linear"), ("tanh", "encoder.act", "Tanh"), ("add", "encoder", "Encoder"),
        ("linear", "encoder.layers.1", "Linear"), ("tanh", "encoder.act", "Tanh"), ("add", "encoder", "Encoder"),
        ("linear", "head.0", "Linear"), ("relu", "head.1", "ReLU"), ("linear", "head.2", "Linear"), ("add", "", "Net"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("depth", "drawn"),
    [
        (0, [("Net", "Net")]),
        (1, [("encoder", "Encoder"), ("head", "Sequential"), (None, "+")]),
        (
            2,
            [
                ("encoder.layers.0", "Linear"), ("encoder.act", "Tanh"), (None, "+"), ("encoder.layers.1", "Linear"),
                ("encoder.act", "Tanh"), (None, "+"), ("head.0", "Linear"), ("head.1", "ReLU"), ("head.2", "Linear"),
                (None, "+"),
            ],
        ),
    ],
)  # fmt: skip
def test_each_call_is_one_node_at_a_depth(depth: int, drawn: Any) -> None:
    graph = model_graph(Net(), [np.ones((2, 4))], depth)
    assert ops(graph) == drawn
    assert [n.name for n in graph.nodes if n.kind != "op" and n.name] == ["x"]
    assert all(n.id == i for i, n in enumerate(graph.nodes))
    assert all(e.operand < e.user for e in graph.edges)


def test_a_layer_stays_one_node_however_deep_its_neighbours_are_opened() -> None:
    drawn = ops(
        model_graph(nn.Sequential(nn.Linear(4, 2), nn.Sequential(nn.ReLU(), nn.Linear(2, 1))), [np.ones((2, 4))], 2)
    )
    assert drawn == [("[0]", "Linear"), ("1.0", "ReLU"), ("1.1", "Linear")]


def test_gradients_of_what_is_drawn_are_those_of_every_operation() -> None:
    net = Net()
    x = ad.tensor(np.random.default_rng(0).normal(size=(2, 4)))
    whole, drawn = model_graph(net, [x], None), model_graph(net, [x], 1)
    np.testing.assert_array_equal(drawn.grad("x"), whole.grad("x"))
    np.testing.assert_allclose(drawn.nodes[drawn.output].value, net(x).detach())
    for node in drawn.nodes:
        total = sum(np.asarray(e.contribution) for e in drawn.users(node.id) if e.contribution is not None)
        if node.grad is not None and node.id != drawn.output:
            np.testing.assert_allclose(total, node.grad, rtol=1e-12)


def test_parameters_keep_the_names_of_their_paths() -> None:
    net = Net()
    net.head[0].weight = nn.Parameter(ad.ones(8, 4))
    graph = model_graph(net, [np.ones((2, 4))], None)
    assert {n.name for n in graph.leaves} == {name for name, _ in net.named_parameters()}


def test_several_results_of_a_call_stand_behind_it() -> None:
    class Two(nn.Module):
        def forward(self, x: Any) -> Any:
            return x * 2, x * 3

    class Uses(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.two = Two()

        def forward(self, x: Any) -> Any:
            a, b = self.two(x)
            return (a * b).sum()

    graph = model_graph(Uses(), [ad.tensor([1.0, 2.0])])
    assert ops(graph)[:2] == [("two", "Two"), ("two, another result", "part")]
    assert all(e.operand < e.user for e in graph.edges)
    assert "two" in graph.to_svg()


def test_a_shared_module_is_a_node_for_each_call() -> None:
    layer = nn.Linear(2, 2)
    graph = model_graph(nn.Sequential(layer, nn.ReLU(), layer), [np.ones((1, 2))])
    assert [g for _, g in ops(graph)] == ["Linear", "ReLU", "Linear"]


def test_pictures_tables_and_rules_of_a_drawn_model() -> None:
    graph = model_graph(Net(), [np.ones((2, 4))])
    assert "encoder" in graph.to_svg()
    assert "output" in repr(graph)
    assert any("the gradient through the layer" in e.rule for e in graph.edges)
    assert graph.notes == ("gradients of the sum of the output",)


def test_show_takes_a_model_and_its_inputs(capsys: pytest.CaptureFixture[str]) -> None:
    x = ad.ones(2, 4)
    ad.show(Net(), x)
    assert "output = " in capsys.readouterr().out
    assert x.name is None
    with pytest.raises(TypeError, match=r"show\(\) of a Tensor takes no inputs: only a module is called with them"):
        ad.show(ad.tensor(1.0) * 2, x)


def test_a_model_that_gives_no_tensor_is_refused() -> None:
    class Silent(nn.Module):
        def forward(self, x: Any) -> Any:
            return None

    with pytest.raises(TypeError, match="Silent gave no tensor, so there is nothing to draw"):
        ad.show(Silent(), ad.ones(2))


def test_modules_leave_no_scope_behind_after_an_error() -> None:
    net = nn.Sequential(nn.Linear(2, 2))
    with pytest.raises(ad.ShapeError, match=r"^0 expects"):
        model_graph(net, [np.ones((1, 3))])
    assert ops(model_graph(net, [np.ones((1, 2))])) == [("[0]", "Linear")]


def test_the_kind_of_a_layer_with_a_long_name_is_written_whole_within_its_box() -> None:
    model = nn.Sequential(nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), nn.Linear(8, 3))
    drawn = compose(model_graph(model, [np.ones((2, 4, 8))]))
    (art,) = [n for n in drawn.nodes if n.glyph == "TransformerEncoderLayer"]
    assert badge_width(art.glyph) < art.size.width
