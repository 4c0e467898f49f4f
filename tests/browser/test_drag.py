"""Dragging leaves in a real JupyterLab: every number follows, the notebook's own values stay as they are."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import TimeoutError

LOAD = "%load_ext notebook_ad"
TEXTBOOK = "%%backprop\na, w, b, y_true = 2, 3, 4, 11\nL = (a * w + b - y_true) ** 2"
KEEP = "print(a, w, b, y_true, L, '|', a.grad, w.grad, b.grad, y_true.grad, '|', x)"
SAVE = "() => window.jupyterapp.commands.execute('docmanager:save')"
SLOTS = """(live, wanted) => {
    const said = slot => live.querySelector(`[data-t='${slot}']`)?.textContent.replace('◂', '').trim();
    return Object.entries(wanted).filter(([slot, text]) => said(slot) !== text).map(([slot, text]) => [slot, said(slot), text]);
}"""
FOLLOWS = f"([live, wanted]) => ({SLOTS})(live, wanted).length === 0"


def short(x: float) -> str:
    """Four significant digits, as pictures write numbers."""
    return f"{round(x, 9):.4g}".replace("-", "−")


def textbook(a: float, w: float, b: float = 4.0, y: float = 11.0) -> dict[str, str]:
    """All numbers of the picture by the formulas: leaves 0, 1, 3, 5; edges from the output down."""
    d = a * w + b - y
    values = {
        "n0.v": a, "n1.v": w, "n3.v": b, "n5.v": y, "n0.g": 2 * d * w, "n1.g": 2 * d * a, "n3.g": 2 * d, "n5.g": -2 * d,
        "e0.v": d, "e0.g": 2 * d, "e1.v": a * w + b, "e1.g": 2 * d, "e2.v": y, "e2.g": -2 * d, "e3.v": a * w,
        "e3.g": 2 * d, "e4.v": b, "e4.g": 2 * d, "e5.v": a, "e5.g": 2 * d * w, "e6.v": w, "e6.g": 2 * d * a,
        "eout.v": d * d, "eout.g": 1, "nout.v": d * d, "nout.g": 1,
    }  # fmt: skip
    return {slot: short(x + 0.0) for slot, x in values.items()}


class Drag:
    """The live view in one cell, its table of leaves, and what is expected of them."""

    def __init__(self, page: Any, cell: Any) -> None:
        self.page, self.cell = page, cell
        self.live = cell.locator(".nad-live")
        self.live.locator("svg").first.wait_for()

    def row(self, leaf: str) -> Any:
        return self.live.locator(".nad-leavespanel tr[data-leaf]", has=self.page.locator(f"th:text-is('{leaf}')"))

    def slider(self, leaf: str) -> Any:
        return self.live.get_by_role("slider", name=leaf, exact=True)

    def field(self, leaf: str) -> Any:
        return self.live.get_by_role("spinbutton", name=f"value of {leaf}", exact=True)

    def value(self, leaf: str) -> float:
        """The number in the field, which follows its slider a moment later."""
        both = [self.field(leaf).element_handle(), self.slider(leaf).element_handle()]
        self.page.wait_for_function("([field, slider]) => Math.abs(field.value - slider.value) < 1e-9", arg=both)
        return float(self.field(leaf).input_value())

    def follows(self, wanted: dict[str, str]) -> None:
        """Wait until every slot says what is wanted."""
        live = self.live.element_handle()
        try:
            self.page.wait_for_function(FOLLOWS, arg=[live, wanted], timeout=10_000)
        except TimeoutError:
            differing = live.evaluate(SLOTS, wanted)
            assert differing == []

    def checked(self, leaf: str, gradient: float) -> None:
        """The central difference stands beside the gradient, agrees, and has its number."""
        text = self.row(leaf).locator(".nad-check.nad-right").text_content()
        assert text.startswith("✓ ")
        assert math.isclose(float(text[2:].replace("−", "-")), gradient, rel_tol=1e-3, abs_tol=1e-3)
        assert self.row(leaf).locator(".nad-gradient").text_content() == short(gradient)


def opened(notebook: Callable[..., Any], *cells: str) -> tuple[Any, Drag]:
    page = notebook([LOAD, *cells])
    page.run_all()
    return page, Drag(page.page, page.cell(1))


def run_cell(page: Any, index: int) -> None:
    page.page.evaluate(
        """i => { const app = window.jupyterapp; app.shell.currentWidget.content.activeCellIndex = i;
                  return app.commands.execute('notebook:run-cell'); }""",
        index,
    )
    page.ready()


def test_every_number_follows_and_no_variable_changes(notebook: Callable[..., Any]) -> None:
    page, drag = opened(notebook, TEXTBOOK, "x = 1", KEEP)
    said = page.cell(3).locator(".jp-OutputArea-output").inner_text()
    drag.follows(textbook(2, 3))

    box = drag.slider("w").bounding_box()
    page.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] / 2, steps=8)
    page.page.mouse.up()
    w = drag.value("w")
    assert w > 3.5
    drag.follows(textbook(2, w))
    d = 2 * w + 4 - 11
    drag.checked("w", 2 * d * 2)
    drag.checked("a", 2 * d * w)

    drag.slider("a").focus()
    for key in ("ArrowLeft", "ArrowLeft", "PageUp"):
        page.page.keyboard.press(key)
    a = drag.value("a")
    assert a != 2
    drag.follows(textbook(a, w))

    drag.field("y_true").fill("-2.5")
    drag.follows(textbook(a, w, y=-2.5))
    drag.checked("y_true", -2 * (a * w + 4 + 2.5))
    drag.field("y_true").fill("")  # nothing typed is no number
    drag.follows(textbook(a, w, y=-2.5))

    run_cell(page, 3)
    assert page.cell(3).locator(".jp-OutputArea-output").inner_text() == said
    assert said.strip() == "2 3 4 11 1 | -6.0 -4.0 -2.0 2.0 | 1"
    drag.live.get_by_role("button", name="reset values").click()
    drag.follows(textbook(2, 3))
    assert (drag.value("w"), drag.value("y_true")) == (3, 11)


def test_a_cell_of_an_array_is_picked_and_moved(notebook: Callable[..., Any]) -> None:
    cell = "%%backprop\nimport numpy as np\nx = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])\nL = (x ** 2).sum()"
    page, drag = opened(notebook, cell, "print(x.tolist(), x.grad.tolist())")
    said = page.cell(2).locator(".jp-OutputArea-output").inner_text()
    drag.row("x").get_by_role("button", name="cells of x").click()
    drag.live.get_by_role("gridcell", name="x[0, 0] = 1", exact=True).focus()
    for key in ("ArrowDown", "End"):
        page.page.keyboard.press(key)
    field = drag.field("x[1, 2]")
    assert field.input_value() == "6"
    field.fill("-1")
    drag.follows({"nout.v": short(1 + 4 + 9 + 16 + 25 + 1)})
    assert drag.row("x").locator(".nad-check.nad-right").inner_text() == "✓ all 6"
    drag.live.get_by_role("gridcell", name="x[0, 1] = 2", exact=True).click()
    drag.slider("x[0, 1]").press("ArrowRight")
    moved = drag.value("x[0, 1]")
    assert moved > 2
    values = [1, moved, 3, 4, 5, -1]
    drag.follows({"nout.v": short(sum(v * v for v in values))})
    assert drag.live.get_by_role("gridcell", name="x[1, 2] = −1", exact=True).count() == 1
    run_cell(page, 2)
    assert page.cell(2).locator(".jp-OutputArea-output").inner_text() == said


@pytest.mark.usefixtures("own_page")
def test_a_reloaded_page_and_a_second_tab_show_what_was_moved(notebook: Callable[..., Any]) -> None:
    page, drag = opened(notebook, TEXTBOOK)
    drag.field("w").fill("5")
    drag.follows(textbook(2, 5))
    page.page.evaluate(SAVE)
    page.page.reload()
    page.ready()
    drag = Drag(page.page, page.cell(1))
    drag.follows(textbook(2, 5))
    assert drag.value("w") == 5
    assert drag.slider("w").input_value() == "5"
    assert drag.live.get_by_role("button", name="reset values").is_enabled()

    other = type(page)(page.page.context.new_page())
    other.page.goto(page.page.url)
    other.ready()
    second = Drag(other.page, other.cell(1))
    second.follows(textbook(2, 5))
    second.slider("a").press("ArrowRight")
    a = second.value("a")
    for view in (second, drag):  # what one tab moves, the other shows
        view.follows(textbook(a, 5))
    assert drag.value("a") == a
    drag.live.get_by_role("button", name="reset values").click()
    for view in (second, drag):
        view.follows(textbook(2, 3))
    assert second.value("w") == 3
    assert other.complaints == []


def test_two_outputs_of_one_view_move_together(notebook: Callable[..., Any]) -> None:
    page, first = opened(notebook, TEXTBOOK)
    page.page.evaluate("() => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = 1 }")
    page.page.evaluate("() => window.jupyterapp.commands.execute('notebook:create-output-view')")
    page.page.locator(".nad-live").nth(1).wait_for()
    second = Drag(page.page, page.page.locator(".jp-LinkedOutputView"))
    second.field("b").fill("0.5")
    for view in (first, second):
        view.follows(textbook(2, 3, 0.5))
    first.slider("a").press("ArrowLeft")
    a = first.value("a")
    for view in (first, second):
        view.follows(textbook(a, 3, 0.5))
        assert view.value("a") == a


def test_the_keyboard_alone_reaches_the_player_and_a_slider(notebook: Callable[..., Any]) -> None:
    page, drag = opened(notebook, TEXTBOOK)
    keys = page.page.keyboard
    drag.live.locator(".nad-code").click()
    here = "live => live.contains(document.activeElement) ? document.activeElement.className : ''"
    for _ in range(8):
        keys.press("Tab")
        if "nad-track" in str(drag.live.evaluate(here)):
            break
    counter = drag.live.locator(".nad-counter")
    for key, said in (
        ("Home", "forward 0/4 · backward 0/8"),
        ("ArrowRight", "forward 1/4 · backward 0/8"),
        ("ArrowLeft", "forward 0/4 · backward 0/8"),
        (" ", "forward 1/4 · backward 0/8"),
        ("End", "forward 4/4 · backward 8/8"),
    ):
        keys.press(key)
        counter.get_by_text(said, exact=True).wait_for()
    for _ in range(8):
        keys.press("Tab")
        if "nad-slider" in str(drag.live.evaluate(here)):
            break
    keys.press("ArrowRight")
    a = drag.value("a")
    assert a > 2
    drag.follows(textbook(a, 3))


EFFECTS = """%%backprop
a = 2.0
log.append(a)
with open("said.txt", "a") as file:
    file.write("once")
