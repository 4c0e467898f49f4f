"""L-BFGS, and steps with a closure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from trained_pair import fresh, loss_of

import notebook_ad as ad
from notebook_ad import optim


def test_a_closure_is_called_once_with_recording_on() -> None:
    w, b = fresh()
    optimizer, calls = optim.SGD([w, b], lr=0.1), []

    def closure() -> Any:
        optimizer.zero_grad()
        loss = loss_of(w, b)
        loss.backward()
        calls.append(loss.item())
        return loss

    with ad.no_grad():
        assert optimizer.step(closure).item() == calls[0]
    assert len(calls) == 1
    assert loss_of(w, b).item() < calls[0]
    assert optimizer.step() is None


def test_lbfgs_solves_a_least_squares_problem_and_needs_a_closure() -> None:
    rng = np.random.default_rng(0)
    design, y = rng.normal(size=(20, 4)), rng.normal(size=20)
    w, b = ad.tensor(np.zeros(4)), ad.tensor(0.0)
    optimizer = optim.LBFGS([w, b], line_search_fn="strong_wolfe")

    def closure() -> Any:
        optimizer.zero_grad()
        loss = ((design @ w + b - y) ** 2).sum()
        loss.backward()
        return loss

    for _ in range(3):
        optimizer.step(closure)
    exact = np.linalg.lstsq(np.column_stack([design, np.ones(20)]), y, rcond=None)[0]
    np.testing.assert_allclose([*w.tolist(), b.item()], exact, atol=1e-6)
    assert optimizer.state[w]["n_iter"] > 3
    with pytest.raises(TypeError, match="needs a closure that computes the loss anew"):
        optimizer.step()
    with pytest.raises(
        ValueError, match='must be None or "strong_wolfe", not "armijo"'.replace('"armijo"', "'armijo'")
    ):
        optim.LBFGS([w], line_search_fn="armijo")
    with pytest.raises(ValueError, match="LBFGS has one parameter group, not 2"):
        optim.LBFGS([{"params": [w]}, {"params": [b]}])


def test_lbfgs_goes_on_from_its_state_dict() -> None:
    def closure_for(x: Any, optimizer: optim.Optimizer) -> Any:
        def closure() -> Any:
            optimizer.zero_grad()
            loss = (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()
            loss.backward()
            return loss

        return closure

    x = ad.tensor([-1.0, 1.5, 0.5])
    first = optim.LBFGS([x], max_iter=4, line_search_fn="strong_wolfe")
    first.step(closure_for(x, first))
    y = ad.tensor(x.detach())
    second = optim.LBFGS([y], line_search_fn="strong_wolfe")
    second.load_state_dict(first.state_dict())
    first.step(closure_for(x, first))
    second.step(closure_for(y, second))
    assert y.tolist() == x.tolist()


def test_an_interrupted_line_search_leaves_the_parameters_where_it_began() -> None:
    w, calls = ad.tensor([3.0, 4.0]), []
    optimizer = optim.LBFGS([w], line_search_fn="strong_wolfe")

    def closure() -> Any:
        calls.append(w.tolist())
        if len(calls) == 2:
            raise KeyboardInterrupt
        optimizer.zero_grad()
        loss = (w**2).sum()
        loss.backward()
        return loss

    with pytest.raises(KeyboardInterrupt):
        optimizer.step(closure)
    assert calls[1] != [3.0, 4.0]
    assert w.tolist() == [3.0, 4.0]
