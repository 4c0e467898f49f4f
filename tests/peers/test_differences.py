"""PyTorch's column of docs/differences.md, evaluated with PyTorch."""

from __future__ import annotations

import importlib.util
import pathlib
import sys

import pytest

pytest.importorskip("torch")
TOOL = pathlib.Path(__file__).parents[2] / "tools" / "differences.py"
spec = importlib.util.spec_from_file_location("differences", TOOL)
assert spec is not None
assert spec.loader is not None
differences = sys.modules["differences"] = importlib.util.module_from_spec(spec)
spec.loader.exec_module(differences)
ROWS = [row for rows in differences.ROWS.values() for row in rows]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.code)
def test_pytorch_gives_what_the_table_says(row: object) -> None:
    assert differences.evaluate(row.code, "torch") == row.torch  # type: ignore[attr-defined]
