"""`ad.linalg`: NumPy's `numpy.linalg` and PyTorch's `torch.linalg` on tensors; `dim` and `keepdim` are PyTorch's.

A function of this module takes tensors or arrays and gives tensors.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.tensor import Tensor

Axes = int | Sequence[int] | None
SAME = frozenset({
    "cholesky", "cond", "det", "eig", "eigh", "eigvals", "eigvalsh", "inv", "lstsq", "matrix_power", "matrix_rank",
    "multi_dot", "pinv", "qr", "slogdet", "solve", "svd", "tensorinv", "tensorsolve",
})  # fmt: skip


def norm(A: Any, ord: Any = None, dim: Axes = None, keepdim: bool = False, **numpys: Any) -> Tensor:  # noqa: A002, N803
    """A vector's or a matrix's norm. As `torch.linalg.norm`; NumPy's `axis` and `keepdims` mean the same."""
    axis, keep = numpys.pop("axis", dim), numpys.pop("keepdims", keepdim)
    if numpys:
        raise TypeError(f"linalg.norm has no argument {', '.join(numpys)}; it takes A, ord, dim, keepdim")
    result: Any = np.linalg.norm(tensor_of(A), ord, tuple(axis) if isinstance(axis, list) else axis, keep)
    return result  # type: ignore[no-any-return]


def vector_norm(x: Any, ord: float = 2, dim: Axes = None, keepdim: bool = False) -> Tensor:  # noqa: A002
    """The norm of all elements, or of those along axes. As `torch.linalg.vector_norm`."""
    t = tensor_of(x)
    axes = tuple(range(t.ndim)) if dim is None else (dim,) if isinstance(dim, int) else tuple(dim)
    axes = tuple(a % t.ndim for a in axes)
    kept = tuple(a for a in range(t.ndim) if a not in axes)
    flat = np.reshape(np.transpose(t, kept + axes), (*(t.shape[a] for a in kept), -1))
    result: Any = np.linalg.norm(flat, ord, -1)
    if keepdim:
        result = np.reshape(result, tuple(1 if a in axes else n for a, n in enumerate(t.shape)))
    return result  # type: ignore[no-any-return]


def matrix_norm(A: Any, ord: Any = "fro", dim: Sequence[int] = (-2, -1), keepdim: bool = False) -> Tensor:  # noqa: A002, N803
    """The norm of matrices. As `torch.linalg.matrix_norm`."""
    return norm(A, ord, tuple(dim), keepdim)


def svdvals(A: Any) -> Tensor:  # noqa: N803
    """Singular values, descending. As `torch.linalg.svdvals`."""
    result: Any = np.linalg.svd(tensor_of(A), compute_uv=False)
    return result  # type: ignore[no-any-return]


def __getattr__(name: str) -> Callable[..., Any]:
    if name not in SAME:
        raise AttributeError(f"notebook_ad.linalg has no {name!r}; it has {', '.join(sorted(SAME))}, norms and svdvals")
    function = getattr(np.linalg, name)

    @functools.wraps(function, updated=())
    def of_tensors(a: Any, *args: Any, **kwargs: Any) -> Any:
        return function([tensor_of(x) for x in a] if name == "multi_dot" else tensor_of(a), *args, **kwargs)

    return of_tensors
