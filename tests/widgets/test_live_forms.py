"""Loops whose graph changes its form: which one is drawn, and what is said of the others."""

import numpy as np
import pytest
from watched_loops import counted, descend, passing

import notebook_ad as ad
from notebook_ad.widgets import loop, stage


def test_a_graph_that_keeps_another_form_is_drawn_anew_and_of_two_equally_frequent_the_last_is_kept(book, view):
    w = ad.tensor(3.0, name="w")
    with ad.live():
        descend(w, 3, passing(book, 1.0))
        before = view().picture
        for _ in range(3):
            (w * w).backward()
            book.clock.now += 1.0
        assert view().picture is not before
        assert view().picture["frame"]["note"] == loop.OTHER_FORM
    assert list(view().said("done")[0]["frames"]) == ["4", "5", "6"]
    assert loop.left_out(3, 6) in book.outputs[-1]["text/plain"]


def batches(w, sizes, each=lambda: None):
    """Steps on batches of these sizes."""
    for size in sizes:
        loss = ((w * np.arange(1.0, size + 1)) ** 2).sum()
        loss.backward()
        with ad.no_grad():
            w -= 0.001 * w.grad
        w.grad = None
        each()
    return loss


@pytest.mark.parametrize("seconds", [0.001, 1.0])
def test_one_batch_of_another_size_at_the_end_takes_nothing_from_the_history(book, view, seconds):
    w = ad.tensor(3.0)
    with ad.live():
        batches(w, [4, 4, 4, 2] * 3, passing(book, seconds))
    done = view().said("done")[0]
    assert list(map(int, done["frames"])) == [1, 2, 3, 5, 6, 7, 9, 10, 11]
    assert done["at"] == list(range(1, 13))
    text = book.outputs[-1]["text/plain"]
    assert text.startswith("after 12 steps; step 11 is shown\nloss = ")
    assert "\nw  " in text
    assert loop.left_out(3, 12) in text
    assert view().state.shown.node("loss").value == pytest.approx(done["loss"][10])
    assert [leaf["name"] for leaf in view().picture["leaves"]] == ["w"]


def test_a_look_at_an_odd_batch_keeps_the_picture_and_says_so_until_the_next_one(book, view):
    with ad.live():
        batches(ad.tensor(3.0), [4, 4, 2, 4], passing(book, 1.0))
        first = view().picture
        assert [m["frame"]["note"] for m in view().said("frame")] == [loop.WAITING, ""]
        assert [t["step"] for t in view().said("tick")] == [1, 2, 4]
        batches(ad.tensor(3.0), [4, 4], passing(book, 1.0))
        assert view().picture is first


def test_another_form_that_may_not_be_drawn_yet_is_said_at_once_and_drawn_at_the_next_look(book, view):
    w = ad.tensor(3.0, name="w")
    with ad.live():
        descend(w, 2, passing(book, 0.2))
        first = view().picture
        (w * w).backward()  # 0.4 s after the first drawing
        assert view().picture is first
        assert view().said("frame")[-1]["frame"]["note"] == loop.WAITING
        ticks = len(view().said("tick"))
        for _ in range(2):
            book.clock.now += 0.15
            (w * w).backward()
        assert view().picture is not first
        assert view().picture["frame"]["note"] == loop.OTHER_FORM
        assert [t["step"] for t in view().said("tick")[ticks:]] == [4, 5]


def test_a_form_that_came_and_went_between_two_looks_is_said_when_the_loop_is_over(book, view):
    w = ad.tensor(3.0, name="w")
    with ad.live():
        for step in range(20):
            (w * w if 5 < step < 9 else w * 2.0).backward()
            w.grad = None
            book.clock.now += 0.001
    assert loop.left_out(3, 20) in book.outputs[-1]["text/plain"]
    assert list(map(int, view().said("done")[0]["frames"])) == [1, 2, 3, 4, 5, 6, *range(10, 21)]


def test_a_loop_of_one_form_says_nothing_of_forms(book, view):
    with ad.live():
        descend(ad.tensor(3.0, name="w"), 40, passing(book, 0.02))
    assert "another shape" not in book.outputs[-1]["text/plain"]
    assert view().said("frame") == []


def test_leaves_recorded_in_another_order_are_no_other_form(book, view):
    w, x, b = ad.tensor([3.0, 1.0], name="w"), np.array([1.0, 2.0]), ad.tensor(7.0, name="b")
    seen = []
    with ad.live():
        node = None
        for _ in range(3):
            ((w * x).sum() * b).backward()
            with ad.no_grad():
                w -= 0.5
            book.clock.now += 1.0
            node = node or next(r["node"] for r in view().picture["table"]["rows"] if r["cells"][0] == "w")
            seen.append(view().said("tick")[-1]["texts"][f"n{node}.v"])
        running = view().picture
    done = view().said("done")[0]
    assert running["frame"]["note"] == ""
    assert seen == ["‖3.162‖", "‖2.55‖", "‖2‖"]
    last = next(r["node"] for r in view().picture["table"]["rows"] if r["cells"][0] == "w")
    assert last != node
    assert [said[f"n{last}.v"] for said in done["frames"].values()] == seen


def test_a_form_that_takes_turns_with_the_drawn_one_does_not_replace_it(book, view, monkeypatch):
    w = ad.tensor(3.0)
    drawn = counted(stage.Stage.redraw)
    monkeypatch.setattr(stage.Stage, "redraw", lambda *args: drawn(*args))
    with ad.live():
        for i in range(300):
            (w * w if i % 2 else w * w + w).backward()
            book.clock.now += 0.0349
    assert drawn.count == 0
    assert len(view().said("done")[0]["frames"]) > 20


def test_a_leaf_keeps_its_variables_name_when_it_was_updated_and_the_form_changed(book, view):
    w = ad.tensor(3.0)
    with ad.live():
        descend(w, 2, passing(book, 1.0))
        for _ in range(5):
            ((w * 2.0).exp() + w).backward()
            with ad.no_grad():
                w -= 0.001
    assert [leaf["name"] for leaf in view().picture["leaves"]] == ["w"]
    assert "\nw  " in book.outputs[-1]["text/plain"]
