"""vmap without a loop: as many calls for many examples as for few; Hessians within vmap."""

from __future__ import annotations

import pytest
from vmap_cases import FACTS, TABLE, arrays_for, of_tensor
from vmapped import choices, hessians_are_the_loops, runs_at_once

WITHIN = {"expm"}  # SciPy itself goes through a stack of matrices
EVERY = TABLE | FACTS


@pytest.mark.parametrize("name", [n for n in EVERY if n not in WITHIN])
def test_no_function_is_called_once_per_example(name: str) -> None:
    f, makers = EVERY[name]

    def smooth(*xs: object) -> object:
        y = f(*map(of_tensor, xs))
        return y.astype("float64") if name in FACTS else y

    for axes in choices(len(makers)):
        runs_at_once(smooth, arrays_for(makers, axes), axes)


@pytest.mark.parametrize("name", [n for n in TABLE if "matmul" not in n and "correlate" not in n])
def test_hessians_and_vmaps_within_vmap_are_the_loops(name: str) -> None:
    f, makers = TABLE[name]
    hessians_are_the_loops(f, arrays_for(makers, (0,) * len(makers), count=2))
