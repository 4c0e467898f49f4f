"""Inverses, linear systems and determinants of tensors, and of stacks of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.engine.library import linalg_determinants, linalg_parts, linalg_solving
from notebook_ad.tensor import functions as f
from notebook_ad.tensor.facts import decided
from notebook_ad.tensor.host import call, public
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.library import linalg_hermitian
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.library.linalg_factors import svdvals
from notebook_ad.tensor.messages import label, place
from notebook_ad.tensor.tensor import Tensor

inv = public(linalg_parts.inv)
solve = public(linalg_solving.solve, operands=2)
det = public(linalg_determinants.det)

SLOGDET: Any = type(np.linalg.slogdet(np.eye(1)))


def slogdet(a: Any) -> Any:
    """Sign and logarithm of the absolute value of the determinant, named as by `numpy.linalg.slogdet`."""
    a = tensor_of(a)
    return SLOGDET(*linalg_determinants.parts_of_slogdet(call(linalg_determinants.slogdet, [a], {}), a))


def pinv(a: Any, rcond: Any = None, hermitian: bool = False, *, rtol: Any = None) -> Tensor:
    """The pseudo-inverse. As `numpy.linalg.pinv`; its derivative is that at constant rank."""
    given = {k: v for k, v in {"rcond": rcond, "rtol": rtol}.items() if v is not None}
    return linalg_hermitian.pinv(a, **given) if hermitian else call(linalg_solving.pinv, [tensor_of(a)], given)


def lstsq(a: Any, b: Any, rcond: Any = None) -> tuple[Any, ...]:
    """Solution, residuals, rank and singular values of a least-squares problem. As `numpy.linalg.lstsq`.

    Args:
        a: (m, n); b: (m,) or (m, k). The derivative is that at constant rank.

    Inside vmap the rank is one for each example, and residuals are nan where it is not n.

    Raises:
        ShapeError: other shapes.
    """
    a, b = tensor_of(a), tensor_of(b)
    if a.ndim != 2 or b.ndim not in (1, 2) or a.shape[0] != b.shape[0]:
        raise ShapeError(f"lstsq of {label(a)} and {label(b)}{place()}: it takes shapes (m, n) and (m,) or (m, k)")
    m, n = a.shape
    limit = np.finfo(a.dtype).eps * max(m, n) if rcond is None or rcond == -1 else rcond
    x = f.matmul(pinv(a, limit), b)
    values = svdvals(a)
    rank: Any = np.count_nonzero(values > limit * f.max(values)) if values.size else 0
    rest = b - f.matmul(a, x)
    squares = f.sum(rest * rest, axis=0) if b.ndim == 2 else f.reshape(f.sum(rest * rest), (1,))
    if isinstance(rank, Level) and rank.level:  # vmap's: no example decides the shape for all
        return x, f.where(rank == n, squares, np.nan) if n < m else squares[:0], rank, values
    rank = int(rank)
    return x, squares if rank == n < m else squares[:0], rank, values


def tensorinv(a: Any, ind: int = 2) -> Tensor:
    """The inverse of `tensordot` with a, whose first `ind` axes are the rows. As `numpy.linalg.tensorinv`."""
    a = tensor_of(a)
    if ind <= 0:
        raise ValueError(f"tensorinv: ind is {ind}{place()}; it must be positive")
    rows, columns = a.shape[:ind], a.shape[ind:]
    return f.reshape(inv(f.reshape(a, (math.prod(rows), math.prod(columns)))), (*columns, *rows))


def tensorsolve(a: Any, b: Any, axes: Any = None) -> Tensor:
    """The x with `tensordot(a, x, x.ndim) = b`. As `numpy.linalg.tensorsolve`."""
    a, b = tensor_of(a), tensor_of(b)
    if axes is not None:
        a = f.transpose(a, [*(i for i in range(a.ndim) if i not in axes), *axes])
    shape = a.shape[b.ndim :]
    return f.reshape(solve(f.reshape(a, (-1, math.prod(shape))), f.reshape(b, (b.size,))), shape)


def matrix_rank(A: Any, tol: Any = None, hermitian: bool = False, **limit: Any) -> Any:  # noqa: N803 - NumPy's name
    """The rank of a matrix, which has no derivative. As `numpy.linalg.matrix_rank`."""
    count = partial(np.linalg.matrix_rank, tol=tol, hermitian=hermitian, **limit)
    return decided(count, (tensor_of(A),), "np.linalg.matrix_rank")


FUNCTIONS: dict[Callable[..., Any], Callable[..., Any]] = {
    np.linalg.inv: inv,
    np.linalg.pinv: pinv,
    np.linalg.solve: solve,
    np.linalg.det: det,
    np.linalg.slogdet: slogdet,
    np.linalg.lstsq: lstsq,
    np.linalg.matrix_rank: matrix_rank,
    np.linalg.tensorinv: tensorinv,
    np.linalg.tensorsolve: tensorsolve,
}
