"""The number of elements of a tensor: NumPy's attribute and PyTorch's method in one."""

from __future__ import annotations

import math
from typing import Any


class Size(int):
    """Number of elements, as NumPy's `size`; called, the shape, as PyTorch's `size()`."""

    shape: tuple[int, ...]

    def __new__(cls, shape: tuple[int, ...]) -> Size:
        """The size of a shape."""
        made = int.__new__(cls, math.prod(shape))
        made.shape = shape
        return made

    def __call__(self, dim: int | None = None) -> Any:
        """The shape, or its length along an axis.

        Raises:
            IndexError: there is no such axis.
        """
        if dim is None:
            return self.shape
        if not -len(self.shape) <= dim < len(self.shape):
            raise IndexError(f"size({dim}): a tensor of shape {self.shape} has no axis {dim}")
        return self.shape[dim]

    def __reduce__(self) -> tuple[type[int], tuple[int]]:
        return int, (int(self),)
