"""A replay: the recorded operations on other values give the graph that the code gives on them."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import notebook_ad as ad
from notebook_ad.engine.segment import LIMIT
from notebook_ad.graph.program import CannotReplay
from notebook_ad.graph.recorded import replay, replay_of
from notebook_ad.graph.replay import Replay
from notebook_ad.graph.snapshot import graph_and_places
from notebook_ad.tensor import ambient
from notebook_ad.widgets.display import taken

FORMULAS: dict[str, Callable[..., Any]] = {
    "textbook": lambda a, w: (a * w + 4 - 11) ** 2,
    "fork": lambda a, w: a * w + a**2 - w / a,
    "functions": lambda a, w: ad.tanh(a) * ad.exp(w) + ad.sigmoid(a - w) + ad.sqrt(a * a + 1),
    "number first": lambda a, w: 2 / a - 3 * w + 2**a,
    "kinks": lambda a, w: ad.relu(a) + ad.maximum(a, w) + abs(w) + ad.softplus(a),
    "constant twice": lambda a, w: (a + 1.5) * (w + 1.5) // 1 + a % 2,
}
ARRAYS: dict[str, Callable[..., Any]] = {
    "layer": lambda x, w: ad.mean(ad.relu(x @ w)),
    "reductions": lambda x, w: ad.sum(x, axis=0).max() + ad.sum(w, axis=1, keepdims=True).min() * ad.mean(x),
    "pieces": lambda x, w: (x[0] * w[:, 0][:3]).sum() + x[[0, 1], [2, 0]].sum() + x.T.reshape(-1)[2],
    "joined": lambda x, w: ad.stack([x[0, 0], w[0, 0]]).sum() * ad.concatenate([x, w.T], axis=0).max(),
    "broadcast": lambda x, w: ad.sum(np.broadcast_to(x[0], (4, 3)) * 2.0 + w[0, 0]),
    "narrow": lambda x, w: ad.sum(x * np.ones((2, 3), np.float32)) * 0.5 + w.sum(),
}


def replayed(f: Callable[..., Any], **values: Any) -> tuple[ad.Graph, Replay]:
    graph, again = taken(f(*(ad.tensor(v, name=n) for n, v in values.items())))
    assert again is not None
    return graph, again


def same(left: ad.Graph, right: ad.Graph) -> None:
    """Equal node by node and edge by edge, to the last bit."""
    assert [(n.op, n.name, n.kind, n.glyph) for n in left.nodes] == [
        (n.op, n.name, n.kind, n.glyph) for n in right.nodes
    ]
    for one, other in zip(left.nodes, right.nodes, strict=True):
        np.testing.assert_array_equal(one.value, other.value)
        assert (one.grad is None) == (other.grad is None)
        if one.grad is not None:
            np.testing.assert_array_equal(one.grad, other.grad)
    for mine, theirs in zip(left.edges, right.edges, strict=True):
        assert (mine.operand, mine.user, mine.position) == (theirs.operand, theirs.user, theirs.position)
        if mine.contribution is not None:
            np.testing.assert_array_equal(dense(mine.contribution), dense(theirs.contribution))


def dense(part: Any) -> Any:
    return part.dense() if hasattr(part, "dense") else part


@pytest.mark.parametrize("formula", FORMULAS.values(), ids=FORMULAS)
@given(
    before=st.tuples(*[st.floats(-3, 3).filter(lambda v: abs(v) > 0.1)] * 2),
    after=st.tuples(*[st.floats(-3, 3).filter(lambda v: abs(v) > 0.1)] * 2),
)
def test_scalars_moved_give_the_graph_of_the_same_code_on_the_new_values(
    formula: Callable[..., Any], before: tuple[float, float], after: tuple[float, float]
) -> None:
    graph, again = replayed(formula, a=before[0], w=before[1])
    moved, broken = again({graph.node(n).id: v for n, v in zip("aw", after, strict=True)})
    expected, _ = replayed(formula, a=after[0], w=after[1])
    same(moved, expected)
    assert broken == ()
    assert again.value({graph.node(n).id: v for n, v in zip("aw", after, strict=True)})[0] == expected.nodes[-1].value


@pytest.mark.parametrize("formula", ARRAYS.values(), ids=ARRAYS)
def test_arrays_moved_give_the_graph_of_the_same_code_on_the_new_values(formula: Callable[..., Any]) -> None:
    rng = np.random.default_rng(1)
    x, w, new = rng.normal(size=(2, 3)), rng.normal(size=(3, 2)), rng.normal(size=(2, 3))
    graph, again = replayed(formula, x=x, w=w)
    moved, _ = again({graph.node("x").id: new})
    same(moved, replayed(formula, x=new, w=w)[0])
    same(again({})[0], graph)


def test_float32_leaves_stay_float32() -> None:
    _, again = replayed(lambda x: ad.sum(x * x), x=np.ones(3, np.float32))
    moved, _ = again({0: np.array([1.0, 2.0, 3.0])})
    assert moved.nodes[0].dtype == moved.nodes[-1].dtype == "float32"
    np.testing.assert_array_equal(moved.grad("x"), np.float32([2, 4, 6]))


def test_a_branch_that_falls_otherwise_is_told() -> None:
    def f(x: Any, y: Any) -> Any:
        return x * 2 if x > y else x * 3

    graph, again = replayed(f, x=1.0, y=0.0)
    at = graph.node("x").id
    assert again({at: 0.5})[1] == ()
    (broken,) = again({at: -0.5})[1]
    assert broken.text == ">"
    assert again.value({at: -0.5}) == (-1.0, False)


def test_decisions_by_numpys_functions_are_guards_too() -> None:
    def f(x: Any) -> Any:
        return x.sum() * 2 if np.any(np.floor(x) > 1) or np.argmax(x) == 1 else x.sum() * 3

    _, again = replayed(f, x=np.array([1.0, 2.5]))
    assert again({0: np.array([1.2, 2.6])})[1] == ()
    assert again({0: np.array([3.0, 0.5])})[1] != ()


def test_a_mask_that_changes_is_told_as_the_constant_in_the_graph_would_be_stale() -> None:
    _, again = replayed(lambda x: ad.sum(ad.where(x > 0, x, 0.5 * x)), x=np.array([1.0, -1.0]))
    assert again({0: np.array([2.0, -3.0])})[1] == ()
    assert again({0: np.array([2.0, 3.0])})[1] != ()


def test_a_decision_in_an_earlier_finished_graph_does_not_matter() -> None:
    w = ad.tensor(2.0, name="w")
    for _ in range(3):
        loss = w * w
        if loss > 1:
            loss = loss * 2
        loss.backward()
    _, again = taken(w * 3)
    assert again is not None
    assert again.guards == ()


def test_it_works_after_a_backward_that_did_not_retain() -> None:
    x = ad.tensor(np.array([1.0, 2.0]), name="x")
    loss = ad.sum(x * x)
    loss.backward()
    _, again = taken(loss)
    assert again is not None
    np.testing.assert_array_equal(again({0: np.array([3.0, 4.0])})[0].grad("x"), [6.0, 8.0])


def test_neither_the_leaves_nor_their_gradients_change() -> None:
    x = ad.tensor(2.0, name="x")
    loss = x * x
    loss.backward()
    _, again = taken(loss)
    assert again is not None
    again({0: 5.0})
    again.value({0: 5.0})
    assert (x.item(), x.grad.item()) == (2.0, 4.0)


def test_it_keeps_no_tape_alive() -> None:
    ambient.state.set(ambient.NOTHING)  # a segment of its own
    x = ad.tensor(np.ones(4), name="x")
    y = ad.sum(x * x)
    if y > 1:
        y = y * 2
    segment = weakref.ref(y._segment)
    del x
    _, again = taken(y)
    del y
    ad.tensor(1.0) * 1.0
    ambient.state.set(ambient.NOTHING)
    gc.collect()
    assert segment() is None
    assert again is not None
    assert again({})[0].nodes[-1].value == 8.0


def test_what_has_no_rule_or_is_too_long_cannot_be_replayed(monkeypatch: pytest.MonkeyPatch) -> None:
    x = ad.tensor(1.0, name="x")
    y = x * 2 + 1
    graph, ids = graph_and_places(y, None, "", (), {})
    module = sys.modules["notebook_ad.graph.recorded"]
    monkeypatch.setattr(module, "LIMIT", 2)
    assert replay_of(y, graph, ids) is None
    with pytest.raises(CannotReplay, match="more than 2 operations"):
        replay(y, graph, ids)


def test_a_value_taken_off_the_tape_is_told_when_it_changes_but_not_the_printed_loss() -> None:
    def f(x: Any, y: Any) -> Any:
        loss = x * y.detach() + y.item()
        print(loss.item())
        return loss

    graph, again = replayed(f, x=1.0, y=2.0)
    assert again({graph.node("x").id: 3.0})[1] == ()
    graph, again = replayed(lambda x: x * (x * 2).detach() + (x * 3).item(), x=1.0)
    assert [(g.text, g.value) for g in again({0: 3.0})[1]] == [("detach()", True), ("item()", True)]


@pytest.mark.parametrize("room", range(1, 14))
def test_a_graph_across_two_segments_of_the_tape_replays_as_any_other(room: int) -> None:
    ambient.state.set(ambient.NOTHING)
    filler = ad.tensor(1.0) * 1.0
    assert filler._segment is not None
    while len(filler._segment.values) < LIMIT - room:
        filler = filler * 1.0

    def f(a: Any, w: Any) -> Any:
        return ad.tanh(a) * ad.exp(w) + a * w + (a - w) ** 2 + 2 * a

    graph, again = replayed(f, a=0.5, w=-1.0)
    assert again({graph.node("a").id: 2.0})[0].nodes[-1].value == replayed(f, a=2.0, w=-1.0)[0].nodes[-1].value
    assert again({graph.node("a").id: 2.0})[0].grad("a") == replayed(f, a=2.0, w=-1.0)[0].grad("a")


def test_a_decision_of_another_graph_that_is_partly_gone_does_not_hinder_a_replay() -> None:
    other = ad.tensor(np.array([1.0, 2.0]))
    square = other * other
    assert bool(np.all(square + 1 > 0))
    square.sum().backward()  # takes the square off the tape; what was decided on it stays noted
    w = ad.tensor(3.0, name="w")
    loss = w * w
    graph, ids = graph_and_places(loss, None, "", (), {})
    found = replay_of(loss, graph, ids)
    assert found is not None
    moved, _ = found({graph.node("w").id: 4.0})
    assert moved.nodes[moved.output].value == 16.0
