"""Layers that rearrange images: larger ones, pixels for channels, windows as columns, borders."""

from __future__ import annotations

from typing import Any

from notebook_ad.nn.functions import padding, upsampling
from notebook_ad.nn.functions.sizes import sizes_of
from notebook_ad.nn.module import Module
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor


class Upsample(Module):
    """(N, C, *size) in another size, each element repeated ("nearest"). As `torch.nn.Upsample`.

    Raises:
        ValueError: a mode other than "nearest", or an option of another mode.
    """

    def __init__(
        self,
        size: Any = None,
        scale_factor: Any = None,
        mode: str = "nearest",
        align_corners: bool | None = None,
        recompute_scale_factor: bool | None = None,
    ) -> None:
        super().__init__()
        if mode != "nearest" or align_corners is not None or recompute_scale_factor:
            raise ValueError(
                f"Upsample: only mode='nearest', without align_corners and recompute_scale_factor, is supported{place()}"
            )
        self.size, self.mode = size, mode
        self.align_corners, self.recompute_scale_factor = align_corners, recompute_scale_factor
        factors = scale_factor if isinstance(scale_factor, tuple | list) else None
        self.scale_factor: Any = (
            tuple(map(float, factors)) if factors else None if scale_factor is None else float(scale_factor)
        )

    def forward(self, input: Any) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply the layer."""
        return upsampling.interpolate(input, self.size, self.scale_factor, self.mode)

    def extra_repr(self) -> str:
        """Size or factor."""
        what = f"size={self.size}" if self.scale_factor is None else f"scale_factor={self.scale_factor}"
        return f"{what}, mode={self.mode!r}"


class UpsamplingNearest2d(Upsample):
    """(N, C, H, W) in another size, each element repeated. As `torch.nn.UpsamplingNearest2d`."""

    def __init__(self, size: Any = None, scale_factor: Any = None) -> None:
        super().__init__(size, scale_factor)


class PixelShuffle(Module):
    """(…, C · r², H, W) as (…, C, H · r, W · r) (Shi et al. 2016). As `torch.nn.PixelShuffle`."""

    def __init__(self, upscale_factor: int) -> None:
        super().__init__()
        self.upscale_factor = upscale_factor

    def forward(self, input: Any) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply the layer."""
        return upsampling.pixel_shuffle(input, self.upscale_factor)

    def extra_repr(self) -> str:
        """The factor."""
        return f"upscale_factor={self.upscale_factor}"


class PixelUnshuffle(Module):
    """(…, C, H · r, W · r) as (…, C · r², H, W): the inverse of PixelShuffle."""

    def __init__(self, downscale_factor: int) -> None:
        super().__init__()
        self.downscale_factor = downscale_factor

    def forward(self, input: Any) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply the layer."""
        return upsampling.pixel_unshuffle(input, self.downscale_factor)

    def extra_repr(self) -> str:
        """The factor."""
        return f"downscale_factor={self.downscale_factor}"


class Unfold(Module):
    """Each window of (N, C, H, W) as a column: (N, C · KH · KW, windows). As `torch.nn.Unfold`."""

    def __init__(self, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1) -> None:
        super().__init__()
        self.kernel_size, self.dilation, self.padding, self.stride = kernel_size, dilation, padding, stride

    def forward(self, input: Any) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply the layer."""
        return padding.unfold(input, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        """The windows."""
        return f"kernel_size={self.kernel_size}, dilation={self.dilation}, padding={self.padding}, stride={self.stride}"


class Fold(Module):
    """Columns (N, C · KH · KW, windows) added up to an image (N, C, H, W): the transpose of Unfold."""

    def __init__(
        self, output_size: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
    ) -> None:
        super().__init__()
        self.output_size, self.kernel_size = output_size, kernel_size
        self.dilation, self.padding, self.stride = dilation, padding, stride

    def forward(self, input: Any) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply the layer."""
        return padding.fold(input, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self) -> str:
        """The windows."""
        return (
            f"output_size={self.output_size}, kernel_size={self.kernel_size}, dilation={self.dilation}, "
            f"padding={self.padding}, stride={self.stride}"
        )


class _Pad(Module):
    """A border of given widths: one number, or (before, after) of the last axis, then of the one before."""

    axes: int
    mode: str

    def __init__(self, padding: Any) -> None:
        super().__init__()
        self.padding = sizes_of(padding, 2 * self.axes, "padding", type(self).__name__, least=-(2**31))

    def forward(self, input: Any) -> Tensor:  # noqa: A002 - PyTorch's name
        """Apply the layer."""
        return padding.pad(input, self.padding, self.mode)

    def extra_repr(self) -> str:
        """The widths."""
        return f"{self.padding}"


class ZeroPad1d(_Pad):
    """A border of zeros around (…, L)."""

    axes, mode = 1, "constant"


class ZeroPad2d(_Pad):
    """A border of zeros around (…, H, W)."""

    axes, mode = 2, "constant"


class ReflectionPad1d(_Pad):
    """A border that mirrors (…, L) at its ends."""

    axes, mode = 1, "reflect"


class ReflectionPad2d(_Pad):
    """A border that mirrors (…, H, W) at its edges."""

    axes, mode = 2, "reflect"


class ReplicationPad1d(_Pad):
    """A border of the ends of (…, L)."""

    axes, mode = 1, "replicate"


class ReplicationPad2d(_Pad):
    """A border of the edges of (…, H, W)."""

    axes, mode = 2, "replicate"


class CircularPad1d(_Pad):
    """A border with which (…, L) goes round."""

    axes, mode = 1, "circular"


class CircularPad2d(_Pad):
    """A border with which (…, H, W) goes round."""

    axes, mode = 2, "circular"
