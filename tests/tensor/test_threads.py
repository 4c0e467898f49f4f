"""Threads: recordings of their own over shared parameters, and sweeps that let others run."""

from __future__ import annotations

import itertools
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad


def of(t: ad.Tensor) -> Any:
    assert t.grad is not None
    return t.grad.tolist()


@pytest.fixture
def hurried() -> Iterator[None]:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def in_threads(count: int, work: Callable[[int], None]) -> None:
    errors: list[BaseException] = []

    def guarded(k: int) -> None:
        try:
            work(k)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(k,)) for k in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors


@pytest.mark.usefixtures("hurried")
def test_threads_recording_at_once_over_a_shared_parameter_lose_no_gradient() -> None:
    w, v = ad.tensor(3.0), ad.tensor([1.0, 2.0])
    steps = 3000

    def work(k: int) -> None:
        for _ in range(steps):
            x = ad.tensor(float(k + 1))
            loss = w * w * x + (v * v).sum() * x + w * x
            loss.backward()
            assert of(x) == 9.0 + 5.0 + 3.0

    in_threads(3, work)
    assert of(w) == steps * (1 + 2 + 3) * (6.0 + 1.0)
    assert of(v) == [steps * 6 * 2.0, steps * 6 * 4.0]


@pytest.mark.usefixtures("hurried")
def test_no_grad_in_one_thread_does_not_stop_recording_in_another() -> None:
    w = ad.tensor(3.0)

    def work(k: int) -> None:
        for _ in range(2000):
            if k:
                with ad.no_grad():
                    assert not (w * w).requires_grad
            else:
                assert (w * w).requires_grad

    in_threads(2, work)


def test_large_sweeps_release_the_gil() -> None:
    if (os.cpu_count() or 1) < 2:
        return
    x = ad.tensor(np.ones(2_000_000))
    loss = ad.exp(ad.sin(x) * ad.cos(x)).sum()
    ticks, done = [], threading.Event()

    def tick() -> None:
        while not done.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.001)

    def longest_silence() -> float:
        start = time.perf_counter()
        loss.backward(retain_graph=True)
        end = time.perf_counter()
        times = [start, *(t for t in ticks if start < t < end), end]
        return max(later - earlier for earlier, later in itertools.pairwise(times)) / (end - start)

    loss.backward(retain_graph=True)  # compiles
    watcher = threading.Thread(target=tick)
    watcher.start()
    try:
        assert any(longest_silence() < 1 / 4 for _ in range(10))  # one sweep may find the other core busy
    finally:
        done.set()
        watcher.join()
