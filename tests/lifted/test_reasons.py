"""`g.unused()` says why a leaf gets no gradient; `g.why()` names lines of the cell."""

from __future__ import annotations

from typing import Any

import pytest
from plain_cells import run_lifted


def graph_of(cell: str) -> Any:
    ran = run_lifted(cell)
    assert ran.outcome is not None, ran.error
    assert ran.outcome.graph is not None, ran.outcome.problem
    return ran.outcome.graph


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("a = 1.0\nb = 2.0\nL = a * 2", [("b", "the output does not depend on it")]),
        ("import json\na, b = 1.0, 2.0\nL = a * float(json.loads(json.dumps(b)))",
         [("b", "cut at line 3: json.loads() keeps only the value")]),
        ("a = 1.0\nL = a * 2", []),
    ],
)  # fmt: skip
def test_unused_leaves_have_reasons(cell: str, expected: list[tuple[str, str]]) -> None:
    assert graph_of(cell).unused() == expected


def test_why_names_the_line_of_the_cell() -> None:
    cell = "import numpy as np\nh = -2.0\nr = np.maximum(h, 0.0)\nL = r * 3"
    assert graph_of(cell).why("h").lines[0].text == "max at line 3: input −2 < 0"


def test_why_of_an_unused_leaf_gives_the_reason() -> None:
    g = graph_of("import json\na, b = 1.0, 2.0\nL = a * float(json.loads(json.dumps(b)))")
    assert [line.text for line in g.why("b").lines] == ["cut at line 3: json.loads() keeps only the value"]
