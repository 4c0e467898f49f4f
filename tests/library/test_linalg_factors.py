"""Factorisations of tensors. What has a free sign, phase or rotation is compared by what does not depend on it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from agreement import agrees, keeps_float32, same_values
from numpy_two import NEW

import notebook_ad as ad

rng = np.random.default_rng(2)


def normal(*shape: int) -> Any:
    """Random numbers."""
    return rng.normal(size=shape)


def complex_normal(*shape: int) -> Any:
    """Random complex numbers."""
    return normal(*shape) + 1j * normal(*shape)


def h(a: Any) -> Any:
    """Transposed and conjugated."""
    axes = tuple(range(np.ndim(a)))
    return np.conj(np.transpose(a, (*axes[:-2], axes[-1], axes[-2])))


def positive(a: Any) -> Any:
    """A positive definite matrix of any."""
    return a @ h(a) + 2 * np.eye(a.shape[-1])


def eigh(a: Any, **options: Any) -> Any:
    """Eigenvalues and the projectors' weighted sum of a Hermitian matrix."""
    w, v = np.linalg.eigh(a + h(a), **options)
    return w, (v * np.arange(1.0, w.shape[-1] + 1)) @ h(v)


def eig(a: Any) -> Any:
    """Eigenvalues and the moduli of the eigenvectors."""
    w, v = np.linalg.eig(a)
    return w, np.abs(v)


def svd(a: Any) -> Any:
    """Singular values, and functions of the vectors without a phase."""
    u, s, vh = np.linalg.svd(a, full_matrices=False)
    weights = np.arange(1.0, s.shape[-1] + 1)
    return s, (u * weights) @ h(u), h(vh) @ (weights[:, None] * vh), (u * weights) @ vh


def hermitian_svd(a: Any) -> Any:
    """As `svd`, of a Hermitian matrix, whose factors make it up again."""
    u, s, vh = np.linalg.svd(a, hermitian=True)
    weights = np.arange(1.0, s.shape[-1] + 1)
    return s, (u * weights) @ h(u), h(vh) @ (weights[:, None] * vh), (u * s[..., None, :]) @ vh


def full_svd(a: Any) -> Any:
    """The projectors onto what `full_matrices` adds, and the rest."""
    u, s, vh = np.linalg.svd(a)
    k = s.shape[-1]
    return s, u[..., :, :k], vh[..., :k, :], u[..., :, k:] @ h(u[..., :, k:]), h(vh[..., k:, :]) @ vh[..., k:, :]


def complete_qr(a: Any) -> Any:
    """The projector onto what mode="complete" adds, and the rest."""
    q, r = np.linalg.qr(a, mode="complete")
    k = a.shape[-1]
    return q[:, :k], q[:, k:] @ h(q[:, k:]), r


CASES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "cholesky": (lambda a: np.linalg.cholesky(positive(a)), (normal(3, 3),)),
    "cholesky of one element": (np.linalg.cholesky, (np.array([[2.0]]),)),
    "cholesky of a stack": (lambda a: np.linalg.cholesky(positive(a)), (normal(2, 1, 2, 2),)),
    "cholesky of complex": (lambda a: np.linalg.cholesky(positive(a)), (complex_normal(3, 3),)),
    "eigh": (lambda a: np.linalg.eigh(a + h(a)), (normal(3, 3),)),
    "eigh of one element": (np.linalg.eigh, (np.array([[2.0]]),)),
    "eigh of a stack": (eigh, (normal(2, 3, 3),)),
    "eigh, upper triangle": (lambda a: eigh(a, UPLO="U"), (normal(3, 3),)),
    "eigh of complex": (eigh, (complex_normal(3, 3),)),
    "eigvalsh": (lambda a: np.linalg.eigvalsh(a + h(a)), (normal(3, 3),)),
    "eigvalsh, upper triangle": (lambda a: np.linalg.eigvalsh(a + h(a), "U"), (normal(3, 3),)),
    "eigvalsh of a complex stack": (lambda a: np.linalg.eigvalsh(a + h(a)), (complex_normal(2, 3, 3),)),
    "eig with complex values": (eig, (np.array([[1.0, 2.0, 0.3], [-2.0, 1.5, 0.1], [0.2, 0.5, -1.0]]),)),
    "eig with real values": (eig, (np.diag([1.0, 2.0, 4.0]) + 0.1 * normal(3, 3),)),
    "eig of a complex stack": (eig, (complex_normal(2, 3, 3),)),
    "eigvals": (np.linalg.eigvals, (normal(4, 4),)),
    "eigvals of complex": (np.linalg.eigvals, (complex_normal(3, 3),)),
    "svd, tall": (lambda a: np.linalg.svd(a, full_matrices=False), (normal(4, 2),)),
    "svd, wide": (lambda a: np.linalg.svd(a, full_matrices=False), (normal(2, 3),)),
    "svd, square": (np.linalg.svd, (normal(3, 3),)),
    "svd of a stack": (svd, (normal(2, 3, 2),)),
    "svd of complex": (svd, (complex_normal(3, 2),)),
    "svd of complex, wide": (svd, (complex_normal(2, 3),)),
    "svd, full, tall": (full_svd, (normal(4, 2),)),
    "svd, full, wide": (full_svd, (normal(2, 2, 3),)),
    "svd, Hermitian": (lambda a: hermitian_svd(a + h(a)), (normal(3, 3),)),
    "svd, Hermitian, a stack of complex": (lambda a: hermitian_svd(a + h(a)), (complex_normal(2, 2, 2),)),
    "singular values, Hermitian": (
        lambda a: np.linalg.svd(a + h(a), compute_uv=False, hermitian=True),
        (complex_normal(2, 3, 3),),
    ),
    "singular values": (lambda a: np.linalg.svd(a, compute_uv=False), (normal(2, 3, 2),)),
    "singular values of complex": (lambda a: np.linalg.svd(a, compute_uv=False), (complex_normal(2, 3),)),
    "qr": (np.linalg.qr, (normal(3, 3),)),
    "qr, tall": (np.linalg.qr, (normal(4, 2),)),
    "qr, wide": (np.linalg.qr, (normal(2, 4),)),
    "qr of a stack": (np.linalg.qr, (normal(2, 3, 2),)),
    "qr of complex": (np.linalg.qr, (complex_normal(3, 2),)),
    "qr of complex, wide": (np.linalg.qr, (complex_normal(2, 3),)),
    "R only": (lambda a: np.linalg.qr(a, mode="r"), (normal(3, 2),)),
    "qr, complete": (complete_qr, (normal(4, 2),)),
    "qr, complete of complex": (complete_qr, (complex_normal(3, 1),)),
}
if NEW:
    CASES |= {
        "svdvals": (lambda a: np.linalg.svdvals(a), (normal(2, 3),)),
        "cholesky, upper": (lambda a: np.linalg.cholesky(positive(a), upper=True), (complex_normal(2, 2),)),
    }
