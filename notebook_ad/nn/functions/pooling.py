"""Pooling over windows: largest and average elements, of given windows or of a given number of them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.engine.library import pooling as ops
from notebook_ad.engine.library.pooling import Box, Ranges
from notebook_ad.nn.functions.sizes import AXES, Sizes, on_batch, sizes_of
from notebook_ad.tensor import shaping
from notebook_ad.tensor.host import call
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.messages import label, place
from notebook_ad.tensor.tensor import Tensor


def max_pool1d(
    input: Any,  # noqa: A002 - PyTorch's name
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest element of each window of (N, C, L). As `torch.nn.functional.max_pool1d`; see `max_pool2d`."""
    return _max_pool("max_pool1d", 1, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool2d(
    input: Any,  # noqa: A002 - PyTorch's name
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Any:
    """The largest element of each window of (N, C, H, W); the gradient goes to the first of equal ones.

    Args:
        stride: the windows', theirs by default; padding: at most half of the window.
        ceil_mode: keep a last window that reaches beyond the border.
        return_indices: give (values, places) with the places counted in the image in C order.

    Raises:
        ShapeError: other axes, or no window; ValueError: an option is out of range.
    """
    return _max_pool("max_pool2d", 2, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def avg_pool1d(
    input: Any,  # noqa: A002 - PyTorch's name
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    """The mean of each window of (N, C, L). As `torch.nn.functional.avg_pool1d`; see `avg_pool2d`."""
    return _avg_pool("avg_pool1d", 1, input, kernel_size, stride, padding, ceil_mode, count_include_pad, None)


def avg_pool2d(
    input: Any,  # noqa: A002 - PyTorch's name
    kernel_size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Tensor:
    """The mean of each window of (N, C, H, W).

    Args:
        count_include_pad: whether the zeros of the border count as elements.
        divisor_override: what to divide by instead of the number of elements.

    Raises:
        ShapeError: other axes, or no window; ValueError: an option is out of range.
    """
    return _avg_pool(
        "avg_pool2d", 2, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
    )


def adaptive_avg_pool1d(input: Any, output_size: Any) -> Tensor:  # noqa: A002 - PyTorch's name
    """The means of `output_size` windows of nearly equal lengths that cover (N, C, L)."""
    return _adaptive_avg("adaptive_avg_pool1d", 1, input, output_size)


def adaptive_avg_pool2d(input: Any, output_size: Any) -> Tensor:  # noqa: A002 - PyTorch's name
    """The means of so many windows that cover (N, C, H, W); None leaves an axis as it is."""
    return _adaptive_avg("adaptive_avg_pool2d", 2, input, output_size)


def adaptive_max_pool1d(input: Any, output_size: Any, return_indices: bool = False) -> Any:  # noqa: A002 - PyTorch's name
    """The largest elements of `output_size` windows of nearly equal lengths that cover (N, C, L)."""
    return _adaptive_max("adaptive_max_pool1d", 1, input, output_size, return_indices)


def adaptive_max_pool2d(input: Any, output_size: Any, return_indices: bool = False) -> Any:  # noqa: A002 - PyTorch's name
    """The largest elements of so many windows that cover (N, C, H, W); None leaves an axis as it is."""
    return _adaptive_max("adaptive_max_pool2d", 2, input, output_size, return_indices)


def _max_pool(
    name: str, axes: int, x: Any, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil: bool, indices: bool
) -> Any:
    def run(x: Tensor) -> Any:
        found = _windows(name, x, axes, kernel, stride, padding, dilation, ceil)
        return _largest(x, tuple(box for box, _ in found), indices)

    return on_batch(tensor_of(x), axes, name, run)


def _largest(x: Tensor, box: Box, indices: bool) -> Any:
    values = call(ops.max_pool, (x,), {"box": box})
    if not indices:
        return values
    return values, shaping.reshape(call(ops.places_of, (x.detach(), values.detach()), {"box": box}), values.shape)


def _avg_pool(
    name: str, axes: int, x: Any, kernel: Any, stride: Any, padding: Any, ceil: bool, border: bool, divisor: int | None
) -> Tensor:
    if divisor == 0:
        raise ValueError(f"{name}: divisor_override must not be 0{place()}")

    def run(x: Tensor) -> Tensor:
        found = _windows(name, x, axes, kernel, stride, padding, 1, ceil)
        lengths = [whole if border else ranges.ends - ranges.starts for ranges, whole in found]
        over = _product(lengths) if divisor is None else np.asarray(float(divisor))
        return call(ops.avg_pool, (x,), {"box": tuple(ranges for ranges, _ in found), "over": over})

    result: Tensor = on_batch(tensor_of(x), axes, name, run)
    return result


def _product(lengths: list[np.ndarray]) -> np.ndarray:
    """How many elements each window of the box has."""
    total = np.asarray(1.0)
    for length in lengths:
        total = total[..., None] * length
    return total


def _windows(
    name: str, x: Tensor, axes: int, kernel: Any, stride: Any, padding: Any, dilation: Any, ceil: bool
) -> list[tuple[Ranges, np.ndarray]]:
    """For each axis the windows in the image, and their lengths with the border.

    A window of ceil mode begins in the image or in the border before it.
    """
    kernels = sizes_of(kernel, axes, "kernel_size", name)
    strides = kernels if stride is None or stride in ((), []) else sizes_of(stride, axes, "stride", name)
    pads, dilations = sizes_of(padding, axes, "padding", name, 0), sizes_of(dilation, axes, "dilation", name)
    if any(p > (d * (k - 1) + 1) // 2 for p, d, k in zip(pads, dilations, kernels, strict=True)):
        raise ValueError(f"{name}: padding {pads} must be at most half of the window {kernels}{place()}")
    found = []
    for n, k, s, p, d in zip(x.shape[2:], kernels, strides, pads, dilations, strict=True):
        along = _along(n, k, s, p, d, ceil)
        if along is None:
            raise ShapeError(f"{name}: the window {kernels} is larger than the padded input of {label(x)}{place()}")
        found.append(along)
    return found


@lru_cache(256)  # as `engine.library.pooling` keeps the places of the windows
def _along(n: int, k: int, s: int, p: int, d: int, ceil: bool) -> tuple[Ranges, np.ndarray] | None:
    """The windows of size k, stride s, padding p and dilation d along an axis of length n; None where there is none."""
    room = n + 2 * p - d * (k - 1) - 1
    count = (room + (s - 1 if ceil else 0)) // s + 1
    if ceil and (count - 1) * s >= n + p:
        count -= 1
    if count < 1:
        return None
    starts = np.arange(count) * s - p
    ends = starts + d * (k - 1) + 1
    lengths = np.minimum(ends, n + p) - starts
    inside = np.where(starts < 0, starts + -(starts // d) * d, starts)  # the first of a dilated window in the image
    return Ranges(inside, np.minimum(ends, n), d), lengths


def _adaptive(name: str, axes: int, x: Tensor, output: Any) -> Box:
    """Windows ⌊i n / m⌋ up to ⌈(i + 1) n / m⌉ for each i below the wanted number m."""
    given: Any = (output,) * axes if not isinstance(output, tuple | list) else output
    given = tuple(given) * (axes if len(given) == 1 else 1)
    wanted: Sizes = sizes_of(
        tuple(n if m is None else m for m, n in zip(given, x.shape[2:], strict=False)) if len(given) == axes else given,
        axes,
        "output_size",
        name,
        0,
    )
    if 0 in x.shape[1:]:
        raise ShapeError(f"{name} expects (N, C, {AXES[axes]}) without an axis of length 0, got {label(x)}{place()}")
    numbers = [np.arange(m) for m in wanted]
    return tuple(
        Ranges(i * n // max(m, 1), -(-(i + 1) * n // max(m, 1)))
        for i, m, n in zip(numbers, wanted, x.shape[2:], strict=True)
    )


def _adaptive_avg(name: str, axes: int, x: Any, output: Any) -> Tensor:
    def run(x: Tensor) -> Tensor:
        box = _adaptive(name, axes, x, output)
        return call(ops.avg_pool, (x,), {"box": box, "over": _product([r.ends - r.starts for r in box])})

    result: Tensor = on_batch(tensor_of(x), axes, name, run)
    return result


def _adaptive_max(name: str, axes: int, x: Any, output: Any, indices: bool) -> Any:
    return on_batch(tensor_of(x), axes, name, lambda x: _largest(x, _adaptive(name, axes, x, output), indices))
