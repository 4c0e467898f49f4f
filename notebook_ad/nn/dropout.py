"""Dropout layers: they act in training only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from notebook_ad.nn.functions import dropout as f
from notebook_ad.nn.module import Module
from notebook_ad.tensor.tensor import Tensor


class _Dropout(Module):
    function: ClassVar[Callable[..., Tensor]]

    def __init__(self, p: float = 0.5, inplace: bool = False, *, generator: Any = None) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
        self.p, self.inplace, self.generator = p, inplace, generator

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply the layer."""
        return type(self).function(input, self.p, self.training, self.inplace, self.generator)

    def extra_repr(self) -> str:
        """The probability."""
        return f"p={self.p}, inplace={self.inplace}"


class Dropout(_Dropout):
    """Each element 0 with probability p, else divided by 1 − p. As `torch.nn.Dropout`.

    Args:
        p: the probability.
        generator: where the random numbers come from: an `ad.Generator` or a NumPy one; the shared one by default.

    Raises:
        ValueError: p is not in [0, 1].
    """

    function = staticmethod(f.dropout)


class Dropout1d(_Dropout):
    """As Dropout, for whole channels of (N, C, L) or (C, L). As `torch.nn.Dropout1d`."""

    function = staticmethod(f.dropout1d)


class Dropout2d(_Dropout):
    """As Dropout, for whole channels of (N, C, H, W). As `torch.nn.Dropout2d`."""

    function = staticmethod(f.dropout2d)


class Dropout3d(_Dropout):
    """As Dropout, for whole channels of (N, C, D, H, W). As `torch.nn.Dropout3d`."""

    function = staticmethod(f.dropout3d)


class AlphaDropout(_Dropout):
    """Dropout that keeps mean and variance of what SELU gives. As `torch.nn.AlphaDropout`."""

    function = staticmethod(f.alpha_dropout)
