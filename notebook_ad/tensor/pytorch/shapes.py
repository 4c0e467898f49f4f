"""PyTorch's changes of shape. A view here is a tensor of its own: values never change in place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.tensor import shaping
from notebook_ad.tensor.library.given import axis_index, tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor


def _lengths(given: tuple[Any, ...]) -> tuple[int, ...]:
    return tuple(given[0]) if len(given) == 1 and isinstance(given[0], tuple | list) else given


def view(self: Any, *shape: Any) -> Any:
    """The same elements in another shape.

    Raises:
        TypeError: a dtype is given.
    """
    if len(shape) == 1 and isinstance(shape[0], np.dtype | str | type):
        raise TypeError(f"view() to another dtype would reread the bytes{place()}; astype() converts the values")
    return shaping.reshape(self, _lengths(shape))


def view_as(self: Any, other: Tensor) -> Any:
    """In the shape of another tensor."""
    return shaping.reshape(self, other.shape)


def reshape_as(self: Any, other: Tensor) -> Any:
    """In the shape of another tensor."""
    return shaping.reshape(self, other.shape)


def permute(self: Any, *dims: Any) -> Any:
    """The dimensions in another order."""
    return np.transpose(self, _lengths(dims))


def transpose(self: Any, dim0: int, dim1: int) -> Any:
    """Two dimensions exchanged."""
    if self.ndim == 0:
        return self
    return np.swapaxes(self, dim0, dim1)


def swapdims(self: Any, dim0: int, dim1: int) -> Any:
    """Two dimensions exchanged."""
    return transpose(self, dim0, dim1)


def t(self: Any) -> Any:
    """A matrix transposed; a vector or a number as it is.

    Raises:
        RuntimeError: there are more than two dimensions.
    """
    if self.ndim > 2:
        raise RuntimeError(f"t() is for two dimensions or fewer, not shape {self.shape}{place()}; use mT or permute()")
    return shaping.transpose(self)


def squeeze(self: Any, dim: Any = None) -> Any:
    """Without the dimensions of length 1, or without those given if they are of length 1."""
    if dim is None:
        gone = [i for i, n in enumerate(self.shape) if n == 1]
    else:
        dims = dim if isinstance(dim, tuple | list) else (dim,)
        gone = [i for i in (axis_index(d, max(self.ndim, 1), "squeeze") for d in dims) if self.shape[i : i + 1] == (1,)]
    return shaping.reshape(self, tuple(n for i, n in enumerate(self.shape) if i not in gone))


def unsqueeze(self: Any, dim: int) -> Any:
    """With a new dimension of length 1."""
    return np.expand_dims(self, dim)


def expand(self: Any, *sizes: Any) -> Any:
    """Repeated to a shape; −1 keeps a length.

    Raises:
        ValueError: −1 for a new dimension.
    """
    to = list(_lengths(sizes))
    lead = len(to) - self.ndim
    for i, n in enumerate(to):
        if n == -1:
            if i < lead:
                raise ValueError(f"expand: −1 for the new dimension {i}{place()}; give its length")
            to[i] = self.shape[i - lead]
    return shaping.broadcast_to(self, to)


def expand_as(self: Any, other: Tensor) -> Any:
    """Repeated to the shape of another tensor."""
    return shaping.broadcast_to(self, other.shape)


def flatten(self: Any, start_dim: int = 0, end_dim: int = -1) -> Any:
    """Dimensions from start to end, both included, as one."""
    if self.ndim == 0:
        return shaping.reshape(self, (1,))
    start, end = axis_index(start_dim, self.shape, "flatten"), axis_index(end_dim, self.shape, "flatten")
    if end < start:
        raise ValueError(f"flatten: start_dim {start_dim} lies behind end_dim {end_dim}{place()}")
    shape = self.shape
    return shaping.reshape(self, (*shape[:start], math.prod(shape[start : end + 1]), *shape[end + 1 :]))


def unflatten(self: Any, dim: int, sizes: Sequence[int]) -> Any:
    """One dimension as several; one length may be −1."""
    at = axis_index(dim, self.shape, "unflatten")
    known = np.empty(self.shape[at], bool).reshape(tuple(sizes)).shape
    return shaping.reshape(self, (*self.shape[:at], *known, *self.shape[at + 1 :]))


def unbind(self: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """The slices along a dimension."""
    at = axis_index(dim, self.shape, "unbind")
    return tuple(select(self, at, i) for i in range(self.shape[at]))


def select(self: Any, dim: int, index: int) -> Any:
    """One slice along a dimension."""
    return shaping.index(self, (*(slice(None),) * axis_index(dim, self.shape, "select"), index))


def narrow(self: Any, dim: int, start: int, length: int) -> Any:
    """`length` slices along a dimension from `start` on.

    Raises:
        IndexError: there are fewer.
    """
    at = axis_index(dim, self.shape, "narrow")
    start = start + self.shape[at] if start < 0 else start
    if start < 0 or length < 0 or start + length > self.shape[at]:
        raise IndexError(f"narrow: {length} slices from {start} on, but dimension {dim} has {self.shape[at]}{place()}")
    return shaping.index(self, (*(slice(None),) * at, slice(start, start + length)))


def split(self: Any, split_size: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """Parts of a size along a dimension (the last may be smaller), or of the sizes given.

    Raises:
        ValueError: the sizes do not sum to the length, or are not positive.
    """
    at = axis_index(dim, self.shape, "split")
    n = self.shape[at]
    if isinstance(split_size, tuple | list):
        sizes = list(split_size)
        if sum(sizes) != n or any(size < 0 for size in sizes):
            raise ValueError(f"split: sizes {sizes} do not sum to {n}, the length of dimension {dim}{place()}")
    else:
        if split_size <= 0:
            raise ValueError(f"split: the size of a part must be positive, not {split_size}{place()}")
        sizes = [min(split_size, n - i) for i in range(0, n, split_size)] or [0]
    starts = [sum(sizes[:i]) for i in range(len(sizes))]
    return tuple(narrow(self, at, start, size) for start, size in zip(starts, sizes, strict=True))


def chunk(self: Any, chunks: int, dim: int = 0) -> tuple[Tensor, ...]:
    """At most so many parts of one size along a dimension; the last may be smaller."""
    n = self.shape[axis_index(dim, self.shape, "chunk")]
    return split(self, max(1, -(-n // chunks)), dim)


def movedim(self: Any, source: Any, destination: Any) -> Any:
    """Dimensions moved to other places."""
    return np.moveaxis(self, source, destination)


def tile(self: Any, *dims: Any) -> Any:
    """Copies of the whole side by side: what PyTorch's `repeat` does too."""
    return np.tile(self, _lengths(dims))


