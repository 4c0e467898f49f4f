"""Two passes, one cursor: walking over the recorded steps in a real JupyterLab, by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

LOAD = "%load_ext notebook_ad"
CODE = "a, w, b, y_true = 2, 3, 4, 11\nL = (a * w + b - y_true) ** 2"
TEXTBOOK = f"%%backprop\n{CODE}"
STEP = f"%%backprop --step\n{CODE}"
SET = "(e, k) => { e.value = k; e.dispatchEvent(new Event('input')) }"
WITHIN = """live => {
    const box = live.querySelector('.nad-scroll').getBoundingClientRect();
    const part = live.querySelector('.node.active').getBoundingClientRect();
    return part.left >= box.left && part.right <= box.right && part.top >= box.top && part.bottom <= box.bottom;
}"""


class Walk:
    """The live view of a notebook's cell, and what it shows."""

    def __init__(self, page: Any, cell: int = 1) -> None:
        self.page = page.page
        self.live = page.cell(cell).locator(".nad-live")
        self.live.wait_for()

    def key(self, name: str) -> None:
        self.live.locator(".nad-track").press(name)

    def button(self, name: str) -> None:
        self.live.get_by_role("button", name=name, exact=True).click()

    def at(self, counter: str) -> None:
        self.live.locator(".nad-counter").get_by_text(counter, exact=True).wait_for()

    def says(self, slot: str, text: str) -> None:
        self.live.locator(f"[data-t='{slot}']").get_by_text(text, exact=True).wait_for()

    def rule(self) -> str:
        return " ".join(self.live.locator(".nad-rule .nad-sentence").all_text_contents())

    def marked(self) -> str:
        return "".join(self.live.locator(".nad-mark").all_text_contents())

    def active(self, kind: str) -> list[str]:
        parts = self.live.locator(f".{kind}.active")
        return sorted(parts.evaluate_all(f"all => all.map(e => e.dataset.{kind})"))


def opened(notebook: Callable[..., Any], cell: str, **options: Any) -> Walk:
    page = notebook([LOAD, cell], **options)
    page.run_all()
    return Walk(page)


def test_a_plain_cell_starts_at_the_end_and_step_at_the_start(notebook: Callable[..., Any]) -> None:
    page = notebook([LOAD, TEXTBOOK, STEP])
    page.run_all()
    end, start = Walk(page, 1), Walk(page, 2)
    end.at("forward 4/4 · backward 8/8")
    end.says("n0.g", "−6")
    assert end.active("node") == []
    start.at("forward 0/4 · backward 0/8")
    start.says("n0.v", "2")
    for slot in ("n0.g", "e0.g", "e0.v", "eout.v", "nout.v"):
        start.says(slot, "·")


def test_the_keys_step_through_both_passes(notebook: Callable[..., Any]) -> None:
    walk = opened(notebook, STEP)
    walk.key("ArrowRight")
    walk.at("forward 1/4 · backward 0/8")
    assert walk.marked() == "a * w"
    assert walk.rule() == "a·w = 2 × 3 = 6"
    assert len(walk.active("node")) == 1
    assert len(walk.active("edge")) == 2
    for _ in range(10):
        walk.key("ArrowRight")
    walk.at("forward 4/4 · backward 7/8")
    walk.live.locator(".nad-where").get_by_text("step 7 of 8").wait_for()
    assert "= −2 × " in walk.rule()
    walk.key("End")
    walk.at("forward 4/4 · backward 8/8")
    walk.says("n0.g", "−6")
    walk.key("ArrowLeft")
    walk.at("forward 4/4 · backward 7/8")
    walk.key("Home")
    walk.says("n0.g", "·")
    walk.says("nout.v", "·")


def test_the_rule_has_its_numbers_in_their_colours(notebook: Callable[..., Any]) -> None:
    walk = opened(notebook, TEXTBOOK)
    walk.key("ArrowLeft")
    colours = {
        kind: walk.live.locator(f".nad-rule .nad-{kind}").evaluate("e => getComputedStyle(e).color")
        for kind in ("upstream", "local", "gradient")
    }
    assert colours["upstream"] == colours["gradient"] != colours["local"]
    fraction = walk.live.locator(".nad-frac").first
    assert fraction.text_content().startswith("∂L/∂")
    assert fraction.evaluate(
        "e => e.children[0].getBoundingClientRect().bottom <= e.children[2].getBoundingClientRect().top + 1"
    )


