"""Ctrl-C while `fit` runs, and `fit` in another thread."""

from __future__ import annotations

import os
import signal
import threading
from typing import Any

import pytest
from fitted import X, Y, fit, model_of, mse

import notebook_ad as ad
from notebook_ad import optim
from notebook_ad.training import History


def test_ctrl_c_ends_after_the_step_and_leaves_the_model_usable() -> None:
    model, steps = model_of(), []
    own = optim.Adam(model.parameters(), lr=0.01)

    def loss(output: Any, target: Any) -> Any:
        steps.append(1)
        if len(steps) == 10:
            os.kill(os.getpid(), signal.SIGINT)
        return mse(output, target)

    history = History()
    with pytest.raises(KeyboardInterrupt):
        ad.fit(model, loss, (X, Y), 5, optimizer=own, batch_size=8, callbacks=[history], seed=1, progress=False)
    assert len(steps) == 10
    assert history.epoch == [0]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert {state["step"] for state in own.state.values()} == {10}
    assert model.training
    fit(model, 1, optimizer=own)
    assert {state["step"] for state in own.state.values()} == {17}


def test_a_second_ctrl_c_does_not_wait() -> None:
    model = model_of()
    model.eval()
    calls = []

    def loss(output: Any, target: Any) -> Any:
        for _ in range(2):
            calls.append(1)
            os.kill(os.getpid(), signal.SIGINT)
        raise AssertionError("the second one comes through")

    with pytest.raises(KeyboardInterrupt):
        ad.fit(model, loss, (X, Y), 5, optimizer="sgd", progress=False)
    assert len(calls) == 2
    assert not model.training
    w = ad.tensor(1.0)
    assert (w * 2).requires_grad


def test_fit_works_in_another_thread() -> None:
    found: list[History] = []
    thread = threading.Thread(target=lambda: found.append(fit(model_of(), 1)))
    thread.start()
    thread.join()
    assert len(found[0].epoch) == 1
