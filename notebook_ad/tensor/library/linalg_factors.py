"""Factorisations of tensors, and of stacks of them: Cholesky, eigenvalues, singular values, QR.

Results are named as NumPy names them (`EighResult`…). What is defined only up to a sign, phase or rotation has the
derivative of functions that do not depend on it; see `engine/library/linalg_decompositions.py` for equal eigenvalues.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.engine.errors import NoDerivative
from notebook_ad.engine.library import linalg_decompositions, linalg_svd
from notebook_ad.engine.library.linalg_parts import h
from notebook_ad.tensor.host import call, public
from notebook_ad.tensor.library import linalg_hermitian
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor

ONE = np.eye(1)
EIG: Any = type(np.linalg.eig(ONE))
EIGH: Any = type(np.linalg.eigh(ONE))
SVD: Any = type(np.linalg.svd(ONE))
QR: Any = type(np.linalg.qr(ONE))

eigvalsh = public(linalg_decompositions.eigvalsh)
svdvals = public(linalg_svd.svdvals)


def cholesky(a: Any, *, upper: bool = False) -> Tensor:
    """L with a = L Lᴴ, or with `upper` U = Lᴴ. As `numpy.linalg.cholesky`; the gradient is symmetric."""
    a = tensor_of(a)
    lower = call(linalg_decompositions.cholesky, [h(a) if upper else a], {})
    return h(lower) if upper else lower


def eigh(a: Any, UPLO: str = "L") -> Any:  # noqa: N803 - NumPy's name
    """Eigenvalues, ascending, and eigenvectors of a Hermitian matrix. As `numpy.linalg.eigh`; the gradient is symmetric."""
    a = tensor_of(a)
    return EIGH(*linalg_decompositions.parts_of_eigh(call(linalg_decompositions.eigh, [a], {"UPLO": UPLO}), a))


def eig(a: Any) -> Any:
    """Eigenvalues and eigenvectors, complex unless all are real. As `numpy.linalg.eig`."""
    a = tensor_of(a)
    return EIG(*linalg_decompositions.parts_of_eig(call(linalg_decompositions.eig, [a], {}), a))


def eigvals(a: Any) -> Any:
    """Eigenvalues, complex unless all are real. As `numpy.linalg.eigvals`.

    They come from `eig`, as the order in which LAPACK finds them may differ where no vectors are asked for.
    """
    return eig(a)[0]


def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True, hermitian: bool = False) -> Any:
    """U, S and Vᴴ, or the singular values only. As `numpy.linalg.svd`."""
    if hermitian:
        return SVD(*linalg_hermitian.svd(a)) if compute_uv else linalg_hermitian.svdvals(a)
    if not compute_uv:
        return svdvals(a)
    a = tensor_of(a)
    packed = call(linalg_svd.svd, [a], {"full_matrices": bool(full_matrices)})
    return SVD(*linalg_svd.parts_of_svd(packed, a, bool(full_matrices)))


def qr(a: Any, mode: str = "reduced") -> Any:
    """Q and R, or R only with mode="r". As `numpy.linalg.qr`.

    Raises:
        NoDerivative: mode="raw".
        ValueError: another mode.
    """
    if mode == "raw":
        raise NoDerivative(
            f'np.linalg.qr with mode="raw" has no derivative rule{place()}: it gives the Householder vectors. '
            'Take mode="reduced" or "complete" for Q and R, "r" for R only'
        )
    if mode not in ("reduced", "complete", "r"):
        raise ValueError(f"qr: mode is 'reduced', 'complete' or 'r', not {mode!r}{place()}")
    a = tensor_of(a)
    kept = "complete" if mode == "complete" else "reduced"
    q, r = linalg_svd.parts_of_qr(call(linalg_svd.qr, [a], {"mode": kept}), a, kept)
    return r if mode == "r" else QR(q, r)


FUNCTIONS: dict[Callable[..., Any], Callable[..., Any]] = {
    np.linalg.cholesky: cholesky,
    np.linalg.eigh: eigh,
    np.linalg.eigvalsh: eigvalsh,
    np.linalg.eig: eig,
    np.linalg.eigvals: eigvals,
    np.linalg.svd: svd,
    np.linalg.qr: qr,
}
