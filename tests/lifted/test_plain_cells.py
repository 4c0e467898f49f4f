"""The magic never changes what a cell computes: every cell gives the same with it and without it."""

from __future__ import annotations

import re

import numpy as np
import pytest
from plain_cells import CELLS, Ran, run_lifted, run_plain, shared_memory, variables

from notebook_ad.lifted.values import LIFTED

ADDRESS = re.compile(r"0x[0-9a-f]+")


def same_text(text: str) -> str:
    return ADDRESS.sub("0x…", text)


def result(ran: Ran) -> tuple[object, ...]:
    return (
        same_text(ran.printed),
        same_text(repr(ran.value)),
        type(ran.error),
        same_text(str(ran.error)),
        ran.warned,
    )


def test_there_are_more_than_two_hundred_cells() -> None:
    assert len(CELLS) >= 200


@pytest.mark.parametrize("name", CELLS)
def test_cell_gives_the_same_with_the_magic_and_without(name: str) -> None:
    plain, lifted = run_plain(CELLS[name]), run_lifted(CELLS[name])
    assert result(lifted) == result(plain)
    assert variables(lifted, exact=False) == variables(plain, exact=False)
    assert shared_memory(lifted) == shared_memory(plain)


@pytest.mark.parametrize("name", CELLS)
def test_names_hold_exactly_plain_values_after_a_plain_run(name: str) -> None:
    plain, lifted = run_plain(CELLS[name]), run_lifted(CELLS[name], plain=True)
    assert result(lifted) == result(plain)
    assert variables(lifted, exact=True) == variables(plain, exact=True)


@pytest.mark.parametrize("name", CELLS)
def test_running_a_cell_twice_gives_the_same_graph_and_leaves_no_recording_value(name: str) -> None:
    first, second = run_lifted(CELLS[name]), run_lifted(CELLS[name])
    assert first.outcome is None or second.outcome is not None
    if first.outcome is not None and first.outcome.graph is not None:
        assert [n.name for n in first.graph.nodes] == [n.name for n in second.graph.nodes]
        for a, b in zip(first.graph.nodes, second.graph.nodes, strict=True):
            np.testing.assert_array_equal(a.value, b.value)
            np.testing.assert_array_equal(a.grad, b.grad)
    for value in second.namespace.values():
        if type(value) in LIFTED:
            assert value._link.session is None
            assert value._link.tensor is None
