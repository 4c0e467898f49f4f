"""Facts about values (argmax, argsort, nonzero, comparisons by place): constant tensors that a replay asks again."""

from __future__ import annotations

import numpy as np
import pytest
from tabled import Call, array, plain

import notebook_ad as ad
from notebook_ad.widgets.display import taken

M = array(3, 4)

FACTS: dict[str, Call] = {
    "nonzero": lambda x: np.nonzero(x > 0), "where": lambda x: np.where(x > 0), "argwhere": lambda x: np.argwhere(x > 0),
    "flatnonzero": lambda x: np.flatnonzero(x > 0), "argsort": lambda x: np.argsort(x, axis=0),
    "argsort of all": lambda x: np.argsort(x, axis=None), "argmax": lambda x: np.argmax(x, axis=1, keepdims=True),
    "argmin": lambda x: np.argmin(x), "nanargmax": lambda x: np.nanargmax(x, axis=0), "nanargmin": np.nanargmin,
    "argpartition": lambda x: np.argpartition(x, 2, axis=1), "searchsorted": lambda x: np.searchsorted([-1.0, 0, 1], x),
    "searchsorted of a tensor": lambda x: np.searchsorted(np.sort(x[0]), 0.3, side="right"),
    "searchsorted by an order": lambda x: np.searchsorted(x[0], x[1], sorter=np.argsort(x[0])),
    "digitize": lambda x: np.digitize(x, [-0.5, 0.5], right=True), "lexsort": lambda x: np.lexsort((x[0], x[1] * 0)),
    "isin": lambda x: np.isin(x, [x[0, 0], 9.0]) if not isinstance(x, ad.Tensor) else np.isin(x, x[0, :1]),
    "count_nonzero": lambda x: np.count_nonzero(x > 0, axis=0), "sign": np.sign, "floor": np.floor,
    "isneginf": np.isneginf, "iscomplex": np.iscomplex, "array_equiv": lambda x: np.array_equiv(x, x),
    "bincount": lambda x: np.bincount(np.argsort(x[0]), minlength=6), "any": lambda x: np.any(x > 0, axis=1),
}  # fmt: skip


@pytest.mark.parametrize("name", FACTS)
def test_facts_are_constant_tensors_of_numpys_values(name: str) -> None:
    f = FACTS[name]
    found, expected = ((r if isinstance(r, tuple) else (r,)) for r in (f(ad.tensor(M)), f(M)))
    for ours, theirs in zip(found, expected, strict=True):
        if name != "array_equiv":  # a Python bool
            assert isinstance(ours, ad.Tensor)
            assert not ours.requires_grad
            assert (ours.shape, ours.dtype) == (np.shape(theirs), np.asarray(theirs).dtype)
        np.testing.assert_array_equal(plain(ours), theirs)


@pytest.mark.parametrize("name", FACTS)
def test_a_replay_asks_each_fact_again(name: str) -> None:
    f, x = FACTS[name], ad.tensor(M, name="x")
    y = x * 1.0
    f(y)
    graph, again = taken(np.sum(y))
    assert again is not None
    assert again.guards
    assert again({})[1] == ()
    for values in (M * 1.01, M[::-1, ::-1] * 2, -M):
        changed = any(
            not np.array_equal(a, b) for a, b in zip(np.atleast_1d(f(values)), np.atleast_1d(f(M)), strict=False)
        )
        assert not changed or again({graph.node("x").id: values})[1]


@pytest.mark.parametrize("name", sorted(FACTS.keys() - {"nonzero", "where", "argwhere", "flatnonzero"}))
def test_facts_are_the_same_inside_jvp_and_vmap(name: str) -> None:
    f = FACTS[name]
    value, moved = ad.jvp(lambda x: 0.0 * np.sum(x) + np.sum(f(x)), (M,), (M,))
    assert value == np.sum(f(M))
    assert moved == 0
    many = np.stack([M, M[::-1], M * 0.5])
    if name != "array_equiv":
        np.testing.assert_array_equal(ad.vmap(f)(many), [f(m) for m in many])


def test_nonzero_of_a_number_raises() -> None:
    with pytest.raises(ValueError, match="nonzero needs an axis"):
        np.nonzero(ad.tensor(1.0))
