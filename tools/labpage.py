"""For scripts: a JupyterLab of their own and a browser, open for the length of a `with` block."""

from __future__ import annotations

import json
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import browser
import labserver


@contextmanager
def started() -> Iterator[tuple[labserver.Lab, Any]]:
    """A server on an empty folder, and a browser, installed where there is none; both end with the block."""
    from playwright.sync_api import sync_playwright

    browser.get()
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        root = Path(scratch) / "notebooks"
        root.mkdir()
        lab, process = labserver.start(root, Path(scratch) / "lab")
        try:
            chrome = labserver.launch(playwright)
            try:
                yield lab, chrome
            finally:
                chrome.close()
        finally:
            labserver.stop(process)


@contextmanager
def opened(cells: list[str], **options: Any) -> Iterator[tuple[Any, list[str]]]:
    """A page with a notebook of these cells, its kernel idle, and the list that the page's complaints go to.

    Args:
        cells: code; none has been run.
        options: of the page, as its viewport.
    """
    with started() as (lab, chrome):
        (lab.root / "cells.ipynb").write_text(json.dumps(labserver.as_notebook(cells)))
        page = chrome.new_page(**{"viewport": {"width": 1280, "height": 1000}, **options})
        complaints = listen(page)
        page.goto(lab.address("cells.ipynb", workspace()))
        page.wait_for_function(labserver.READY, timeout=60_000)
        yield page, complaints


def listen(page: Any) -> list[str]:
    """The list that everything goes to which the page's console says is wrong, from now on."""
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: complaints.append(str(e)))
    return complaints


def workspace() -> str:
    """A name that no page had: two pages in one workspace would wait for each other."""
    return f"w{secrets.token_hex(4)}"
