"""vmap over indices: which are the same for each example, which differ, and where the axes come out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from vmapped import choices, derivatives_are_the_loops, hessians_are_the_loops, runs_at_once, values_are_the_loops

import notebook_ad as ad

RNG = np.random.default_rng(0)
N = 3
X = RNG.normal(size=(N, 4, 5, 2))
PLACES, J, K = (RNG.integers(0, n, (N, 3)) for n in (4, 5, 2))  # places along each axis, three at a time
S = RNG.integers(0, 2, N)
C, D = np.array([0, 1, 1]), np.array([[0, 1], [1, 0]])
ALL = slice(None)
KEYS: dict[str, Callable[[Any, Any, Any, Any], Any]] = {
    "i": lambda i, j, k, s: i, ":, j": lambda i, j, k, s: (ALL, j), ":, :, k": lambda i, j, k, s: (ALL, ALL, k),
    "i, j": lambda i, j, k, s: (i, j), "i, :, k": lambda i, j, k, s: (i, ALL, k), ":, j, k": lambda i, j, k, s: (ALL, j, k),
    "i, j, k": lambda i, j, k, s: (i, j, k), "one": lambda i, j, k, s: s, ":, one": lambda i, j, k, s: (ALL, s),
    "one, :, one": lambda i, j, k, s: (s, ALL, s), "i, 1": lambda i, j, k, s: (i, 1), "1, :, k": lambda i, j, k, s: (1, ALL, k),
    ":, 1, k": lambda i, j, k, s: (ALL, 1, k), "..., k": lambda i, j, k, s: (..., k), "i, ..., k": lambda i, j, k, s: (i, ..., k),
    "None, i": lambda i, j, k, s: (None, i), "i, None, j": lambda i, j, k, s: (i, None, j), "C, j": lambda i, j, k, s: (C, j),
    "i, C, k": lambda i, j, k, s: (i, C, k), "one, C": lambda i, j, k, s: (s, C), "i, j, ..., k": lambda i, j, k, s: (i, j, ..., k),
    "steps": lambda i, j, k, s: (slice(None, None, 2), j[:2], slice(None, None, -1)),
    "slices": lambda i, j, k, s: (s, slice(1, 3), k),
    "mask, k": lambda i, j, k, s: (ALL, np.array([True, False, True, True, False]), k),
    "column": lambda i, j, k, s: (i[:, None], j), "-1, one": lambda i, j, k, s: (-1, s, slice(None, None, -1)),
    ":, one, None, k": lambda i, j, k, s: (ALL, s, None, k), "i, ..., j, k": lambda i, j, k, s: (i, ..., j, k),
}  # fmt: skip
CONSTANT: dict[str, Any] = {
    "C, :, C": (C, ALL, C), ":, C, C": (ALL, C, C), "D": D, ":, D": (ALL, D), "1, :, C": (1, ALL, C), "list": [0, 2], "nothing": [],
    "mask": np.array([True, False, True, True]), "C, ..., C, C": (C, ..., C, C), "2, ..., None, 1": (2, ..., None, 1),
    "C, ..., C": (C, ..., C), "whole mask": np.arange(40).reshape(4, 5, 2) % 3 == 0, "-1": -1, "number": np.array(1),
}  # fmt: skip


def picked(key: Callable[..., Any]) -> Callable[..., Any]:
    return lambda x, i, j, k, s: x[key(i, j, k, s)]


def given(axes: Any) -> tuple[tuple[int | None, ...], list[np.ndarray]]:
    """Array, places along the first axis and the others: which of these differ."""
    spread = (axes[0], axes[1], axes[2], axes[1], axes[2])
    return spread, [a if axis == 0 else a[0] for a, axis in zip((X, PLACES, J, K, S), spread, strict=True)]


@pytest.mark.parametrize("name", KEYS)
def test_integers_that_differ_pick_what_they_pick_in_each_example(name: str) -> None:
    f = picked(KEYS[name])
    for mix in choices(3):
        axes, arrays = given(mix)
        values_are_the_loops(f, arrays, axes)
        derivatives_are_the_loops(f, arrays, axes)
    hessians_are_the_loops(lambda x, *at: f(x, *at)[..., :1] * x[:1, 0, 0], given((0, 0, 0))[1])
    runs_at_once(f, given((0, 0, 0))[1])


@pytest.mark.parametrize("name", CONSTANT)
def test_indices_that_are_the_same_pick_from_all_examples_at_once(name: str) -> None:
    f = lambda x: x[CONSTANT[name]]
    values_are_the_loops(f, [X], (0,))
    derivatives_are_the_loops(f, [X], (0,))
    runs_at_once(f, [X])


SETTING: dict[str, Callable[..., Any]] = {
    "i": lambda i, j, k, s: (i,), ":3, j, k": lambda i, j, k, s: (slice(None, 3), j, k), "i, :, k": lambda i, j, k, s: (i, ALL, k),
    "one": lambda i, j, k, s: (s,), "C, :, C": lambda i, j, k, s: (C, ALL, C), ":, j": lambda i, j, k, s: (ALL, j),
    "1, one": lambda i, j, k, s: (1, s), "i, j, k": lambda i, j, k, s: (i, j, k), "1:": lambda i, j, k, s: slice(1, None),
}  # fmt: skip


@pytest.mark.parametrize("method", ["set", "add", "multiply"])
@pytest.mark.parametrize("name", SETTING)
def test_elements_are_set_and_added_to_at_places_that_differ(name: str, method: str) -> None:
    values = RNG.normal(size=(N, 4))
    key = SETTING[name]

    def f(x: Any, v: Any, i: Any, j: Any, k: Any, s: Any) -> Any:
        elements = x.at[key(i, j, k, s)]
        shape = np.shape(elements.get())
        return getattr(elements, method)(np.resize(v, shape) if shape else v[0])

    for x_axis, v_axis, at_axis in [
        (0, 0, 0),
        (0, None, 0),
        (None, 0, 0),
        (None, None, 0),
        (0, 0, None),
        (None, 0, None),
    ]:
        if method == "multiply" and at_axis == 0:
            continue  # several places that differ: refused, with the cure
        axes = (x_axis, v_axis, *(at_axis,) * 4)
        arrays = [a if axis == 0 else a[0] for a, axis in zip((X, values, PLACES, J, K, S), axes, strict=True)]
        values_are_the_loops(f, arrays, axes)
        derivatives_are_the_loops(f, arrays, axes)
    if method != "multiply":
        runs_at_once(f, [X, values, PLACES, J, K, S])


def test_take_and_take_along_axis_with_places_that_differ() -> None:
    for f in (
        lambda x, i: np.take(x, i, 0),
        lambda x, i: np.take_along_axis(x, i[:, None, None], 0),
        lambda x, i: np.take(x, i),
    ):
        for axes in choices(2):
            arrays = [a if axis == 0 else a[0] for a, axis in zip((X, PLACES), axes, strict=True)]
            values_are_the_loops(f, arrays, axes)
            derivatives_are_the_loops(f, arrays, axes)
        runs_at_once(f, [X, PLACES])


def test_elements_picked_by_a_mask_that_differs_must_be_equally_many() -> None:
    pick = ad.vmap(lambda x: x[x > 1.0])
    np.testing.assert_array_equal(pick(np.array([[0.0, 2.0, 3.0], [4.0, 0.0, 5.0]])), [[2.0, 3.0], [4.0, 5.0]])
    with pytest.raises(
        ad.ShapeError, match=r"inside vmap index gives shapes \(1,\) and \(2,\) for different examples.*where"
    ):
        pick(np.array([[0.0, 2.0, 3.0], [4.0, 0.0, 0.0]]))


def test_an_array_indexed_by_what_differs_says_that_it_must_be_a_tensor() -> None:
    with pytest.raises(RuntimeError, match=r"an array is indexed by it as a tensor, ad.tensor\(a\)\[i\]"):
        ad.vmap(lambda i: X[i])(np.arange(3))
    table = ad.tensor(X, requires_grad=False)
    np.testing.assert_array_equal(ad.vmap(lambda i: table[i])(np.array([2, 0])), X[[2, 0]])


def test_places_out_of_range_raise() -> None:
    with pytest.raises(IndexError):
        ad.vmap(lambda x, i: x[i])(X, np.array([0, 1, 9]))
