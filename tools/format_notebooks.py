"""Format the committed notebooks so that their diffs show what changed, and nothing else.

    python tools/format_notebooks.py [--check] [notebook or folder …]

Without arguments it formats `notebooks/`. It keeps sources and outputs, and drops what differs from run to run or from
one machine to the next: cell metadata, execution times, live widget views, the exact Python version, and where a stream
was cut into several outputs. Every cell has an id that stays; keys are in nbformat's own order (sorted, indented by one
space). `--check` changes nothing, names the files that would change, and fails if there are any.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pathlib
import re
import sys
from collections.abc import Iterable
from typing import Any

ROOT = pathlib.Path(__file__).resolve().parents[1]
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
KEPT_CELL_METADATA = ("tags",)  # nbval's marks are tags
ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def formatted(text: str) -> str:
    """The same notebook in its committed form.

    Args:
        text: a notebook (nbformat 4) as JSON.

    Raises:
        ValueError: it is not a notebook of that format.
    """
    notebook = json.loads(text)
    if notebook.get("nbformat") != 4 or "cells" not in notebook:
        raise ValueError("not a notebook of nbformat 4")
    taken: set[str] = set()
    cells = [_cell(cell, taken) for cell in notebook["cells"] if _joined(cell["source"]).strip() or cell.get("outputs")]
    tidy = {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(tidy, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def _cell(cell: dict[str, Any], taken: set[str]) -> dict[str, Any]:
    source = _joined(cell["source"]).rstrip("\n")
    kept = {key: cell["metadata"][key] for key in KEPT_CELL_METADATA if cell.get("metadata", {}).get(key)}
    tidy = {"cell_type": cell["cell_type"], "id": _id(cell.get("id", ""), source, taken), "metadata": kept}
    tidy["source"] = _lines(source)
    if cell["cell_type"] == "code":
        tidy["execution_count"] = cell.get("execution_count")
        tidy["outputs"] = _merged(out for one in cell.get("outputs", []) if (out := _output(one)) is not None)
    elif cell.get("attachments"):
        tidy["attachments"] = cell["attachments"]
    return tidy


def _id(given: str, source: str, taken: set[str]) -> str:
    """The cell's own id where it has a valid one that no earlier cell has, else one made from its source."""
    found, turn = given, 0
    while not ID.fullmatch(found) or found in taken:
        found = hashlib.sha256(f"{turn}{source}".encode()).hexdigest()[:8]
        turn += 1
    taken.add(found)
    return found


def _output(output: dict[str, Any]) -> dict[str, Any] | None:
    """The output without its live part; None where nothing of it is left to read."""
    tidy = dict(output)
    if "data" in tidy:
        data = {kind: _data(value) for kind, value in tidy["data"].items() if kind != WIDGET_VIEW}
        if not data:
            return None
        tidy |= {"data": data, "metadata": {}}
    if "text" in tidy:
        tidy["text"] = _lines(_joined(tidy["text"]))
    tidy.pop("transient", None)
    return tidy


def _merged(outputs: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """With neighbours of the same stream as one: it depends on timing into how many outputs a loop's prints come."""
    merged: list[dict[str, Any]] = []
    for output in outputs:
        last = merged[-1] if merged else {}
        if output["output_type"] == last.get("output_type") == "stream" and output["name"] == last["name"]:
            last["text"] = _lines(_joined(last["text"]) + _joined(output["text"]))
        else:
            merged.append(output)
    return merged


def _data(value: Any) -> Any:
    """Text as a list of lines, as nbformat writes it; a JSON value as it is."""
    is_text = isinstance(value, str) or (isinstance(value, list) and all(isinstance(line, str) for line in value))
    return _lines(_joined(value)) if is_text else value


def _joined(text: str | list[str]) -> str:
    return text if isinstance(text, str) else "".join(text)


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def _notebooks(paths: Iterable[pathlib.Path]) -> list[pathlib.Path]:
    found = [path.rglob("*.ipynb") if path.is_dir() else [path] for path in paths]
    return sorted(path for group in found for path in group if ".ipynb_checkpoints" not in path.parts)


def main(arguments: list[str] | None = None) -> int:
    """Format the notebooks that are named, or all; the number of files that are not as they should be, at most 1."""
    parser = argparse.ArgumentParser(description="Format the committed notebooks.")
    parser.add_argument("paths", nargs="*", type=pathlib.Path, default=[ROOT / "notebooks"])
    parser.add_argument("--check", action="store_true", help="change nothing; fail if a file is not formatted")
    options = parser.parse_args(arguments)
    changed = 0
    for path in _notebooks(options.paths):
        before = path.read_text("utf-8")
        after = formatted(before)
        if before == after:
            continue
        changed += 1
        print(f"{'not formatted' if options.check else 'formatted'}: {path}")
        if not options.check:
            path.write_text(after, "utf-8")
    return min(changed, 1) if options.check else 0


if __name__ == "__main__":
    sys.exit(main())
