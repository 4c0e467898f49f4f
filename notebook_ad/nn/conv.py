"""Convolutional layers and their transposes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from notebook_ad.engine.errors import ShapeError
from notebook_ad.nn import init
from notebook_ad.nn.functions import convolution as f
from notebook_ad.nn.functions.padding import MODES, bordered
from notebook_ad.nn.functions.sizes import AXES, Sizes, sizes_of
from notebook_ad.nn.module import Module
from notebook_ad.nn.naming import expects
from notebook_ad.nn.parameter import Parameter
from notebook_ad.tensor.creation import empty
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor


class _Conv(Module):
    """What convolutions have in common.

    Attributes:
        weight: kernels, drawn evenly from ±1/√(inputs of a kernel).
        bias: (out_channels,), drawn likewise; None without.
    """

    weight: Parameter
    bias: Parameter | None
    transposed = False
    axes: int  # number of spatial axes

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any,
        padding: Any,
        dilation: Any,
        output_padding: Any,
        groups: int,
        bias: bool,
        padding_mode: str,
        device: Any,
        dtype: Any,
    ) -> None:
        super().__init__()
        name, axes = type(self).__name__, self.axes
        if groups <= 0:
            raise ValueError(f"{name}: groups must be a positive integer, not {groups}{place()}")
        for argument, channels in (("in_channels", in_channels), ("out_channels", out_channels)):
            if channels % groups:
                raise ValueError(f"{name}: {argument}={channels} must be divisible by groups={groups}{place()}")
        modes = [mode for mode in MODES if mode != "constant"]
        if padding_mode not in modes:
            raise ValueError(f"{name}: padding_mode must be one of {', '.join(modes)}, not {padding_mode!r}{place()}")
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.kernel_size = sizes_of(kernel_size, axes, "kernel_size", name)
        self.stride = sizes_of(stride, axes, "stride", name)
        self.dilation = sizes_of(dilation, axes, "dilation", name)
        self.output_padding = sizes_of(output_padding, axes, "output_padding", name, 0)
        self.padding_mode = padding_mode
        self.padding: str | Sizes = padding if isinstance(padding, str) else sizes_of(padding, axes, "padding", name, 0)
        self._borders = f.borders(self.padding, self.kernel_size, self.stride, self.dilation, name)
        shape = (in_channels, out_channels // groups) if self.transposed else (out_channels, in_channels // groups)
        self.weight = Parameter(empty(*shape, *self.kernel_size, device=device, dtype=dtype))
        if bias:
            self.bias = Parameter(empty(out_channels, device=device, dtype=dtype))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the weight and the bias anew."""
        init.kaiming_uniform_(self.weight, a=math.sqrt(5))
        if self.bias is not None:
            inputs = math.prod(self.weight.shape[1:])
            bound = 1 / math.sqrt(inputs) if inputs else 0.0
            init.uniform_(self.bias, -bound, bound)

    def forward(self, input: Any) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply the layer to (N, in_channels, *size) or (in_channels, *size)."""
        x = tensor_of(input)
        try:
            return self._conv(x)
        except ShapeError:
            if x.ndim - self.axes not in (1, 2) or x.shape[-self.axes - 1] != self.in_channels:
                raise expects(f"(N, {self.in_channels}, {AXES[self.axes]})", x.shape) from None
            raise

    def _conv(self, x: Tensor) -> Tensor:
        padding: Any = self.padding
        if self.padding_mode != "zeros":
            x = bordered(x, [(0, 0)] * (x.ndim - self.axes) + list(self._borders), self.padding_mode)
            padding = 0
        conv = f.conv1d if self.axes == 1 else f.conv2d
        return conv(x, self.weight, self.bias, self.stride, padding, self.dilation, self.groups)

    def extra_repr(self) -> str:
        """What differs from the defaults."""
        parts = [
            str(self.in_channels), str(self.out_channels), f"kernel_size={self.kernel_size}", f"stride={self.stride}"
        ]  # fmt: skip
        zero, one = (0,) * self.axes, (1,) * self.axes
        parts += [f"padding={self.padding}"] if self.padding != zero else []
        parts += [f"dilation={self.dilation}"] if self.dilation != one else []
        parts += [f"output_padding={self.output_padding}"] if self.output_padding != zero else []
        parts += [f"groups={self.groups}"] if self.groups != 1 else []
        parts += ["bias=False"] if self.bias is None else []
        parts += [f"padding_mode={self.padding_mode}"] if self.padding_mode != "zeros" else []
        return ", ".join(parts)


class _Forward(_Conv):
    """The signature of Conv1d and Conv2d."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        dilation: Any = 1,
        groups: int = 1,
        bias: bool = True,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            in_channels, out_channels, kernel_size, stride, padding, dilation, 0, groups, bias, padding_mode, device, dtype
        )  # fmt: skip


