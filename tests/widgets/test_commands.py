"""What the browser can ask of the kernel: moved leaves, branches, the way back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from notebook_ad.widgets import commands
from notebook_ad.widgets.commands import Redrawn, answer
from notebook_ad.widgets.state import State


def drag(state: State, name: str, value: float, index: int | None = None) -> dict[str, Any]:
    leaf = str(state.first.node(name).id)
    return answer(state, {"do": "drag", "seq": 7, "leaf": leaf, "index": index, "value": value})


def test_a_moved_leaf_moves_every_number(textbook_state: State) -> None:
    reply = drag(textbook_state, "a", 2.5)  # (7.5 + 4 − 11)² = 0.25, upstream 1
    assert (reply["what"], reply["seq"], reply["moved"]) == ("frame", 7, True)
    cells = [row["cells"] for row in reply["frame"]["table"]["rows"]]
    assert cells[0] == ["a", "2.5", "3", "1 × 3", "✓ 3.000"]
    assert cells[1] == ["w", "3", "2.5", "1 × 2.5", "✓ 2.500"]
    assert reply["frame"]["texts"]["nout.v"] == "0.25"
    assert not reply["frame"]["stale"]
    assert json.loads(json.dumps(reply)) == reply


def test_moves_add_up_and_reset_goes_back(textbook_state: State) -> None:
    before = answer(textbook_state, {"do": "reset"})["frame"]
    drag(textbook_state, "a", 1.0)
    reply = drag(textbook_state, "w", 7.0)  # (7 + 4 − 11)²
    assert reply["frame"]["texts"]["nout.v"] == "0"
    reply = answer(textbook_state, {"do": "reset", "seq": 1})
    assert (reply["frame"], reply["moved"]) == (before, False)


def test_an_element_of_an_array_moves_alone(state: Callable[..., State]) -> None:
    view = state(lambda x: (x * x).sum(), x=np.array([[1.0, 2.0], [3.0, 4.0]]))
    drag(view, "x", 10.0, index=2)
    np.testing.assert_array_equal(view.shown.node("x").value, [[1, 2], [10, 4]])
    np.testing.assert_array_equal(view.shown.grad("x"), [[2, 4], [20, 8]])
    np.testing.assert_array_equal(view.first.node("x").value, [[1, 2], [3, 4]])


def test_steps_are_those_of_the_moved_values(textbook_state: State) -> None:
    drag(textbook_state, "a", 2.5)
    walk = answer(textbook_state, {"do": "walk"})
    assert walk["steps"][0]["lines"] == ["a·w = 2.5 × 3 = 7.5"]
    assert walk["blank"]["n0.v"] == "2.5"


def test_past_a_branch_the_numbers_are_marked_stale_and_say_which(state: Callable[..., State]) -> None:
    view = state(lambda x: x * 2 if x > 0 else x * 3, x=1.0)
    reply = drag(view, "x", -1.0)
    assert reply["frame"]["stale"]
    assert not reply["rerun"]
    assert "is decided otherwise" in reply["frame"]["note"]
    assert reply["frame"]["table"]["rows"][0]["cells"][4] == ""  # nothing to check against
    assert not drag(view, "x", 2.0)["frame"]["stale"]


def test_past_a_branch_code_without_effects_is_run_again_and_the_graph_changes_form(
    state: Callable[..., State],
) -> None:
    def f(x: Any) -> Any:
        return x * 2 if x > 0 else x * x * 3

    view = state(f, x=1.0)
    asked = []

    def rerun(values: Any) -> Any:
        asked.append(dict(values))
        other = state(f, **values)
        return other.first, other.replay

    view.rerun = rerun
    with pytest.raises(Redrawn) as redrawn:
        drag(view, "x", -2.0)
    assert asked == [{"x": -2.0}]
    assert redrawn.value.picture["frame"]["table"]["rows"][0]["cells"][:3] == ["x", "−2", "−12"]
    assert "another branch" in redrawn.value.picture["frame"]["note"]
    with pytest.raises(Redrawn):
        drag(view, "x", 5.0)
    assert view.shown.grad("x") == 2.0
    with pytest.raises(Redrawn) as home:
        answer(view, {"do": "reset"})
    assert home.value.picture["frame"]["table"]["rows"][0]["cells"][:3] == ["x", "1", "2"]


def test_what_was_moved_before_a_branch_stays_moved_after_it(state: Callable[..., State]) -> None:
    def f(x: Any, y: Any) -> Any:
        return x * y if x > 0 else x - y

    view = state(f, x=1.0, y=2.0)
    asked = []

    def rerun(values: Any) -> Any:
        asked.append(dict(values))
        other = state(f, **({"x": 1.0, "y": 2.0} | values))
        return other.first, other.replay

    view.rerun = rerun
    drag(view, "y", 7.0)
    for x in (-1.0, 3.0):
        with pytest.raises(Redrawn):
            drag(view, "x", x)
    assert asked == [{"x": -1.0, "y": 7.0}, {"x": 3.0, "y": 7.0}]
    assert view.shown.grad("x") == 7.0


def test_code_with_effects_is_run_again_only_when_asked(state: Callable[..., State]) -> None:
    view = state(lambda x: x * 2 if x > 0 else x * 3, x=1.0)
    runs = []

    def risky(values: Any) -> Any:
        runs.append(values)
        other = state(lambda x: x * 3, **values)
        return other.first, other.replay

    view.risky = risky
    assert drag(view, "x", -1.0)["rerun"]
    assert runs == []
    with pytest.raises(Redrawn):
        answer(view, {"do": "rerun"})
    assert view.shown.grad("x") == 3.0


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"do": "nonsense"},
        {"do": "drag", "leaf": "99", "value": 1},
        {"do": "drag", "leaf": "0", "value": float("nan")},
        {"do": "drag", "leaf": "x", "value": 1},
        {"do": "drag", "leaf": "0", "value": None},
        {"do": "drag", "leaf": "0", "value": 1, "index": 5},
        {"do": "rerun"},
        {"do": "check", "slot": "n0.g"},
        {"do": "reveal", "slot": "nonsense"},
    ],
)
def test_a_message_that_makes_no_sense_is_answered_with_a_problem(
    textbook_state: State, message: dict[str, Any]
) -> None:
    reply = answer(textbook_state, message | {"seq": 3})
    assert (reply["what"], reply["seq"]) == ("problem", 3)
    assert drag(textbook_state, "a", 2.0)["frame"]["texts"]["nout.v"] == "1"


def test_a_view_without_a_replay_cannot_be_moved(textbook_state: State) -> None:
    assert commands.picture(textbook_state)["leaves"]
    textbook_state.replay = None
    assert commands.picture(textbook_state)["leaves"] == []
    assert drag(textbook_state, "a", 1.0)["what"] == "problem"
