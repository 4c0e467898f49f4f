"""How often a watched loop is looked at, what is kept of it for the scrubber, and what that costs."""

import collections
import gc
import itertools
import tracemalloc

import numpy as np
from watched_loops import counted, descend, passing

import notebook_ad as ad
from notebook_ad.tensor.gradients import watcher
from notebook_ad.widgets import loop, stage


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


def test_losses_are_held_for_the_scrubber_only_while_little_of_the_tape_hangs_on_them(book, view):
    from notebook_ad.widgets.frames import Frames

    frames, w = Frames(), ad.tensor(np.zeros(100_000))
    for step in range(1, 200):
        loss = (w * 2.0).sum()
        loss.backward()
        frames.hold(step, loss, 1.0)
    assert frames._held is None or sum(h.bytes for _, h in frames._held.items) <= 1 << 25


def test_graphs_of_two_forms_in_turns_are_drawn_at_most_twice_a_second(book, view, monkeypatch):
    w = ad.tensor(3.0)
    drawn = counted(stage.Stage.redraw)
    monkeypatch.setattr(stage.Stage, "redraw", lambda *args: drawn(*args))
    with ad.live():
        for i in range(300):
            (w * w if i // 6 % 2 else w * w + w).backward()  # two looks at each form
            book.clock.now += 0.0349
    assert 10 <= drawn.count <= 21
