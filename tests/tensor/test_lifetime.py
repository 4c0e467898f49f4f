"""How long rows live: many segments, deep chains, flat memory, interleaved recordings."""

from __future__ import annotations

import contextvars
import gc
import sys
import tracemalloc
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from counting import calls_of
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import OPERATIONS, Program, programs

import notebook_ad as ad
from notebook_ad.engine.segment import CAPACITY, Segment
from notebook_ad.tensor.ambient import own_tape, trace


def of(t: ad.Tensor) -> Any:
    assert t.grad is not None
    return t.grad.tolist()


def fill_a_segment() -> None:
    """Record enough to leave the present segment behind."""
    x = ad.tensor(1.0)
    for _ in range(CAPACITY + 10):
        x = x * 1.0


def live_segments() -> int:
    gc.collect()
    return sum(isinstance(o, Segment) for o in gc.get_objects())


def test_a_leaf_used_across_segments_collects_every_use() -> None:
    w = ad.tensor(3.0)
    total = ad.tensor(0.0)
    for _ in range(50_000):
        total = total + w
    total.backward()
    assert of(w) == 50_000.0
    assert of(ad_grad_of_square(w)) == 6.0


def ad_grad_of_square(w: ad.Tensor) -> ad.Tensor:
    w.grad = None
    (w * w).backward()
    return w


def test_arrays_and_scalars_cross_segments_with_their_gradients() -> None:
    v, s = ad.tensor([1.0, 2.0], name="v"), ad.tensor(np.float32(3))
    h, k = v * v, s * s
    fill_a_segment()
    (h * k * v).sum().backward()
    assert of(v) == [27.0, 4 * 27.0]
    assert of(s) == 2 * 3 * (1.0 + 8.0)


def test_a_value_needed_in_many_segments_gets_the_sum_of_them() -> None:
    w = ad.tensor(2.0)
    h = w * w
    total = ad.tensor(0.0, requires_grad=False) + h
    for _ in range(3):
        fill_a_segment()
        total = total + h * w
    total.backward()
    assert of(w) == 2 * 2.0 + 3 * 3 * 4.0


def test_a_second_backward_raises_across_segments_too() -> None:
    w = ad.tensor(2.0)
    h = w * w
    h.backward()
    fill_a_segment()
    late = h * w
    with pytest.raises(ad.ConsumedError, match="second time"):
        late.backward()
    assert of(w) == 4.0


def test_a_parameter_updated_between_segments_is_still_the_same_parameter() -> None:
    w = ad.tensor(1.0)
    first = w * 10
    with ad.no_grad():
        w += 1.0
    fill_a_segment()
    second = first + w * w
    second.backward()
    assert of(w) == 10 + 2 * 2.0


def test_a_long_recurrence_is_swept_exactly() -> None:
    a = ad.tensor(0.999)
    h = ad.tensor(1.0, requires_grad=False) * a
    steps = 70_000
    for _ in range(steps - 1):
        h = h * a
    h.backward()
    assert of(a) == pytest.approx(steps * 0.999 ** (steps - 1), rel=1e-9)


@pytest.mark.slow
def test_a_million_ops_neither_recurse_when_built_swept_nor_freed() -> None:
    limit = sys.getrecursionlimit()
    before = live_segments()
    sys.setrecursionlimit(max(200, 100 + stack_depth()))
    try:
        x = ad.tensor(1.0)
        y = x
        for _ in range(1_000_000):
            y = y + x
        y.backward()
        assert of(x) == 1_000_001.0
        del y
    finally:
        sys.setrecursionlimit(limit)
    assert live_segments() <= before + 3


def stack_depth() -> int:
    frame, depth = sys._getframe(), 0
    while frame.f_back is not None:
        frame, depth = frame.f_back, depth + 1
    return depth


def test_an_unswept_chain_over_many_segments_is_freed_with_its_output() -> None:
    x = ad.tensor(1.0)
    y = x
    seen = {}
    for _ in range(5 * CAPACITY):
        y = y * x
        if y._segment is not None:
            seen[y._segment.serial] = weakref.ref(y._segment)
    assert len(seen) >= 5
    del y, x
    fill_a_segment()
    gc.collect()
    assert sum(segment() is not None for segment in seen.values()) <= 1  # the last may still be written to


