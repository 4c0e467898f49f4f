"""What cuts the graph is drawn: a dashed stub with the line."""

from __future__ import annotations

import gc
import weakref

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.graph.hover import title_of_edge
from notebook_ad.graph.model import Cut
from notebook_ad.graph.picture import compose
from notebook_ad.graph.svg import draw
from notebook_ad.lifted.run import Cell, run
from notebook_ad.tensor import ambient
from notebook_ad.widgets.display import taken
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


def test_a_value_computed_under_no_grad_and_used_afterwards_is_cut_with_its_line() -> None:
    source = (
        "x = ad.tensor(2.0, name='x')\ny = x * 3\nwith ad.no_grad():\n    k = ad.exp(y) + 1\nk = k * 2\nL = x * k * y\n"
    )
    outcome = run(Cell(source), {"__name__": "__main__", "ad": ad})
    assert outcome.graph is not None
    assert [(outcome.graph.label(c.node), c.text, c.line) for c in outcome.graph.cuts] == [
        ("y", "ad.exp(y) in no_grad()", 4)
    ]
    assert stubs(outcome.graph) == ["✂ line 4: ad.exp(y) in no_grad()"]


def test_under_no_grad_only_what_is_used_in_the_graph_is_cut() -> None:
    x = ad.tensor(np.ones(2), name="x")
    y = x * 3.0
    with ad.no_grad():
        kept, other = y.sum(), x.mean()
    unused = other * x.sum()
    assert [(c.text, c.line) for c in ad.graph((y * kept).sum()).cuts] == [("no_grad()", None)]
    assert stubs(ad.graph((y * kept).sum())) == ["✂ no_grad()"]
    assert ad.graph(y.sum()).cuts == ()
    assert len(ad.graph(unused).cuts) == 1


def test_an_update_under_no_grad_is_no_cut() -> None:
    w = ad.tensor(np.ones(3), name="w")
    for _ in range(3):
        loss = (w * w).sum()
        loss.backward()
        with ad.no_grad():
            w -= 0.1 * w.grad
            w_norm = (w * w).sum()
        w.grad = None
    assert w_norm.item() > 0
    assert ad.graph(loss).cuts == ()


def test_what_left_under_no_grad_keeps_neither_tape_nor_arrays_alive() -> None:
    x = ad.tensor(np.ones(1000), name="x")
    y = x * 2.0
    segment, array = weakref.ref(y._segment), weakref.ref(y._value)
    mean = ad.tensor(0.0, requires_grad=False)
    for _ in range(20):
        with ad.no_grad():
            mean = mean * 0.9 + y.mean() * 0.1
    assert len(mean._meta.entered.origins) <= 8
    del x, y
    ambient.state.set(ambient.NOTHING)
    gc.collect()
    assert (segment(), array()) == (None, None)


def test_a_replay_asks_for_what_left_under_no_grad() -> None:
    x, w = ad.tensor(2.0, name="x"), ad.tensor(3.0, name="w")
    with ad.no_grad():
        factor = x * 2
    graph, replay = taken(factor * x * w)
    assert replay is not None
    assert replay({graph.node("w").id: 5.0})[1] == ()
    (broken,) = replay({graph.node("x").id: 5.0})[1]
    assert broken.text == "no_grad()"


@pytest.mark.parametrize(
    ("body", "marks"),
    [
        ("r = 0.5 if x < 0 else x * x\nL = r * w + x", {("r", 2)}),
        ("if x < 0:\n    r = 0.5\nelse:\n    r = x * x\nL = r * w + x", {("r", 3)}),
        ("def f(t):\n    if t < 0:\n        return 0.5\n    return t * t\nL = f(x) * w + x", {("0.5", 4)}),
        ("def f(t):\n    s = 1\n    if t < 0:\n        s = 2\n    return s\nL = f(x) * w + x", {("2", 5)}),
        ("h = (0.5 if x < 0 else x) * 2\nL = h * w + x", {("h", 2)}),
        ("y = np.array([x, 0.5 if x < 0 else x])\nL = (y * w).sum()", {("0.5", 2)}),
        ("r = x * x if x < 0 else 0.5\nL = r * w", set()),  # the arm that computes
        ("r = 0.5\nL = r * w + (x if x < 0 else 1.0)", set()),
        ("def f(t):\n    if t < 0:\n        print(t)\n    return 0.5\nL = f(x) * w + x", set()),  # whatever t is
        ("r = 0.5 if len('abc') > 2 else x\nL = r * w + x", set()),  # nothing decided
    ],
)
def test_a_branchs_constant_is_marked_on_the_edges_where_it_is_used(body: str, marks: set[tuple[str, int]]) -> None:
    graph = cell(f"x, w = -2.0, 3.0\n{body}")
    assert {(graph.label(c.node), c.line) for c in graph.cuts if c.constant} == marks
    severed = [e for e in compose(graph).edges if e.cut]
    assert [(graph.label(graph.edges[int(e.key)].operand), e.cut) for e in severed] == [
        (name, f"✂ line {line}") for name, line in sorted(marks)
    ]
    drawn = [group for group in draw(graph).iter("g") if (group.get("class") or "").startswith("edge ")]
    dashed = [g for g in drawn if any("dasharray" in p.get("style", "") for p in g.iter("path"))]
    assert {g.get("data-edge") for g in dashed} == {e.key for e in severed}


def test_a_branchs_constant_is_said_when_the_edge_is_pointed_at() -> None:
    graph = cell("x, w = -2.0, 3.0\nr = 0.5 if x < 0 else x * x\nL = r * w + x")
    (edge,) = graph.users(graph.node("r").id)
    assert "line 2: the branch's 0.5, no gradient goes on" in title_of_edge(graph, str(edge.id))


def test_marking_a_branchs_constant_changes_no_type_and_no_bit() -> None:
    source = "x, w = np.float32(-2.0), np.ones(3, np.float32)\nk = 2 if x < 0 else x\n"
    source += "r = 0.1 if x < 0 else x\nL = (w * r).sum() * k"
    space = {"__name__": "__main__", "np": np}
    outcome = run(Cell(source), space, plain=True)
    assert outcome.graph is not None
    plain: dict[str, object] = {"np": np}
    exec(source, plain)
    assert [(type(space[n]), space[n]) for n in "krL"] == [(type(plain[n]), plain[n]) for n in "krL"]


def test_an_operation_that_raises_for_other_values_is_no_cut() -> None:
    graph = cell("import math\na, n = 2.0, 3\nL = (a ** n / a + math.log(a)) ** 2 % a\nprint(f'{n:d}')")
    assert [c for c in graph.cuts if c.text != "a ** n"] == []  # an exponent of integers is a constant
    assert cell("a, w = 2.0, 3.0\nL = (a * w - 1) ** 2 / a").cuts == ()