SYMMETRIC = np.array([[2.0, 1.0, 0.0], [1.0, 3.0, 0.5], [0.0, 0.5, 5.0]])


@pytest.mark.parametrize("case", CASES)
def test_factors_agree_with_numpy_and_central_differences(case: str) -> None:
    f, args = CASES[case]
    agrees(f, args, tolerance=1e-3)


@pytest.mark.parametrize(
    "case", ["cholesky", "eigh", "eigvalsh", "svd, tall", "svd of complex", "svd, Hermitian", "qr, tall", "eigvals"]
)
def test_float32_stays_float32(case: str) -> None:
    f, args = CASES[case]
    keeps_float32(f, args)


def test_results_have_numpys_names() -> None:
    a = ad.tensor(SYMMETRIC)
    for f in (np.linalg.eigh, np.linalg.eig, np.linalg.svd, np.linalg.qr):
        assert type(f(a)) is type(f(SYMMETRIC))
    np.testing.assert_allclose(np.linalg.eigh(a).eigenvalues.detach().value, np.linalg.eigvalsh(SYMMETRIC))


@pytest.mark.parametrize("f", [np.linalg.svd, np.linalg.pinv])
def test_of_a_hermitian_matrix_the_lower_triangle_is_read_and_its_gradient_is_symmetric(f: Any) -> None:
    def total(a: Any) -> Any:
        found = f(a, hermitian=True)
        return np.sum((found[1] if isinstance(found, tuple) else found) ** 3 * np.array([1.0, 2.0, 3.0]))

    assert total(np.tril(SYMMETRIC)) == total(SYMMETRIC) == total(ad.tensor(np.tril(SYMMETRIC))).detach().value
    found = ad.grad(total)(np.tril(SYMMETRIC))
    np.testing.assert_allclose(found, found.T)
    np.testing.assert_allclose(ad.grad(total)(SYMMETRIC), found, rtol=1e-12)
    step = np.zeros((3, 3))
    step[0, 1] = step[1, 0] = 1e-5
    slope = (total(SYMMETRIC + step) - total(SYMMETRIC - step)) / 2e-5
    np.testing.assert_allclose(found[0, 1] + found[1, 0], slope, rtol=1e-6)


@pytest.mark.parametrize("f", [np.linalg.cholesky, np.linalg.eigvalsh])
@pytest.mark.parametrize("triangle", [np.tril, np.triu])
def test_gradient_is_symmetric_whichever_triangle_is_read(f: Any, triangle: Any) -> None:
    if f is np.linalg.cholesky and triangle is np.triu:
        f, options = np.linalg.eigvalsh, {"UPLO": "U"}
    else:
        options = {"UPLO": "U"} if triangle is np.triu else {}
    found = ad.grad(lambda a: np.sum(f(a, **options) ** 3))(triangle(SYMMETRIC))
    np.testing.assert_allclose(found, found.T)
    np.testing.assert_allclose(found, ad.grad(lambda a: np.sum(f(a, **options) ** 3))(SYMMETRIC))