def test_buttons_and_the_track_move_the_cursor(notebook: Callable[..., Any]) -> None:
    walk = opened(notebook, TEXTBOOK)
    walk.button("to the start")
    walk.at("forward 0/4 · backward 0/8")
    walk.button("one step on")
    walk.at("forward 1/4 · backward 0/8")
    walk.button("one step back")
    walk.at("forward 0/4 · backward 0/8")
    walk.live.locator(".nad-track").evaluate(SET, 6)
    walk.at("forward 4/4 · backward 2/8")
    walk.button("to the end")
    walk.at("forward 4/4 · backward 8/8")


def test_space_plays_and_pauses(notebook: Callable[..., Any]) -> None:
    walk = opened(notebook, STEP)
    walk.live.locator(".nad-track").evaluate(SET, 9)
    walk.key(" ")
    walk.live.get_by_role("button", name="pause", exact=True).wait_for()
    walk.at("forward 4/4 · backward 6/8")
    walk.key(" ")
    walk.live.get_by_role("button", name="play", exact=True).wait_for()
    walk.at("forward 4/4 · backward 6/8")
    walk.button("play")
    walk.at("forward 4/4 · backward 8/8")
    walk.live.get_by_role("button", name="play", exact=True).wait_for()


def test_the_view_itself_takes_the_keys_and_the_graph_keeps_its_own(notebook: Callable[..., Any]) -> None:
    walk = opened(notebook, STEP)
    walk.live.locator(".nad-counter").click()
    walk.page.keyboard.press("ArrowRight")
    walk.at("forward 1/4 · backward 0/8")
    walk.live.locator(".nad-graph [tabindex='0']").focus()
    before = walk.live.evaluate("() => document.activeElement.dataset.edge ?? document.activeElement.dataset.node")
    walk.page.keyboard.press("ArrowRight")
    walk.at("forward 1/4 · backward 0/8")
    assert (
        walk.live.evaluate("() => document.activeElement.dataset.edge ?? document.activeElement.dataset.node") != before
    )


def test_pointing_interrupts_a_step_and_gives_it_back(notebook: Callable[..., Any]) -> None:
    walk = opened(notebook, STEP)
    walk.key("ArrowRight")
    walk.live.locator("[data-node='0'] .shape").hover()
    walk.live.locator(".nad-where").get_by_text("leaf").wait_for()
    assert walk.active("edge") == []
    walk.live.locator(".nad-code").hover()
    walk.live.locator(".nad-where").get_by_text("forward, step 1 of 4").wait_for()
    assert len(walk.active("edge")) == 2


def test_states_can_be_told_apart_without_colour(notebook: Callable[..., Any]) -> None:
    cell = (
        "%%backprop\nimport warnings; warnings.simplefilter('ignore')\nimport numpy as np\n"
        "a, b, c, d, e = 0.0, 2.0, 3.0, 1e-9, 5.0\n"
        "L = np.log(a) * (a * b) + d * d * 1e-5 + c * 1e9 + e * 0 + 4"
    )
    walk = opened(notebook, cell)
    texts = walk.live.locator(".nad-leavespanel tbody tr").all_text_contents()
    said = " ".join(texts)
    for mark in ("⚠", "⊘", "↑", "↓"):
        assert mark in said, (mark, texts)
    for state in ("nan", "zero", "huge", "tiny"):
        assert walk.live.locator(f".nad-graph .s-{state}").count() > 0, state
    walk.key("Home")
    walk.live.locator(".nad-graph .s-pending").first.wait_for()
    assert walk.live.locator(".nad-graph .node.todo").count() > 0
    assert walk.live.locator(".nad-graph .s-nan").count() == 0


def test_arrays_fill_their_maps_in_as_the_cursor_reaches_them(notebook: Callable[..., Any]) -> None:
    cell = (
        "%%backprop --step\nimport numpy as np\nx = np.arange(6.0).reshape(2, 3)\nW = np.ones((3, 2))\n"
        "h = x @ W\nL = h.sum()"
    )
    walk = opened(notebook, cell)
    maps = walk.live.locator(".nad-graph .map-g path")
    walk.live.locator(".nad-graph .map-v path").first.wait_for()
    assert maps.count() == 0
    walk.key("End")
    maps.first.wait_for(state="attached")


