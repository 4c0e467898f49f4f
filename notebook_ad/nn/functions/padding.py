"""A border around the last axes, and windows as columns: pad, unfold, fold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.engine.rules import scatter
from notebook_ad.nn.functions.sizes import Sizes, sizes_of, whole
from notebook_ad.tensor import shaping
from notebook_ad.tensor.host import call
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.messages import label, place
from notebook_ad.tensor.tensor import Tensor

MODES = {"constant": "constant", "zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def pad(input: Any, pad: Sequence[int], mode: str = "constant", value: float | None = None) -> Tensor:  # noqa: A002 - PyTorch's name
    """A border around the last axes: `pad` holds (before, after) of the last axis, then of the one before, and so on.

    A negative width cuts. As `torch.nn.functional.pad`.

    Args:
        mode: "constant" (of `value`, 0 unless given), "reflect", "replicate" or "circular".

    Raises:
        ValueError: the widths are no pairs or more than axes; another mode, or a value with it.
        ShapeError: a reflected or circular border is wider than the image.
    """
    x = tensor_of(input)
    given = [int(n) for n in pad] if all(map(whole, pad)) else []
    if len(given) != len(pad) or len(given) % 2 or len(given) > 2 * x.ndim:
        raise ValueError(f"pad: give pairs of integers, for at most {x.ndim} axes, not {tuple(pad)}{place()}")
    if mode not in ("constant", "reflect", "replicate", "circular"):
        raise ValueError(f"pad: mode must be 'constant', 'reflect', 'replicate' or 'circular', not {mode!r}{place()}")
    if mode != "constant" and value:
        raise ValueError(f"pad: mode {mode!r} takes no value{place()}")
    pairs = list(zip(given[::2], given[1::2], strict=True))[::-1]
    return bordered(x, [(0, 0)] * (x.ndim - len(pairs)) + pairs, mode, value or 0.0)


def bordered(x: Tensor, pairs: list[tuple[int, int]], mode: str, value: float = 0.0) -> Tensor:
    """A border of widths for each axis, in a mode of a layer (also "zeros")."""
    if any(n < 0 for pair in pairs for n in pair):
        cuts = [slice(max(-before, 0), n - max(-after, 0)) for n, (before, after) in zip(x.shape, pairs, strict=True)]
        x = shaping.index(x, tuple(cuts))
        pairs = [(max(before, 0), max(after, 0)) for before, after in pairs]
    if not any(map(any, pairs)):
        return x
    if mode in ("reflect", "circular"):
        most = [n - 1 if mode == "reflect" else n for n in x.shape]
        if any(max(pair) > n for pair, n in zip(pairs, most, strict=True) if any(pair)):
            raise ShapeError(f"pad: a {mode} border of {pairs} is too wide for {label(x)}{place()}")
    form: Any = {"mode": MODES[mode]}
    if MODES[mode] == "constant":
        form["constant_values"] = value
    held: Any = x
    result: Tensor = np.pad(held, pairs, **form)  # type: ignore[assignment]
    return result


def unfold(
    input: Any,  # noqa: A002 - PyTorch's name
    kernel_size: Any,
    dilation: Any = 1,
    padding: Any = 0,
    stride: Any = 1,
) -> Tensor:
    """Each window of (N, C, H, W) as a column: (N, C · KH · KW, windows). As `torch.nn.functional.unfold`.

    Raises:
        ShapeError: it has other axes, or no window fits.
    """
    x = tensor_of(input)
    if x.ndim not in (3, 4):
        raise ShapeError(f"unfold expects (N, C, H, W) or (C, H, W), got {label(x)}{place()}")
    key, shape, sizes = _windows("unfold", x.shape[-2:], kernel_size, dilation, padding, stride)
    pads = sizes_of(padding, 2, "padding", "unfold", 0)
    framed = bordered(x, [(0, 0)] * (x.ndim - 2) + [(p, p) for p in pads], "zeros")
    columns = shaping.index(framed, (Ellipsis, *key))
    return shaping.reshape(columns, (*x.shape[:-3], x.shape[-3] * int(np.prod(shape)), int(np.prod(sizes))))


def fold(
    input: Any,  # noqa: A002 - PyTorch's name
    output_size: Any,
    kernel_size: Any,
    dilation: Any = 1,
    padding: Any = 0,
    stride: Any = 1,
) -> Tensor:
    """The columns (N, C · KH · KW, windows) added up to an image (N, C, H, W): the transpose of `unfold`.

    Raises:
        ShapeError: the columns are not of the windows of such an image.
    """
    x = tensor_of(input)
    size = sizes_of(output_size, 2, "output_size", "fold")
    key, shape, sizes = _windows("fold", size, kernel_size, dilation, padding, stride)
    each, windows = int(np.prod(shape)), int(np.prod(sizes))
    if x.ndim not in (2, 3) or x.shape[-1] != windows or x.shape[-2] % each:
        raise ShapeError(f"fold expects (N, C · {each}, {windows}), got {label(x)}{place()}")
    channels = x.shape[-2] // each
    pads = sizes_of(padding, 2, "padding", "fold", 0)
    parts = shaping.reshape(x, (*x.shape[:-2], channels, *shape, *sizes))
    frame = (*x.shape[:-2], channels, *(n + 2 * p for n, p in zip(size, pads, strict=True)))
    image = call(scatter, (parts,), {"key": (Ellipsis, *key), "shape": frame})
    inner = tuple(slice(p, p + n) for n, p in zip(size, pads, strict=True))
    return shaping.index(image, (Ellipsis, *inner))


def _windows(
    name: str, size: Sizes, kernel: Any, dilation: Any, padding: Any, stride: Any
) -> tuple[tuple[np.ndarray, np.ndarray], Sizes, Sizes]:
    """Rows and columns (KH, KW, H', W') of each window in the padded image; the kernel's size, and the windows' number."""
    kernels, dilations = sizes_of(kernel, 2, "kernel_size", name), sizes_of(dilation, 2, "dilation", name)
    pads, strides = sizes_of(padding, 2, "padding", name, 0), sizes_of(stride, 2, "stride", name)
    counts = tuple(
        (n + 2 * p - d * (k - 1) - 1) // s + 1
        for n, p, d, k, s in zip(size, pads, dilations, kernels, strides, strict=True)
    )
    if min(counts) < 1:
        raise ShapeError(
            f"{name}: no window of {kernels} (dilation {dilations}) fits in {size} with padding {pads}{place()}"
        )
    rows, columns = (
        np.arange(k)[:, None] * d + np.arange(n)[None, :] * s
        for k, d, n, s in zip(kernels, dilations, counts, strides, strict=True)
    )
    return (rows[:, None, :, None], columns[None, :, None, :]), kernels, counts
