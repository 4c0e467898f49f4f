"""What a watched loop shows, in a notebook that only writes it down."""

import json

import numpy as np
import pytest
from watched_loops import descend, passing

import notebook_ad as ad
from notebook_ad.widgets import stage


def test_the_first_backward_opens_the_view_and_every_later_one_is_a_step(book, view):
    with ad.live() as running:
        assert book.outputs == []
        descend(ad.tensor(3.0, name="w"), 5, passing(book))
        assert running.view is view()
        assert [t["step"] for t in view().said("tick")] == [1, 2, 3, 4, 5]
    assert running.steps == 5


def test_the_loss_and_the_norm_of_the_gradient_are_those_of_the_step(book, view):
    w = ad.tensor([3.0, 4.0], name="w")
    with ad.live():
        (w * w).sum().backward()
    assert view().said("tick")[0]["charts"] == {"loss": 25.0, "norm": 10.0}
    assert view().said("done")[0]["loss"] == [25.0]


def test_a_leaf_on_two_segments_counts_once_in_the_norm():
    leaf = object()
    from notebook_ad.widgets.moments import norm

    assert norm([(leaf, 3.0), (leaf, 1.0), (object(), np.array([3.0, 0.0]))]) == 5.0
    assert norm([(leaf, 1e200), (object(), 1e200)]) == pytest.approx(2**0.5 * 1e200)
    assert norm([(leaf, 3e-200), (object(), 4e-200)]) == pytest.approx(5e-200)


def test_a_tick_holds_only_what_changed_since_the_last_and_now_and_then_everything(book, view, monkeypatch):
    monkeypatch.setattr(stage, "WHOLE", 3)
    w, b = ad.tensor(3.0, name="w"), ad.tensor(1.0, name="b")
    with ad.live():
        for _ in range(4):
            (w * w + b).backward()
            with ad.no_grad():
                w -= 0.5
            book.clock.now += 1.0
        b_node = next(row["node"] for row in view().picture["table"]["rows"] if row["cells"][0] == "b")
    slots = [set(t["texts"]) for t in view().said("tick")]
    assert slots[1] | slots[2] < slots[0] == slots[3]
    assert f"n{b_node}.v" in slots[0] - slots[1]


def test_the_output_at_the_end_is_a_picture_of_the_last_state_and_the_first_one_is_empty(book, view):
    with ad.live():
        descend(ad.tensor(3.0, name="w"), 7)
    first, last = book.outputs
    assert sorted(first) == sorted(last) == ["text/html", "text/plain"]
    assert first["text/html"].count("<") == 2
    assert "<img" in last["text/html"]
    assert last["text/plain"].startswith("after 7 steps\nloss = ")
    assert f'data-nad="{view().ident}"' in last["text/html"]
    assert view().ident not in first["text/html"]


def test_afterwards_the_leaves_can_be_dragged_and_before_nothing_is_answered(book, view):
    with ad.live():
        descend(ad.tensor(3.0, name="w"), 3)
        assert view().state is None
        assert view().picture["leaves"] == []
    assert [leaf["name"] for leaf in view().picture["leaves"]] == ["w"]
    view().state.move(int(view().picture["leaves"][0]["node"]), None, 1.0)
    assert view().state.shown.nodes[view().state.shown.output].value == 1.0


def test_the_picture_of_a_page_opened_later_knows_the_whole_loop(book, view):
    with ad.live():
        descend(ad.tensor(3.0), 10)
    assert view().picture["training"] == view().said("done")[0]
    json.dumps(view().picture, allow_nan=False)


def test_what_is_no_number_is_sent_as_none(book, view):
    w = ad.tensor(0.0)
    with ad.live(), np.errstate(all="ignore"):
        ad.log(w).backward()
    json.dumps(view().sent, allow_nan=False)
    assert view().said("tick")[0]["charts"] == {"loss": None, "norm": None}


def test_a_graph_too_large_to_draw_says_so_and_gives_the_table(book, monkeypatch):
    from notebook_ad.graph import layout

    layout._place.cache_clear()
    monkeypatch.setattr(layout, "LIMIT", 1)
    with ad.live() as running:
        descend(ad.tensor(3.0, name="w"), 3, passing(book))
    assert running.view is None
    (data,) = book.outputs
    assert data["text/plain"].count("not drawn while the loop runs: ") == 1
    assert "\nw " in data["text/plain"]


def test_values_bear_the_names_of_the_variables_that_hold_them(book, view):
    def train():
        params = {"w": ad.tensor(3.0), "b": [ad.tensor(1.0)]}
        for _ in range(2):
            loss = params["w"] * 2.0 + params["b"][0]
            loss.backward()
            del loss

    with ad.live():
        train()
    assert {leaf["name"] for leaf in view().picture["leaves"]} == {"params['w']", "params['b'][0]"}