def repeat_interleave(self: Any, repeats: Any, dim: int | None = None) -> Any:
    """Each element (or slice along a dimension) several times in a row: NumPy's `repeat`."""
    return np.repeat(self, repeats, dim)


def flip(self: Any, *dims: Any) -> Any:
    """Reversed along dimensions."""
    return np.flip(self, tuple(_lengths(dims)))


def roll(self: Any, shifts: Any, dims: Any = None) -> Any:
    """Moved round along dimensions."""
    return np.roll(self, shifts, dims)


def rot90(self: Any, k: int = 1, dims: Any = (0, 1)) -> Any:
    """Turned by k quarters in the plane of two dimensions."""
    return np.rot90(self, k, dims)


def diagonal(self: Any, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Any:
    """The diagonal of two dimensions, last."""
    return np.diagonal(self, offset, dim1, dim2)


def diag_embed(self: Any, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Any:
    """Vectors, along the last dimension, as the diagonals of matrices in two dimensions; 0 elsewhere."""
    n = self.shape[-1] + abs(offset)
    rows = np.arange(self.shape[-1]) + max(-offset, 0)
    zeros = tensor_of(np.zeros((*self.shape[:-1], n, n), self.dtype))
    filled = zeros.at[..., rows, rows + offset].set(self)
    return np.moveaxis(filled, (-2, -1), (dim1, dim2))


def tensor_split(self: Any, indices_or_sections: Any, dim: int = 0) -> tuple[Tensor, ...]:
    """So many parts, as equal as can be, or parts that begin at indices."""
    parts: Any = np.array_split(self, indices_or_sections, dim)
    return tuple(parts)


def sum_to_size(self: Any, *size: Any) -> Any:
    """Summed over what was broadcast from this shape.

    Raises:
        ValueError: the shape does not broadcast to that of the tensor.
    """
    to = _lengths(size)
    lead = self.ndim - len(to)
    if lead < 0 or any(n not in (1, m) for n, m in zip(to, self.shape[lead:], strict=True)):
        raise ValueError(f"sum_to_size: {to} does not broadcast to {self.shape}{place()}")
    over = (*range(lead), *(i + lead for i, n in enumerate(to) if n != self.shape[i + lead]))
    return shaping.reshape(np.sum(self, over), to)


def unfold(self: Any, dimension: int, size: int, step: int) -> Any:
    """All windows of a size along a dimension, `step` apart; the elements of a window lie along a new last dimension."""
    at = axis_index(dimension, self.shape, "unfold")
    if size > self.shape[at] or step < 1:
        raise ValueError(f"unfold: windows of {size}, {step} apart, in {self.shape[at]} elements{place()}")
    starts = np.arange(0, self.shape[at] - size + 1, step)
    windows = shaping.index(self, (*(slice(None),) * at, starts[:, None] + np.arange(size)))
    return movedim(windows, at + 1, -1)
