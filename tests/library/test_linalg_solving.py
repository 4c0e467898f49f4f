"""Inverses, linear systems and determinants of tensors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from agreement import agrees, keeps_float32, same_values

import notebook_ad as ad

rng = np.random.default_rng(1)


def normal(*shape: int) -> Any:
    """Random numbers."""
    return rng.normal(size=shape)


def regular(*shape: int) -> Any:
    """Random matrices far from singular."""
    return normal(*shape) + 3 * np.eye(shape[-1])


def complex_normal(*shape: int) -> Any:
    """Random complex numbers."""
    return normal(*shape) + 1j * normal(*shape)


def h(a: Any) -> Any:
    """Transposed and conjugated."""
    return np.conj(np.swapaxes(a, -1, -2))


def of_rank(rank: int, n: int) -> Any:
    """A matrix of that rank."""
    return normal(n, rank) @ normal(rank, n)


CASES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "inv": (np.linalg.inv, (regular(3, 3),)),
    "inv of one element": (np.linalg.inv, (np.array([[2.0]]),)),
    "inv of a stack": (np.linalg.inv, (regular(2, 1, 2, 2),)),
    "inv of complex": (np.linalg.inv, (complex_normal(2, 2),)),
    "solve for a vector": (np.linalg.solve, (regular(3, 3), normal(3))),
    "solve for a matrix": (np.linalg.solve, (regular(3, 3), normal(3, 2))),
    "solve a stack": (np.linalg.solve, (regular(2, 3, 3), normal(2, 3, 2))),
    "solve, batches broadcast": (np.linalg.solve, (regular(2, 1, 2, 2), normal(1, 3, 2, 1))),
    "solve one for a stack": (np.linalg.solve, (regular(3, 3), normal(2, 3, 3))),
    "solve of complex": (np.linalg.solve, (complex_normal(2, 2), normal(2, 1))),
    "det": (np.linalg.det, (regular(3, 3),)),
    "det of one element": (np.linalg.det, (np.array([[2.0]]),)),
    "det of a stack": (np.linalg.det, (normal(2, 3, 3),)),
    "det of complex": (np.linalg.det, (complex_normal(3, 3),)),
    "det of rank n − 1": (np.linalg.det, (of_rank(2, 3),)),
    "det of rank n − 2": (np.linalg.det, (of_rank(2, 4),)),
    "det of zeros": (np.linalg.det, (np.zeros((3, 3)),)),
    "det of a reflection": (np.linalg.det, (np.array([[0.0, 1.0], [1.0, 0.0]]),)),
    "slogdet": (np.linalg.slogdet, (regular(3, 3),)),
    "slogdet, negative": (np.linalg.slogdet, (np.array([[0.0, 1.0], [2.0, 0.0]]),)),
    "slogdet of a stack": (np.linalg.slogdet, (normal(2, 3, 3),)),
    "slogdet of complex": (np.linalg.slogdet, (complex_normal(3, 3),)),
    "pinv, tall": (np.linalg.pinv, (normal(4, 2),)),
    "pinv, wide": (np.linalg.pinv, (normal(2, 2, 3),)),
    "pinv, square": (np.linalg.pinv, (regular(3, 3),)),
    "pinv, Hermitian": (lambda a: np.linalg.pinv(a + h(a), hermitian=True), (normal(2, 3, 3),)),
    "pinv, Hermitian, of equal eigenvalues": (
        lambda a: np.linalg.pinv((a + h(a)) / 2, hermitian=True),
        (2 * np.eye(3),),
    ),
    "pinv, Hermitian, of rank 1": (
        lambda v: np.linalg.pinv(v[:, None] * np.conj(v), rcond=1e-6, hermitian=True),
        (complex_normal(3),),
    ),
    "pinv of complex": (np.linalg.pinv, (complex_normal(3, 2),)),
    "tensorinv": (lambda a: np.linalg.tensorinv(a, ind=1), (regular(4, 4).reshape(4, 2, 2),)),
    "tensorsolve": (np.linalg.tensorsolve, (regular(6, 6).reshape(2, 3, 6), normal(2, 3))),
    "tensorsolve with axes": (
        lambda a, b: np.linalg.tensorsolve(a, b, axes=(0,)),
        (regular(4, 4).reshape(4, 2, 2), normal(2, 2)),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_results_agree_with_numpy_and_central_differences(case: str) -> None:
    f, args = CASES[case]
    agrees(f, args)


def test_one_vector_is_solved_for_by_each_matrix_of_a_stack_on_every_numpy() -> None:
    a, b = regular(2, 3, 3), normal(3)
    found = np.linalg.solve(ad.tensor(a), ad.tensor(b)).detach().value
    np.testing.assert_allclose(found, np.stack([np.linalg.solve(m, b) for m in a]))

    def solved(x: Any, y: Any) -> Any:  # by our rule also where the differences are taken
        return np.linalg.solve(x if isinstance(x, ad.Tensor) else ad.tensor(x, requires_grad=False), y)

    ad.check_grads(solved, (a, b))


def test_b_of_two_axes_or_more_holds_matrices_on_every_numpy() -> None:
    a, b = regular(2, 3, 3), normal(3, 3)
    found = np.linalg.solve(ad.tensor(a), ad.tensor(b))
    np.testing.assert_allclose(found.detach().value, np.stack([np.linalg.solve(m, b) for m in a]))
    wanted = [ad.grad(lambda x, m=m: np.sum(np.linalg.inv(m) @ x))(b) for m in a]
    np.testing.assert_allclose(ad.grad(lambda x: np.sum(np.linalg.solve(a, x)))(b), sum(wanted))


@pytest.mark.parametrize("columns", [None, 2])
def test_lstsq_gives_solution_residuals_rank_and_singular_values(columns: int | None) -> None:
    a, b = normal(5, 2), normal(5) if columns is None else normal(5, columns)
    same_values(lambda x, y: np.linalg.lstsq(x, y, rcond=None)[:2], (a, b))
    *_, rank, values = np.linalg.lstsq(ad.tensor(a), b, rcond=None)
    assert rank == 2
    np.testing.assert_allclose(values.detach().value, np.linalg.svd(a, compute_uv=False))
    ad.check_grads(lambda x, y: np.linalg.lstsq(x, y, rcond=None)[:2], (a, b), atol=1e-4, rtol=1e-4)
    assert np.linalg.lstsq(ad.tensor(a[:2]), b[:2], rcond=None)[1].shape == (0,)


@pytest.mark.parametrize("case", ["inv", "solve for a matrix", "solve for a vector", "det", "slogdet", "pinv, tall"])
def test_float32_stays_float32(case: str) -> None:
    f, args = CASES[case]
    keeps_float32(f, args)


def test_higher_derivatives_of_det_are_those_of_its_polynomial() -> None:
    ad.check_grads(np.linalg.det, (regular(3, 3),), order=4, atol=1e-3, rtol=1e-3)
    third = ad.jacfwd(ad.hessian(np.linalg.det))(np.eye(3)).reshape(9, 9, 9)
    expected = ad.jacfwd(ad.hessian(leibniz))(np.eye(3)).reshape(9, 9, 9)
    np.testing.assert_allclose(third, expected, atol=1e-12)


def leibniz(a: Any) -> Any:
    """The determinant of a 3 × 3 matrix, written out."""
    (p, q, r), (s, t, u), (v, w, x) = a
    return p * (t * x - u * w) - q * (s * x - u * v) + r * (s * w - t * v)


@pytest.mark.parametrize("rank", [0, 1, 2])
def test_first_two_derivatives_of_det_are_exact_for_singular_matrices(rank: int) -> None:
    a = of_rank(rank, 3)
    np.testing.assert_allclose(ad.grad(np.linalg.det)(a), ad.grad(leibniz)(a), atol=1e-12)
    np.testing.assert_allclose(ad.hessian(np.linalg.det)(a), ad.hessian(leibniz)(a), atol=1e-12)


def test_slogdet_of_a_large_matrix_does_not_overflow() -> None:
    a = 1e3 * np.eye(200)
    np.testing.assert_allclose(ad.grad(lambda x: np.linalg.slogdet(x)[1])(a), 1e-3 * np.eye(200))
    assert ad.grad(lambda x: np.linalg.slogdet(x).sign)(a).any() == np.False_


def test_slogdet_of_a_singular_matrix_is_minus_infinity_and_its_gradient_not_finite() -> None:
    assert np.linalg.slogdet(ad.tensor(np.zeros((2, 2)))).logabsdet.item() == -np.inf
    assert not np.isfinite(ad.grad(lambda a: np.linalg.slogdet(a)[1])(np.zeros((2, 2)))).any()


@pytest.mark.parametrize("shape", [(0, 0), (0, 2, 2)])
@pytest.mark.parametrize("f", [np.linalg.inv, np.linalg.det, lambda a: np.linalg.slogdet(a)[1]])
def test_empty_matrices_have_empty_gradients(f: Any, shape: tuple[int, ...]) -> None:
    same_values(f, (np.zeros(shape),))
    assert ad.grad(lambda a: np.sum(f(a)))(np.zeros(shape)).shape == shape


def test_rank_is_a_number_without_a_derivative() -> None:
    assert np.linalg.matrix_rank(ad.tensor(of_rank(2, 3))) == 2
    np.testing.assert_allclose(ad.grad(lambda a: np.sum(a) * np.linalg.matrix_rank(a))(np.eye(2)), np.full((2, 2), 2.0))


def test_each_example_of_a_vmap_has_its_own_derivative() -> None:
    a, moved = regular(3, 2, 2), normal(3, 2, 2)
    for f in (np.linalg.det, np.linalg.inv):
        found = ad.vmap(lambda x, t, f=f: ad.jvp(f, (x,), (t,))[1])(a, moved)
        np.testing.assert_allclose(found, np.stack([ad.jvp(f, (x,), (t,))[1] for x, t in zip(a, moved, strict=True)]))
        same = ad.vmap(lambda t, f=f: ad.jvp(f, (a[0],), (t,))[1])(moved)
        np.testing.assert_allclose(same, np.stack([ad.jvp(f, (a[0],), (t,))[1] for t in moved]))


t = ad.tensor
ERRORS = [
    (lambda: np.linalg.inv(t(np.zeros((2, 2)))), np.linalg.LinAlgError, r"inv of \(2, 2\).*Singular matrix"),
    (lambda: np.linalg.inv(t(np.zeros((2, 3)))), np.linalg.LinAlgError, r"inv of \(2, 3\).*square"),
    (lambda: np.linalg.solve(t(np.zeros((2, 2))), np.ones(2)), np.linalg.LinAlgError, "solve of .*Singular matrix"),
    (lambda: np.linalg.solve(t(np.eye(3)), np.ones(2)), ValueError, r"solve of \(3, 3\) and \(2,\)"),
    (lambda: np.linalg.det(t(np.ones((2, 3)))), np.linalg.LinAlgError, r"det of \(2, 3\)"),
    (lambda: np.linalg.slogdet(t(np.ones((2, 3)))), np.linalg.LinAlgError, r"slogdet of \(2, 3\)"),
    (
        lambda: np.linalg.pinv(t(np.ones((2, 3))), hermitian=True),
        ad.ShapeError,
        r"pinv of \(2, 3\) with hermitian=True",
    ),
    (lambda: np.linalg.tensorinv(t(np.eye(2)), ind=0), ValueError, "tensorinv: ind is 0"),
    (lambda: np.linalg.lstsq(t(np.ones(2)), np.ones(2), rcond=None), ValueError, r"lstsq of \(2,\) and \(2,\)"),
]


@pytest.mark.parametrize(("call", "kind", "message"), ERRORS)
def test_errors_name_the_function_and_what_was_given(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()