def test_segments_between_two_uses_of_an_early_value_are_freed() -> None:
    w = ad.tensor(2.0)
    early = w * 3
    seen = []
    for _ in range(6):
        loss = early * 1.0
        assert loss._segment is not None
        seen.append(weakref.ref(loss._segment))
        loss.backward(retain_graph=True)
        fill_a_segment()
    del loss
    gc.collect()
    assert sum(r() is not None for r in seen) <= 3  # the first, the last and the present one
    assert of(w) == 18.0


def peak_of(step: Callable[[int], None], warm: int, steps: int) -> int:
    """Bytes by which memory grows over `steps` after `warm` ones."""
    for i in range(warm):
        step(i)
    gc.collect()
    tracemalloc.start()
    try:
        for i in range(steps):
            step(i)
        gc.collect()
        start = tracemalloc.get_traced_memory()[0]
        for i in range(steps):
            step(i)
        gc.collect()
        return tracemalloc.get_traced_memory()[0] - start
    finally:
        tracemalloc.stop()


def scalar_steps() -> Callable[[int], None]:
    w = ad.tensor(1.0)

    def step(i: int) -> None:
        loss = (w * float(i % 7) - 1.0) ** 2
        loss.backward()
        with ad.no_grad():
            w.__isub__(0.01 * w.grad)  # type: ignore[attr-defined]
        w.grad = None

    return step


def running_sum(where: str) -> Callable[[int], None]:
    """`running += loss` on the tape, before or after the backward: PyTorch's classic leak."""
    w = ad.tensor(1.0)
    running = [ad.tensor(0.0, requires_grad=False)]

    def step(i: int) -> None:
        loss = (w - 1.5) ** 2
        if where == "before":
            running[0] = running[0] + loss
        loss.backward()
        if where == "after":
            running[0] = running[0] + loss
        w.grad = None

    return step


def never_swept() -> Callable[[int], None]:
    w = ad.tensor(1.0)

    def step(i: int) -> None:
        (w - 1.5) ** 2

    return step


def chains_of_fresh_leaves() -> Callable[[int], None]:
    """Never swept, and every boundary between segments falls into one of them."""

    def step(i: int) -> None:
        y = ad.tensor(1.0)
        for _ in range(8):
            y = y * 1.0

    return step


@pytest.mark.parametrize(
    "pattern",
    [scalar_steps, lambda: running_sum("before"), lambda: running_sum("after"), never_swept, chains_of_fresh_leaves],
    ids=["train", "running sum before backward", "running sum after backward", "never swept", "fresh leaves"],
)
def test_memory_is_flat_over_many_steps(pattern: Callable[[], Callable[[int], None]]) -> None:
    steps = CAPACITY // 8  # each stretch leaves a segment behind
    assert peak_of(pattern(), 10, steps) < 6_000_000  # one segment holds about 2 MB, and its Python lists as much


def test_memory_of_large_arrays_is_flat_whether_they_are_parameters_or_data() -> None:
    w = ad.tensor(np.ones(100_000))

    def step(i: int) -> None:
        batch = ad.tensor(np.full((2, 100_000), float(i)), requires_grad=False)  # 1.6 MB
        loss = (batch @ w).mean()
        loss.backward()
        with ad.no_grad():
            w.__isub__(1e-9 * w.grad)  # type: ignore[attr-defined]
        w.grad = None

    assert peak_of(step, 0, 120) < 100_000_000  # 120 steps hand over 290 MB; a segment ends at 64 MB


