"""Lesson 01 as a newcomer meets it: opened in JupyterLab, run from top to bottom, looked at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

TEXTBOOK = "%%backprop\na, w, b, y_true = 2, 3, 4, 11\nL = (a * w + b - y_true) ** 2"
LOAD = "%load_ext notebook_ad"


def lesson(name: int) -> Path:
    from notebook_ad.lessons import find

    return Path(str(find(name).file))


def contributions(cell: Any) -> list[str]:
    """The gradient contributions that stand on the edges of a cell's live graph."""
    texts = cell.locator(".nad-live [data-edge] text.g").all_text_contents()
    return [t.replace("◂", "").strip() for t in texts]


def test_lesson_01_shows_the_textbook_gradients_on_its_edges(notebook: Callable[..., Any], tmp_path: Path) -> None:
    source = lesson(1)
    page = notebook(source)
    page.run_all()
    cells = nbformat.read(source, as_version=4).cells
    textbook = next(i for i, c in enumerate(cells) if c.source.startswith("%%backprop") and "2, 3, 4, 11" in c.source)
    cell = page.cell(textbook)
    cell.locator(".nad-live svg").wait_for()
    shown = contributions(cell)
    assert {"−6", "−4", "−2", "2"} <= set(shown)
    assert page.page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count() == 0


def test_a_cell_run_twice_shows_the_same_numbers_once(notebook: Callable[..., Any]) -> None:
    page = notebook([LOAD, TEXTBOOK])
    page.run_all()
    cell = page.cell(1)
    cell.locator(".nad-live").wait_for()
    first = contributions(cell)
    page.run_all()
    cell.locator(".nad-live").wait_for()
    assert contributions(cell) == first
    assert cell.locator(".nad-live").count() == 1


def test_a_variable_plots_after_the_cell(notebook: Callable[..., Any]) -> None:
    page = notebook(
        [
            LOAD,
            "%%backprop\nimport numpy as np\nx = np.linspace(-1.0, 1.0, 9)\ny = (x ** 2).sum()",
            "import matplotlib.pyplot as plt\nplt.plot(x, x ** 2);",
        ]
    )
    page.run_all()
    page.cell(2).locator(".jp-OutputArea-output img").wait_for()


def test_hovering_over_an_edge_writes_the_rule_with_its_numbers(notebook: Callable[..., Any]) -> None:
    page = notebook([LOAD, TEXTBOOK])
    page.run_all()
    live = page.cell(1).locator(".nad-live")
    live.wait_for()
    edge = live.locator("[data-edge]").filter(has_text="−6").first
    edge.locator("text.g").hover()
    live.get_by_text("−2 × 3").first.wait_for()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_graph_follows_the_theme_of_jupyterlab(notebook: Callable[..., Any], theme: str) -> None:
    page = notebook([LOAD, TEXTBOOK], theme=theme)
    page.run_all()
    live = page.cell(1).locator(".nad-live")
    live.wait_for()
    ink = live.locator("svg text").first.evaluate("e => getComputedStyle(e).fill")
    level = sum(int(v) for v in ink.removeprefix("rgb(").removesuffix(")").split(",")[:3]) / 3
    assert level < 128 if theme == "light" else level > 128
