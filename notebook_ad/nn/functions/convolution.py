"""Convolutions and their transposes. Images have shape (N, C, *size), or (C, *size) for one alone."""

from __future__ import annotations

from typing import Any

from notebook_ad.engine.errors import ShapeError
from notebook_ad.engine.library.convolution import Spec, conv, conv_transpose, out_sizes
from notebook_ad.nn.functions.sizes import AXES, Sizes, on_batch, sizes_of
from notebook_ad.tensor.host import call
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.messages import label, place
from notebook_ad.tensor.tensor import Tensor


def conv1d(
    input: Any,  # noqa: A002 - PyTorch's name
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Tensor:
    """Cross-correlation of (N, C, L) with O kernels (O, C / groups, K): (N, O, L'). As `torch.nn.functional.conv1d`.

    Args:
        padding: zeros on either side; "valid" (none) or "same" (a result as long as the input, of stride 1).
        groups: channels in so many parts, each with kernels of its own.

    Raises:
        ShapeError: channels or sizes do not fit; ValueError: an option is out of range.
    """
    return _conv("conv1d", 1, input, weight, bias, stride, padding, dilation, groups)


def conv2d(
    input: Any,  # noqa: A002 - PyTorch's name
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    dilation: Any = 1,
    groups: int = 1,
) -> Tensor:
    """Cross-correlation of (N, C, H, W) with O kernels (O, C / groups, KH, KW): (N, O, H', W'). See `conv1d`."""
    return _conv("conv2d", 2, input, weight, bias, stride, padding, dilation, groups)


def conv_transpose1d(
    input: Any,  # noqa: A002 - PyTorch's name
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Tensor:
    """The transpose of `conv1d` in its input: (N, C, L) and a weight (C, O / groups, K) give (N, O, L').

    L' = (L − 1) · stride − 2 · padding + dilation · (K − 1) + output_padding + 1.

    Raises:
        ShapeError: channels or sizes do not fit; ValueError: an option is out of range.
    """
    return _transposed("conv_transpose1d", 1, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose2d(
    input: Any,  # noqa: A002 - PyTorch's name
    weight: Any,
    bias: Any = None,
    stride: Any = 1,
    padding: Any = 0,
    output_padding: Any = 0,
    groups: int = 1,
    dilation: Any = 1,
) -> Tensor:
    """The transpose of `conv2d` in its input: (N, C, H, W) and a weight (C, O / groups, KH, KW). See `conv_transpose1d`."""
    return _transposed("conv_transpose2d", 2, input, weight, bias, stride, padding, output_padding, groups, dilation)


def _conv(
    name: str, axes: int, x: Any, weight: Any, bias: Any, stride: Any, padding: Any, dilation: Any, groups: int
) -> Tensor:
    x, w = tensor_of(x), _weight(weight, axes, name)
    if groups < 1 or w.shape[0] % groups:
        raise ValueError(f"{name}: groups={groups} does not divide {w.shape[0]} output channels{place()}")
    kernel, strides = w.shape[2:], sizes_of(stride, axes, "stride", name)
    dilations = sizes_of(dilation, axes, "dilation", name)
    spec = Spec(strides, borders(padding, kernel, strides, dilations, name), dilations, groups)
    operands = _with_bias(w, bias, w.shape[0], name)

    def run(x: Tensor) -> Tensor:
        channels = w.shape[1] * groups
        if x.shape[1] != channels:
            raise ShapeError(
                f"{name} expects (N, {channels}, {AXES[axes]}), got {label(x)}{place()}: "
                f"the weight {w.shape} with groups={groups} takes {channels} channels"
            )
        sizes = out_sizes(x.shape[2:], kernel, spec)
        if min(sizes) < 1:
            raise ShapeError(
                f"{name}: the kernel {kernel} (dilation {dilations}) is larger than the padded input of {label(x)}, "
                f"padding {spec.padding}{place()}"
            )
        return call(conv, (x, *operands), {"spec": spec})

    result: Tensor = on_batch(x, axes, name, run)
    return result


def borders(padding: Any, kernel: Sizes, stride: Sizes, dilation: Sizes, name: str) -> tuple[tuple[int, int], ...]:
    """Zeros before and after, for each axis; "same" puts the odd one after.

    Raises:
        ValueError: another word, or "same" with a stride.
    """
    if isinstance(padding, str):
        if padding == "valid":
            return ((0, 0),) * len(kernel)
        if padding != "same":
            raise ValueError(f"{name}: padding must be 'same', 'valid' or integers, not {padding!r}{place()}")
        if any(s != 1 for s in stride):
            raise ValueError(f"{name}: padding='same' needs stride 1, not {stride}{place()}")
        totals = [d * (k - 1) for d, k in zip(dilation, kernel, strict=True)]
        return tuple((n // 2, n - n // 2) for n in totals)
    return tuple((n, n) for n in sizes_of(padding, len(kernel), "padding", name, least=0))


def _transposed(
    name: str,
    axes: int,
    x: Any,
    weight: Any,
    bias: Any,
    stride: Any,
    padding: Any,
    more: Any,
    groups: int,
    dilation: Any,
) -> Tensor:
    x, w = tensor_of(x), _weight(weight, axes, name)
    if groups < 1 or w.shape[0] % groups:
        raise ValueError(f"{name}: groups={groups} does not divide {w.shape[0]} input channels{place()}")
    strides, dilations = sizes_of(stride, axes, "stride", name), sizes_of(dilation, axes, "dilation", name)
    pads, extra = sizes_of(padding, axes, "padding", name, 0), sizes_of(more, axes, "output_padding", name, 0)
    if any(e >= max(s, d) for e, s, d in zip(extra, strides, dilations, strict=True)):
        raise ValueError(
            f"{name}: output_padding {extra} must be smaller than stride {strides} or dilation {dilations}{place()}"
        )
    spec = Spec(strides, tuple((p, p) for p in pads), dilations, groups)
    operands = _with_bias(w, bias, w.shape[1] * groups, name)

    def run(x: Tensor) -> Tensor:
        if x.shape[1] != w.shape[0]:
            raise ShapeError(
                f"{name} expects (N, {w.shape[0]}, {AXES[axes]}), got {label(x)}{place()}: "
                f"the weight {w.shape} takes {w.shape[0]} channels"
            )
        sizes = tuple(
            (n - 1) * s - 2 * p + d * (k - 1) + e + 1
            for n, s, p, d, k, e in zip(x.shape[2:], strides, pads, dilations, w.shape[2:], extra, strict=True)
        )
        if min(sizes) < 1 or 0 in x.shape[1:]:
            raise ShapeError(f"{name}: {label(x)} gives an image of size {sizes}{place()}; use less padding")
        return call(conv_transpose, (x, *operands), {"spec": spec, "sizes": sizes})

    result: Tensor = on_batch(x, axes, name, run)
    return result


def _weight(weight: Any, axes: int, name: str) -> Tensor:
    w = tensor_of(weight)
    if w.ndim != axes + 2 or 0 in w.shape:
        raise ShapeError(f"{name} expects a weight of {axes + 2} axes, none of length 0, got {label(w)}{place()}")
    return w


def _with_bias(w: Tensor, bias: Any, channels: int, name: str) -> tuple[Tensor, ...]:
    if bias is None:
        return (w,)
    b = tensor_of(bias)
    if b.shape != (channels,):
        raise ShapeError(f"{name} expects a bias of shape ({channels},), got {label(b)}{place()}")
    return w, b
