"""Gradients that earlier calls of backward have left, in a watched loop."""

import types

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.graph import numbers


@pytest.mark.parametrize("start", [3.0, [3.0, 4.0]])
def test_gradients_left_by_earlier_calls_are_shown_with_how_much_they_are(book, view, start):
    w, b = ad.tensor(start, name="w"), ad.tensor(1.0, name="b")
    with ad.live():
        for _ in range(3):
            loss = (w * w).sum() + b * 2.0
            loss.backward()
            b.grad = None
            book.clock.now += 1.0
        key = next(r["node"] for r in view().picture["table"]["rows"] if r["cells"][0] == "w")
        other = next(r["node"] for r in view().picture["table"]["rows"] if r["cells"][0] == "b")
        said = [t["texts"] for t in view().said("tick")]
    size = np.linalg.norm(np.multiply(2.0, start))
    earlier = "‖20‖ = ‖10‖ ⊕ ‖10‖" if isinstance(start, list) else "12 = 6+6"
    assert said[0][f"n{key}.g"] == numbers.summary(np.multiply(2.0, start) if isinstance(start, list) else size)
    assert said[1][f"n{key}.g"] == earlier
    assert (said[0][f"n{other}.g"], said[1].get(f"n{other}.g")) == ("2", None)  # as it was
    assert said[1][f"n{key}.state"] == "accumulated"
    last = view().state.shown
    np.testing.assert_array_equal(last.node("w").accumulated, np.multiply(4.0, start))
    np.testing.assert_array_equal(w.grad.value, np.asarray(last.grad("w")) + last.node("w").accumulated)
    assert last.node("b").accumulated is None
    assert "gradients add up: w.grad is" in book.outputs[-1]["text/plain"]
    assert "67% of it left by earlier backward() calls; set .grad to None" in book.outputs[-1]["text/plain"]
    frames = view().said("done")[0]["frames"]
    assert frames["2"][f"n{last.node('w').id}.g"] == earlier


def test_what_was_left_is_what_it_was_when_the_step_ran(book, view):
    w = ad.tensor(3.0, name="w")
    with ad.live():
        for step in range(6):
            (w * 2.0).backward()
            if step == 3:
                w.grad = None
        w.grad = None
    frames, node = view().said("done")[0]["frames"], view().state.shown.node("w").id
    assert [frames[str(i)][f"n{node}.g"] for i in range(1, 7)] == ["2", "4 = 2+2", "6 = 2+4", "8 = 2+6", "2", "4 = 2+2"]
    view().state.move(node, None, 5.0)
    assert view().state.shown.node("w").accumulated == 2.0


def test_a_weight_used_on_two_segments_is_not_taken_for_one_that_adds_up(book, view, monkeypatch):
    from notebook_ad.widgets.earlier import earlier

    leaf = types.SimpleNamespace(grad=3.0)
    array = types.SimpleNamespace(grad=np.array([1.0, 2.0]) + np.array([3.0, 4.0]))
    swept = [(leaf, 1.0), (leaf, 2.0), (array, np.array([1.0, 2.0])), (array, np.array([3.0, 4.0]))]
    assert earlier(swept) == []
    assert [each.before for each in earlier(swept[1:2])] == [1.0]
