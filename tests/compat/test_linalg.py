"""ad.linalg: numpy.linalg's functions on tensors under PyTorch's module name, with PyTorch's dim and keepdim."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import notebook_ad as ad

A = np.array([[2.0, 0.5], [0.3, 1.5]])
CUBE = np.arange(24.0).reshape(2, 3, 4) - 7


@pytest.mark.parametrize("name", ["inv", "det", "pinv", "eigvalsh", "cholesky", "cond", "matrix_rank"])
def test_functions_of_one_matrix_are_numpys_and_give_tensors(name: str) -> None:
    found = getattr(ad.linalg, name)(A)
    assert isinstance(found, ad.Tensor)
    np.testing.assert_allclose(found.detach().value, getattr(np.linalg, name)(A))


def test_solve_keeps_the_gradient() -> None:
    b = np.array([1.0, -2.0])
    ad.check_grads(ad.linalg.solve, (A, b), order=1)
    np.testing.assert_allclose(ad.linalg.multi_dot([A, A, b]).detach().value, A @ A @ b)


@pytest.mark.parametrize("dim", [None, 0, -1, (0, 2), (0, 1, 2)])
@pytest.mark.parametrize("order", [1, 2, 3, np.inf])
@pytest.mark.parametrize("keepdim", [False, True])
def test_vector_norms_over_axes(dim: Any, order: float, keepdim: bool) -> None:
    found = ad.linalg.vector_norm(ad.tensor(CUBE), order, dim=dim, keepdim=keepdim)
    axes = (0, 1, 2) if dim is None else dim
    size = np.abs(CUBE)
    want = np.max(size, axes) if order == np.inf else np.sum(size**order, axes) ** (1 / order)
    np.testing.assert_allclose(found.detach().value, np.reshape(want, found.shape))
    assert found.ndim == (3 if keepdim else 3 - (3 if dim is None else np.size(dim)))


def test_norms_take_pytorchs_keywords_and_numpys() -> None:
    t = ad.tensor(CUBE)
    want = np.linalg.norm(CUBE, axis=1, keepdims=True)
    np.testing.assert_allclose(ad.linalg.norm(t, dim=1, keepdim=True).detach().value, want)
    np.testing.assert_allclose(ad.linalg.norm(t, axis=1, keepdims=True).detach().value, want)
    np.testing.assert_allclose(ad.linalg.matrix_norm(t).detach().value, np.linalg.norm(CUBE, axis=(1, 2)))
    np.testing.assert_allclose(ad.linalg.svdvals(A).detach().value, np.linalg.svd(A, compute_uv=False))


def test_an_unknown_name_lists_what_there_is() -> None:
    with pytest.raises(AttributeError, match=r"notebook_ad\.linalg has no 'lu'; it has cholesky, cond"):
        _ = ad.linalg.lu
    with pytest.raises(TypeError, match=r"linalg\.norm has no argument out"):
        ad.linalg.norm(A, out=None)
