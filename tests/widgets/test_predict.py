"""Prediction: nothing gives an answer away, answers are checked, the likely slip is named."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.graph import html, table
from notebook_ad.widgets import commands
from notebook_ad.widgets.commands import Redrawn, answer
from notebook_ad.widgets.state import State


@pytest.fixture
def asked(state: Callable[..., State]) -> State:
    """Many paths: y = a·b + a² + a at 13 and 17; contributions to a: 17 (×), 26 (x²), 1 (+); Σ 44."""
    view = state(lambda a, b: a * b + a**2 + a, a=13.0, b=17.0)
    view.predict = True
    return view


def check(view: State, slot: str, given: Any) -> dict[str, Any]:
    return answer(view, {"do": "check", "slot": slot, "answer": given})


def test_the_picture_the_page_and_the_text_hold_no_gradient(asked: State) -> None:
    graph = asked.first
    shown = json.dumps(commands.picture(asked), ensure_ascii=False)
    page = html.static_html(graph, "1", conceal=True)
    for text in (shown, page, table.text(graph, gradients=False)):
        assert not re.search(
            r"(?<![\d.#])(44|26)(?![\d.])", re.sub(r'base64,[^"]*|(?:d|x|y|width|height|viewBox)=\\?"[^"]*"', "", text)
        )


def test_every_scalar_edge_and_leaf_is_a_blank(asked: State) -> None:
    slots = commands.picture(asked)["predict"]["slots"]
    assert len(slots) == len([e for e in asked.first.edges if e.contribution is not None]) + 2
    assert all(commands.picture(asked)["frame"]["texts"][slot] == "?" for slot in slots)


@pytest.mark.parametrize("given", ["44", " 44.0 ", "17 + 26 + 1", "44.01"])
def test_a_right_answer_is_right(asked: State, given: str) -> None:
    reply = check(asked, f"n{asked.first.node('a').id}.g", given)
    assert (reply["what"], reply["right"], reply["hint"]) == ("checked", True, "")


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("-44", "sign"),
        ("43", "path is forgotten"),
        ("27", "path is forgotten"),
        ("26", "missing"),
        ("442", "multiplied"),
        ("14.666666", "averaged"),
        ("13", "value of a itself"),
        ("12345", "no usual slip"),
        ("two", "is no number"),
        ("", "is no number"),
    ],
)
def test_a_wrong_answer_is_told_its_likely_slip(asked: State, given: str, hint: str) -> None:
    reply = check(asked, f"n{asked.first.node('a').id}.g", given)
    assert not reply["right"]
    assert hint in reply["hint"]


def test_an_edge_is_told_the_slips_of_a_product(state: Callable[..., State]) -> None:
    view = state(lambda a, w: (a * w) ** 2, a=2.0, w=5.0)  # upstream 20 at a·w; ∂L/∂a = 20 · 5
    view.predict = True
    edge = next(e for e in view.first.edges if e.operand == view.first.node("a").id)
    slot = f"e{edge.id}.g"
    assert check(view, slot, "100")["right"]
    assert "own 2" in check(view, slot, "40")["hint"]
    assert "upstream gradient alone" in check(view, slot, "20")["hint"]
    assert "local derivative alone" in check(view, slot, "5")["hint"]


def test_one_answer_or_the_whole_picture_can_be_revealed(asked: State) -> None:
    slot = f"n{asked.first.node('a').id}.g"
    assert answer(asked, {"do": "reveal", "slot": slot})["texts"][slot] == "44"
    with pytest.raises(Redrawn) as redrawn:
        answer(asked, {"do": "reveal", "slot": None})
    assert redrawn.value.picture["predict"] is None
    assert redrawn.value.picture["frame"]["texts"][slot] == "44"


def test_leaves_stay_put_until_all_is_revealed(asked: State) -> None:
    assert commands.picture(asked)["leaves"] == []
    assert answer(asked, {"do": "drag", "leaf": "0", "index": None, "value": 1.0})["what"] == "problem"


def test_arrays_are_hidden_and_no_blanks(state: Callable[..., State]) -> None:
    view = state(lambda x: ad.sum(x * x), x=np.array([1.0, 2.0]))
    view.predict = True
    picture = commands.picture(view)
    assert picture["frame"]["texts"]["n0.g"] == "?"
    assert "n0.g" not in picture["predict"]["slots"]
    assert answer(view, {"do": "check", "slot": "n0.g", "answer": "1"})["what"] == "problem"
