"""Products of tensors: values as NumPy's, derivatives to second order as central differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from agreement import agrees, keeps_float32, same_values
from numpy_two import NEW

import notebook_ad as ad

rng = np.random.default_rng(0)


def normal(*shape: int) -> Any:
    """Random numbers."""
    return rng.normal(size=shape)


def complex_normal(*shape: int) -> Any:
    """Random complex numbers."""
    return normal(*shape) + 1j * normal(*shape)


CASES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "dot of vectors": (np.dot, (normal(3), normal(3))),
    "dot of a scalar": (np.dot, (2.0, normal(3))),
    "dot of matrix and vector": (np.dot, (normal(2, 3), normal(3))),
    "dot of vector and matrix": (np.dot, (normal(3), normal(3, 2))),
    "dot of matrices": (np.dot, (normal(2, 3), normal(3, 2))),
    "dot of three axes and two": (np.dot, (normal(2, 2, 3), normal(3, 2))),
    "dot of two axes and three": (np.dot, (normal(2, 3), normal(4, 3, 2))),
    "dot of vector and three axes": (np.dot, (normal(3), normal(4, 3, 2))),
    "dot of nothing": (np.dot, (normal(2, 0), normal(3, 0, 2))),
    "dot of complex and real": (np.dot, (complex_normal(2, 3), normal(3, 2))),
    "inner of vectors": (np.inner, (normal(3), normal(3))),
    "inner of matrices": (np.inner, (normal(2, 3), normal(4, 3))),
    "inner of vector and matrix": (np.inner, (normal(3), normal(4, 3))),
    "inner of matrix and vector": (np.inner, (normal(4, 3), normal(3))),
    "inner of a scalar": (np.inner, (normal(4, 3), 2.0)),
    "vdot": (np.vdot, (normal(2, 3), normal(3, 2))),
    "vdot of complex": (np.vdot, (complex_normal(3), complex_normal(3))),
    "outer": (np.outer, (normal(2, 3), normal(2))),
    "outer of scalars": (np.outer, (2.0, 3.0)),
    "outer of complex": (np.outer, (complex_normal(2), normal(2))),
    "tensordot over two axes": (np.tensordot, (normal(2, 3, 4), normal(3, 4, 2))),
    "tensordot over none": (lambda a, b: np.tensordot(a, b, 0), (normal(2), normal(1, 3))),
    "tensordot over one": (lambda a, b: np.tensordot(a, b, axes=1), (normal(2, 3), normal(3))),
    "tensordot crosswise": (lambda a, b: np.tensordot(a, b, ((0, 2), (2, 0))), (normal(2, 3, 4), normal(4, 5, 2))),
    "tensordot, negative": (lambda a, b: np.tensordot(a, b, ([-1], [-2])), (normal(2, 3), normal(3, 2))),
    "tensordot, single axes": (lambda a, b: np.tensordot(a, b, (0, 1)), (normal(2, 3), normal(3, 2))),
    "tensordot of complex": (lambda a, b: np.tensordot(a, b, 1), (complex_normal(2, 3), complex_normal(3, 2))),
    "kron of vectors": (np.kron, (normal(2), normal(3))),
    "kron of matrices": (np.kron, (normal(2, 3), normal(2, 2))),
    "kron of different ndim": (np.kron, (normal(2, 3), normal(3, 1, 2))),
    "kron of a scalar": (np.kron, (2.0, normal(2))),
    "kron of scalars": (np.kron, (2.0, 3.0)),
    "kron of complex": (np.kron, (complex_normal(2), normal(2, 2))),
    "trace": (np.trace, (normal(3, 3),)),
    "trace of more axes": (np.trace, (normal(3, 2, 2),)),
    "trace with offset and axes": (lambda a: np.trace(a, 1, 2, 0), (normal(3, 2, 4),)),
    "trace below": (lambda a: np.trace(a, offset=-1, axis1=-2, axis2=-1), (normal(2, 3, 4),)),
    "trace outside": (lambda a: np.trace(a, 7), (normal(2, 3),)),
    "power 0": (lambda a: np.linalg.matrix_power(a, 0) @ a, (normal(2, 2),)),
    "power 1": (lambda a: np.linalg.matrix_power(a, 1), (normal(2, 2),)),
    "power 5": (lambda a: np.linalg.matrix_power(a, 5), (normal(2, 2, 2),)),
    "power −2": (lambda a: np.linalg.matrix_power(a, -2), (normal(2, 2) + 3 * np.eye(2),)),
    "multi_dot of two": (lambda *a: np.linalg.multi_dot(a), (normal(2, 3), normal(3, 2))),
    "multi_dot": (lambda *a: np.linalg.multi_dot(a), (normal(3), normal(3, 4), normal(4, 2), normal(2))),
    "multi_dot of five": (
        lambda *a: np.linalg.multi_dot(a),
        (normal(2, 5), normal(5, 1), normal(1, 4), normal(4, 4), normal(4, 2)),
    ),
}
if NEW:
    CASES |= {
        "linalg.matmul": (lambda a, b: np.linalg.matmul(a, b), (normal(2, 3), normal(3, 2))),
        "linalg.outer": (lambda a, b: np.linalg.outer(a, b), (normal(2), normal(3))),
        "linalg.tensordot": (lambda a, b: np.linalg.tensordot(a, b, axes=1), (normal(2, 3), normal(3, 2))),
        "vecdot": (lambda a, b: np.linalg.vecdot(a, b), (complex_normal(2, 3), complex_normal(3))),
        "vecdot along 0": (lambda a, b: np.linalg.vecdot(a, b, axis=0), (normal(3, 2), normal(3, 2))),
        "np.vecdot": (lambda a, b: np.vecdot(a, b), (complex_normal(2, 3), normal(3))),
        "linalg.trace": (lambda a: np.linalg.trace(a, offset=1), (normal(3, 2, 2),)),
        "diagonal": (lambda a: np.linalg.diagonal(a, offset=-1), (normal(2, 3, 3),)),
        "matrix_transpose": (lambda a: np.linalg.matrix_transpose(a), (normal(3, 2, 1),)),
        "np.matrix_transpose": (lambda a: np.matrix_transpose(a), (normal(3, 2, 1),)),
    }
if hasattr(np, "matvec"):
    CASES |= {
        "matvec": (lambda a, b: np.matvec(a, b), (complex_normal(2, 3, 4), normal(4))),
        "vecmat": (lambda a, b: np.vecmat(a, b), (complex_normal(3), complex_normal(2, 3, 4))),
    }


@pytest.mark.parametrize("case", CASES)
def test_products_agree_with_numpy_and_central_differences(case: str) -> None:
    f, args = CASES[case]
    agrees(f, args)


@pytest.mark.parametrize(
    "case", ["dot of matrices", "outer", "kron of matrices", "trace", "tensordot crosswise", "power 5"]
)
def test_float32_stays_float32(case: str) -> None:
    f, args = CASES[case]
    keeps_float32(f, args)


def test_views_with_negative_strides_are_operands_like_any_other() -> None:
    a, b = normal(6, 8)[::-2, ::2], normal(4, 6).T[::-2]
    agrees(np.dot, (a, b.T), order=1)
    agrees(np.kron, (a[:1], b[:2, :2]), order=1)


@pytest.mark.parametrize("f", [np.dot, np.inner, np.outer, np.kron])
def test_a_tensor_may_be_either_operand(f: Any) -> None:
    a, b = normal(3), normal(3)
    for mixed in (f(ad.tensor(a), b), f(a, ad.tensor(b)), f(ad.tensor(a), list(b))):
        np.testing.assert_allclose(mixed.detach().value, f(a, b))


def test_empty_operands_have_empty_gradients() -> None:
    same_values(lambda a: np.kron(a, a), (np.zeros((0, 2)),))
    for f in (lambda a: np.outer(a, a), lambda a: np.inner(a, a), lambda a: np.tensordot(a, a, 2)):
        assert ad.grad(lambda a, f=f: np.sum(f(a)))(np.zeros((2, 0))).shape == (2, 0)


t = ad.tensor
ERRORS = [
    (
        lambda: np.dot(t(np.ones((2, 3))), np.ones((2, 3))),
        ValueError,
        r"np.dot of \(2, 3\) and .*sizes 3 \(last axis\) and 2",
    ),
    (lambda: np.dot(t(np.ones(2)), np.ones(2), out=np.ones(2)), TypeError, "np.dot of a tensor does not take out=…"),
    (lambda: np.inner(t(np.ones((2, 3))), np.ones((2, 2))), ValueError, "np.inner of .* sizes 3 .* and 2"),
    (lambda: np.vdot(t(np.ones(3)), np.ones(2)), ValueError, "np.vdot of .* sizes 3 and 2 differ"),
    (
        lambda: np.tensordot(t(np.ones((2, 3))), np.ones(2)),
        ValueError,
        r"tensordot: axes \(-2, -1\) of \(2, 3\) and \(0, 1\)",
    ),
    (lambda: np.tensordot(t(np.ones(2)), np.ones(2), (5, 0)), ValueError, r"axes \(5,\) of \(2,\) and \(0,\)"),
    (lambda: np.trace(t(np.ones(3))), ValueError, r"trace of \(3,\).*at least two dimensions"),
    (lambda: np.trace(t(np.ones((3, 3))), dtype=float), TypeError, "np.trace of a tensor does not take dtype="),
    (lambda: np.linalg.matrix_power(t(np.eye(2)), 1.5), TypeError, "matrix_power: n is an integer, not 1.5"),
    (lambda: np.linalg.matrix_power(t(np.ones((2, 3))), 2), ValueError, r"matrix_power of \(2, 3\).*equal lengths"),
    (lambda: np.linalg.multi_dot([t(np.ones((2, 3)))]), ValueError, "multi_dot of .*two or more matrices"),
    (lambda: np.linalg.multi_dot([t(np.ones((2, 3))), t(np.ones((2, 3)))]), ValueError, "inner sizes 3 and 2 differ"),
]


@pytest.mark.parametrize(("call", "kind", "message"), ERRORS)
def test_errors_name_the_function_and_what_was_given(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()
