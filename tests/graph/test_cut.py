"""What cuts the graph is drawn: a dashed stub with the line."""

from __future__ import annotations

import numpy as np

import notebook_ad as ad
from notebook_ad.graph.model import Cut
from notebook_ad.graph.picture import compose
from notebook_ad.graph.svg import draw
from notebook_ad.lifted.run import Cell, run
from notebook_ad.widgets.state import State


def cell(source: str) -> ad.Graph:
    graph = run(Cell(source), {"__name__": "__main__", "np": np}).graph
    assert graph is not None
    return graph


def stubs(graph: ad.Graph) -> list[str]:
    return [text.text or "" for text in draw(graph).iter("text") if text.get("class") == "said"]


def test_conversions_steps_and_comparisons_leave_a_stub_with_their_line() -> None:
    graph = cell("x, w = 2.6, 3.0\nk = int(x)\nL = x * w * k if x > 1 else w\nL = L + round(w)")
    assert {graph.label(c.node): (c.line, c.text) for c in graph.cuts if c.line != 2} == {
        "x": (3, "x > 1"),
        "w": (4, "round(w)"),
    }
    assert sorted(stubs(graph)) == ["✂ line 2: int(x)", "✂ line 3: x > 1", "✂ line 4: round(w)"]


def test_a_detached_tensor_is_cut_and_a_printed_loss_is_not() -> None:
    x = ad.tensor(2.0, name="x")
    y = x * 3
    loss = y.detach() * x
    loss.item()
    graph = ad.graph(loss)
    assert graph.cuts == ()  # y is not in the graph
    graph = ad.graph(y * y.detach())
    assert graph.cuts == (Cut(2, "detach()"),)
    assert stubs(graph) == ["✂ detach()"]


def test_masks_printed_values_and_many_cuts() -> None:
    assert cell("x = np.array([1.0, -2.0])\nprint(x)\nL = x[x > 0].sum()").cuts == (Cut(0, "x > 0", 3),)
    lines = "\n".join(f"if x > {i}:\n    L = L * x" for i in range(20))
    graph = cell(f"x = 30.0\nL = x * 1.0\n{lines}")
    assert len(graph.cuts) == 20
    assert len(compose(graph).cuts) == 8


def test_elements_in_a_frame_keep_their_cuts() -> None:
    graph = cell("x = np.array([1.5, 2.0])\na = x[0]\nL = a * x[1] * int(a)")
    (stub,) = stubs(State(graph).shown)
    assert stub == "✂ line 3: int(a)"
    assert [State(graph).shown.label(c.node) for c in State(graph).shown.cuts] == ["x[0]"]
