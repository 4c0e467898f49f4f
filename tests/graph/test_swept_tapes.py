"""Graphs beside the tape: after backward, over several segments, long ones; neither changes the other."""

from __future__ import annotations

import gc
import pickle
import weakref

import numpy as np
import pytest
from counting import calls_of
from snapshots import same_bits, textbook

import notebook_ad as ad
from notebook_ad.tensor.ambient import trace


def test_the_graph_neither_reads_nor_changes_grad() -> None:
    a = ad.tensor(3.0, name="a")
    loss = a * a
    ad.graph(loss)
    assert a.grad is None
    a.grad = 100.0  # type: ignore[assignment]
    assert ad.graph(loss).grad("a") == 6.0
    assert a.grad.item() == 100.0  # type: ignore[attr-defined]


def test_the_graph_leaves_the_tape_sweepable_and_is_the_same_each_time() -> None:
    loss = textbook()
    first, second = ad.graph(loss), ad.graph(loss)
    assert repr(first) == repr(second)
    loss.backward()
    assert repr(ad.graph(loss)) == repr(first)


def test_it_works_after_a_backward_that_did_not_retain_scalars_and_arrays() -> None:
    x, w = ad.tensor(np.ones((4, 3)), name="x"), ad.tensor(np.full((3, 2), 0.1), name="w")
    loss = (ad.tanh(x @ w) ** 2).mean() + w[0, 0]
    before = ad.graph(loss)
    loss.backward()
    after = ad.graph(loss)
    assert [n.op for n in after.nodes] == [n.op for n in before.nodes]
    for name, leaf in (("x", x), ("w", w)):
        assert same_bits(after.grad(name), before.grad(name))
        np.testing.assert_allclose(after.grad(name), leaf.grad.numpy(), rtol=1e-13)  # type: ignore[union-attr]


def test_it_works_after_backward_when_the_loss_was_added_to_a_running_total_in_a_later_segment() -> None:
    w = ad.tensor(np.ones(3), name="w")
    loss = (w * w).sum()
    loss.backward()
    x = ad.tensor(1.0)
    for _ in range(33_000):
        x = x * 1.0
    total = x + loss
    assert total.item() == 4.0
    assert ad.graph(loss).grad("w").tolist() == [2, 2, 2]  # type: ignore[union-attr]


def test_a_graph_over_several_segments_is_whole_before_and_after_backward() -> None:
    w, v = ad.tensor(2.0, name="w"), ad.tensor([3.0], name="v")
    p, q = w * w, v * v
    for _ in range(2):
        x = ad.tensor(1.0)
        for _ in range(33_000):
            x = x * 1.0
        p, q = p * 5, q * 7
    loss = p + q.sum() + p * w
    before = ad.graph(loss)
    loss.backward()
    assert before.grad("w") == w.grad.item() == 25 * (2 * 2 + 3 * 4)  # type: ignore[union-attr]
    assert before.grad("v").tolist() == v.grad.tolist() == [2 * 3 * 49]  # type: ignore[union-attr]
    assert len(before.leaves) == 2
    assert repr(ad.graph(loss)) == repr(before)


def test_a_consumed_graph_of_more_than_10000_rows_names_retain_graph() -> None:
    for shape in ((), (2,)):
        x = ad.tensor(np.ones(shape), name="x")
        y = x
        for _ in range(10_100):
            y = y * 1.0
        loss = y.sum()
        loss.backward()
        with pytest.raises(ad.ConsumedError, match=r"10,\d\d\d rows.*10,000 rows.*retain_graph=True"):
            ad.graph(loss)


def test_a_retained_graph_of_more_than_10000_rows_is_drawn() -> None:
    x = ad.tensor(1.0, name="x")
    y = x
    for _ in range(10_100):
        y = y * 1.0
    y.backward(retain_graph=True)
    assert ad.graph(y).grad("x") == 1.0


def test_the_graph_survives_its_tensors_and_later_updates() -> None:
    w = ad.tensor([1.0, 2.0], name="w")
    loss = (w * w).sum()
    g = ad.graph(loss)
    with ad.no_grad():
        w += 5.0
    del loss, w
    assert g.node("w").value.tolist() == [1.0, 2.0]  # type: ignore[union-attr]
    assert g.grad("w").tolist() == [2.0, 4.0]  # type: ignore[union-attr]


def chain(w: ad.Tensor, steps: int) -> ad.Tensor:
    """Four operations a step, seven edges."""
    y = w
    for _ in range(steps):
        y = ad.tanh(y * w + 0.1) - w
    return y


def test_the_work_of_a_graph_grows_as_its_operations() -> None:
    w = ad.tensor(1.0, name="w")
    small, large = chain(w, 100), chain(w, 1600)
    ad.graph(small)  # what is worked out once
    few, many = calls_of(lambda: ad.graph(small)), calls_of(lambda: ad.graph(large))
    assert few > 400
    assert many < 17 * few


def test_a_graph_of_100000_operations_is_made() -> None:
    w = ad.tensor(1.0, name="w")
    y = chain(w, 25_000)
    g = ad.graph(y)
    assert len(g.edges) == 25_000 * 7
    y.backward(retain_graph=True)
    assert g.grad("w") == pytest.approx(w.grad.item(), rel=1e-12)  # type: ignore[union-attr]


def test_what_is_told_on_demand_needs_no_tape_and_no_original() -> None:
    with trace(lambda: None) as tracing:
        x, w = ad.tensor([[1.0, 2.0]], name="x"), ad.tensor([[3.0], [4.0]], name="w")
        loss = ad.where(x @ w > 0, ad.tanh(x @ w), 0.0).sum() ** 2
    g = ad.graph(loss)
    segment = weakref.ref(tracing.segment)
    told = [(e.local, e.rule, e.partial, e.factor, e.shapes) for e in g.edges]
    copied = pickle.loads(pickle.dumps(g))
    del x, w, loss, tracing
    gc.collect()
    assert segment() is None
    assert repr([(e.local, e.rule, e.partial, e.factor, e.shapes) for e in g.edges]) == repr(told)
    assert repr([(e.local, e.rule, e.partial, e.factor, e.shapes) for e in copied.edges]) == repr(told)


def test_the_collector_is_left_as_it_was() -> None:
    loss = textbook()
    ad.graph(loss)
    assert gc.isenabled()
    gc.disable()
    try:
        ad.graph(loss)
        assert not gc.isenabled()
    finally:
        gc.enable()
