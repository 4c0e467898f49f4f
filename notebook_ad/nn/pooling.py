"""Pooling layers: the largest or the mean element of each window."""

from __future__ import annotations

from typing import Any

from notebook_ad.nn.functions import pooling as f
from notebook_ad.nn.functions.sizes import sizes_of
from notebook_ad.nn.module import Module


class _MaxPool(Module):
    """The signature of the layers that take each window's largest element."""

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        dilation: Any = 1,
        return_indices: bool = False,
        ceil_mode: bool = False,
    ) -> None:
        super().__init__()
        self.kernel_size, self.padding, self.dilation = kernel_size, padding, dilation
        self.stride = kernel_size if stride is None else stride
        self.return_indices, self.ceil_mode = return_indices, ceil_mode

    def _arguments(self) -> tuple[Any, ...]:
        return self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode, self.return_indices

    def extra_repr(self) -> str:
        """The windows."""
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}, ceil_mode={self.ceil_mode}"
        )


class MaxPool1d(_MaxPool):
    """The largest element of each window of (N, C, L). As `torch.nn.MaxPool1d`; see MaxPool2d."""

    def forward(self, input: Any) -> Any:  # noqa: A002 - PyTorch's name
        """Apply the layer."""
        return f.max_pool1d(input, *self._arguments())


class MaxPool2d(_MaxPool):
    """The largest element of each window of (N, C, H, W); the gradient goes to the first of equal ones.

    Args:
        stride: the kernel's size unless given.
        return_indices: give also where each lies in its image, counted in C order.
        ceil_mode: keep a last window that reaches beyond the border.

    >>> from notebook_ad import nn, ones
    >>> nn.MaxPool2d(2)(ones(5, 3, 8, 8)).shape
    (5, 3, 4, 4)
    """

    def forward(self, input: Any) -> Any:  # noqa: A002 - PyTorch's name
        """Apply the layer."""
        return f.max_pool2d(input, *self._arguments())


class AvgPool1d(Module):
    """The mean of each window of (N, C, L). As `torch.nn.AvgPool1d`; see AvgPool2d."""

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        super().__init__()
        self.kernel_size = sizes_of(kernel_size, 1, "kernel_size", "AvgPool1d")
        self.stride = sizes_of(kernel_size if stride is None else stride, 1, "stride", "AvgPool1d")
        self.padding = sizes_of(padding, 1, "padding", "AvgPool1d", 0)
        self.ceil_mode, self.count_include_pad = ceil_mode, count_include_pad

    def forward(self, input: Any) -> Any:  # noqa: A002 - PyTorch's name
        """Apply the layer."""
        return f.avg_pool1d(input, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad)

    def extra_repr(self) -> str:
        """The windows."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AvgPool2d(Module):
    """The mean of each window of (N, C, H, W).

    Args:
        stride: the kernel's size unless given.
        count_include_pad: whether the zeros of the border count as elements.
        divisor_override: what to divide by instead of the number of elements.
    """

    def __init__(
        self,
        kernel_size: Any,
        stride: Any = None,
        padding: Any = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        divisor_override: int | None = None,
    ) -> None:
        super().__init__()
        self.kernel_size, self.padding = kernel_size, padding
        self.stride = kernel_size if stride is None else stride
        self.ceil_mode, self.count_include_pad = ceil_mode, count_include_pad
        self.divisor_override = divisor_override

    def forward(self, input: Any) -> Any:  # noqa: A002 - PyTorch's name
        """Apply the layer."""
        return f.avg_pool2d(
            input, self.kernel_size, self.stride, self.padding, self.ceil_mode, self.count_include_pad,
            self.divisor_override,
        )  # fmt: skip

    def extra_repr(self) -> str:
        """The windows."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class _Adaptive(Module):
    """A given number of windows that cover the image, of nearly equal sizes; None leaves an axis as it is."""

    def __init__(self, output_size: Any) -> None:
        super().__init__()
        self.output_size = output_size

    def extra_repr(self) -> str:
        """The number of windows."""
        return f"output_size={self.output_size}"


class AdaptiveAvgPool1d(_Adaptive):
    """The means of `output_size` windows that cover (N, C, L). As `torch.nn.AdaptiveAvgPool1d`."""

    def forward(self, input: Any) -> Any:  # noqa: A002 - PyTorch's name
        """Apply the layer."""
        return f.adaptive_avg_pool1d(input, self.output_size)


class AdaptiveAvgPool2d(_Adaptive):
    """The means of so many windows that cover (N, C, H, W); of 1 the mean of the image."""

    def forward(self, input: Any) -> Any:  # noqa: A002 - PyTorch's name
        """Apply the layer."""
        return f.adaptive_avg_pool2d(input, self.output_size)


class _AdaptiveMax(_Adaptive):
    """The signature of the adaptive layers that take each window's largest element."""

    def __init__(self, output_size: Any, return_indices: bool = False) -> None:
        super().__init__(output_size)
        self.return_indices = return_indices


class AdaptiveMaxPool1d(_AdaptiveMax):
    """The largest elements of `output_size` windows that cover (N, C, L)."""

    def forward(self, input: Any) -> Any:  # noqa: A002 - PyTorch's name
        """Apply the layer."""
        return f.adaptive_max_pool1d(input, self.output_size, self.return_indices)


class AdaptiveMaxPool2d(_AdaptiveMax):
    """The largest elements of so many windows that cover (N, C, H, W)."""

    def forward(self, input: Any) -> Any:  # noqa: A002 - PyTorch's name
        """Apply the layer."""
        return f.adaptive_max_pool2d(input, self.output_size, self.return_indices)
