"""Singular values and pseudo-inverse of a Hermitian matrix, of which the lower triangle is read; the gradient is symmetric."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.engine.library import linalg_hermitian, linalg_solving
from notebook_ad.engine.library.linalg_parts import h
from notebook_ad.tensor import functions as f
from notebook_ad.tensor.host import call
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.messages import label, place
from notebook_ad.tensor.tensor import Tensor


def _square(a: Any, function: str) -> Tensor:
    a = tensor_of(a)
    if a.ndim < 2 or a.shape[-1] != a.shape[-2]:
        raise ShapeError(
            f"{function} of {label(a)} with hermitian=True{place()}: the last two axes must have equal lengths"
        )
    return a  # type: ignore[no-any-return]


def svdvals(a: Any) -> Tensor:
    """The singular values, descending: the absolute values of the eigenvalues."""
    sizes: Any = f.abs(np.linalg.eigvalsh(_square(a, "svd")))
    rising: Any = np.sort(sizes)
    ordered: Tensor = rising[..., ::-1]
    return ordered


def svd(a: Any) -> tuple[Any, Any, Any]:
    """U, S and Vᴴ by the eigenvectors, in the order of S; the eigenvalue's sign goes to V."""
    values: Any
    vectors: Any
    values, vectors = np.linalg.eigh(_square(a, "svd"))
    sizes: Any = f.abs(values)
    order = np.argsort(sizes)[..., ::-1]
    signs = np.take_along_axis(np.sign(values), order, axis=-1)
    u: Any = np.take_along_axis(vectors, order[..., None, :], axis=-1)
    return u, np.take_along_axis(sizes, order, axis=-1), h(u * signs[..., None, :])


def pinv(a: Any, **limit: Any) -> Tensor:
    """The pseudo-inverse by the eigenvectors; its derivative is that at constant rank."""
    whole = call(linalg_hermitian.of_lower, [_square(a, "pinv")], {})
    return call(linalg_solving.pinv, [whole], {**limit, "hermitian": True})
