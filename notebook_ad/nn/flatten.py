"""Layers that change the shape only."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.nn.module import Module
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.pytorch.shapes import flatten, unflatten
from notebook_ad.tensor.tensor import Tensor


class Flatten(Module):
    """Dimensions start_dim to end_dim as one: (N, C, H, W) gives (N, C·H·W). As `torch.nn.Flatten`."""

    def __init__(self, start_dim: int = 1, end_dim: int = -1) -> None:
        super().__init__()
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply the layer."""
        return flatten(tensor_of(input), self.start_dim, self.end_dim)  # type: ignore[no-any-return]

    def extra_repr(self) -> str:
        """Dimensions."""
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(Module):
    """One dimension as several: (N, 6) with dim=1 and (2, 3) gives (N, 2, 3). As `torch.nn.Unflatten`.

    Raises:
        TypeError: the sizes are neither a tuple nor a list of integers.
    """

    def __init__(self, dim: int, unflattened_size: Any) -> None:
        super().__init__()
        if not isinstance(unflattened_size, tuple | list) or not all(
            isinstance(n, int | np.integer) for n in unflattened_size
        ):
            raise TypeError(f"unflattened_size must be a tuple of ints, but found {unflattened_size!r}")
        self.dim, self.unflattened_size = dim, unflattened_size

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply the layer."""
        return unflatten(tensor_of(input), self.dim, tuple(self.unflattened_size))  # type: ignore[no-any-return]

    def extra_repr(self) -> str:
        """Dimension and sizes."""
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"
