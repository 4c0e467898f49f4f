"""Nested lists, tuples, dicts and named tuples as arguments and results."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, NamedTuple

import numpy as np
import pytest

import notebook_ad as ad
from notebook_ad.transforms.trees import leaves, map_leaves, rebuild, same_structure


class Pair(NamedTuple):
    a: Any
    b: Any


TREE = {"w": 2.0, "l": [np.ones(2), Pair(None, 3.0)], "none": None, "t": (), "d": {}, "e": [], "o": OrderedDict(z=1.0)}


def energy(p: Any) -> Any:
    return p["w"] * np.sum(p["l"][0] ** 2) + p["l"][1].b * p["o"]["z"]


def test_a_gradient_has_the_structure_of_its_argument() -> None:
    found = ad.grad(energy)(TREE)
    assert list(found) == list(TREE)
    np.testing.assert_array_equal(found["l"][0], [4.0, 4.0])
    assert found["l"][1] == Pair(None, 1.0)
    assert (found["w"], found["none"], found["t"], found["d"], found["e"]) == (2.0, None, (), {}, [])
    assert type(found["o"]) is OrderedDict
    assert found["o"]["z"] == 3.0


def test_an_argument_without_leaves_has_an_empty_gradient() -> None:
    for empty in ({}, [], (), None, {"a": [None, ()]}):
        assert ad.grad(lambda p: 1.0)(empty) == empty


def test_forward_mode_over_trees_agrees_with_reverse_mode() -> None:
    tangents = {"w": 0.5, "l": [np.array([1.0, -2.0]), Pair(None, 3.0)], "none": None, "t": (), "d": {}, "e": [],
                "o": OrderedDict(z=-1.0)}  # fmt: skip
    value, moved = ad.jvp(energy, (TREE,), (tangents,))
    assert value == 2 * 2 + 3
    slopes = leaves(ad.grad(energy)(TREE))
    assert moved == pytest.approx(sum(np.sum(g * t) for g, t in zip(slopes, leaves(tangents), strict=True)))


def test_a_hessian_of_a_nested_argument_is_nested_twice() -> None:
    found = ad.hessian(lambda p: p["a"] ** 2 * np.sum(p["b"][0] ** 2))({"a": 2.0, "b": [np.array([1.0, 2.0])]})
    assert found["a"]["a"] == 10.0
    np.testing.assert_array_equal(found["a"]["b"][0], [8.0, 16.0])
    np.testing.assert_array_equal(found["b"][0]["a"], [8.0, 16.0])
    np.testing.assert_array_equal(found["b"][0]["b"][0], 8 * np.eye(2))


@pytest.mark.parametrize("of", [ad.jacobian, ad.jacfwd, ad.jacrev])
def test_a_jacobian_is_nested_by_the_value_then_by_the_argument(of: Any) -> None:
    found = of(lambda p: (p["x"] * p["y"], {"s": np.sum(p["x"])}))({"x": np.array([1.0, 2.0]), "y": 3.0})
    np.testing.assert_array_equal(found[0]["x"], 3 * np.eye(2))
    np.testing.assert_array_equal(found[0]["y"], [1.0, 2.0])
    np.testing.assert_array_equal(found[1]["s"]["x"], [1.0, 1.0])
    assert found[1]["s"]["y"] == 0.0


def test_check_grads_takes_nested_arguments_and_results() -> None:
    ad.check_grads(lambda p, q: {"v": p["x"] * np.sin(q), "w": [p["y"][0] ** 2]}, ({"x": np.ones(2), "y": (0.3,)}, 1.2))


def test_structures_that_differ_are_refused() -> None:
    with pytest.raises(TypeError, match="different structures"):
        ad.jvp(lambda p: p["a"], ({"a": 1.0},), ({"b": 1.0},))
    with pytest.raises(TypeError, match="different structures"):
        ad.jvp(lambda x: x, (1.0,), (1.0, 2.0))


def test_leaves_come_in_the_order_of_sorted_keys_and_go_back_in_place() -> None:
    tree = {"b": 1, "a": (2, [3, None])}
    assert leaves(tree) == [2, 3, 1]
    assert rebuild(tree, [20, 30, 10]) == {"b": 10, "a": (20, [30, None])}
    assert map_leaves(lambda x, y: x + y, tree, tree) == {"b": 2, "a": (4, [6, None])}
    assert same_structure(tree, rebuild(tree, "xyz"))
    assert not same_structure(tree, {"b": 1, "a": [2, [3, None]]})
    with pytest.raises(ValueError, match="2 values for a structure of 3"):
        rebuild(tree, [1, 2])
    with pytest.raises(ValueError, match="4 values for a structure of 3"):
        rebuild(tree, [1, 2, 3, 4])
