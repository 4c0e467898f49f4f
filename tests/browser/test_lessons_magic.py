"""`%lessons` in JupyterLab: the list, a copy that opens at a click, without outputs, and the checks of what was answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

LOAD = "%load_ext notebook_ad"
ANSWERS = """from notebook_ad.lessons import lesson00 as lesson
lesson.predict(dict(v=3.5, t=20, a=-3.125))
lesson.exercise_2("U**2/R**2")
"""


def test_the_list_is_a_table_and_a_copy_opens_at_a_click(notebook: Callable[..., Any]) -> None:
    page = notebook([LOAD, "%lessons", "%lessons open 02"])
    page.run_all()
    rows = page.cell(1).locator("table tbody tr")
    assert rows.count() >= 13
    assert rows.nth(2).locator("td").nth(1).text_content() == "Many paths, one gradient"
    page.cell(2).get_by_role("link", name="Many paths, one gradient").click()
    opened = page.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    opened.get_by_role("heading", name="02 · Many paths, one gradient").wait_for()
    assert opened.locator(".jp-CodeCell").count() > 20
    assert opened.locator(".jp-OutputArea-output").count() == 0
    page.ready()


def test_the_check_tells_what_is_right_and_the_list_remembers_it(notebook: Callable[..., Any]) -> None:
    page = notebook([LOAD, ANSWERS, "%lessons check", 'lesson.exercise_2("-U**2/R**2")', "%lessons"])
    page.run_all()
    checked = page.cell(2).locator("table tbody")
    assert "✓ right" in checked.locator("tr", has_text="Predict").first.text_content()
    assert "✗ wrong" in checked.locator("tr", has_text="Exercise 2").text_content()
    assert "· not run yet" in checked.locator("tr", has_text="Exercise 3").text_content()
    assert "○●○" in page.cell(4).locator("tr", has_text="Slopes").text_content()


def test_a_command_that_does_not_exist_shows_no_traceback(notebook: Callable[..., Any]) -> None:
    page = notebook([LOAD, "%lessons opn"])
    page.run_all()
    said = page.cell(1).locator(".jp-OutputArea-output")
    assert said.text_content().strip() == "UsageError: %lessons: unknown: opn; did you mean open?"
