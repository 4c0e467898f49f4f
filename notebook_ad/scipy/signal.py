"""Convolution over several axes, as SciPy's and, with `axes` and `dot_axes`, as HIPS autograd's `scipy.signal.convolve`."""

from __future__ import annotations

import importlib
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.engine.host import host
from notebook_ad.engine.primitive import Primitive
from notebook_ad.scipy.functions import as_operand
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor

Axes = Sequence[Sequence[int]]


def _valid(a: Any, b: Any) -> Any:
    """Σ over k and m of a[i, k, n + M − 1 − m] · b[j, k, m]: shapes (i, k, *N), (j, k, *M) → (i, j, *(N − M + 1))."""
    over = tuple(range(2, b.ndim))
    windows = np.lib.stride_tricks.sliding_window_view(a, b.shape[2:], over)  # (i, k, *(N − M + 1), *M)
    moved = tuple(range(b.ndim, a.ndim + len(over)))
    product = np.tensordot(windows, np.flip(b, over), ((1, *moved), (1, *over)))  # (i, *(N − M + 1), j)
    return np.ascontiguousarray(np.moveaxis(product, -1, 1))


def _full(a: Any, b: Any) -> Any:
    around = [(0, 0), (0, 0), *((n - 1, n - 1) for n in b.shape[2:])]
    return _valid(np.pad(a, around), b)


def _turned(x: Any) -> Any:
    """Reversed along the convolved axes."""
    return x[(slice(None), slice(None), *(slice(None, None, -1),) * (np.ndim(x) - 2))]


def _swapped(x: Any) -> Any:
    return np.swapaxes(x, 0, 1)


full: Primitive = host(
    "convolve_full",
    "∗",
    _full,
    (
        lambda g, z, a, b: valid(g, _swapped(_turned(b))),
        lambda g, z, a, b: valid(_swapped(g), _swapped(_turned(a))),
    ),
    linear="multilinear",
    rule="upstream ∗ the other, reversed",
)
valid: Primitive = host(
    "convolve_valid",
    "∗",
    _valid,
    (
        lambda g, z, a, b: full(g, _swapped(_turned(b))),
        lambda g, z, a, b: _swapped(_turned(valid(_swapped(a), _turned(_swapped(g))))),
    ),
    linear="multilinear",
    rule="upstream ∗ the other, reversed",
)


def convolve(
    A: Any,  # noqa: N803 - HIPS autograd's name
    B: Any,  # noqa: N803
    axes: Axes | str | None = None,
    dot_axes: Axes | str = ((), ()),
    mode: str = "full",
    method: str = "auto",
) -> Any:
    """Convolution of two arrays. As `scipy.signal.convolve`; the third argument may be the mode, as SciPy's is.

    Args:
        axes: which axes of A and of B are convolved with each other; all, in order, by default.
        dot_axes: axes of A and of B that are multiplied and summed over. The others of A and then of B come first in
            the result, then those convolved.
        mode: "full", "same" (the size of A) or "valid".
        method: SciPy's; the sum is always taken directly.

    Raises:
        ShapeError: the axes do not fit, or in mode "valid" neither array is the larger along every axis.
    """
    if isinstance(axes, str):
        mode, axes = axes, None
    if isinstance(dot_axes, str):
        raise TypeError(f"convolve: dot_axes is a pair of lists of axes, not {dot_axes!r}{place()}")
    if mode not in ("full", "same", "valid"):
        raise ValueError(f"convolve: mode is 'full', 'same' or 'valid', not {mode!r}{place()}")
    a, b = _array(A), _array(B)
    if axes is None:
        if np.ndim(a) != np.ndim(b):
            raise ShapeError(
                f"convolve: {np.ndim(a)} and {np.ndim(b)} axes{place()}; they must have equally many, or give axes"
            )
        axes = (range(np.ndim(a)), range(np.ndim(b)))
    a, rest_a, sizes_a = _arranged(a, axes[0], dot_axes[0])
    b, rest_b, sizes_b = _arranged(b, axes[1], dot_axes[1])
    if len(sizes_a) != len(sizes_b) or np.shape(a)[1] != np.shape(b)[1]:
        shapes = f"shapes {np.shape(A)} and {np.shape(B)}"
        raise ShapeError(f"convolve: {shapes} do not fit along axes {axes} and dot_axes {dot_axes}{place()}")
    result = _of_mode(a, b, sizes_a, sizes_b, mode)
    return np.reshape(result, (*rest_a, *rest_b, *np.shape(result)[2:]))


def _of_mode(a: Any, b: Any, sizes_a: Sequence[int], sizes_b: Sequence[int], mode: str) -> Any:
    if mode == "valid":
        if all(m >= n for m, n in zip(sizes_a, sizes_b, strict=True)):
            return valid(a, b)
        if all(m <= n for m, n in zip(sizes_a, sizes_b, strict=True)):
            return _swapped(valid(b, a))
        raise ShapeError(
            f"convolve: sizes {tuple(sizes_a)} and {tuple(sizes_b)}{place()}; "
            "in mode 'valid' one array must be at least as large as the other along every axis"
        )
    whole = full(a, b)
    if mode == "full":
        return whole
    kept = tuple(slice((n - 1) // 2, (n - 1) // 2 + m) for m, n in zip(sizes_a, sizes_b, strict=True))
    return whole[(slice(None), slice(None), *kept)]


def _arranged(x: Any, axes: Sequence[int], dot_axes: Sequence[int]) -> tuple[Any, tuple[int, ...], tuple[int, ...]]:
    """The array with its axes as (the others, those summed over, *those convolved), and the sizes of the first and last."""
    ndim, shape = np.ndim(x), np.shape(x)
    if any(not -ndim <= i < ndim for i in (*axes, *dot_axes)):
        raise ShapeError(f"convolve: axes {list(axes)} and {list(dot_axes)} of shape {shape}{place()}")
    along, summed = [i % ndim for i in axes], [i % ndim for i in dot_axes]
    others = [i for i in range(ndim) if i not in along and i not in summed]
    sizes = [tuple(shape[i] for i in group) for group in (others, summed, along)]
    if 0 in sizes[2]:
        raise ShapeError(f"convolve: an array of shape {shape} is empty along an axis that is convolved{place()}")
    moved = np.transpose(x, (*others, *summed, *along))
    return np.reshape(moved, (math.prod(sizes[0]), math.prod(sizes[1]), *sizes[2])), sizes[0], sizes[2]


def _array(x: Any) -> Any:
    return (
        x if isinstance(x, Tensor) else np.asarray(as_operand(x)) if np.asarray(x).dtype.kind != "i" else np.asarray(x)
    )


__all__ = ["convolve"]


def __getattr__(name: str) -> Any:
    """SciPy's own, which takes no tensors."""
    return getattr(importlib.import_module("scipy.signal"), name)
