"""vmap's rules: host functions on all examples, whichever of their arguments differ between examples."""

from __future__ import annotations

import numpy as np
import pytest
from vmap_cases import FACTS, TABLE, arrays_for, of
from vmapped import choices, derivatives_are_the_loops, values_are_the_loops

import notebook_ad as ad


@pytest.mark.parametrize("name", TABLE)
def test_any_mix_of_shared_arguments_is_the_loop_in_every_mix_of_transforms(name: str) -> None:
    f, makers = TABLE[name]
    for axes in choices(len(makers)):
        arrays = arrays_for(makers, axes)
        values_are_the_loops(f, arrays, axes)
        derivatives_are_the_loops(f, arrays, axes)


@pytest.mark.parametrize("name", FACTS)
def test_decisions_are_those_of_each_example(name: str) -> None:
    f, makers = FACTS[name]
    for axes in choices(len(makers)):
        values_are_the_loops(f, arrays_for(makers, axes), axes)


def test_counts_with_weights_take_places_that_differ() -> None:
    makers = (lambda rng: np.append(rng.integers(0, 5, 4), 4), of(5))
    for axes in choices(2):
        arrays = arrays_for(makers, axes)
        for f in (lambda x, w: np.bincount(x, w, minlength=6), lambda x, w: np.histogram(x, [0, 2, 5], weights=w)[0]):
            values_are_the_loops(f, arrays, axes)
            derivatives_are_the_loops(f, arrays, axes)


def test_least_squares_tell_the_rank_of_each_example() -> None:
    a = np.stack([np.eye(4, 2), np.ones((4, 2))])
    b = np.array([1.0, 2.0, 3.0, 4.0])
    _, residuals, rank, _ = ad.vmap(lambda a: np.linalg.lstsq(a, b, None))(a)
    assert rank.tolist() == [2, 1]
    np.testing.assert_array_equal(residuals, [[25.0], [np.nan]])
