"""Masks, indices and steps in a cell are rows: a replay follows them, or a guard says that their values were taken."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from discrete_cells import CELLS
from plain_cells import run_lifted
from test_replayed import differences

X, MOVED = [1.0, -2.0, 3.0], [-1.0, 2.0, 0.5]
FOLLOWED = """
L = np.where(x > 0, x, 0.1 * x).sum()
L = ((x > 0) * x).sum()
m = x > 0; L = (x * (m & ~(x > 2.5))).sum()
L = x[np.argmax(x)] * 2
L = x[x.argmin() - 1] * 2
L = x.take(np.argmax(x)) * 2
L = x[np.argsort(x)][0]
L = np.sort(x) @ [1.0, 2.0, 3.0]
L = np.take_along_axis(x, np.argsort(x), 0)[0]
L = x[x > 0].sum()
i = np.where(x > 0)[0]; L = x[i].sum()
L = np.select([x > 1, x > 0], [x, 2 * x], 3 * x).sum()
L = np.choose((x > 0).astype(int), [x, -x]).sum()
L = (np.sign(x) * x + np.floor(x)).sum()
L = (x > 0).sum() * x[0] + (x > 1).mean()
L = (x > 0).astype(float) @ x
L = ad.where(x > 0, x, 0.1 * x).sum()
y = np.where(x > 0, x, 0.1 * x); y = np.where(y > 1, y * y, y); L = y.sum()
L = np.where((x > 0).reshape(3, 1), x, 2 * x).sum()
L = x @ np.eye(3)[np.argmax(x)]
k = [i for i in np.argsort(x)]; L = x[k[0]]
L = x.compress(x > 0).sum()
""".strip().splitlines()


def graph_of(line: str, x: list[float]) -> tuple[Any, Any]:
    outcome = run_lifted(f"import numpy as np\nimport notebook_ad as ad\nx = np.array({x})\n{line}").outcome
    assert outcome is not None
    return outcome.graph, outcome.replay


@pytest.mark.parametrize("line", FOLLOWED)
def test_a_cell_is_followed_where_a_mask_or_an_order_changes(line: str) -> None:
    graph, replay = graph_of(line, X)
    moved, broken = replay({graph.node("x").id: np.array(MOVED)})
    expected, _ = graph_of(line, MOVED)
    assert broken == ()
    np.testing.assert_allclose(moved.nodes[-1].value, expected.nodes[-1].value, rtol=1e-12)
    np.testing.assert_allclose(moved.grad("x"), expected.grad("x"), rtol=1e-12)


@pytest.mark.parametrize("line", CELLS)
def test_a_replay_is_what_the_code_gives_or_a_guard_is_broken(line: str) -> None:
    assert differences(CELLS[line])[1:] == ([], [])


@pytest.mark.parametrize(
    "line",
    [
        "m = x > 0; m[0] = True; L = (x * m).sum()",
        "m = x > 0; m[:1][0] = True; L = (x * m).sum()",
        "m = x > 0; k = m[:1]; m[0] = True; L = (x[:1] * k).sum()",
        "i = np.argsort(x); i += 0; L = x[i][0]",
        "s = np.sign(x); s *= 2; L = (x * s).sum()",
    ],
)
def test_a_mask_that_is_written_to_is_its_value_from_then_on(line: str) -> None:
    graph, replay = graph_of(line, X)
    assert replay({graph.node("x").id: np.array(MOVED)})[1] != ()
    assert replay({graph.node("x").id: np.array(X) * 1.5})[1] == ()


def test_a_number_times_an_array_is_no_value_taken() -> None:
    outcome = run_lifted("import numpy as np\na = 2.0\nx = np.array([1.0, 2.0])\nL = (a * x).sum()").outcome
    assert outcome is not None
    assert outcome.graph.cuts == ()
    assert outcome.replay({outcome.graph.node("a").id: 3.0})[1] == ()


def test_the_picture_of_a_choice_has_a_stub_for_each_comparison_and_none_for_what_is_made_of_them() -> None:
    graph, _ = graph_of("L = np.where((x > 0) & ~(x > 2), x, 0.1 * x).sum()", X)
    assert sorted(c.text for c in graph.cuts) == ["x > 0", "x > 2"]
