"""einsum of tensors in every form that NumPy takes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from agreement import agrees, keeps_float32, same_values
from hypothesis import given, settings
from hypothesis import strategies as st

import notebook_ad as ad
from notebook_ad.engine.library.linalg_einsum import canonical

rng = np.random.default_rng(0)


def normal(*shape: int) -> Any:
    """Random numbers."""
    return rng.normal(size=shape)


STRINGS: list[tuple[str, tuple[tuple[int, ...], ...]]] = [
    ("ij,jk->ik", ((2, 3), (3, 4))),
    ("ij,jk", ((2, 3), (3, 4))),
    ("ba", ((2, 3),)),
    ("ba,Ab", ((2, 3), (2, 2))),
    (" i j , j -> i ", ((2, 3), (3,))),
    ("i,i", ((3,), (3,))),
    ("i,j->ij", ((2,), (3,))),
    ("ij->", ((2, 3),)),
    ("ij->j", ((2, 3),)),
    ("ij->ji", ((2, 3),)),
    ("ii", ((3, 3),)),
    ("ii->i", ((3, 3),)),
    ("iii->i", ((2, 2, 2),)),
    ("iij->j", ((2, 2, 3),)),
    ("iji->ij", ((2, 3, 2),)),
    ("ii,ij->j", ((2, 2), (2, 3))),
    ("ii,jj", ((2, 2), (3, 3))),
    ("ij,kk->i", ((2, 3), (2, 2))),
    ("...ij,...jk->...ik", ((2, 1, 2, 3), (3, 3, 2))),
    ("...i,...i", ((2, 3), (3,))),
    ("i...->...", ((2, 3),)),
    ("i...i", ((2, 3, 2),)),
    ("...->...", ((2, 3),)),
    ("...,...", ((2, 1), (3,))),
    ("ij...,j->i...", ((2, 3, 2), (3,))),
    ("...i->i", ((3,),)),
    ("a...,b...->ab...", ((2, 3), (2, 3))),
    ("ij,jk,kl->il", ((2, 3), (3, 2), (2, 2))),
    ("ij,ij,ij->", ((2, 3), (2, 3), (2, 3))),
    ("b,bij,bj->bi", ((2,), (2, 3, 2), (2, 2))),
    ("ij,jk->ik", ((2, 1), (3, 2))),  # lengths of 1 broadcast
    ("i,i->i", ((1,), (3,))),
    ("ij,jk->ik", ((2, 0), (0, 3))),
    ("ij->i", ((0, 3),)),
    (",i->i", ((), (2,))),
    ("->", ((),)),
]
LISTS: list[tuple[Any, tuple[tuple[int, ...], ...]]] = [
    (lambda a, b: np.einsum(a, [0, 1], b, [1, 2], [0, 2]), ((2, 3), (3, 4))),
    (lambda a, b: np.einsum(a, [0, 1], b, [1, 2]), ((2, 3), (3, 4))),
    (lambda a: np.einsum(a, [1, 0]), ((2, 3),)),
    (lambda a: np.einsum(a, [26, 1]), ((2, 3),)),
    (lambda a: np.einsum(a, [0, 0]), ((3, 3),)),
    (lambda a: np.einsum(a, [5, 5], [5]), ((3, 3),)),
    (lambda a, b: np.einsum(a, [..., 0, 1], b, [..., 1, 2], [..., 0, 2]), ((2, 2, 3), (3, 2))),
]


@pytest.mark.parametrize(("subscripts", "shapes"), STRINGS)
def test_subscripts_in_letters(subscripts: str, shapes: tuple[tuple[int, ...], ...]) -> None:
    agrees(lambda *a: np.einsum(subscripts, *a), [normal(*s) if s else float(normal()) for s in shapes])


@pytest.mark.parametrize(("f", "shapes"), LISTS)
def test_subscripts_in_lists_of_integers(f: Any, shapes: tuple[tuple[int, ...], ...]) -> None:
    agrees(f, [normal(*s) for s in shapes])


@pytest.mark.parametrize("optimize", [True, "greedy", "optimal", ["einsum_path", (0, 1), (0, 1)]])
def test_optimize_changes_the_order_only(optimize: Any) -> None:
    args = [normal(2, 3), normal(3, 4), normal(4, 2)]
    agrees(lambda *a: np.einsum("ij,jk,kl", *a, optimize=optimize), args)


def test_gradient_of_large_operands_is_planned_and_right() -> None:
    a, b = normal(20, 30), normal(30, 20)
    found = ad.grad(lambda x, y: np.sum(np.einsum("ij,jk,k->i", x, y, np.arange(20.0)) ** 2), (0, 1))(a, b)
    expected = ad.grad(lambda x, y: np.sum((x @ y @ np.arange(20.0)) ** 2), (0, 1))(a, b)
    for got, want in zip(found, expected, strict=True):
        largest = np.abs(want).max()  # terms of that size cancel in the small elements, in another order here and there
        np.testing.assert_allclose(got, want, rtol=1e-12, atol=1e-12 * largest)


def test_complex_operands() -> None:
    agrees(lambda a, b: np.einsum("ij,jk", a, b), (normal(2, 3) + 1j * normal(2, 3), normal(3, 2)))


def test_float32_stays_float32() -> None:
    for subscripts in ("ij,jk->ik", "ij,jj->i", "ij,kj->k"):
        keeps_float32(lambda *a, s=subscripts: np.einsum(s, *a), (normal(3, 3), normal(3, 3)))


def test_the_same_operand_twice_counts_twice() -> None:
    np.testing.assert_allclose(ad.grad(lambda a: np.einsum("i,i", a, a))(np.arange(3.0)), 2 * np.arange(3.0))


def test_result_shares_no_memory_with_its_operand() -> None:
    a = ad.tensor(np.eye(3))
    assert not np.shares_memory(np.einsum("ii->i", a).value, a.value)


@settings(max_examples=60)
@given(st.data())
def test_any_subscripts_agree_with_numpy(data: st.DataObject) -> None:
    sizes = dict(zip("abcd", (1, 2, 3, 2), strict=True))
    letter = st.sampled_from("abcd")
    terms = data.draw(st.lists(st.text(letter, max_size=3), min_size=1, max_size=3))
    present = sorted(set("".join(terms)))
    out = data.draw(st.permutations(present)) if present else []
    out = out[: data.draw(st.integers(0, len(out)))]
    subscripts = ",".join(terms) + data.draw(st.sampled_from(["", "->" + "".join(out)]))
    arrays = [np.asarray(rng.normal(size=[sizes[c] for c in term])) for term in terms]
    same_values(lambda *a: np.einsum(subscripts, *a), arrays)
    ad.check_grads(lambda *a: np.einsum(subscripts, *a), arrays, order=1)


def test_canonical_form_has_letters_and_an_output() -> None:
    assert canonical("...i,i", (2, 1)) == "ai,i->a"
    assert canonical("ba", (2,)) == "ba->ab"
    assert canonical("...ij,...jk->...ik", (4, 3)) == "abij,bjk->abik"


t = ad.tensor
ERRORS = [
    (
        lambda: np.einsum("ij,jk", t(np.ones((2, 3)))),
        ValueError,
        "'ij,jk' has subscripts for 2 operands, but 1 are given",
    ),
    (lambda: np.einsum("ij->iz", t(np.ones((2, 3)))), ValueError, "output subscript 'z' which never appeared"),
    (lambda: np.einsum("ij->ijj", t(np.ones((2, 3)))), ValueError, "output subscript 'j' multiple times"),
    (lambda: np.einsum("ij,jk", t(np.ones((2, 3))), np.ones((2, 2))), ValueError, r"einsum of \(2, 3\) and \(2, 2\)"),
    (lambda: np.einsum("i", t(np.ones((2, 3)))), ValueError, "operand 0 has 2 axes, but 'i' in 'i' names 1"),
    (lambda: np.einsum("ijk", t(np.ones((2, 3)))), ValueError, "operand 0 has 2 axes, but 'ijk' in 'ijk' names 3"),
    (
        lambda: np.einsum("i#", t(np.ones((2, 3)))),
        ValueError,
        "'i#' is not made of letters|'i#' in 'i#' is not made of",
    ),
    (lambda: np.einsum("...i->i", t(np.ones((2, 3)))), ValueError, "the output 'i' in '...i->i' has no '...'"),
    (lambda: np.einsum("ii", t(np.ones((2, 3)))), ValueError, r"einsum of \(2, 3\).*collapsing index 'i'"),
    (lambda: np.einsum(t(np.ones((2, 3))), [60, 1]), ValueError, "integers from 0 to 51 or an ellipsis, not 60"),
    (
        lambda: np.einsum("ij", t(np.ones((2, 3))), out=np.ones(2)),
        TypeError,
        "np.einsum of a tensor does not take out=",
    ),
    (lambda: np.einsum("ij", t(np.ones((2, 3))), dtype=float), TypeError, "np.einsum of a tensor does not take dtype="),
]


@pytest.mark.parametrize(("call", "kind", "message"), ERRORS)
def test_errors_say_what_does_not_fit(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()
