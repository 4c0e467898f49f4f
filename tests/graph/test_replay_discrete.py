"""A replay computes masks, indices and steps again: only what is taken as a Python value, or a shape, holds it to a branch."""

from __future__ import annotations

import gc
import sys
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.graph.replay import Replay
from notebook_ad.tensor import ambient
from notebook_ad.tensor.ambient import trace
from notebook_ad.tensor.discrete import Discrete
from notebook_ad.widgets.display import taken

X, MOVED = np.array([1.0, -2.0, 3.0]), np.array([-1.0, 2.0, 0.5])
FOLLOWED: dict[str, Callable[[Any], Any]] = {
    "where": lambda x: np.where(x > 0, x, 0.1 * x).sum(),
    "where of two numbers": lambda x: np.where(x > 0, 1.0, 2.0) @ x,
    "ad.where": lambda x: ad.where(x > 0, x, 0.1 * x).sum(),
    "product with a mask": lambda x: ((x > 0) * x).sum(),
    "masks combined": lambda x: (x * ((x > 0) & ~(x > 2.5) | (x == 2.0))).sum(),
    "argmax as an index": lambda x: x[np.argmax(x)] * 2,
    "arithmetic on an index": lambda x: x[(np.argmax(x) + 1) % 3] * 2,
    "element of an order": lambda x: x[np.argsort(x)][0] * 2,
    "take": lambda x: np.take(x, np.argsort(x))[0],
    "take_along_axis": lambda x: np.take_along_axis(x, np.argsort(x), 0)[0],
    "mask of as many": lambda x: x[x > 0].prod() + x[np.nonzero(x > 0)].sum(),
    "compress": lambda x: np.compress(x > 0, x).sum(),
    "select": lambda x: np.select([x > 1, x > 0], [x, 2 * x], 3 * x).sum(),
    "choose": lambda x: np.choose(x > 0, [x, -x]).sum(),
    "sign and floor": lambda x: (np.floor(x) * x + np.sign(x)).sum(),
    "counts": lambda x: x.sum() * (x > 0).sum() + np.mean(x > 1) * x[0],
    "cast": lambda x: x @ (x > 0).astype(np.float32) + x @ x.astype(int),
    "any and all": lambda x: np.where((x > 2).any() & (x > -3).all(), x, x * x).sum(),
    "searchsorted": lambda x: x @ np.searchsorted([0.0, 1.0, 2.0], x),
    "one_hot by comparison": lambda x: (x * (np.arange(3) == np.argmax(x))).sum(),
    "unique signs": lambda x: x.sum() * np.unique(np.sign(x)).sum(),
    "set at an index": lambda x: (x.at[np.argmin(x)].set(7.0) * x).sum(),
    "gradient of a choice": lambda x: ad.grad(lambda y: np.where(y > 0, y**3, 0.1 * y * y).sum())(x).sum(),
    "jvp of a choice": lambda x: ad.jvp(lambda y: np.where(y > 0, y**3, 0.1 * y * y), (x,), (x * x,))[1].sum(),
    "vmap of a choice": lambda x: ad.vmap(lambda y: np.where(y > 0, y**3, 0.1 * y * y))(x).sum(),
}


def traced(f: Callable[[Any], Any], x: Any) -> tuple[ad.Graph, Replay]:
    with trace(lambda: None):
        graph, again = taken(f(ad.tensor(x, name="x")))
    assert again is not None
    return graph, again


@pytest.mark.parametrize("f", FOLLOWED.values(), ids=FOLLOWED)
def test_a_replay_follows_what_is_decided_by_element(f: Callable[[Any], Any]) -> None:
    graph, again = traced(f, X)
    moved, broken = again({graph.node("x").id: MOVED})
    expected, _ = traced(f, MOVED)
    assert broken == ()
    np.testing.assert_array_equal(moved.nodes[-1].value, expected.nodes[-1].value)
    np.testing.assert_array_equal(moved.grad("x"), expected.grad("x"))
    value, sure = again.value({graph.node("x").id: MOVED})
    assert sure
    np.testing.assert_array_equal(value, expected.nodes[-1].value)


TAKEN: dict[str, Callable[[Any], Any]] = {
    "if": lambda x: x.sum() * 2 if (x > 0)[0] else x.sum(),
    "bool": lambda x: x.sum() * bool(np.all(x[:1] > 0)),
    "int": lambda x: x.sum() * int(np.argmax(x)),
    "float": lambda x: x.sum() * float(np.floor(x)[0]),
    "item": lambda x: x.sum() * np.argmax(x).item(),
    "tolist": lambda x: x.sum() * (x > 0).tolist().count(True) + (x > 0).tolist()[0],
    "array": lambda x: (x * np.asarray(x > 0)).sum(),
    "list index": lambda x: [x.sum(), x.prod(), x[0]][np.argmax(x)],
    "range": lambda x: sum(x[i] for i in range(np.argmax(x))),
    "repeats": lambda x: np.repeat(x, np.argsort(x)).sum(),
    "gradient through an index": lambda x: ad.grad(lambda y: y[np.argmax(y)] ** 3)(x).sum(),
}