class Conv1d(_Forward):
    """Cross-correlation of (N, in_channels, L) with kernels: (N, out_channels, L'). As `torch.nn.Conv1d`.

    Args:
        padding: elements on either side, "valid" (none) or "same" (as many as keep the length).
        groups: channels in so many parts, each with kernels of its own.
        padding_mode: "zeros", "reflect", "replicate" or "circular".

    Attributes:
        weight: (out_channels, in_channels / groups, kernel_size).
        bias: (out_channels,), or None.
    """

    axes = 1


class Conv2d(_Forward):
    """Cross-correlation of (N, in_channels, H, W) with kernels: (N, out_channels, H', W'). As `torch.nn.Conv2d`.

    See Conv1d; sizes are a number or one for each axis.

    >>> from notebook_ad import nn, ones
    >>> nn.Conv2d(3, 8, 3, padding=1)(ones(5, 3, 8, 8)).shape
    (5, 8, 8, 8)
    """

    axes = 2


class _Transposed(_Conv):
    """The signature of ConvTranspose1d and ConvTranspose2d."""

    transposed = True

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: Any,
        stride: Any = 1,
        padding: Any = 0,
        output_padding: Any = 0,
        groups: int = 1,
        bias: bool = True,
        dilation: Any = 1,
        padding_mode: str = "zeros",
        device: Any = None,
        dtype: Any = None,
    ) -> None:
        if padding_mode != "zeros":
            raise ValueError(
                f"{type(self).__name__}: only padding_mode='zeros' is supported, not {padding_mode!r}{place()}"
            )
        if isinstance(padding, str):
            raise ValueError(f"{type(self).__name__}: padding must be integers, not {padding!r}{place()}")
        super().__init__(
            in_channels, out_channels, kernel_size, stride, padding, dilation, output_padding, groups, bias,
            padding_mode, device, dtype,
        )  # fmt: skip

    def forward(self, input: Any, output_size: Sequence[int] | None = None) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply the layer; `output_size` chooses among the sizes that a strided convolution brings to the input's."""
        if output_size is None:
            return super().forward(input)
        own = self.output_padding
        try:
            self.output_padding = self._padding_for(tensor_of(input).shape[-self.axes :], tuple(output_size))
            return super().forward(input)
        finally:
            self.output_padding = own

    def _padding_for(self, size: Sizes, wanted: Sizes) -> Sizes:
        wanted = wanted[-self.axes :]
        pads = [before for before, _ in self._borders]
        least = [
            (n - 1) * s - 2 * p + d * (k - 1) + 1
            for n, s, p, d, k in zip(size, self.stride, pads, self.dilation, self.kernel_size, strict=True)
        ]
        most = [n + s - 1 for n, s in zip(least, self.stride, strict=True)]
        if len(wanted) != self.axes or any(not a <= n <= b for a, n, b in zip(least, wanted, most, strict=True)):
            raise ValueError(
                f"requested an output size of {wanted}, but valid sizes range from {least} to {most} "
                f"(for an input of {tuple(size)}){place()}"
            )
        return tuple(n - a for n, a in zip(wanted, least, strict=True))

    def _conv(self, x: Tensor) -> Tensor:
        conv = f.conv_transpose1d if self.axes == 1 else f.conv_transpose2d
        return conv(
            x, self.weight, self.bias, self.stride, self.padding, self.output_padding, self.groups, self.dilation
        )  # fmt: skip


class ConvTranspose1d(_Transposed):
    """The transpose of Conv1d: (N, in_channels, L) gives the longer (N, out_channels, L'). As PyTorch's.

    L' = (L − 1) · stride − 2 · padding + dilation · (kernel_size − 1) + output_padding + 1.

    Attributes:
        weight: (in_channels, out_channels / groups, kernel_size).
        bias: (out_channels,), or None.
    """

    axes = 1


class ConvTranspose2d(_Transposed):
    """The transpose of Conv2d: (N, in_channels, H, W) gives (N, out_channels, H', W'). See ConvTranspose1d."""

    axes = 2
