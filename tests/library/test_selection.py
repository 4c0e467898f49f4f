"""Selection: indexing of every kind, choices, sorting, differences, and the errors of all of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tabled import Call, agrees, array, differentiates, gradient, keeps_float32, maps, plain

import notebook_ad as ad

M, V, C = array(3, 4), array(5), array(2, 3, 4)
ROWS, COLUMNS = np.array([[0], [2]]), np.array([1, 1, -1])

KEYS: dict[str, Any] = {
    "integer": (1,), "negative integer": (-1, 2), "slice": (slice(0, 1), slice(1, None)),
    "negative steps": (slice(None, None, -1), slice(2, None, -2)), "nothing": (slice(3, 1),),
    "new axes": (None, 1, ..., None), "ellipsis": (..., 0), "all": (...,), "empty tuple": (),
    "mask": (C > 0,), "mask of rows": (np.array([[True, False, True], [False, False, True]]),),
    "mask beside an integer": (1, np.array([True, False, True])), "no mask": (np.zeros((2, 3, 4), bool),),
    "list": ([1, 0, 1],), "empty list": ([],), "array": (np.array([[0, 1], [1, 1]]),),
    "arrays that broadcast": (0, ROWS, COLUMNS), "an array behind a slice": (slice(None), [2, 0, 2], slice(None, None, 2)),
    "arrays apart": ([0, 1, 1], slice(None, None, -1), [0, -1, 0]), "arrays beside an integer": (1, slice(None), [0, 0]),
    "mask, slice, integer": (np.array([False, True]), slice(1, 3), 0), "ix_": np.ix_([1, 0, 1], [True, False, True], [3, 3]),
    "true": (True,), "false": (False,), "number array": (np.array(1),), "numpy integer": (np.int64(1), np.int32(-1)),
    "mask of numbers and new axis": (None, np.array([True, False])),
}  # fmt: skip


@pytest.mark.parametrize("name", KEYS)
def test_indexing_is_numpys_to_second_order_in_both_modes(name: str) -> None:
    key = KEYS[name]
    f: Call = lambda x: x[key]
    agrees(f, [C])
    agrees(f, [C.transpose(2, 1, 0)[::-1].transpose(2, 1, 0)])
    keeps_float32(f, [C])
    differentiates(f, [C])


def test_keys_may_be_tensors_and_lists_of_tensors() -> None:
    i, j = ad.tensor([1, 0, 1], requires_grad=False), ad.tensor(2, requires_grad=False)
    assert gradient(lambda x: x[i] * np.array([1.0, 10, 100]), [1.0, 2]) == [10, 101]
    assert gradient(lambda x: x[i, j], np.ones((2, 3))) == [[0, 0, 1], [0, 0, 2]]
    assert gradient(lambda x: x[[j, 0, j]], [1.0, 2, 3]) == [1, 0, 2]
    assert gradient(lambda x: x[x > 1.5], [1.0, 2, 3]) == [0, 1, 1]
    assert gradient(lambda x: x[np.nonzero(x > 1.5)], [1.0, 2, 3]) == [0, 1, 1]
    assert gradient(lambda x: x[x.sum() > 0], [1.0, 2]) == [1, 1]


def test_an_index_that_its_caller_changes_later_is_the_one_that_was_used() -> None:
    places, listed, x = np.array([0, 1]), [0, 1], ad.tensor([1.0, 2.0, 3.0])
    for key in (places, listed):

        def f(x: Any, key: Any = key) -> Any:
            y = np.sum(x[key] ** 3)
            key[0] = 2
            return y

        g, pullback = ad.vjp(ad.grad(f), x.detach())
        assert plain(g).tolist() == [3, 12, 0]
        assert plain(pullback(np.ones(3))[0]).tolist() == [6, 12, 0]


def test_second_derivatives_of_an_element_picked_twice_add_up() -> None:
    f: Call = lambda x: np.sum(x[[0, 0, 1]] ** 2 * np.array([1.0, 10.0, 100.0]))
    np.testing.assert_allclose(ad.hessian(f)(np.array([1.0, 2.0])), [[22, 0], [0, 200]])


@pytest.mark.parametrize("key", [3, (0, 9), [0, 7], np.array([-4]), np.ones(2, bool), 1.5, "a"])
def test_an_index_out_of_range_names_the_shape(key: Any) -> None:
    with pytest.raises(IndexError, match=r"index of \(3,\)|index of x \(3,\)"):
        ad.tensor([1.0, 2.0, 3.0], name="x")[key]


PICKS: dict[str, tuple[Call, list[np.ndarray]]] = {
    "take": (lambda x: np.take(x, [[0, -1], [5, 5]]), [M]),
    "take along": (lambda x: np.take(x, [2, 0, 2], axis=-1), [M]),
    "take one": (lambda x: np.take(x, 1, 0), [M]),
    "take round": (lambda x: np.take(x, [7, -8], 1, mode="wrap"), [M]),
    "take cut": (lambda x: np.take(x, [-3, 9], mode="clip"), [V]),
    "take nothing": (lambda x: np.take(x, np.zeros((0, 2), int)), [V]),
    "take_along_axis": (lambda x: np.take_along_axis(x, np.argsort(x, axis=1), 1), [M]),
    "take_along_axis of two": (lambda x: np.take_along_axis(x, np.argmax(x, axis=0, keepdims=True), axis=0), [M]),
    "take_along_axis of all": (lambda x: np.take_along_axis(x, np.array([3, 3, -1]), None), [M]),
    "take_along_axis that broadcasts": (lambda x: np.take_along_axis(x, np.array([[[1, 0, 1]]]), -1), [C]),
    "choose": (lambda x, y: np.choose([[0], [1], [0]], [x, y]), [M, array(4)]),
    "choose round": (lambda x: np.choose(np.array([4, -1, 0, 1]), list(x), mode="wrap"), [M]),
    "choose cut": (lambda x: np.choose(np.array([4, -1, 0, 1]), [x[0], x[1]], mode="clip"), [M]),
    "compress": (lambda x: np.compress([False, True, True], x, axis=1), [M]),
    "compress all": (lambda x: np.compress(np.array([0, 1, 0, 2]), x), [M]),
    "extract": (lambda x: np.extract(x > 0, x), [M]),
    "delete": (lambda x: np.delete(x, 1), [M]),
    "delete several": (lambda x: np.delete(x, [0, -1], axis=1), [M]),
    "delete a slice": (lambda x: np.delete(x, slice(None, None, 2), 1), [M]),
    "delete a mask": (lambda x: np.delete(x, np.array([True, False, True]), 0), [M]),
    "insert": (lambda x, y: np.insert(x, 2, y), [V, np.array(7.0)]),
    "insert a row": (lambda x, y: np.insert(x, 1, y, axis=0), [M, array(4)]),
    "insert a column": (lambda x, y: np.insert(x, -1, y, axis=1), [M, array(3)]),
    "insert several": (lambda x, y: np.insert(x, [3, 1], y), [V, array(2)]),
    "insert at a slice": (lambda x, y: np.insert(x, slice(0, 4, 2), y, 1), [M, array(3, 1)]),
    "where": (lambda x, y: np.where(x > y, x, y * 2), [M, array(3, 1, seed=5)]),
    "where with a number": (lambda x: np.where([True, False, True, False], x, 0.0), [M]),
    "where that broadcasts": (lambda x: np.where(np.ones((2, 1, 1), bool), x, 1), [M]),
    "select": (lambda x: np.select([x > 0.5, x > 0], [x**2, x**3], 7), [M]),
    "select that broadcasts": (lambda x, y: np.select([x > 0, y > 0], [x, y], x * y), [M, array(4, seed=3)]),
    "sort": (lambda x: np.sort(x), [M]),
    "sort columns": (lambda x: np.sort(x, axis=-2, kind="heapsort"), [C]),
    "sort all": (lambda x: np.sort(x, axis=None), [M]),
    "sort nothing": (lambda x: np.sort(x), [np.zeros((2, 0))]),
    "sort one": (lambda x: np.sort(x), [array(1)]),
    "partition": (lambda x: np.partition(x, 2), [array(4, 9)]),
    "partition columns": (lambda x: np.partition(x, (1, -2), axis=0), [array(9, 2)]),
    "partition all": (lambda x: np.partition(x, 5, axis=None), [M]),
    "unique": (lambda x: np.unique(x), [M]),
    "unique rows": (lambda x: np.unique(x, axis=0), [M]),
    "unique with all": (lambda x: np.unique(np.round(x, 0) * 0 + x, True, True, True), [M]),
    "unique columns with counts": (lambda x: np.unique(x, return_counts=True, axis=-1), [M]),
    "diff": (lambda x: np.diff(x), [M]),
    "diff twice": (lambda x: np.diff(x, 2, axis=0), [M]),
    "diff not": (lambda x: np.diff(x, 0), [M]),
    "diff of one": (lambda x: np.diff(x), [array(1)]),
    "diff with ends": (lambda x, y: np.diff(x, prepend=0, append=y), [M, array(3, 2)]),
    "ediff1d": (lambda x: np.ediff1d(x), [M]),
    "ediff1d with ends": (lambda x, y: np.ediff1d(x, to_begin=y, to_end=[1.0, 2.0]), [V, np.array(0.5)]),
    "gradient": (lambda x: np.gradient(x), [V]),
    "gradient of a matrix": (lambda x: np.gradient(x), [M]),
    "gradient in steps": (lambda x: np.gradient(x, 0.5, 2.0, edge_order=2), [M]),
    "gradient in one step": (lambda x: np.gradient(x, 0.5), [M]),
    "gradient along": (lambda x: np.gradient(x, axis=-1), [M]),
    "gradient along two": (lambda x: np.gradient(x, 1.0, 3.0, axis=(2, 1)), [C]),
    "gradient at coordinates": (lambda x: np.gradient(x, np.array([0.0, 0.5, 2, 3]), axis=1, edge_order=2), [M]),
    "gradient of two": (lambda x: np.gradient(x), [array(2)]),
    "gradient at traced coordinates": (lambda x, y: np.gradient(x, np.cumsum(y**2 + 1), axis=1), [M, array(4)]),
    "bincount": (lambda x: np.bincount([0, 1, 1, 4, 0], x), [V]),
    "bincount of more": (lambda x: np.bincount(np.array([0, 1, 1, 0, 2]), weights=x, minlength=5), [V]),
}
BRANCHED = ("extract", "unique", "unique rows", "unique with all", "unique columns with counts")  # shapes by values


@pytest.mark.parametrize("name", PICKS)
def test_value_is_numpys(name: str) -> None:
    f, arrays = PICKS[name]
    agrees(f, arrays)
    agrees(f, [a[..., ::-1] if a.ndim else a for a in arrays])  # negative strides
    if "bincount" not in name and name not in ("gradient at coordinates", "gradient in steps"):
        keeps_float32(f, arrays)


@pytest.mark.parametrize("name", PICKS)
def test_derivatives_to_second_order_are_central_differences_in_both_modes(name: str) -> None:
    f, arrays = PICKS[name]
    differentiates(f, arrays)


@pytest.mark.parametrize("name", [n for n in PICKS if n not in BRANCHED])
def test_vmap_gives_each_example_what_it_has_alone(name: str) -> None:
    f, arrays = PICKS[name]
    if "insert" not in name:
        maps(f, arrays)


def test_indices_under_vmap_may_differ_from_example_to_example() -> None:
    x, i = array(3, 4), np.array([[0, 2], [1, 1], [3, 0]])
    for f, shaped in (
        (lambda x, i: np.take(x, i), i),
        (lambda x, i: np.take(x, i, mode="clip"), i + 2),
        (lambda x, i: x[i], i),
        (lambda x, i: np.take_along_axis(x, i, 0), i),
        (lambda x, i: np.choose(i, [x[:2], x[2:]]), i % 2),
    ):
        np.testing.assert_allclose(ad.vmap(f)(x, shaped), [f(a, b) for a, b in zip(x, shaped, strict=True)])


def test_sort_and_partition_route_the_gradient_of_equal_elements_each_to_its_own_place() -> None:
    w = np.array([1.0, 10.0, 100.0, 1000.0])
    assert gradient(lambda x: np.sort(x) * w, [2.0, 1.0, 2.0, 1.0]) == [100, 1, 1000, 10]
    assert sorted(gradient(lambda x: np.partition(x, 1) * w, [2.0, 1.0, 2.0, 1.0])) == [1, 10, 100, 1000]
    assert gradient(lambda x: np.sort(x)[-1], [3.0, 3.0]) == [0, 1]
    assert gradient(lambda x: np.sort(x) * w[:3], [np.nan, np.inf, -np.inf]) == [100, 10, 1]


def test_partition_keeps_the_gradient_where_many_elements_are_equal() -> None:
    x = np.random.default_rng(0).integers(0, 5, 200).astype(float)
    weights = np.arange(200.0)
    z = np.partition(x, [20, 100])
    got = np.array(gradient(lambda x: np.partition(x, [20, 100]) * weights, x))
    assert sorted(got) == sorted(weights)
    np.testing.assert_array_equal(z[got.astype(int)], x)


def test_uniques_gradient_goes_to_the_first_occurrence() -> None:
    assert gradient(lambda x: np.unique(x) * np.array([1.0, 10.0]), [3.0, 2.0, 3.0, 2.0]) == [10, 1, 0, 0]
    values, index, inverse, counts = np.unique(ad.tensor([3.0, 2.0, 3.0]), True, True, True)
    assert [plain(t).tolist() for t in (values, index, inverse, counts)] == [[2, 3], [1, 0], [1, 0, 1], [1, 2]]
    assert values.requires_grad
    assert not counts.requires_grad


def test_where_passes_no_gradient_to_the_branch_not_taken_but_ieee_holds() -> None:
    """As in PyTorch: 0 · inf is nan, so the safe operand is chosen before the function."""
    assert gradient(lambda x: np.where(x > 0, x, -2 * x), [1.0, -1.0]) == [1, -2]
    with np.errstate(all="ignore"):
        at_zero = gradient(lambda x: np.where(x > 0, np.sqrt(x), 0.0), [0.0, 4.0])
        assert np.isnan(at_zero[0])
        assert at_zero[1] == 0.25
        safe = lambda x: np.sum(np.where(x > 0, np.sqrt(np.where(x > 0, x, 1.0)), 0.0))
        assert gradient(safe, [0.0, 4.0]) == [0, 0.25]
        np.testing.assert_allclose(ad.hessian(safe)(np.array([0.0, 4.0])), [[0, 0], [0, -1 / 32]])


def test_where_keeps_numpys_dtypes() -> None:
    c = ad.tensor([True, False], requires_grad=False)
    single = np.array([1, 2], np.float32)
    for x, y in ((1, 0), (1.0, 2), (single, 1.0), (1, single), (np.arange(2), np.arange(2.0)), (1j, single)):
        assert np.where(c, x, y).dtype == np.where(np.array([True, False]), x, y).dtype
        np.testing.assert_array_equal(plain(np.where(c, x, y)), np.where(np.array([True, False]), x, y))


def test_masks_under_vmap_raise_where_examples_differ_in_number() -> None:
    with pytest.raises(ValueError, match="shape"):
        ad.vmap(lambda x: x[x > 0])(np.array([[1.0, 2.0], [-1.0, 1.0]]))


ERRORS: list[tuple[Callable[[ad.Tensor], Any], type[Exception], str]] = [
    (lambda x: x.__setitem__(0, 1.0), RuntimeError, r"on the leaf .*x.at\[index\].set\(value\).*\.add\(value\)"),
    (lambda x: np.put(x, 0, 1), RuntimeError, r"np.put on the leaf .*x.at\[index\].set"),
    (lambda x: np.copyto(x, 1), RuntimeError, "np.copyto on the leaf"),
    (lambda x: np.copyto(np.zeros(3), x), ad.NoDerivative, "np.copyto would write .* into an array, which keeps no"),
    (lambda x: x.at[5].set(1), IndexError, r"set_at of \(3,\)"),
    (lambda x: x.at[0:2].set([1.0, 2, 3]), ValueError, r"set_at of \(3,\) and \(3,\).*could not be broadcast"),
    (lambda x: x.at[0].set(1j), TypeError, r"at\[index\].set\(\): .* cannot hold complex128.*astype\('complex128'\)"),
    (lambda x: ad.tensor([1], requires_grad=False).at[0].set(x[0]), TypeError, "of dtype int64 cannot hold float64"),
    (lambda x: np.take(x, 1.0), TypeError, "take: indices must hold integers, not float64"),
    (
        lambda x: np.take(x, 3),
        IndexError,
        r"np.take of \(3,\).*indices holds 3.* axis 0 of length 3; they may be -3 to 2;.*wrap",
    ),
    (lambda x: np.take(x, [0, -4]), IndexError, r"indices holds -4, out of range"),
    (lambda x: np.take(x[:0], 0), IndexError, "np.take of .*indices holds 0, .* of length 0; it has no elements"),
    (
        lambda x: np.take_along_axis(x, np.array([7]), 0),
        IndexError,
        "np.take_along_axis of .*indices holds 7, .* -3 to 2",
    ),
    (lambda x: np.take(x, 0, mode="up"), ValueError, "take: mode must be 'raise', 'wrap' or 'clip', not 'up'"),
    (lambda x: np.take(x, 0, axis=1), IndexError, "take of shape .*: axis 1"),
    (lambda x: np.take(x, 0, out=np.zeros(())), TypeError, "np.take of a tensor.*'out'"),
    (lambda x: np.take_along_axis(x, np.array([[0]]), 0), ValueError, r"indices of shape \(1, 1\) must have as many"),
    (lambda x: np.choose([0, 2, 1], [x, x]), ValueError, "choose: 2 is no number of 2 choices"),
    (lambda x: np.choose([0, 1, 1, 1], [x, x]), ValueError, r"choose: shapes \(4,\) and \(3,\) and \(3,\)"),
    (lambda x: np.compress(True, x), ValueError, "compress: the condition must be a vector"),
    (lambda x: np.delete(x, 7), IndexError, r"delete of \(3,\)"),
    (lambda x: np.insert(x, [0, 1], [1.0, 2, 3]), ValueError, r"insert of \(3,\) and \(3,\)"),
    (lambda x: np.where(x > 0, x), ValueError, "where: give both x and y, or neither"),
    (lambda x: np.where(x > 0, x, np.ones(2)), ValueError, "where"),
    (lambda x: np.select([x > 0], [x, x]), ValueError, "select: 1 conditions for 2 choices"),
    (lambda x: np.select([x], [x]), TypeError, "select: condition 0 must be boolean, not float64"),
    (lambda x: np.sort(x, 1), IndexError, "sort of shape .*: axis 1"),
    (lambda x: np.sort(x, kind="bubble"), ValueError, "sort: kind 'bubble' is unknown"),
    (lambda x: np.sort(x, order="f"), TypeError, "sort: order= is for arrays with fields"),
    (lambda x: np.sort(x[0]), IndexError, "sort of shape .*: axis -1"),
    (lambda x: np.partition(x, 5), ValueError, r"partition of \(3,\)"),
    (lambda x: np.partition(x, 1.0), TypeError, "partition: kth must hold integers"),
    (lambda x: np.unique(x, axis=3), IndexError, "unique of shape .*: axis 3"),
    (
        lambda x: ad.vmap(np.repeat)(np.ones((2, 3)), np.array([1, 2])),
        TypeError,
        "repeat: inside vmap the repeats must",
    ),
    (lambda x: np.diff(x, -1), ValueError, "diff: n must not be negative"),
    (lambda x: np.gradient(x, 1.0, 2.0), TypeError, "gradient: 2 spacings for 1 axes"),
    (lambda x: np.gradient(x[:1]), ValueError, r"gradient: axis 0 of shape \(1,\) needs 2 elements"),
    (lambda x: np.gradient(x, edge_order=3), ValueError, "gradient: edge_order must be 1 or 2"),
    (lambda x: np.gradient(x, [1.0, 2.0]), ValueError, r"gradient: coordinates of shape \(2,\) for 3 elements"),
    (lambda x: np.bincount(x), TypeError, "bincount: x must hold integers"),
    (lambda x: np.bincount([0, 1], x), ValueError, r"bincount: weights of shape \(3,\)"),
]


@pytest.mark.parametrize(("call", "kind", "message"), ERRORS)
def test_errors_name_the_function_the_argument_and_what_is_accepted(call: Call, kind: Any, message: str) -> None:
    with pytest.raises(kind, match=message):
        call(ad.tensor([1.0, 2.0, 3.0]))


def test_an_augmented_assignment_to_elements_raises_with_the_cure() -> None:
    x = ad.tensor([1.0, 2.0])
    with pytest.raises(RuntimeError, match=r"x.at\[index\].add\(value\)"):
        x[0] += 1.0
    assert x.tolist() == [1, 2]


@pytest.mark.parametrize("view", [np.flip, lambda x: x[()], lambda x: x[...], lambda x: x[None][0]])
def test_views_of_a_number_differentiate_again(view: Call) -> None:
    ad.check_grads(lambda x: np.sin(view(x)) * view(x), (np.array(0.5),), order=3, atol=1e-4, rtol=1e-4)
