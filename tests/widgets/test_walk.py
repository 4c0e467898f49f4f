"""The cursor's steps: what each says and fills in, and that together they give the whole picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.graph.picture import compose
from notebook_ad.widgets.frame import texts, titles
from notebook_ad.widgets.state import State
from notebook_ad.widgets.walk import walk

GRAPHS: dict[str, Callable[[Callable[..., State]], State]] = {
    "textbook": lambda s: s(lambda a, w, b, y: (a * w + b - y) ** 2, a=2.0, w=3.0, b=4.0, y=11.0),
    "fork": lambda s: s(lambda a, b: a * b + a**2 - a, a=2.0, b=3.0),
    "twice": lambda s: s(lambda a: a * a, a=3.0),
    "layer": lambda s: s(lambda x, w: ad.mean(ad.relu(x @ w) * 2), x=np.eye(3), w=np.ones((3, 2)) - 2 * np.eye(3, 2)),
    "a leaf itself": lambda s: s(lambda a: a, a=3.0),
    "zero and infinite": lambda s: s(lambda a, b: ad.log(a * 0) * b + a, a=1.0, b=0.0),
}


@pytest.fixture(params=GRAPHS.values(), ids=GRAPHS.keys())
def walked(request: Any, state: Callable[..., State]) -> tuple[dict[str, Any], dict[str, Any]]:
    graph = request.param(state).first
    return walk(graph), texts(compose(graph)) | titles(graph)


def test_before_the_first_step_leaves_have_values_and_nothing_has_a_gradient(walked: Any) -> None:
    steps, final = walked
    assert steps["blank"].keys() == final.keys()
    for slot, text in steps["blank"].items():
        if slot.endswith(".g"):
            assert text == "·"
        if slot.endswith(".v"):
            assert text in ("·", final[slot])
    assert all(steps["blank"][f"n{key}.v"] == final[f"n{key}.v"] for key in ("0",) if f"n{key}.v" in final)


def test_all_steps_together_give_the_final_picture(walked: Any) -> None:
    steps, final = walked
    said = dict(steps["blank"])
    for step in steps["steps"]:
        assert step["sets"].keys() <= final.keys()
        said |= step["sets"]
    assert said == final


def test_forward_steps_come_first_then_the_seed_then_the_edges(walked: Any) -> None:
    phases = [step["phase"] for step in walked[0]["steps"]]
    assert phases == sorted(phases, key=["forward", "seed", "backward"].index)
    assert phases.count("seed") == 1


def test_the_textbook_cell_takes_four_and_eight_steps(textbook_state: State) -> None:
    steps = walk(textbook_state.first)["steps"]
    assert [s["where"].split(" · ")[0] for s in steps] == [
        *(f"forward, step {i} of 4" for i in range(1, 5)),
        *(f"backward, step {i} of 8" for i in range(1, 9)),
    ]
    assert [s["lines"][0] for s in steps[:4]] == [
        "a·w = 2 × 3 = 6",
        "a·w + b = 6 + 4 = 10",
        "a·w + b − y_true = 10 − 11 = −1",
        "L = (a·w + b − y_true)² = 1",
    ]
    assert steps[10]["lines"] == ["∂L/∂a += ∂L/∂(a·w) · w = −2 × 3 = −6"]
    assert steps[10]["sets"]["n0.g"] == "−6"


def test_at_a_fork_the_sum_grows_term_by_term(state: Callable[..., State]) -> None:
    graph = state(lambda a, b: a * b + a**2, a=2.0, b=3.0).first  # 3 through ×, 4 through x²
    sums = [
        s["sets"][f"n{graph.node('a').id}.s"] for s in walk(graph)["steps"] if f"n{graph.node('a').id}.s" in s["sets"]
    ]
    assert sums == ["Σ 4 + …", "Σ 3 + 4 = 7"]
