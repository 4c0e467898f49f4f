"""PyTorch's functions of several tensors, under the names that the module gives them: einsum, meshgrid, cdist and others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.tensor import shaping
from notebook_ad.tensor.library import differences, signals
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.pytorch.reductions import var as variance
from notebook_ad.tensor.pytorch.shapes import unsqueeze


def _listed(tensors: tuple[Any, ...]) -> list[Any]:
    """Operands one by one, or in one list."""
    given = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], list | tuple) else tensors
    return [tensor_of(t) for t in given]


def einsum(equation: str, *operands: Any) -> Any:
    """Sums of products by indices. As `torch.einsum` and `numpy.einsum`."""
    return np.einsum(equation, *_listed(operands))


def tensordot(a: Any, b: Any, dims: Any = 2) -> Any:
    """Σ over the last `dims` axes of a and the first of b, or over pairs of lists of axes. As `torch.tensordot`."""
    return np.tensordot(tensor_of(a), tensor_of(b), dims)


def meshgrid(*tensors: Any, indexing: str = "ij") -> tuple[Any, ...]:
    """Vectors spread over a grid; the first along the first axis unless indexing="xy". As `torch.meshgrid`."""
    if indexing not in ("ij", "xy"):
        raise ValueError(f'meshgrid: indexing is "ij" or "xy", not {indexing!r}{place()}')
    return tuple(np.meshgrid(*_listed(tensors), indexing=indexing))  # type: ignore[call-overload]


def broadcast_tensors(*tensors: Any) -> tuple[Any, ...]:
    """All in the shape that they have together. As `torch.broadcast_tensors`."""
    return tuple(np.broadcast_arrays(*_listed(tensors)))


def cartesian_prod(*tensors: Any) -> Any:
    """All combinations of elements, one a row. As `torch.cartesian_prod`."""
    given = _listed(tensors)
    return np.stack([np.ravel(t) for t in meshgrid(*given)], -1) if len(given) > 1 else given[0]


def block_diag(*tensors: Any) -> Any:
    """Matrices along the diagonal of one, 0 elsewhere. As `torch.block_diag`."""
    blocks: list[Any] = [np.atleast_2d(t) for t in _listed(tensors)]
    widths = [b.shape[1] for b in blocks]
    rows = [
        np.pad(b, ((0, 0), (sum(widths[:i]), sum(widths[i + 1 :])))) if len(blocks) > 1 else b
        for i, b in enumerate(blocks)
    ]
    return shaping.concatenate(rows)


def cdist(x1: Any, x2: Any, p: float = 2.0) -> Any:
    """The distance of each row of x1 (…, n, d) from each of x2 (…, m, d): (…, n, m). As `torch.cdist`.

    The gradient of a distance that is 0 is 0.
    """
    apart: Any = unsqueeze(tensor_of(x1), -2) - unsqueeze(tensor_of(x2), -3)
    return np.linalg.norm(apart, p, -1)


def trapezoid(y: Any, x: Any = None, *, dx: float = 1.0, dim: int = -1) -> Any:
    """The integral along an axis by the trapezoidal rule. As `torch.trapezoid`."""
    return signals.trapezoid(y, x, dx, dim)


def gradient(
    input: Any,  # noqa: A002 - PyTorch's name
    *,
    spacing: Any = 1.0,
    dim: Any = None,
    edge_order: int = 1,
) -> list[Any]:
    """Central differences along each axis, in a list. As `torch.gradient`."""
    t: Any = tensor_of(input)
    axes = tuple(range(t.ndim)) if dim is None else (dim,) if isinstance(dim, int) else tuple(dim)
    steps: Any = spacing if isinstance(spacing, list | tuple) else [spacing]
    found = differences.gradient(t, *steps, axis=axes, edge_order=edge_order)
    return list(found) if isinstance(found, tuple | list) else [found]


def bucketize(input: Any, boundaries: Any, *, right: bool = False) -> Any:  # noqa: A002 - PyTorch's name
    """Between which boundaries each element lies: with right=True the left one belongs to it. As `torch.bucketize`."""
    return np.searchsorted(tensor_of(boundaries), tensor_of(input), "right" if right else "left")


def histc(input: Any, bins: int = 100, min: float = 0, max: float = 0) -> Any:  # noqa: A002 - PyTorch's names
    """How many elements lie in each of equal bins from min to max (of the elements, where both are 0). As `torch.histc`."""
    t = tensor_of(input).detach()
    low, high = (min, max) if min or max else (t.min().item(), t.max().item())
    return np.histogram(t, bins, (low, high))[0].astype(t.dtype)


def var_mean(input: Any, dim: Any = None, *, correction: float = 1, keepdim: bool = False) -> tuple[Any, Any]:  # noqa: A002
    """Variance, with n − 1, and mean. As `torch.var_mean`."""
    t: Any = tensor_of(input)
    return variance(t, dim, correction=correction, keepdim=keepdim), t.mean(dim=dim, keepdim=keepdim)


def std_mean(input: Any, dim: Any = None, *, correction: float = 1, keepdim: bool = False) -> tuple[Any, Any]:  # noqa: A002
    """Standard deviation, with n − 1, and mean. As `torch.std_mean`."""
    t: Any = tensor_of(input)
    return t.std(dim=dim, correction=correction, keepdim=keepdim), t.mean(dim=dim, keepdim=keepdim)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        einsum, tensordot, meshgrid, broadcast_tensors, cartesian_prod, block_diag, cdist, trapezoid, gradient, bucketize,
        histc, var_mean, std_mean,
    )
} | {"trapz": trapezoid}  # fmt: skip