L = a * a if a > 1 else -3 * a"""
READ = "print(len(log), open('said.txt').read(), a, L)"


def test_a_drag_across_a_branch_repeats_no_effect_of_the_cell(notebook: Callable[..., Any], lab: Any) -> None:
    (lab.root / "said.txt").unlink(missing_ok=True)
    page = notebook([LOAD, "log = []", EFFECTS, READ])
    page.run_all()
    drag = Drag(page.page, page.cell(2))

    def untouched() -> None:
        run_cell(page, 3)
        assert page.cell(3).locator(".jp-OutputArea-output").inner_text().strip() == "1 once 2.0 4.0"

    untouched()
    drag.field("a").fill("3")
    drag.follows({"nout.v": "9"})
    drag.slider("a").press("Home")  # the browser's own key: to the low end, far across the branch
    for _ in range(3):
        drag.slider("a").press("PageDown")
    drag.field("a").fill("0.5")
    news = drag.live.locator(".nad-news").get_by_text("is decided otherwise")
    news.wait_for()
    assert "run again only if you ask" in str(news.text_content())
    assert (lab.root / "said.txt").read_text() == "once"
    untouched()
    drag.field("a").fill("2.5")
    drag.follows({"nout.v": "6.25"})
    untouched()
    assert (lab.root / "said.txt").read_text() == "once"
