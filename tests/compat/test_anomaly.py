"""detect_anomaly names the operation, the operands and the line where the first NaN or infinity was born."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.engine.errors import AnomalyError


def log_of(x: Any) -> Any:
    return np.log(x)


def where_root(x: Any) -> Any:
    return np.sum(np.where(x > 0, np.sqrt(x), 0.0))


@pytest.mark.parametrize(
    ("run", "message"),
    [(lambda: log_of(ad.tensor(0.0)), r'log gave -inf of finite operands 0 in "np.log\(x\)" \(line \d+\)\. Keep'),
     (lambda: np.sqrt(ad.tensor([1.0, -1.0])), r"sqrt gave nan at \[1\] of shape \(2,\) \(1 of 2 not finite\)"),
     (lambda: ad.tensor(1.0) / 0.0, "div gave inf of finite operands 1, 0"),
     (lambda: ad.tensor(1e200) * 1e200, r"mul gave inf of finite operands 1e\+200, 1e\+200"),
     (lambda: ad.tensor(np.float32(1e30)) * np.float32(1e30), "mul gave inf"),
     (lambda: np.log(ad.tensor([0.0], requires_grad=False)), "log gave -inf"),
     (lambda: np.linalg.norm(ad.tensor([[1e200, 1e200]])) * 1e300, "gave inf")],
)  # fmt: skip
def test_the_forward_pass_stops_where_finite_operands_gave_something_else(run: Any, message: str) -> None:
    run()
    with ad.detect_anomaly(), pytest.raises(AnomalyError, match=message):
        run()


@pytest.mark.parametrize("value", [0.0, [1.0, 0.0], np.zeros(2, np.float32)])
def test_the_backward_pass_stops_where_a_finite_upstream_gave_something_else(value: Any) -> None:
    with ad.detect_anomaly():
        y = np.sqrt(ad.tensor(value)).sum()
        with pytest.raises(AnomalyError, match=r'gradient of sqrt with respect to operand 0 is inf.*in "np.sqrt'):
            y.backward()


def test_a_graph_that_was_recorded_outside_is_checked_too() -> None:
    x = ad.tensor([1.0, 0.0])
    y = np.sqrt(x).sum()
    with ad.detect_anomaly(), pytest.raises(AnomalyError, match="gradient of sqrt"):
        y.backward()
    with ad.detect_anomaly(), pytest.raises(AnomalyError, match="gradient of sqrt"):
        ad.autograd.grad(y, x)


@pytest.mark.parametrize(
    "run",
    [lambda: ad.grad(where_root)(0.0), lambda: ad.grad(where_root)(np.zeros(2)),
     lambda: ad.vjp(where_root, 0.0)[1](1.0), lambda: ad.grad(lambda x: ad.grad(where_root)(x))(0.0),
     lambda: ad.vmap(ad.grad(where_root))(np.zeros(2))],
)  # fmt: skip
def test_a_branch_not_taken_by_where_is_named_with_the_cure(run: Any) -> None:
    with ad.detect_anomaly(), pytest.raises(AnomalyError, match=r"gradient of sqrt.* is nan.*upstream.*safe operands"):
        run()


def test_forward_mode_stops_at_the_tangent() -> None:
    with ad.detect_anomaly(), pytest.raises(AnomalyError, match="tangent of sqrt is inf: operands 0, tangents 1"):
        ad.jvp(np.sqrt, (0.0,), (1.0,))
    with ad.detect_anomaly(), pytest.raises(AnomalyError, match="log gave -inf at"):
        ad.vmap(np.log)(np.array([1.0, 0.0]))


def test_programs_that_are_finite_run_as_always() -> None:
    with ad.detect_anomaly():
        x = ad.tensor([2.0, 3.0])
        (x * x).sum().backward()
        assert x.grad is not None
        assert x.grad.tolist() == [4.0, 6.0]
        assert ad.grad(ad.grad(lambda x: x**3))(2.0) == 12.0
        assert ad.jvp(np.sin, (0.0,), (1.0,)) == (0.0, 1.0)
        ad.check_grads(lambda x: np.tanh(x) @ x, (np.ones(2),), order=2)


def test_an_infinity_that_was_there_before_is_not_blamed_on_who_passes_it_on() -> None:
    with ad.detect_anomaly():
        assert (ad.tensor(np.inf) * 2).item() == np.inf
        assert np.isnan((ad.tensor([np.nan, 1.0]) + 1).tolist()[0])


def test_checks_end_with_the_block_and_can_be_left_out() -> None:
    with ad.detect_anomaly(check_nan=False):
        assert np.log(ad.tensor(0.0)).item() == -np.inf
    with pytest.raises(KeyError), ad.detect_anomaly():
        raise KeyError
    assert np.log(ad.tensor(0.0)).item() == -np.inf


def test_no_grad_around_the_block_still_records_nothing() -> None:
    x = ad.tensor(2.0)
    with ad.no_grad(), ad.detect_anomaly():
        assert not (x * x).requires_grad
        with pytest.raises(AnomalyError):
            np.log(x - 2.0)


def test_outside_the_block_no_value_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    from notebook_ad.tensor import anomaly

    def never(*args: Any) -> bool:
        raise AssertionError("looked")

    monkeypatch.setattr(anomaly, "finite", never)
    x = ad.tensor([0.0, 1.0])
    np.sqrt(x).sum().backward()
    ad.jvp(np.sqrt, (0.0,), (1.0,))
    ad.grad(where_root)(0.0)
