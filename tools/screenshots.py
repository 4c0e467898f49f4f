"""Photograph lessons in a real JupyterLab, run from top to bottom, in the light and the dark theme.

python tools/screenshots.py FOLDER [NOTEBOOK ...]
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import labpage
import labserver

ROOT = Path(__file__).resolve().parent.parent
TALLEST = 16_000  # px that a page of the browser may have; what is below comes on further pages
HEIGHT = """() => 120 + Math.max(
    ...[...document.querySelectorAll('.jp-WindowedPanel-outer, .jp-WindowedPanel-inner')].map(e => e.scrollHeight))"""
# Scrolls the notebook to a place; gives where it stands then, how much of it is seen, and how much there is.
SCROLL = """(top) => {
    const panel = document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) .jp-WindowedPanel-outer');
    panel.scrollTop = top;
    return [panel.scrollTop, panel.clientHeight, panel.scrollHeight];
}"""


def photograph(chrome: Any, lab: labserver.Lab, notebook: Path, theme: str, folder: Path) -> list[Path]:
    """Run one notebook and save pictures of all of it: one, or where it is too long for that, page by page."""
    shutil.copy(notebook, lab.root / notebook.name)
    context = chrome.new_context(viewport={"width": 1280, "height": 1000}, color_scheme=theme)
    page = context.new_page()
    page.goto(lab.address(notebook.name, labpage.workspace()))
    page.wait_for_function(labserver.READY, timeout=60_000)
    labserver.set_theme(page, theme)
    page.evaluate(labserver.RUN_ALL)
    page.wait_for_function(labserver.READY, timeout=120_000)
    page.wait_for_timeout(1000)
    page.set_viewport_size({"width": 1280, "height": min(TALLEST, page.evaluate(HEIGHT))})
    page.wait_for_timeout(1000)
    paths: list[Path] = []
    top = 0.0
    while True:
        at, seen, height = page.evaluate(SCROLL, top)
        page.wait_for_timeout(1000)
        paths.append(folder / f"{notebook.stem}-{theme}{f'-{len(paths) + 1}' if paths else ''}.png")
        page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)").screenshot(path=paths[-1])
        top = at + seen
        if top >= height - 1:
            break
    context.close()
    return paths


def main(folder: Path, notebooks: list[Path]) -> None:
    """Photograph every notebook in both themes."""
    folder.mkdir(parents=True, exist_ok=True)
    with labpage.started() as (lab, chrome):
        for notebook in notebooks:
            for theme in ("light", "dark"):
                print(*photograph(chrome, lab, notebook, theme, folder), sep="\n", flush=True)


if __name__ == "__main__":
    chosen = [Path(a) for a in sys.argv[2:]] or sorted((ROOT / "notebooks").glob("*.ipynb"))
    main(Path(sys.argv[1]), chosen)