def test_a_wide_graph_shows_its_scroll_bar_and_follows_the_cursor(notebook: Callable[..., Any]) -> None:
    walk = opened(notebook, "%%backprop --step\nx = 0.5\nfor i in range(20):\n    x = x * 1.01 + 0.1\nL = x")
    scroll = walk.live.locator(".nad-scroll")
    assert scroll.evaluate("e => e.scrollWidth > e.clientWidth")
    page = walk.page.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollTop")
    walk.live.locator(".nad-track").evaluate(SET, 35)
    walk.page.wait_for_function(WITHIN, arg=walk.live.element_handle())
    walk.key("Home")
    walk.key("ArrowRight")
    walk.page.wait_for_function(WITHIN, arg=walk.live.element_handle())
    assert walk.page.evaluate("document.querySelector('.jp-WindowedPanel-outer').scrollTop") == page


def test_steps_speak_of_the_values_that_were_dragged_to(notebook: Callable[..., Any]) -> None:
    walk = opened(notebook, TEXTBOOK)
    walk.live.locator("tr[data-leaf='0'] input[type=range]").evaluate(SET, 3)
    walk.says("n0.v", "3")
    walk.says("nout.v", "4")
    walk.live.locator(".nad-track").evaluate(SET, 1)
    walk.live.locator(".nad-rule .nad-sentence").get_by_text("a·w = 3 × 3 = 9").wait_for()
    walk.live.locator(".nad-rule:not(.nad-late)").wait_for()


def test_two_views_of_one_graph_have_their_own_cursors_and_the_same_numbers(notebook: Callable[..., Any]) -> None:
    page = notebook([LOAD, TEXTBOOK])
    page.run_all()
    first = Walk(page)
    page.page.evaluate("() => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = 1 }")
    page.page.evaluate("() => window.jupyterapp.commands.execute('notebook:create-output-view')")
    both = page.page.locator(".nad-live")
    both.nth(1).wait_for()
    assert both.count() == 2
    both.nth(1).locator(".nad-track").evaluate(SET, 2)
    both.nth(1).locator(".nad-counter").get_by_text("forward 2/4 · backward 0/8").wait_for()
    first.at("forward 4/4 · backward 8/8")
    both.nth(1).locator("tr[data-leaf='0'] input[type=range]").evaluate(SET, 3)
    for i in range(2):
        both.nth(i).locator("[data-t='n0.v']").get_by_text("3", exact=True).wait_for()


def test_a_closed_comm_and_a_restarted_kernel_leave_a_view_that_still_walks(notebook: Callable[..., Any]) -> None:
    page = notebook([LOAD, STEP])
    page.run_all()
    walk = Walk(page)
    page.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    page.ready()
    if walk.live.count():  # the manager may have dropped the view with its model; the static picture is there then
        walk.key("ArrowRight")
        walk.at("forward 1/4 · backward 0/8")
        walk.live.locator("tr[data-leaf='0'] input[type=range]").evaluate(SET, 3)
    page.cell(1).locator(".nad-static").wait_for()


@pytest.mark.usefixtures("own_page")
def test_a_view_removed_with_a_message_on_its_way_and_many_runs_leave_nothing_behind(
    notebook: Callable[..., Any],
) -> None:
    page = notebook([LOAD, TEXTBOOK])
    page.run_all()
    for _ in range(5):
        walk = Walk(page)
        walk.button("to the start")
        walk.button("play")
        walk.live.locator("tr[data-leaf='0'] input[type=range]").evaluate(SET, 3)
        page.run_all()
    Walk(page).at("forward 4/4 · backward 8/8")
    assert page.page.locator(".nad-live").count() == 1
    held = page.page.evaluate("() => window[Symbol.for('notebook_ad.claims')].size")
    assert held == 1


def test_names_and_texts_of_the_reader_are_text(notebook: Callable[..., Any]) -> None:
    cell = (
        "%%backprop\nd = {'<img src=x onerror=alert(1)>': 2.0, 'a = \"b\" / ∂c': 3.0}\n"
        "キー = 4.0\nשם = 5.0\nL = d['<img src=x onerror=alert(1)>'] * d['a = \"b\" / ∂c'] * キー * שם"
    )
    walk = opened(notebook, cell)
    walk.key("Home")
    for _ in range(8):
        walk.key("ArrowRight")
    assert walk.live.locator("img, script").count() == 0
    assert "NaN" not in walk.rule()
