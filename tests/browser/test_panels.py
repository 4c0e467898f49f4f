"""The panels around the graph: against a real kernel in JupyterLab, and alone on a page where replies are given."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.graph.snapshot import graph
from notebook_ad.widgets.drawing import drawing
from notebook_ad.widgets.view import STATIC

LOAD = "%load_ext notebook_ad"
CELL = "a, w, b, y_true = 2, 3.0, 4, 11\nL = (a * w + b - y_true) ** 2"

PAGE = """([source, picture, replies]) => {
    const listeners = {};
    const say = content => [...(listeners['msg:custom'] ?? [])].forEach(f => f(content));
    const model = {
        get: name => name === 'picture' ? picture : '1-test',
        on: (name, f) => (listeners[name] ??= new Set()).add(f),
        off: (name, f) => listeners[name]?.delete(f),
        send: m => { sent.push(m); if (replies[m.do]) setTimeout(() => say({...replies[m.do], what: m.do, seq: m.seq})); },
    };
    Object.assign(window, {sent: [], say, listeners});
    return import(URL.createObjectURL(new Blob([source], {type: 'text/javascript'}))).then(module => {
        window.close_view = module.default.render({model, el: document.body});
    });
}"""


@pytest.fixture
def alone(chrome: Any) -> Iterator[Callable[..., Any]]:
    """Opens the view of a tensor's graph on an empty page; `replies` stand in for the kernel's."""
    contexts = []
    complaints: list[str] = []

    def open_view(output: Any, replies: dict[str, Any] | None = None, **changes: Any) -> Any:
        context = chrome.new_context(viewport={"width": 1100, "height": 1200})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda e: complaints.append(str(e)))
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.route("**/*", lambda r: r.fulfill(content_type="text/html", body="<!doctype html><title>view</title>"))
        page.goto("http://view.test/")
        page.add_style_tag(content=(STATIC / "view.css").read_text())
        picture = json.loads(json.dumps(drawing(graph(output)) | changes))
        page.evaluate(PAGE, [(STATIC / "view.js").read_text(), picture, replies or {}])
        page.locator(".nad-live svg.nad-graph").wait_for()
        return page

    yield open_view
    for context in contexts:
        context.close()
    assert complaints == []


def scalar() -> Any:
    x, w = ad.tensor(2.0), ad.tensor(3.0)
    return x * w + w


def gradient(cell: Any, leaf: str) -> str:
    return str(
        cell.locator(".nad-leavespanel tr", has=cell.page.locator(f"th:text-is('{leaf}')"))
        .locator(".nad-gradient")
        .text_content()
    )


def test_a_slider_moved_by_keyboard_changes_the_numbers_and_no_variable(notebook: Callable[..., Any]) -> None:
    page = notebook([LOAD, f"%%backprop\n{CELL}", "print(f'{w} and {L}')"])
    page.run_all()
    cell = page.cell(1)
    cell.get_by_role("slider", name="w", exact=True).focus()
    before = gradient(cell, "w")
    page.page.keyboard.press("ArrowRight")
    page.page.wait_for_function(
        "([c, old]) => c.querySelector('.nad-leavespanel tr:nth-child(2) .nad-gradient').textContent !== old",
        arg=[cell.element_handle(), before],
    )
    field = cell.get_by_role("spinbutton", name="value of w")
    page.page.wait_for_function("field => field.value !== '3'", arg=field.element_handle())  # a moment after the slider
    w = float(field.input_value())
    assert gradient(cell, "w") == f"{2 * (2 * w + 4 - 11) * 2:.4g}".replace("-", "−")
    page.run_all()
    page.cell(2).get_by_text("3.0 and 1.0").wait_for()


def test_a_value_is_typed_and_reset(notebook: Callable[..., Any]) -> None:
    page = notebook([LOAD, f"%%backprop\n{CELL}"])
    page.run_all()
    cell = page.cell(1)
    field = cell.get_by_role("spinbutton", name="value of w")
    field.fill("3.5")
    cell.locator("[data-node] text", has_text="L = 0").wait_for()
    cell.get_by_role("button", name="reset values").click()
    cell.locator("[data-node] text", has_text="L = 1").wait_for()
    assert field.input_value() == "3"


def test_predictions_by_keyboard_alone_survive_a_new_run(notebook: Callable[..., Any]) -> None:
    page = notebook([LOAD, f"%%backprop --predict\n{CELL}"])
    page.run_all()
    cell = page.cell(1)
    keys = page.page.keyboard
    cell.get_by_role("textbox", name="∂L/∂w").last.focus()
    keys.type("2")
    keys.press("Enter")
    cell.locator(".nad-item.nad-wrong .nad-hint").wait_for()
    assert "upstream" in str(cell.locator(".nad-item.nad-wrong .nad-hint").text_content())
    keys.press("ControlOrMeta+a")
    keys.type("-4")
    keys.press("Enter")
    cell.locator(".nad-item.nad-right").wait_for()
    assert "1 of" in str(cell.locator(".nad-score").text_content())
    cell.locator(".nad-leavespanel td.nad-gradient:text-is('−4')").wait_for()
    page.page.wait_for_timeout(600)  # by then the texts of the steps came, too
    cell.get_by_role("textbox", name="to ∂L/∂a, through ×").last.focus()
    assert "through ×" in str(cell.locator(".nad-rule").text_content())
    assert "−6" not in str(cell.locator(".nad-live").inner_text())
    page.run_all()
    cell.locator(".nad-item.nad-right").wait_for()
    assert "1 of" in str(cell.locator(".nad-score").text_content())


def test_the_hint_of_the_lowest_blank_is_whole_and_the_same_answer_is_judged_again(
    notebook: Callable[..., Any],
) -> None:
    page = notebook([LOAD, f"%%backprop --predict\n{CELL}"])
    page.run_all()
    cell = page.cell(1)
    lowest = cell.locator(".nad-fo").get_by_role("textbox", name="∂L/∂y_true", exact=True)
    for _ in range(2):
        lowest.fill("7")
        cell.locator(".nad-item.nad-wrong").wait_for(state="detached")
        lowest.press("Enter")
        cell.locator(".nad-item.nad-wrong").wait_for()
    bubble = cell.locator(".nad-tip.nad-open .nad-bubble").bounding_box()
    graph = cell.locator("svg.nad-graph").bounding_box()
    assert graph["y"] <= bubble["y"]
    assert bubble["y"] + bubble["height"] <= lowest.bounding_box()["y"]


PATHS = {
    "title": "path to w", "total": "3", "count": "7", "left_out": "5 more", "note": "", "lit": ["0", "1"],
    "rows": [
        {"edges": ["0"], "path": "y ← + ← w", "product": "1", "contribution": "1", "share": "33 %", "fraction": 0.33},
        {"edges": ["1"], "path": "y ← × ← w", "product": "2", "contribution": "−2", "share": "−67 %", "fraction": -0.67},
    ],
}  # fmt: skip


def test_selecting_a_leaf_lists_its_paths_and_a_row_lights_its_edges(alone: Callable[..., Any]) -> None:
    page = alone(scalar(), {"paths": PATHS})
    page.locator("[data-node='1'] text").first.click()
    rows = page.locator(".nad-paths tbody tr")
    rows.first.focus()
    page.keyboard.press("ArrowDown")
    assert page.locator(".edge.lit").evaluate_all("all => all.map(e => e.dataset.edge)") == ["1", "out"]
    assert "2 of 7 paths" in page.locator(".nad-paths tfoot").inner_text()
    bars = page.locator(".nad-bar rect").evaluate_all("all => all.map(b => Number(b.getAttribute('x')))")
    assert bars[0] == 28
    assert bars[1] < 28


def test_why_is_offered_and_its_lines_are_text_that_points(alone: Callable[..., Any]) -> None:
    lines = [
        {"text": "<img src=x onerror=alert(1)> at line 1", "source": [1, 0, 1, 5], "node": "2"},
        {"text": "end", "source": None, "node": None},
    ]
    page = alone(
        scalar(), {"why": {"title": "0", "lines": lines, "lit": ["0"]}, "paths": PATHS}, code=["y = x * w + w"]
    )
    page.locator("[data-node='1'] text").first.click()
    page.get_by_role("button", name="why?").click()
    item = page.locator(".nad-answer li").first
    item.focus()
    assert item.text_content() == lines[0]["text"]
    assert page.locator(".nad-code .nad-mark").text_content() == "y = x"


def detail() -> dict[str, Any]:
    cells = [["1", "−2", "NaN"], ["0", "1", "2"]]
    strength = [[0.5, 1, 1], [0, 0.5, 1]]
    return {
        "title": "h", "shape": "(2, 3)", "rows": [["mean", "0.4", "1"]], "jacobian": False,
        "histogram": {"value": {"counts": [1, 2], "low": -2, "high": 2}, "gradient": None},
        "cells": {"shape": [2, 3], "value": cells, "gradient": cells, "strength": strength, "gstrength": strength},
    }  # fmt: skip


def test_an_array_shows_details_and_a_cell_asks_for_its_element_by_keyboard(alone: Callable[..., Any]) -> None:
    x = ad.tensor(np.ones((2, 3)))
    element = {"title": "h[1, 2]", "svg": "<svg xmlns='http://www.w3.org/2000/svg'/>", "lines": ["h[1, 2] = 2"]}
    page = alone((x * x).sum(), {"detail": detail(), "element": element})
    page.locator("[data-node='1'] text").first.click()
    page.locator(".nad-heat [tabindex='0']").focus()
    for key in ("ArrowDown", "End", "Enter"):
        page.keyboard.press(key)
    page.locator(".nad-element").get_by_text("h[1, 2] = 2").wait_for()
    assert page.evaluate("sent.at(-1).index") == [1, 2]
    assert page.locator(".nad-readout").text_content() == "h[1, 2] = 2 · gradient 2"
    assert page.locator(".nad-heat.nad-v .nad-sign").count() == 2


def test_training_steps_are_scrubbed_without_the_kernel(alone: Callable[..., Any]) -> None:
    page = alone(scalar())
    page.evaluate("""() => { for (let step = 0; step < 500; step++)
        say({what: 'tick', step, texts: {'n1.g': String(step)}, charts: {loss: 500 - step, norm: null}}); }""")
    shown = page.locator("[data-node='1'] text.g")
    page.wait_for_function("() => document.querySelector('[data-node=\"1\"] text.g').textContent === '499'")
    page.get_by_role("button", name="pause view").click()
    page.evaluate("say({what: 'tick', step: 500, texts: {'n1.g': '500'}, charts: {loss: 0, norm: null}})")
    page.get_by_role("slider", name="training step").focus()
    page.keyboard.press("Home")
    page.wait_for_function("() => document.querySelector('[data-node=\"1\"] text.g').textContent === '0'")
    page.locator(".nad-chart .nad-last", has_text="500").wait_for()  # the loss of step 0
    page.get_by_role("button", name="follow the running loop").click()
    page.wait_for_function("() => document.querySelector('[data-node=\"1\"] text.g').textContent === '500'")
    page.locator(".nad-chart .nad-last:text-is('0')").wait_for()
    assert shown.text_content() == "500"
    assert page.locator(".nad-chart").count() == 1
    assert int(page.get_by_role("slider", name="training step").get_attribute("max")) <= 121
    page.evaluate("say({what: 'tick', step: 20000, texts: {'n1.g': '0'}, charts: {loss: 0, norm: null}})")
    last = page.locator(".nad-chart text", has_text="20000").bounding_box()
    chart = page.locator(".nad-chart").bounding_box()
    assert last["x"] + last["width"] <= chart["x"] + chart["width"]


def test_the_formula_above_the_graph_follows_the_training_step_that_is_shown(alone: Callable[..., Any]) -> None:
    page = alone(scalar())
    page.evaluate("""() => { for (let step = 0; step < 5; step++)
        say({what: 'tick', step, texts: {'nout.v': String(7 - step)}, charts: {loss: 7 - step, norm: null}}); }""")
    formula = page.locator(".nad-rule .nad-sentence")
    formula.get_by_text("3", exact=True).wait_for()
    page.get_by_role("slider", name="training step").focus()
    page.keyboard.press("Home")
    formula.get_by_text("7", exact=True).wait_for()
    assert str(formula.text_content()).endswith(" = 7")


def test_a_closed_view_leaves_no_listener(alone: Callable[..., Any]) -> None:
    page = alone(scalar())
    page.evaluate("close_view()")
    assert page.evaluate("Object.values(listeners).every(all => all.size === 0)")


@pytest.mark.usefixtures("own_page")
def test_half_answered_predictions_survive_a_reload_and_a_new_run(notebook: Callable[..., Any]) -> None:
    page = notebook([LOAD, f"%%backprop --predict\n{CELL}"])
    page.run_all()
    keys = page.page.keyboard

    def blank(name: str) -> Any:
        return page.cell(1).get_by_role("listitem").filter(has=page.page.get_by_role("textbox", name=name, exact=True))

    def restored() -> None:
        cell = page.cell(1)
        blank("∂L/∂w").and_(page.page.locator(".nad-right")).wait_for()
        blank("∂L/∂a").and_(page.page.locator(".nad-wrong")).wait_for()
        blank("∂L/∂b").and_(page.page.locator(".nad-shown")).wait_for()
        assert blank("∂L/∂w").get_by_role("textbox").input_value() == "−4"
        assert blank("∂L/∂a").get_by_role("textbox").input_value() == "7"
        assert blank("∂L/∂b").get_by_role("textbox").input_value() == "−2"
        assert blank("∂L/∂y_true").get_by_role("textbox").input_value() == ""
        said = "1 of 11 right · 1 to look at again · 1 revealed"
        cell.locator(".nad-score").get_by_text(said, exact=True).wait_for()
        cell.locator(".nad-leavespanel td.nad-gradient:text-is('−4')").wait_for()
        assert cell.locator(".nad-leavespanel td.nad-gradient:text-is('?')").count() == 2

    for name, answer in (("∂L/∂w", "-4"), ("∂L/∂a", "7")):
        blank(name).get_by_role("textbox").focus()
        keys.type(answer)
        keys.press("Enter")
    blank("∂L/∂b").get_by_role("button").click()
    restored()
    page.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    page.page.reload()  # the kernel still knows the view
    page.ready()
    restored()
    page.run_all()  # another view of the same cell
    restored()
