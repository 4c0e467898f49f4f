"""A JupyterLab server for all browser tests, and notebooks open in it that fail on console errors."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import labpage
import labserver


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`-m browser` and `-m "not browser"` tell them apart."""
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[labserver.Lab]:
    served, process = labserver.start(tmp_path_factory.mktemp("notebooks"), tmp_path_factory.mktemp("lab"))
    yield served
    labserver.stop(process)


@pytest.fixture(scope="session")
def chrome() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = labserver.launch(playwright)
        yield running
        running.close()


class Notebook:
    """A notebook open in JupyterLab, with everything that the browser's console complained about."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.complaints = labpage.listen(page)

    def ready(self) -> None:
        self.page.wait_for_function(labserver.READY, timeout=60_000)

    def run_all(self) -> None:
        self.page.evaluate(labserver.RUN_ALL)
        self.ready()

    def cell(self, index: int) -> Any:
        return self.page.locator(".jp-Cell").nth(index)


@pytest.fixture
def notebook(lab: labserver.Lab, chrome: Any, request: pytest.FixtureRequest) -> Iterator[Callable[..., Notebook]]:
    """Opens a notebook: a path to copy, or cells to write. The test fails on any console error of the page."""
    opened: list[tuple[Notebook, Any]] = []

    def open_notebook(source: Path | list[str] | dict[str, Any], theme: str = "light", kernel: bool = True) -> Notebook:
        name = f"{request.node.name.replace('[', '-').replace(']', '')}-{len(opened)}.ipynb"
        target = lab.root / name
        if isinstance(source, Path):
            shutil.copy(source, target)
        else:
            target.write_text(json.dumps(labserver.as_notebook(source) if isinstance(source, list) else source))
        context = chrome.new_context(viewport={"width": 1280, "height": 1000}, color_scheme=theme)
        page = context.new_page()
        made = Notebook(page)
        opened.append((made, context))
        page.goto(lab.address(name, labpage.workspace()))
        if kernel:
            made.ready()
        else:
            page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        labserver.set_theme(page, theme)
        return made

    yield open_notebook
    complaints = [c for made, _ in opened for c in made.complaints]
    for _, context in opened:
        context.close()
    assert complaints == []
