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
HEIGHT = """() => 120 + Math.max(
    ...[...document.querySelectorAll('.jp-WindowedPanel-outer, .jp-WindowedPanel-inner')].map(e => e.scrollHeight))"""


def photograph(chrome: Any, lab: labserver.Lab, notebook: Path, theme: str, folder: Path) -> Path:
    """Run one notebook and save a picture of all of it."""
    shutil.copy(notebook, lab.root / notebook.name)
    context = chrome.new_context(viewport={"width": 1280, "height": 1000}, color_scheme=theme)
    page = context.new_page()
    page.goto(lab.address(notebook.name, labpage.workspace()))
    page.wait_for_function(labserver.READY, timeout=60_000)
    labserver.set_theme(page, theme)
    page.evaluate(labserver.RUN_ALL)
    page.wait_for_function(labserver.READY, timeout=120_000)
    page.wait_for_timeout(1000)
    page.set_viewport_size({"width": 1280, "height": min(16_000, page.evaluate(HEIGHT))})
    page.evaluate("() => document.querySelectorAll('.jp-WindowedPanel-outer').forEach(e => e.scrollTop = 0)")
    page.wait_for_timeout(1000)
    path = folder / f"{notebook.stem}-{theme}.png"
    page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)").screenshot(path=path)
    context.close()
    return path


def main(folder: Path, notebooks: list[Path]) -> None:
    """Photograph every notebook in both themes."""
    folder.mkdir(parents=True, exist_ok=True)
    with labpage.started() as (lab, chrome):
        for notebook in notebooks:
            for theme in ("light", "dark"):
                print(photograph(chrome, lab, notebook, theme, folder), flush=True)


if __name__ == "__main__":
    chosen = [Path(a) for a in sys.argv[2:]] or sorted((ROOT / "notebooks").glob("*.ipynb"))
    main(Path(sys.argv[1]), chosen)