@pytest.mark.parametrize("f", TAKEN.values(), ids=TAKEN)
def test_a_value_that_is_taken_is_a_guard_and_holds_while_it_stays(f: Callable[[Any], Any]) -> None:
    graph, again = traced(f, X)
    assert again({graph.node("x").id: MOVED})[1] != ()
    same, broken = again({graph.node("x").id: X + 0.25})
    assert broken == ()
    assert same.nodes[-1].value == traced(f, X + 0.25)[0].nodes[-1].value


@pytest.mark.parametrize(
    "f",
    [
        lambda x: x[x > 0].sum(),
        lambda x: np.compress(x > 0, x).sum(),
        lambda x: x.sum() * len(np.flatnonzero(x > 0)),
        lambda x: sum(x[0] for _ in range(np.argwhere(x > 0).shape[0])),
        lambda x: x.sum() * np.unique(np.sign(x)).size,
        lambda x: x[np.unique(np.floor(x / 10), return_index=True)[1]].sum(),
    ],
)
def test_a_shape_that_depends_on_values_is_a_guard(f: Callable[[Any], Any]) -> None:
    graph, again = traced(f, X)
    swapped = X[[1, 0, 2]]
    followed, broken = again({graph.node("x").id: swapped})
    assert broken == ()
    assert followed.nodes[-1].value == traced(f, swapped)[0].nodes[-1].value
    shown, broken = again({graph.node("x").id: np.abs(X) + 1})
    assert broken != ()
    assert len(shown.nodes) == len(graph.nodes)


def test_a_discrete_tensor_has_no_gradient_and_the_dtype_that_numpy_gives() -> None:
    with trace(lambda: None):
        x = ad.tensor(X, name="x")
        mask, order, sign = x > 0, np.argsort(x), np.sign(x)
        assert all(type(t) is Discrete and not t.requires_grad and t.is_leaf for t in (mask, order, sign))
        assert (mask.dtype, order.dtype, sign.dtype) == (np.dtype(bool), np.dtype(np.int64), np.dtype(np.float64))
        assert (repr(mask), mask.shape, len(order)) == ("tensor([ True, False,  True])", (3,), 3)
        loss = (np.where(mask, x, 0.0) * sign).sum() + x[order][0]
        loss.backward()
    np.testing.assert_array_equal(x.grad.numpy(), [1, 1, 1])


def test_outside_a_trace_they_are_plain_constants_with_a_guard() -> None:
    x = ad.tensor(X, name="x")
    assert type(x > 0) is type(np.argmax(x)) is ad.Tensor
    graph, again = taken(np.where(x > 0, x, 0.1 * x).sum())
    assert again is not None
    assert again({graph.node("x").id: MOVED})[1] != ()


def test_the_picture_has_a_cut_where_a_value_leaves_and_none_where_it_goes_on() -> None:
    graph, _ = traced(lambda x: (x * ((x > 0) & ~(x > 2.0)).astype(float)).sum(), X)
    assert [(graph.label(c.node), c.text) for c in graph.cuts] == [("x", ">")]
    assert len(graph.nodes) == 4


def test_beyond_the_limit_decisions_are_guards_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["notebook_ad.tensor.discrete"], "LIMIT", 1)
    graph, again = traced(lambda x: (np.where(x > 0, x, 0.0) * np.sign(x)).sum(), X)
    assert again({graph.node("x").id: X + 0.5})[1] == ()
    assert again({graph.node("x").id: MOVED})[1] != ()


def test_a_mask_keeps_no_tape_alive() -> None:
    with trace(lambda: None) as tracing:
        mask = ad.tensor(X) * 2 > 0
        segment = weakref.ref(tracing.segment)
    assert mask.place is not None
    del mask, tracing
    ambient.state.set(ambient.NOTHING)
    gc.collect()
    assert segment() is None


def test_a_mask_of_an_earlier_segment_is_followed() -> None:
    def f(x: Any) -> Any:
        mask, sign = x > 0, np.sign(x)[0]
        now = ambient.state.get()
        assert isinstance(now, ambient.Trace)
        now.segment = type(now.segment)()
        return np.where(mask, x, 0.1 * x).sum() * sign + x[np.flatnonzero(mask)].prod()

    graph, again = traced(f, X)
    moved, broken = again({graph.node("x").id: MOVED})
    assert broken == ()
    assert moved.nodes[-1].value == traced(f, MOVED)[0].nodes[-1].value
