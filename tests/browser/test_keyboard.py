"""Everything in a live view by keyboard alone, from the cell on; what has the focus always shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

LOAD = "%load_ext notebook_ad"
CODE = "a, w, b, y_true = 2, 3, 4, 11\nL = (a * w + b - y_true) ** 2"
TEXTBOOK, PREDICT = f"%%backprop\n{CODE}", f"%%backprop --predict\n{CODE}"
ARRAYS = """%%backprop
import numpy as np
x, W = np.arange(-3.0, 3.0).reshape(2, 3), np.ones((3, 2))
h = np.maximum(x @ W, 0)
L = h.sum()"""
START = """i => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    notebook.activeCellIndex = i;
    notebook.mode = 'command';
    notebook.activate();
}"""
FOCUS = """live => {
    const e = document.activeElement;
    if (!live.contains(e)) return null;
    const drawn = e.querySelector('.shape, .hit, .nad-frame');
    const style = getComputedStyle(e), part = drawn && getComputedStyle(drawn);
    const ring = part ? Number(part.strokeOpacity) * parseFloat(part.strokeWidth) : parseFloat(style.outlineWidth);
    return {
        name: e.ariaLabel ?? e.textContent.trim(),
        part: ['node', 'edge'].filter(kind => kind in e.dataset).map(kind => `${kind} ${e.dataset[kind]}`).join(),
        seen: e.matches(':focus-visible') && ring >= 1 && (part ? part.stroke : style.outlineStyle) !== 'none',
        role: e.role ?? e.tagName.toLowerCase(),
    };
}"""


class Keys:
    """A cell's live view and the keyboard, which is all that a test uses."""

    def __init__(self, page: Any, index: int) -> None:
        self.page, self.keyboard = page.page, page.page.keyboard
        self.live = page.cell(index).locator(".nad-live")
        self.live.locator("svg.nad-graph").wait_for()
        self.page.evaluate(START, index)

    def focus(self) -> dict[str, Any]:
        """What has the focus; it must show it, and have a name."""
        found = self.live.evaluate(FOCUS)
        assert found is None or (found["seen"] and found["name"]), found
        return found or {"name": "", "part": "", "role": ""}

    def tab(self, name: str, key: str = "Tab") -> None:
        """Press Tab until something with this name has the focus."""
        passed = []
        for _ in range(60):
            self.keyboard.press(key)
            passed.append(self.focus()["name"])
            if passed[-1].startswith(name):
                return
        raise AssertionError(f"{name} is not reached: {passed}")

    def part(self, part: str) -> None:
        """From the graph's tab stop go by the arrows to a part."""
        for _ in range(60):
            if self.focus()["part"] == part:
                return
            self.keyboard.press("ArrowRight")
        raise AssertionError(f"{part} is not reached")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keyboard.press(key)
            self.focus()

    def counts(self, said: str) -> None:
        self.live.locator(".nad-counter").get_by_text(said, exact=True).wait_for()

    def says(self, slot: str, text: str) -> None:
        self.live.locator(f"[data-t='{slot}']").get_by_text(text, exact=True).wait_for()


def opened(notebook: Callable[..., Any], cell: str, **options: Any) -> Keys:
    page = notebook([LOAD, cell], **options)
    page.run_all()
    return Keys(page, 1)


def test_steps_values_paths_and_reasons(notebook: Callable[..., Any]) -> None:
    keys = opened(notebook, TEXTBOOK)
    keys.tab("one step back")
    keys.press("Enter")
    keys.counts("forward 4/4 · backward 7/8")
    keys.tab("one step on")
    keys.press("Enter")
    keys.counts("forward 4/4 · backward 8/8")
    keys.tab("step of the two passes")
    for key, said in (
        ("Home", "forward 0/4 · backward 0/8"),
        ("ArrowRight", "forward 1/4 · backward 0/8"),
        ("ArrowRight", "forward 2/4 · backward 0/8"),
        ("ArrowLeft", "forward 1/4 · backward 0/8"),
        ("End", "forward 4/4 · backward 8/8"),
    ):
        keys.press(key)
        keys.counts(said)

    keys.tab("value of a")
    keys.press("ControlOrMeta+a", "3")
    keys.says("nout.v", "4")  # (3·3 + 4 − 11)²
    keys.press("Tab", "ArrowRight")
    assert keys.focus()["name"] == "a"  # the slider
    keys.live.locator("[data-t='nout.v']:not(:text-is('4'))").wait_for()
    keys.tab("reset values")
    keys.press(" ")
    keys.says("nout.v", "1")

    keys.tab("step of the two passes", "Shift+Tab")
    keys.press("Tab")  # the graph has one tab stop
    keys.part("node 1")
    keys.press("Enter")
    keys.live.locator(".nad-paths tbody tr").first.wait_for()
    keys.tab("L ← ")  # the row of the path
    assert keys.live.locator(".nad-graph .edge.lit").count() > 0
    keys.tab("why?")
    keys.press("Enter")
    keys.live.locator(".nad-answer li").first.wait_for()
    keys.press("Tab")
    assert keys.focus()["role"] == "li"


def test_details_of_an_array_and_its_cells(notebook: Callable[..., Any]) -> None:
    keys = opened(notebook, ARRAYS)
    keys.tab("step of the two passes")
    keys.press("Tab")
    node = keys.live.locator("[data-node]", has_text="@").first.get_attribute("data-node")
    keys.part(f"node {node}")
    keys.press(" ")
    keys.live.locator(".nad-detail .nad-heat").first.wait_for()
    keys.tab("close the details")
    for _ in range(9):
        keys.press("Tab")
        if keys.live.evaluate("() => document.activeElement.closest('.nad-heat') !== null"):
            break
    keys.press("ArrowRight", "End", "Home", "ArrowDown", "Enter")
    keys.live.locator(".nad-element svg").wait_for()
    keys.press("Escape")
    keys.live.locator(".nad-detail").wait_for(state="hidden")

    keys.page.evaluate(START, 1)  # the focus was in what closed
    keys.tab("cells of x")
    keys.press("Enter", "Tab")
    assert keys.focus()["name"].startswith("x[0, 0]")
    keys.press("ArrowDown", "End")
    keys.tab("value of x[1, 2]")
    keys.press("ControlOrMeta+a", "5")
    keys.says("nout.v", "12")  # x @ W is −6 and 0 + 1 + 5, in two columns


def test_a_wrong_and_a_right_prediction(notebook: Callable[..., Any]) -> None:
    keys = opened(notebook, PREDICT)
    keys.tab("∂L/∂w")
    keys.press("2", "Enter")
    keys.live.locator(".nad-item.nad-wrong .nad-hint").wait_for()
    assert "upstream" in str(keys.live.locator(".nad-item.nad-wrong .nad-hint").text_content())
    keys.press("ControlOrMeta+a", "-", "4", "Enter")
    keys.live.locator(".nad-item.nad-right").wait_for()
    keys.tab("reveal ∂L/∂b")
    keys.press("Enter")
    keys.live.locator(".nad-item.nad-shown").first.wait_for()