def test_many_values_that_cross_a_boundary_cost_no_more_than_others() -> None:
    """A thousand states updated in turn: each boundary between segments is crossed by all of them."""

    def work(count: int) -> None:
        a = ad.tensor(0.5)
        states = [ad.tensor(float(i % 3)) for i in range(count)]
        for _ in range(40_000 // count):
            for i in range(count):
                states[i] = states[i] * a + states[i - 1]
        total = states[0]
        for state in states[1:]:
            total = total + state
        total.backward()

    work(10)
    assert calls_of(lambda: work(1000)) < 2 * calls_of(lambda: work(10))


def test_running_totals_have_the_right_value_and_cannot_be_swept_through_a_consumed_loss() -> None:
    w = ad.tensor(3.0)
    running: Any = 0.0
    for _ in range(3):
        loss = w * w
        loss.backward()
        running = running + loss
    assert running.item() == 27.0
    with pytest.raises(ad.ConsumedError):
        running.backward()


def test_truncated_backpropagation_through_detach_sees_only_the_last_stretch() -> None:
    a = ad.tensor(2.0)
    h = ad.tensor(1.0, requires_grad=False)
    for _ in range(3):
        h = h.detach() * a * a
        h.backward()
    assert of(a) == 2 * 2.0 * (1 + 4 + 16)


def test_interleaved_recordings_do_not_disturb_each_other() -> None:
    w = ad.tensor(3.0)
    other = contextvars.Context()
    left = w * 2
    right = other.run(lambda: w * 5)
    left = left * w
    right = other.run(lambda: right * right)
    left.backward()
    assert of(w) == 12.0
    right.backward()
    assert of(w) == 12.0 + 2 * 15 * 5


def gradients_of(program: Program, contexts: list[contextvars.Context], where: list[int]) -> list[Any]:
    """Gradients, and those of the graph, with each instruction recorded in one of the contexts."""
    leaves = [ad.tensor(v, name=f"x{i}") for i, v in enumerate(program.leaves)]
    registers = list(leaves)
    for at, (name, *operands) in enumerate(program.instructions):
        rule, chosen = OPERATIONS[name][1], [registers[i] for i in operands]
        registers.append(contexts[where[at % len(where)]].run(rule, ad, *chosen))
    loss = registers[0].sum()
    for at, register in enumerate(registers[1:]):
        loss = contexts[where[at % len(where)]].run(lambda a, b: a + (b * b).sum(), loss, register)
    before = ad.graph(loss)
    shared = loss * 2
    loss.backward()
    after = ad.graph(loss)
    with pytest.raises(ad.ConsumedError):
        loss.backward()
    with pytest.raises(ad.ConsumedError):
        shared.backward()
    drawn = [[g.grad(f"x{i}") for i in range(len(leaves))] for g in (before, after)]
    return [[leaf.grad.tolist() for leaf in leaves if leaf.grad is not None], *drawn]


@given(program=programs(length=16), where=st.lists(st.integers(0, 2), min_size=1, max_size=8), size=st.integers(2, 12))
@settings(max_examples=150)
def test_gradients_do_not_depend_on_how_a_program_falls_into_segments_and_recordings(
    program: Program, where: list[int], size: int
) -> None:
    expected = gradients_of(program, [contextvars.Context()], [0])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Segment, "full", property(lambda self: len(self.values) >= size))
        found = gradients_of(program, [contextvars.Context() for _ in range(3)], where)
    for got, wanted in zip(found, expected, strict=True):
        for a, b in zip(got, wanted, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)


def test_a_value_may_pass_from_one_recording_to_another_and_back() -> None:
    w = ad.tensor(3.0, name="w")
    a = w * 2
    b = contextvars.Context().run(lambda: a * 3)
    c = b * 4 + a
    picture = ad.graph(c)
    c.backward()
    assert of(w) == 26.0
    assert picture.grad("w") == 26.0
    assert picture.nodes[picture.output].value == 78.0


def test_a_recording_inside_trace_joins_the_one_around_it() -> None:
    w = ad.tensor(3.0, name="w")
    a = w * 2
    with trace(lambda: None):
        b = a * 3
    c = b * a
    picture = ad.graph(c)
    c.backward()
    assert of(w) == picture.grad("w") == 2 * 3.0 * 12


def test_trace_records_inside_no_grad_and_asks_for_every_source() -> None:
    asked = []
    w = ad.tensor(3.0)
    with ad.no_grad(), trace(lambda: asked.append(1)):
        y = w * w + 1
    assert y.requires_grad
    assert len(asked) == 2


def test_two_tapes_that_are_written_in_turns_keep_their_rows_apart() -> None:
    x = ad.tensor([1.0, 2.0, 3.0])
    early = x * 2.0
    with own_tape():
        late = early * x  # refers to the tape around, which goes on below
    for _ in range(50):
        early = early * 1.5 - early * 0.5
    loss = (late + early).sum()
    loss.backward()
    assert x.grad is not None
    np.testing.assert_allclose(x.grad.numpy(), 4 * np.array([1.0, 2.0, 3.0]) + 2.0)
