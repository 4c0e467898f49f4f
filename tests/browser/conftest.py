"""Notebooks open in a JupyterLab that fail on console errors; every pytest worker has a server and a browser of its own.

To load JupyterLab takes longer than most tests, so they open their notebooks one after another in one page, where each is closed
and its kernel ended before the next. A test that counts what a page holds, or reloads or closes it, asks for its own with
`usefixtures("own_page")`; a second notebook in one test, and the first after a failed test, get a new page by themselves.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import labpage
import labserver

FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`-m browser` and `-m "not browser"` tell them apart."""
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that a test failed: nobody knows in what state it leaves its page."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


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

    def close(self) -> None:
        """Close everything that is open in the page, and end the kernels."""
        if not self.page.is_closed():
            self.page.evaluate(labserver.CLOSE)


class Pages:
    """The browser's pages with JupyterLab: one that stays for all tests, and those that end with their test."""

    def __init__(self, lab: labserver.Lab, chrome: Any) -> None:
        self.lab, self.chrome = lab, chrome
        self.lasting: Notebook | None = None

    def new(self, name: str, theme: str) -> Notebook:
        """Open the notebook in a browser that knows nothing of others: a context and a workspace of its own."""
        context = self.chrome.new_context(viewport={"width": 1280, "height": 1000}, color_scheme=theme)
        made = Notebook(context.new_page())
        made.page.goto(self.lab.address(name, labpage.workspace()))
        made.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        return made

    def again(self, name: str, theme: str) -> Notebook:
        """Open the notebook in the page that stays, which has nothing else open."""
        if self.lasting is None:
            self.lasting = self.new(name, theme)
        else:
            made = self.lasting
            made.complaints.clear()
            made.page.emulate_media(color_scheme=theme)
            made.page.mouse.move(0, 0)
            made.page.evaluate(labserver.OPEN, name)
            made.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        return self.lasting

    def drop(self) -> None:
        """The next test begins with another page that stays."""
        if self.lasting is not None:
            self.lasting.page.context.close()
        self.lasting = None


@pytest.fixture(scope="session")
def pages(lab: labserver.Lab, chrome: Any) -> Pages:
    return Pages(lab, chrome)


@pytest.fixture
def own_page() -> None:
    """What a test does with its page needs a new one, or leaves none that others could use."""


@pytest.fixture
def notebook(pages: Pages, request: pytest.FixtureRequest) -> Iterator[Callable[..., Notebook]]:
    """Opens a notebook: a path to copy, or cells to write. The test fails on any console error of the page."""
    opened: list[Notebook] = []

    def open_notebook(source: Path | list[str] | dict[str, Any], theme: str = "light", kernel: bool = True) -> Notebook:
        name = f"{request.node.name.replace('[', '-').replace(']', '')}-{len(opened)}.ipynb"
        target = pages.lab.root / name
        if isinstance(source, Path):
            shutil.copy(source, target)
        else:
            target.write_text(json.dumps(labserver.as_notebook(source) if isinstance(source, list) else source))
        new = opened or "own_page" in request.fixturenames
        made = pages.new(name, theme) if new else pages.again(name, theme)
        opened.append(made)
        if kernel:
            made.ready()
        labserver.set_theme(made.page, theme)
        return made

    yield open_notebook
    complaints = [c for made in opened for c in made.complaints]
    if request.node.stash.get(FAILED, False) or complaints:
        pages.drop()
    else:
        for made in opened:
            made.close()
    for made in opened:
        if made is not pages.lasting:
            made.page.context.close()
    assert complaints == []
