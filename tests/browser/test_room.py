"""Room in a real JupyterLab: texts stay in their boxes while leaves are dragged, wide graphs scroll and say so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

LOAD = "%load_ext notebook_ad\nimport notebook_ad as ad"
SEVERAL = "%%backprop\nw = 1.0\nL = w*w + 3*w + w"
WIDE = "%%backprop\nw = [2, 2, 2, 2]; b = -1; h = 1\nfor k in w: h = ad.sigmoid(k*h + b)"
OVER = """live => [...live.querySelectorAll('.node')].flatMap(node => {
    const box = node.querySelector('rect.shape')?.getBoundingClientRect();
    const out = r => r.left < box.left || r.right > box.right;
    return box ? [...node.querySelectorAll('text')].filter(t => out(t.getBoundingClientRect())).map(t => t.textContent) : [];
})"""
SEEN = """live => { const box = live.querySelector('.nad-scroll').getBoundingClientRect();
    const seen = [...live.querySelectorAll('.node.active')].map(n => n.getBoundingClientRect());
    return seen.length > 0 && seen.every(r => r.left >= box.left - 1 && r.right <= box.right + 1); }"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_sum_that_grows_longer_stays_in_its_box(notebook: Callable[..., Any], theme: str) -> None:
    page = notebook([LOAD, SEVERAL], theme)
    page.run_all()
    live = page.cell(1).locator(".nad-live")
    live.locator("svg").first.wait_for()
    field = live.get_by_role("spinbutton", name="value of w", exact=True)
    for value, total in (("7.95", "19.9"), ("-1234.5678", "−2465"), ("1", "6")):
        field.fill(value)
        live.locator(".nad-leaves .nad-gradient").get_by_text(total, exact=True).wait_for()
        assert live.evaluate(OVER) == []
    assert live.locator("[data-t='n0.s']").get_attribute("style") in (None, "")


def test_a_wide_graph_keeps_a_readable_size_fades_out_and_follows_the_cursor(notebook: Callable[..., Any]) -> None:
    page = notebook([LOAD, WIDE])
    page.run_all()
    live = page.cell(1).locator(".nad-live")
    box = live.locator(".nad-scroll")
    live.locator(".nad-scroll.nad-after:not(.nad-before)").wait_for()
    drawn, natural = box.locator("svg").evaluate(
        "s => [s.getBoundingClientRect().width, Number(s.getAttribute('width'))]"
    )
    assert 0.69 < drawn / natural <= 1
    live.locator(".nad-track").focus()
    page.page.keyboard.press("Home")
    for _ in range(32):
        page.page.keyboard.press("ArrowRight")
        page.page.wait_for_function(SEEN, arg=live.element_handle(), timeout=5_000)
    page.page.keyboard.press("Home")
    for _ in range(12):
        page.page.keyboard.press("ArrowRight")
    live.locator(".nad-scroll.nad-before").wait_for()
