"""A saved notebook, opened again without its kernel: the static picture stands there, trusted or not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

LOAD = "%load_ext notebook_ad"
TEXTBOOK = "%%backprop\na, w, b, y_true = 2, 3, 4, 11\nL = (a * w + b - y_true) ** 2"
SAVE = "() => window.jupyterapp.commands.execute('docmanager:save')"


@pytest.fixture
def saved(notebook: Callable[..., Any], lab: Any) -> Path:
    """A notebook that was run and saved in JupyterLab."""
    page = notebook([LOAD, TEXTBOOK])
    page.run_all()
    page.cell(1).locator(".nad-live").wait_for()
    page.page.evaluate(SAVE)
    files = sorted(lab.root.glob("*.ipynb"), key=lambda f: f.stat().st_mtime)
    return files[-1]


def test_what_is_saved_is_a_picture_and_a_table(saved: Path) -> None:
    outputs = json.loads(saved.read_text())["cells"][1]["outputs"]
    types = {t for o in outputs for t in o.get("data", {})}
    assert "text/html" in types
    assert "text/plain" in types
    assert "application/vnd.jupyter.widget-view+json" not in types
    assert "data:image/svg+xml;base64," in json.dumps(outputs)


@pytest.mark.parametrize("trusted", [True, False])
def test_a_saved_notebook_shows_the_static_picture_without_its_kernel(
    saved: Path, notebook: Callable[..., Any], trusted: bool
) -> None:
    content = json.loads(saved.read_text())
    if not trusted:  # a change that JupyterLab did not sign
        content["cells"][0]["source"] = LOAD + "  # from somewhere else"
        page = notebook(content, kernel=False)
    else:
        page = notebook(saved, kernel=False)
    picture = page.cell(1).locator(".nad-static img")
    picture.wait_for()
    assert picture.evaluate("e => e.complete && e.naturalWidth > 300")
    assert "Error displaying widget" not in page.page.content()
    assert page.page.locator(".nad-live").count() == 0
