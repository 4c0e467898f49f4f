"""What a watched loop shows, in a notebook that only writes it down."""

import collections
import contextvars
import gc
import itertools
import json
import threading
import tracemalloc
import types

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.graph import numbers
from notebook_ad.tensor.gradients import watcher
from notebook_ad.widgets import commands, display, live, loop, registry, stage


class View:
    """In the place of the widget."""

    def __init__(self, state, **traits):
        self.picture = commands.picture(state)
        self.state = state
        self.comm = object()
        self.sent = []
        self.__dict__ |= traits

    def send(self, message):
        self.sent.append(message)

    def said(self, what):
        return [m for m in self.sent if m["what"] == what]

    def freeze(self):
        pass

    def close(self):
        self.comm = self.state = None


class Kernel:
    def get_parent(self):
        return {"header": {"msg_id": "m1"}, "metadata": {"cellId": "c1"}}


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def notebook():
    """`outputs`: what was displayed; `views`: the widgets; `clock`: the time."""
    return types.SimpleNamespace(kernel=Kernel(), outputs=[], views=[], clock=Clock())


@pytest.fixture
def book(monkeypatch):
    made = notebook()

    def view(**traits):
        made.views.append(View(**traits))
        return made.views[-1]

    monkeypatch.setattr(display, "_shell", lambda: made)
    monkeypatch.setattr(display, "_publish", made.outputs.append)
    monkeypatch.setattr("notebook_ad.widgets.view.GraphView", view)
    monkeypatch.setattr(live, "clock", made.clock)
    yield made
    registry.close_all()


@pytest.fixture
def view(book):
    """The view of the last block."""
    return lambda: book.views[-1]


def descend(w, steps, each=lambda: None):
    """Steps of a small training loop."""
    for _ in range(steps):
        loss = (w * 2.0 - 1.0) ** 2
        loss.backward()
        with ad.no_grad():
            w -= 0.05 * w.grad
        w.grad = None
        each()
    return loss


def passing(book, seconds=0.2):
    def each():
        book.clock.now += seconds

    return each


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


def test_looks_are_at_most_ten_a_second(book, view):
    with ad.live():
        descend(ad.tensor(3.0), 1000, passing(book, 0.001))
        steps = [tick["step"] for tick in view().said("tick")]
    assert 9 <= len(steps) <= 11
    assert all(later - earlier >= 100 for earlier, later in itertools.pairwise(steps))


def test_looks_that_take_long_come_seldom_enough_to_cost_three_percent(book, view, monkeypatch):
    looks = []

    def slow(*args, moment=loop.moment):
        book.clock.now += 0.02
        looks.append(args[0])
        return moment(*args)

    monkeypatch.setattr(loop, "moment", slow)
    began = book.clock.now
    with ad.live():
        descend(ad.tensor(3.0), 10_000, passing(book, 0.001))
        elapsed = book.clock.now - began
        assert 0.02 < 0.02 * len(looks[2:]) / (elapsed - 0.04) <= 0.03  # but for the first picture


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


def test_the_scrubber_has_every_step_of_a_short_loop_and_the_last_of_any(book, view):
    with ad.live():
        descend(ad.tensor(3.0), 60, passing(book, 0.001))
    done = view().said("done")[0]
    assert list(map(int, done["frames"])) == list(range(1, 61))
    assert done["at"] == list(range(1, 61))
    with ad.live():
        descend(ad.tensor(3.0), 1001, passing(book, 0.001))
    frames = list(map(int, view().said("done")[0]["frames"]))
    assert 40 <= len(frames) <= 100
    assert (frames[0], frames[-1]) == (1, 1001)
    assert frames == sorted(set(frames))


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


def test_memory_is_bounded_over_100_000_steps(book, view):
    w = ad.tensor(0.5)
    losses = [w * 2.0 for _ in range(100)]
    with ad.live() as running:
        for loss in losses:
            loss.backward(retain_graph=True)
        hear = watcher.get()
        view().sent = collections.deque(maxlen=5)
        for i in range(100_000):
            book.clock.now += 0.0003
            hear(losses[i % 100], 1.0, [(w, 2.0)])
            if i == 75_000:
                gc.collect()
                tracemalloc.start()
        grown = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
    done = view().said("done")[0]
    assert running.steps == done["step"] == done["at"][-1] == 100_100
    assert 1_000 <= len(done["at"]) <= loop.POINTS
    assert 40 <= len(done["frames"]) <= 100
    assert grown < 300_000


def _counting(function):
    def call(*args):
        call.count += 1
        return function(*args)

    call.count = 0
    return call


def test_losses_are_held_for_the_scrubber_only_while_little_of_the_tape_hangs_on_them(book, view):
    from notebook_ad.widgets.frames import Frames

    frames, w = Frames(), ad.tensor(np.zeros(100_000))
    for step in range(1, 200):
        loss = (w * 2.0).sum()
        loss.backward()
        frames.hold(step, loss, 1.0)
    assert frames._held is None or sum(h.bytes for _, h in frames._held.items) <= 1 << 25


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_a_loop_that_stops_early_shows_its_last_step_and_raises_as_ever(book, view, error):
    def stops():
        with ad.live():
            descend(ad.tensor(3.0), 4)
            raise error

    with pytest.raises(error):
        stops()
    assert book.outputs[-1]["text/plain"].startswith(f"after 4 steps, stopped by {error.__name__}\n")
    assert view().said("done")[0]["step"] == 4
    assert watcher.get() is None


