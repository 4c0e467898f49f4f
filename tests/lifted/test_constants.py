"""Arrays that are no leaves keep their names in formulas."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from plain_cells import chosen, run_lifted

REGRESSION = """import numpy as np
x = np.array([[1.0, 2.0], [3.0, 4.0], [0.0, 1.0], [2.0, 2.0]]); w = np.array([1.0, -1.0]); target = np.array([1.0, 0.0, 1.0, 0.0])
L = np.mean((x @ w - target) ** 2)
"""


def expressions(source: str, **options: Any) -> list[str]:
    graph = run_lifted(source, **options).graph
    return [graph.expression(node.id) for node in graph.nodes]


def test_an_array_left_out_by_const_is_called_by_its_name() -> None:
    assert {"x @ w", "x @ w − target"} <= set(expressions(REGRESSION, choice=chosen(const="x,target")))
    graph = run_lifted(REGRESSION, choice=chosen(const="x,target")).graph
    assert any("xᵀ @ " in line for line in graph.derivation())
    assert graph.node("target").kind == "constant"
    assert [leaf.name for leaf in graph.leaves] == ["w"]


def test_an_array_left_out_by_wrt_is_called_by_its_name() -> None:
    given = {"np": np, "pred": np.array([1.0, 2.0]), "target": np.array([1.0, 0.0])}
    source = "L = np.mean((pred - target) ** 2)\n"
    assert "pred − target" in expressions(source, choice=chosen(wrt="pred"), given=given)


@pytest.mark.parametrize("formula", ["w - labels", "labels * w", "np.maximum(w, labels)"])
def test_labels_of_integers_are_called_by_their_name(formula: str) -> None:
    source = f"import numpy as np\nlabels = np.array([1, 0]); w = np.array([0.5, -1.0])\nL = np.sum({formula})\n"
    assert any("labels" in text and "w" in text for text in expressions(source))


def test_the_numbers_of_an_array_are_those_that_it_had_when_it_was_used() -> None:
    arrays = "import numpy as np\nt = np.array([1.0, 0.0]); w = np.array([2.0, 3.0])\n"
    source = f"{arrays}a = w * t\nt[0] = 5.0\nL = np.sum(a + w * t)\n"
    graph = run_lifted(source, choice=chosen(const="t")).graph
    assert [np.asarray(n.value).tolist() for n in graph.nodes if n.name == "t"] == [[1.0, 0.0], [5.0, 0.0]]
    assert graph.grad("w").tolist() == [6.0, 0.0]  # type: ignore[union-attr]


def test_one_array_used_twice_is_one_node_and_a_replay_knows_its_name() -> None:
    source = "import numpy as np\nt = np.array([1.0, 0.0]); w = np.array([2.0, 3.0])\nL = np.sum(w * t + t)\n"
    outcome = run_lifted(source, choice=chosen(const="t")).outcome
    assert outcome is not None
    assert outcome.graph is not None
    assert outcome.replay is not None
    assert [n.name for n in outcome.graph.nodes].count("t") == 1
    moved, _ = outcome.replay({outcome.graph.node("w").id: np.array([1.0, 1.0])})
    assert "w·t" in [moved.expression(n.id) for n in moved.nodes]
