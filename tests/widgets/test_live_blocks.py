"""Which sweeps belong to an `ad.live` block, and how it ends: as it should, by an error, outside a notebook."""

import contextvars
import threading

import numpy as np
import pytest
from watched_loops import counted, descend, notebook, passing

import notebook_ad as ad
from notebook_ad.tensor.gradients import watcher
from notebook_ad.widgets import display, loop, registry, stage


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
    taken = counted(loop.moment)

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
