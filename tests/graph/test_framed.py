"""A small array that is read element by element is drawn as element leaves in a frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.graph.framed import framed
from notebook_ad.graph.picture import compose
from notebook_ad.graph.svg import draw
from notebook_ad.widgets.commands import answer
from notebook_ad.widgets.display import taken
from notebook_ad.widgets.state import State


def graph_of(f: Callable[..., Any], **values: Any) -> ad.Graph:
    output = f(*(ad.tensor(v, name=n) for n, v in values.items()))
    output.name = "L"
    return ad.graph(output)


def f(x: Any) -> Any:
    return x[0] * x[1] + x[1] ** 2


X = np.array([1.0, 2.0])


def test_equal_reads_are_one_leaf_whose_contributions_add_up() -> None:
    graph = graph_of(f, x=X)
    np.testing.assert_array_equal(graph.grad("x"), [2, 5])
    drawn = framed(graph)
    assert [(n.name, n.value, n.grad) for n in drawn.graph.leaves] == [("x[0]", 1, 2), ("x[1]", 2, 5)]
    assert drawn.leaves == {0: (0, 0), 1: (0, 1)}
    art = {n.name: n.sum for n in compose(drawn.graph).nodes}
    assert art["x[1]"] == "Σ 1 + 4 = 5"
    assert [(frame.name, frame.nodes, frame.note) for frame in drawn.graph.frames] == [("x", (0, 1), "")]


def test_what_is_drawn_is_a_graph_in_itself() -> None:
    drawn = framed(graph_of(f, x=X)).graph
    assert [n.id for n in drawn.nodes] == list(range(len(drawn.nodes)))
    assert [e.id for e in drawn.edges] == list(range(len(drawn.edges)))
    assert [(s.phase, s.node) for s in drawn.steps[:3]] == [("forward", 2), ("forward", 3), ("forward", 4)]
    assert sum(s.phase == "backward" for s in drawn.steps) == len(drawn.edges) == 5
    assert drawn.derivation()[-1] == "∂L/∂x[1] += ∂L/∂(x[0]·x[1]) · x[0] = 1 × 1 = 1"
    assert drawn.paths("x[1]").count == 2


def test_rows_of_a_matrix_are_read_through() -> None:
    drawn = framed(graph_of(lambda a: a[0][0] * a[1, 1] - a[0][1] * a[-1][0], A=np.array([[1.0, 2.0], [3.0, 4.0]])))
    assert {n.name: n.grad for n in drawn.graph.leaves} == {"A[0, 0]": 4, "A[0, 1]": -3, "A[1, 0]": -2, "A[1, 1]": 1}
    assert not any(n.op == "index" for n in drawn.graph.nodes)


def test_what_is_not_read_is_said() -> None:
    drawn = framed(graph_of(lambda x: x[3] * 2.0, x=np.arange(16.0)))
    (frame,) = drawn.graph.frames
    assert (frame.nodes, frame.note) == ((0,), "15 not read")
    assert "15 not read" in "".join(draw(drawn.graph).itertext())


@pytest.mark.parametrize(
    ("g", "size"),
    [
        (lambda x: x[0] * x.sum(), 3),
        (lambda x: (x[:2] * x[0]).sum(), 3),
        (lambda x: x[[0, 1]].sum() * x[0], 3),
        (lambda x: x[0] * 2.0, 17),
        (lambda x: x[0], 3),
        (lambda x: ad.where(x > 0, x, 0.0)[0] * x[1], 3),
    ],
)
def test_other_arrays_are_drawn_whole(g: Callable[..., Any], size: int) -> None:
    graph = graph_of(g, x=np.arange(1.0, size + 1))
    drawn = framed(graph)
    assert drawn.graph.nodes == graph.nodes
    assert drawn.graph.frames == ()
    assert drawn.leaves == {0: (0, None)}


def test_beside_a_whole_array_each_leaf_is_found_again() -> None:
    graph = graph_of(lambda x, w, b: (w * x[1]).sum() + x[0] * b, x=X, w=np.ones(20), b=3.0)
    drawn = framed(graph)
    names = {drawn.graph.nodes[k].name: (graph.nodes[i].name, at) for k, (i, at) in drawn.leaves.items()}
    assert names == {"w": ("w", None), "x[0]": ("x", 0), "x[1]": ("x", 1), "b": ("b", None)}
    for name in ("w", "b"):
        np.testing.assert_array_equal(drawn.graph.grad(name), graph.grad(name))


def test_an_element_that_is_moved_moves_the_array() -> None:
    x = ad.tensor(X, name="x")
    output = f(x)
    output.name = "L"
    state = State(*taken(output))
    reply = answer(state, {"do": "drag", "leaf": str(state.first.node("x[1]").id), "index": None, "value": 5.0})
    rows = [row["cells"] for row in reply["frame"]["table"]["rows"]]
    assert [row[:3] for row in rows] == [["x[0]", "1", "5"], ["x[1]", "5", "11"]]
    assert [row[4] for row in rows] == ["✓ 5.000", "✓ 11.00"]
    assert reply["frame"]["texts"]["nout.v"] == "30"
    assert [list(map(float, v)) for v in state.values.values()] == [[1.0, 5.0]]
    assert x.tolist() == [1.0, 2.0]
    answer(state, {"do": "reset"})
    assert state.shown.grad("x[1]") == 5.0


def test_a_large_list_has_no_frame() -> None:
    leaves = [ad.tensor(1.0, name=f"p[{i}]") for i in range(40)]
    output = sum(leaves[1:], leaves[0])
    assert framed(ad.graph(output)).graph.frames == ()
    output = leaves[0] * leaves[1]
    (frame,) = framed(ad.graph(output)).graph.frames
    assert frame.name == "p"