def test_ctrl_c_within_a_look_is_the_users_and_ends_the_block_in_order(book, view, monkeypatch):
    taken = _counting(loop.moment)

    def interrupted(*args):
        if taken.count == 2:
            taken.count += 1
            raise KeyboardInterrupt
        return taken(*args)

    monkeypatch.setattr(loop, "moment", interrupted)
    with pytest.raises(KeyboardInterrupt), ad.live():
        descend(ad.tensor(3.0), 4, passing(book))
    assert "stopped by KeyboardInterrupt" in book.outputs[-1]["text/plain"]


def test_an_exception_in_drawing_is_said_once_and_the_loop_goes_on(book, view, monkeypatch):
    original = stage.Stage.tick
    monkeypatch.setattr(stage.Stage, "tick", lambda *_: 1 / 0)
    w = ad.tensor(3.0)
    with ad.live() as running:
        descend(w, 5, passing(book))
    monkeypatch.setattr(stage.Stage, "tick", original)
    assert running.steps == 5
    note = "the live view stopped at step 1: ZeroDivisionError: division by zero"
    assert [m["frame"]["note"] for m in view().said("frame")] == [note]
    assert book.outputs[-1]["text/plain"].count(note) == 1
    assert "after 5 steps" in book.outputs[-1]["text/plain"]


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


def test_graphs_of_two_forms_in_turns_are_drawn_at_most_twice_a_second(book, view, monkeypatch):
    w = ad.tensor(3.0)
    drawn = _counting(stage.Stage.redraw)
    monkeypatch.setattr(stage.Stage, "redraw", lambda *args: drawn(*args))
    with ad.live():
        for i in range(300):
            (w * w if i // 6 % 2 else w * w + w).backward()  # two looks at each form
            book.clock.now += 0.0349
    assert 10 <= drawn.count <= 21


def test_a_form_that_takes_turns_with_the_drawn_one_does_not_replace_it(book, view, monkeypatch):
    w = ad.tensor(3.0)
    drawn = _counting(stage.Stage.redraw)
    monkeypatch.setattr(stage.Stage, "redraw", lambda *args: drawn(*args))
    with ad.live():
        for i in range(300):
            (w * w if i % 2 else w * w + w).backward()
            book.clock.now += 0.0349
    assert drawn.count == 0
    assert len(view().said("done")[0]["frames"]) > 20


def test_a_loss_given_is_drawn_at_once(book, view):
    w = ad.tensor(3.0, name="w")
    with ad.live(w * w):
        assert len(book.views) == 1
        assert view().said("tick") == []
        (w * w).backward()
    assert len(book.views) == 1
    assert [t["step"] for t in view().said("tick")] == [1]


def test_a_model_may_be_given_and_anything_else_is_refused(book):
    class Model:
        pass

    with ad.live(Model()), ad.live(lambda x: x):
        pass
    with pytest.raises(TypeError, match="give a loss, a model, or nothing"):
        ad.live(3)


def test_a_block_without_a_backward_says_so(book):
    with ad.live():
        ad.tensor(3.0) * 2.0
    assert [o["text/plain"] for o in book.outputs] == [
        "ad.live: no backward() of a scalar ran in this block, so there is nothing to show"
    ]


def test_the_sweep_of_a_vector_is_no_step(book):
    with ad.live() as running:
        (ad.tensor([1.0, 2.0]) * 2.0).backward(np.ones(2))
    assert running.steps == 0


def test_steps_of_other_threads_and_contexts_do_not_count(book):
    w = ad.tensor(3.0)
    with ad.live() as running:
        copy = contextvars.copy_context()
        for target in (lambda: descend(w, 3), lambda: copy.run(descend, w, 3)):
            thread = threading.Thread(target=target)
            thread.start()
            thread.join()
        descend(w, 1)
    assert running.steps == 1


def test_of_two_blocks_the_inner_one_follows(book):
    w = ad.tensor(3.0)
    with ad.live() as outer:
        descend(w, 2)
        with ad.live() as inner:
            descend(w, 3)
        descend(w, 1)
    assert (outer.steps, inner.steps) == (3, 3)
    with outer, pytest.raises(RuntimeError, match="running already"), outer:
        pass


def test_a_view_closed_while_the_loop_runs_ends_the_looks_and_nothing_else(book, view):
    with ad.live() as running:
        descend(ad.tensor(3.0), 2, passing(book))
        view().close()
        sent = len(view().sent)
        descend(ad.tensor(3.0), 3, passing(book))
    assert running.steps == 5
    assert len(view().sent) == sent
    assert "after 5 steps" in book.outputs[-1]["text/plain"]


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


def test_outside_a_notebook_nothing_is_watched_or_printed(monkeypatch, capsys):
    monkeypatch.setattr(display, "_shell", lambda: None)
    w = ad.tensor(3.0)
    with ad.live() as running:
        assert watcher.get() is None
        descend(w, 3)
    assert (running.view, capsys.readouterr().out) == (None, "")


def test_the_widget_itself_survives_being_closed_while_it_is_told_things(monkeypatch):
    made = notebook()
    monkeypatch.setattr(display, "_shell", lambda: made)
    monkeypatch.setattr(display, "_publish", made.outputs.append)
    with ad.live() as running:
        descend(ad.tensor(3.0), 2)
        running.view._hear(None, {"do": "walk", "seq": 1}, [])
        running.view.close()
        descend(ad.tensor(3.0), 2)
    assert running.view.comm is None
    registry.close_all()
