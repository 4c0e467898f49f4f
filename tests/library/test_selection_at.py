"""`x.at[index].set(…)` and its kin: what stands for assignments to elements."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tabled import Call, array, differentiates, gradient, plain

import notebook_ad as ad

M = array(3, 4)
ROWS, COLUMNS = np.array([[0], [2]]), np.array([1, 1, -1])


def tensor_of(x: Any) -> ad.Tensor:
    return x if isinstance(x, ad.Tensor) else ad.tensor(x, requires_grad=False)


def assigned(x: np.ndarray, key: Any, values: np.ndarray, name: str) -> np.ndarray:
    result = x.copy()
    if name == "set":
        result[key] = values
    else:
        ufunc = {"min": np.minimum, "max": np.maximum}.get(name) or getattr(np, name)
        ufunc.at(result, key, values)
    return result


METHODS = ("set", "add", "subtract", "multiply", "divide", "power", "min", "max")
PLACES: dict[str, tuple[Any, tuple[int, ...]]] = {
    "row": (1, (4,)), "slice": ((slice(None), slice(1, 3)), (2,)), "list": ([2, 0], (2, 4)), "number": ((0, 1), ()),
    "mask": (M > 0, ()), "the same twice": ([1, 1, 0], (3, 4)), "pairs": ((ROWS, COLUMNS), (3,)), "none": ([], (4,)),
    "all": (..., (3, 1)), "backwards": ((slice(None, None, -1), None), (3, 1, 4)),
}  # fmt: skip


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("method", METHODS)
def test_at_gives_what_an_assignment_would_and_its_derivatives(method: str, place: str) -> None:
    key, shape = PLACES[place]
    x, values = np.exp(M), np.exp(array(*shape, seed=9)) + 0.01
    f: Call = lambda x, v: getattr(tensor_of(x).at[key], method)(v)
    np.testing.assert_allclose(plain(f(x, values)), assigned(x, key, values, method), rtol=1e-13)
    differentiates(f, [x, values])
    assert getattr(ad.tensor(np.float32(x)).at[key], method)(2.0).dtype == np.float32


def test_of_several_values_set_at_one_place_the_last_stays_and_has_the_gradient() -> None:
    assert gradient(lambda x, v: x.at[[0, 0, 1]].set(v), [1.0, 2, 3], [5.0, 6, 7]) == [[0, 0, 1], [0, 1, 1]]


def test_at_under_vmap_takes_indices_that_differ() -> None:
    x, i, v = array(3, 4), np.array([[0, 2], [1, 1], [3, 0]]), array(3, 2)
    for name in ("set", "add"):
        found = ad.vmap(lambda x, i, v, name=name: getattr(x.at[i], name)(v))(x, i, v)
        for ours, a, b, c in zip(found, x, i, v, strict=True):
            np.testing.assert_allclose(ours, assigned(a, b, c, name))
    single = ad.vmap(lambda x, i: x.at[i].multiply(3.0))(x, i[:, 0])
    np.testing.assert_allclose(single[2], assigned(x[2], 3, np.array(3.0), "multiply"))
    with pytest.raises(ad.NoDerivative, match=r"at\[index\].multiply\(\) inside vmap"):
        ad.vmap(lambda x, i: x.at[i].multiply(3.0))(x, i)


def test_at_reads_and_describes_itself() -> None:
    x = ad.tensor([1.0, 2.0], name="x")
    assert x.at[1].get().item() == 2
    assert x.at[0].mul(3).tolist() == [3, 2]
    assert "x" in repr(x.at)
    assert x.tolist() == [1, 2]
    assert ad.tensor([1, 2], requires_grad=False).at[0].add(5).dtype == np.int64
    assert gradient(lambda x: x.at[...].set(3.0) + x.at[()].add(x), np.array(2.0)) == 2
