"""The central-difference column: an independent check that knows a kink from an error and never cries wolf."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import notebook_ad as ad
from notebook_ad.graph.differences import Difference, difference
from notebook_ad.widgets.display import taken

SMOOTH: dict[str, Callable[..., Any]] = {
    "square": lambda x: x**2,
    "cubic": lambda x: x**3 - 3 * x,
    "exp": lambda x: ad.exp(x) * x,
    "fast sine": lambda x: ad.sin(30 * x),
    "sigmoid": lambda x: ad.sigmoid(5 * x),
    "logarithm": lambda x: ad.log(x * x + 1),
    "large offset": lambda x: ad.tanh(x) ** 2 + 1e6,
    "large scale": lambda x: ad.softplus(x) * 1e8,
    "small scale": lambda x: ad.tanh(x) * 1e-9,
    "constant": lambda x: x * 0 + 5,
}


def measured(f: Callable[..., Any], x: Any, gradient: float | None = None, at: int | None = None) -> Difference:
    graph, replay = taken(f(ad.tensor(x, name="x")))
    assert replay is not None
    found = np.asarray(graph.grad("x")).reshape(-1)[at or 0]
    return difference(replay, {}, graph.node("x").id, float(found) if gradient is None else gradient, at)


@pytest.mark.parametrize("f", SMOOTH.values(), ids=SMOOTH)
@given(x=st.floats(-4, 4))
@example(x=1e-6)
@example(x=2e-8)
def test_a_right_gradient_of_a_smooth_function_always_agrees(f: Callable[..., Any], x: float) -> None:
    assert measured(f, x).verdict == "agrees"


@pytest.mark.parametrize("name", ["square", "cubic", "exp", "fast sine", "logarithm", "large scale"])
@given(x=st.floats(0.5, 3))
def test_a_wrong_gradient_differs(name: str, x: float) -> None:
    graph, _ = taken(SMOOTH[name](ad.tensor(x, name="x")))
    right = float(graph.grad("x"))
    for wrong in (-right, right * 1.01, right + 0.1 * max(1, abs(right)), 0.0):
        if abs(wrong - right) > 1e-3 * max(1, abs(right)):
            assert measured(SMOOTH[name], x, wrong).verdict == "differs"


@pytest.mark.parametrize(
    ("f", "x", "text"),
    [
        (lambda x: -2 * ad.relu(x), 0.0, "kink: one-sided 0 / −2"),
        (lambda x: -2 * ad.relu(x), 1e-7, "kink: one-sided 0 / −2"),
        (lambda x: -2 * ad.relu(x), -1e-7, "kink: one-sided 0 / −2"),
        (abs, 0.0, "kink: one-sided −1 / 1"),
        (lambda x: ad.maximum(x, 3 * x), 0.0, "kink: one-sided 1 / 3"),
        (lambda x: x * 2 if x > 0 else x * 5, 1e-9, "near a branch"),
        (lambda x: ad.relu(x), 0.5, "✓ 1.000"),
        (lambda x: -(x**2), 12.0, "✓ −24.00"),
        (lambda x: x * 1e7, 1.0, "✓ 1e7"),
        (lambda x: ad.log(x), 1e-9, ""),
        (lambda x: ad.sqrt(x), 0.0, ""),
    ],
)
def test_what_the_column_says(f: Callable[..., Any], x: float, text: str) -> None:
    assert measured(f, x).text == text


def test_a_wrong_one_is_crossed() -> None:
    assert measured(lambda x: x**2, 3.0, 5.0).text == "✗ 6.000"


def test_an_element_of_an_array_is_measured_on_its_own() -> None:
    x = np.array([[1.0, 2.0], [3.0, -4.0]])
    found = [measured(lambda t: ad.sum(t**3), x, at=i) for i in range(4)]
    assert [d.verdict for d in found] == ["agrees"] * 4
    np.testing.assert_allclose([d.central for d in found], 3 * x.reshape(-1) ** 2, rtol=1e-8)


@given(x=st.floats(-3, 3))
def test_float32_takes_a_larger_step(x: float) -> None:
    assert measured(lambda t: ad.sum(t * t * t), np.array([x], np.float32), at=0).verdict == "agrees"


def test_a_seed_scales_the_slope() -> None:
    t = ad.tensor([1.0, 2.0], name="x")
    from notebook_ad.graph.recorded import replay_of
    from notebook_ad.graph.snapshot import graph_and_places

    y = t * t
    graph, ids = graph_and_places(y, np.array([3.0, 0.0]), "", (), {})
    replay = replay_of(y, graph, ids)
    assert replay is not None
    assert difference(replay, {}, 0, 6.0, 0).verdict == "agrees"
    assert difference(replay, {}, 0, 0.0, 1).verdict == "agrees"
    assert math.isclose(difference(replay, {}, 0, 6.0, 0).central, 6.0, rel_tol=1e-8)


def test_a_slope_below_the_round_off_of_the_values_is_shown_as_0() -> None:
    assert measured(lambda x: (2 * x + 5 - 11) ** 2, 3.0).text == "✓ 0"
    assert measured(lambda x: ad.sin(x) * 0 + 1 / 3, 0.7).text == "✓ 0"
    assert measured(lambda x: x * 1e-9, 0.7).text == "✓ 1e−9"
    assert measured(lambda x: (x - 1) ** 2, 1 + 1e-9).text == "✓ 2e−9"


@pytest.mark.parametrize("take", [lambda x: x.detach(), lambda x: x.detach().item(), lambda x: float(x.detach())])
def test_a_gradient_that_detach_or_no_grad_cut_off_is_no_more_than_recorded(take: Callable[..., Any]) -> None:
    assert measured(lambda x: x * take(x), 3.0).text == "✂ 3.000 as recorded, cut"
    assert measured(lambda x: (x * 2) * take(x * 2), 3.0).text == "✂ 12.00 as recorded, cut"

    def quiet(x: Any) -> Any:
        with ad.no_grad():
            scale = x * 2
        return x * scale.detach() + take(x)

    assert measured(quiet, 3.0).text == "✂ 6.000 as recorded, cut"
