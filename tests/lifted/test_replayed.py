"""A replay of a cell on other values is what the cell's code gives on them, or a guard says that it is not."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from deciding_cells import cells
from plain_cells import CELLS, FILENAME, Ran, fresh_namespace, observed, run_lifted, show_source

from notebook_ad.graph.graph import Graph
from notebook_ad.lifted.run import Cell, Outcome, run

DECIDING = cells()
MOVES = {
    "a little": lambda x: x * (1 + 1e-4) + 1e-4,
    "by a half": lambda x: x + 0.5,
    "by one": lambda x: x + 1.0,
    "by a lot": lambda x: 5.0 - 3.0 * x,
    "to zero": lambda x: x * 0.0,
    "far out": lambda x: 10_000.5 + 0 * x,
}


def fresh(source: str, given: dict[tuple[str, int], Any]) -> Ran:
    """The cell's code on other values of its leaves."""
    ran = Ran(fresh_namespace(None))
    show_source(source)
    with observed(ran), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ran.outcome = run(Cell(source, FILENAME), ran.namespace, given=given)
    return ran


def same(replayed: Graph, again: Graph) -> bool:
    def close(a: Any, b: Any) -> bool:
        if np.shape(a) != np.shape(b):
            return False
        single = any(np.asarray(v).dtype == np.float32 for v in (a, b)) or any(
            n.dtype == "float32" for n in again.nodes
        )
        rtol = 1e-4 if single else 1e-9
        return np.allclose(np.float64(a), np.float64(b), rtol=rtol, atol=rtol, equal_nan=True)

    if not close(replayed.nodes[replayed.output].value, again.nodes[again.output].value):
        return False
    theirs = {n.name: n.grad for n in again.leaves}
    return all(n.grad is None or close(n.grad, theirs.get(n.name, np.zeros(n.shape))) for n in replayed.leaves)


def differences(source: str) -> tuple[int, list[str], list[str]]:
    """How many moves were followed, and what was silently wrong."""
    first = run_lifted(source)
    outcome: Outcome | None = first.outcome
    if outcome is None or outcome.graph is None or outcome.replay is None:
        return 0, [], []
    found, followed, failed = [], 0, []
    for leaf in outcome.graph.leaves:
        for how, move in MOVES.items():
            with np.errstate(all="ignore"):
                value: Any = np.asarray(move(np.float64(leaf.value)))
            value = value if leaf.shape else float(value)
            replayed, broken = outcome.replay({leaf.id: value})
            if broken:
                continue
            again = fresh(source, {outcome.keys[leaf.id]: value})
            if again.error is not None:
                failed.append(f"{leaf.name} moved {how}: {again.error}")
                continue
            graph = again.outcome.graph if again.outcome is not None else None
            if graph is None or not same(replayed, graph):
                got = graph.nodes[graph.output].value if graph is not None else again.error or again.outcome.problem
                found.append(f"{leaf.name} moved {how}: {replayed.nodes[replayed.output].value}, the code gives {got}")
            else:
                followed += 1
    return followed, found, failed


def test_most_cells_can_be_moved() -> None:
    names = sorted(CELLS)[::20]
    assert sum(differences(CELLS[name])[0] > 0 for name in names) > len(names) / 2


@pytest.mark.parametrize("name", CELLS)
def test_no_replay_differs_silently_from_the_code_or_goes_on_where_it_raises(name: str) -> None:
    assert differences(CELLS[name])[1:] == ([], [])


@pytest.mark.parametrize("line", DECIDING)
def test_what_is_decided_or_taken_by_value_is_noted(line: str) -> None:
    assert differences(DECIDING[line])[1:] == ([], [])