def test_eigenvalues_of_equal_size_have_the_gradient_of_their_sum() -> None:
    for f in (lambda a: np.linalg.eigh(a)[0], np.linalg.eigvalsh, lambda a: np.linalg.svd(a)[1], np.linalg.eigvals):
        np.testing.assert_allclose(ad.grad(lambda a, f=f: np.sum(f(a)))(np.eye(3)), np.eye(3))


def test_eigenvectors_of_equal_eigenvalues_have_no_derivative() -> None:
    found = ad.grad(lambda a: np.sum(np.linalg.eigh(a)[1] * np.array([1.0, 2.0])))(np.eye(2))
    assert not np.isfinite(found).any()
    (_, _), (w_dot, v_dot) = ad.jvp(lambda a: tuple(np.linalg.eigh(a)), (np.eye(2),), (np.ones((2, 2)),))
    np.testing.assert_allclose(w_dot, [1.0, 1.0])
    assert not np.isfinite(v_dot).any()


def test_singular_values_of_a_matrix_of_low_rank_have_a_gradient() -> None:
    a = np.outer([1.0, 2.0], [3.0, 4.0, 5.0])
    found = ad.grad(lambda x: np.linalg.svd(x, full_matrices=False)[1][0])(a)
    np.testing.assert_allclose(found, a / np.linalg.norm(a))


def test_gradient_of_reconstruction_is_the_upstream() -> None:
    weights, a = normal(4, 3), normal(4, 3)

    def rebuilt(x: Any) -> Any:
        u, s, vh = np.linalg.svd(x, full_matrices=False)
        q, r = np.linalg.qr(x)
        return np.sum(weights * ((u * s) @ vh)), np.sum(weights * (q @ r))

    for i in range(2):
        np.testing.assert_allclose(ad.grad(lambda x, i=i: rebuilt(x)[i])(a), weights, atol=1e-12)


@pytest.mark.parametrize("shape", [(0, 0), (0, 2, 2), (2, 0)])
@pytest.mark.parametrize("f", [np.linalg.svd, np.linalg.qr, lambda a: np.linalg.svd(a, full_matrices=False)])
def test_empty_matrices_have_empty_gradients(f: Any, shape: tuple[int, ...]) -> None:
    same_values(f, (np.zeros(shape),))
    assert ad.grad(lambda a: sum(np.sum(x) for x in f(a)))(np.zeros(shape)).shape == shape


def test_each_example_of_a_vmap_has_its_own_derivative() -> None:
    a, moved = normal(3, 2, 2), normal(3, 2, 2)
    found = ad.vmap(lambda x, t: ad.jvp(eigh, (x,), (t,))[1])(a, moved)
    for i in range(3):
        for got, want in zip(found, ad.jvp(eigh, (a[i],), (moved[i],))[1], strict=True):
            np.testing.assert_allclose(got[i], want)


def test_third_derivatives() -> None:
    ad.check_grads(lambda a: np.linalg.eigvalsh(a + h(a)), (normal(3, 3),), order=3, atol=1e-3, rtol=1e-3)
    ad.check_grads(lambda a: np.linalg.cholesky(positive(a)), (normal(2, 2),), order=3, atol=1e-3, rtol=1e-3)
    ad.check_grads(lambda a: np.linalg.qr(a)[1], (normal(3, 2),), order=3, atol=1e-3, rtol=1e-3)


t = ad.tensor
ERRORS = [
    (lambda: np.linalg.cholesky(t(-np.eye(2))), np.linalg.LinAlgError, r"cholesky of \(2, 2\).*not positive definite"),
    (lambda: np.linalg.eigh(t(np.ones((2, 3)))), np.linalg.LinAlgError, r"eigh of \(2, 3\).*square"),
    (lambda: np.linalg.eigh(t(np.eye(2)), UPLO="X"), ValueError, r"eigh of \(2, 2\).*UPLO argument must be 'L' or 'U'"),
    (lambda: np.linalg.eig(t(np.full((2, 2), np.nan))), np.linalg.LinAlgError, "eig of"),
    (lambda: np.linalg.svd(t(np.ones((2, 3))), hermitian=True), ad.ShapeError, r"svd of \(2, 3\) with hermitian=True"),
    (lambda: np.linalg.svd(t(np.ones(2))), np.linalg.LinAlgError, r"svd of \(2,\)"),
    (
        lambda: np.linalg.qr(t(np.eye(2)), mode="raw"),
        ad.NoDerivative,
        'np.linalg.qr with mode="raw".*Take mode="reduced"',
    ),
    (lambda: np.linalg.qr(t(np.eye(2)), mode="f"), ValueError, "qr: mode is 'reduced', 'complete' or 'r', not 'f'"),
]


@pytest.mark.parametrize(("call", "kind", "message"), ERRORS)
def test_errors_name_the_function_and_what_was_given(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()
