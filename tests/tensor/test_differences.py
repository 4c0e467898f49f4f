"""The generated tables: every row of what differs is evaluated, every function that is named as supported is checked."""

from __future__ import annotations

import importlib.util
import pathlib
import re
import sys
from types import ModuleType

import numpy as np
import pytest

import notebook_ad as ad

ROOT = pathlib.Path(__file__).parents[2]


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


differences, supported = load("differences"), load("supported")
tables = load("tables")
DOCUMENT = (ROOT / "docs" / "differences.md").read_text(encoding="utf-8")
ROWS = [row for rows in differences.ROWS.values() for row in rows]
NEW = np.lib.NumpyVersion(np.__version__) >= "2.0.0"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.code)
def test_a_difference_is_as_the_table_says(row: object) -> None:
    code = row.code.replace("lib.", "ad.").replace("|", "\\|")  # type: ignore[attr-defined]
    (line,) = (line for line in DOCUMENT.splitlines() if line.startswith(f"| `{code}` |"))
    _, _, ours, numpys, torchs, reason, _ = re.split(r" ?(?<!\\)\| ?", line)
    assert ours == differences.evaluate(row.code, "ours")  # type: ignore[attr-defined]
    assert (torchs, reason) == (row.torch, row.reason)  # type: ignore[attr-defined]
    if row.numpy and NEW:  # type: ignore[attr-defined]
        assert numpys == differences.evaluate(row.code, "numpy")  # type: ignore[attr-defined]


def test_the_table_has_no_row_that_nobody_evaluates() -> None:
    written = [line for line in DOCUMENT.splitlines() if line.startswith("| `")]
    assert len(written) == len(ROWS)


def test_every_function_with_a_rule_was_checked_to_order_two() -> None:
    lines = supported.lines()
    assert len(lines) > 200
    assert not [line for line in lines if line.kind == "?"], "give it an example in tools/supported.py"
    assert not [line for line in lines if line.kind != supported.NONE and line.order < 2]


def test_a_wrong_rule_would_show_in_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        supported.FUNCTIONS, np.sin, lambda x: ad.cos(ad.stop_gradient(x)) * 0 + ad.sin(x) * ad.stop_gradient(x)
    )
    assert supported.examined(np.sin).order == 0


def test_tables_are_written_between_their_markers_only() -> None:
    text = "a\n<!-- differences -->\nold\n<!-- end differences -->\nb"
    assert tables.filled(text, {"differences": "new\n"}) == text.replace("old", "new")
    assert tables.filled("nothing", {"differences": "new\n"}) == "nothing"
    with pytest.raises(ValueError, match="no <!-- end differences -->"):
        tables.filled("<!-- differences -->\n", {"differences": ""})
