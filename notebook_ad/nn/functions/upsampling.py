"""Images made larger by repeating elements, and channels rearranged as pixels."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.nn.functions.sizes import sizes_of
from notebook_ad.tensor import shaping
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.messages import label, place
from notebook_ad.tensor.tensor import Tensor


def interpolate(
    input: Any,  # noqa: A002 - PyTorch's name
    size: Any = None,
    scale_factor: Any = None,
    mode: str = "nearest",
    align_corners: bool | None = None,
    recompute_scale_factor: bool | None = None,
    antialias: bool = False,
) -> Tensor:
    """(N, C, *size) in another size: each element is the one at ⌊i · n / m⌋ ("nearest"). As PyTorch's.

    Raises:
        ValueError: both or neither of size and scale_factor; another mode, or an option of one.
        ShapeError: no spatial axis.
    """
    x = tensor_of(input)
    if mode != "nearest":
        raise ValueError(f"interpolate: only mode='nearest' is supported, not {mode!r}{place()}")
    if align_corners is not None or antialias:
        raise ValueError(f"interpolate: align_corners and antialias are for other modes than 'nearest'{place()}")
    if x.ndim < 3:
        raise ShapeError(f"interpolate expects (N, C, *size), got {label(x)}{place()}")
    if (size is None) == (scale_factor is None):
        raise ValueError(f"interpolate: give either size or scale_factor{place()}")
    axes = x.ndim - 2
    if size is not None:
        wanted = sizes_of(size, axes, "size", "interpolate")
        ratios = [n / m for n, m in zip(x.shape[2:], wanted, strict=True)]
    else:
        factors = tuple(scale_factor) if isinstance(scale_factor, tuple | list) else (scale_factor,) * axes
        if len(factors) != axes or not all(f > 0 for f in factors):
            raise ValueError(
                f"interpolate: scale_factor must be positive, one or {axes}, not {scale_factor!r}{place()}"
            )
        wanted = tuple(int(n * f) for n, f in zip(x.shape[2:], factors, strict=True))
        ratios = [1 / f for f in factors]
        if recompute_scale_factor:
            ratios = [n / m for n, m in zip(x.shape[2:], wanted, strict=True)]
    places = [
        np.minimum((np.arange(m) * ratio).astype(np.int64), n - 1)
        for n, m, ratio in zip(x.shape[2:], wanted, ratios, strict=True)
    ]
    return shaping.index(x, (slice(None), slice(None), *np.ix_(*places)))


def pixel_shuffle(input: Any, upscale_factor: int) -> Tensor:  # noqa: A002 - PyTorch's name
    """(…, C · r², H, W) as (…, C, H · r, W · r). As `torch.nn.functional.pixel_shuffle`.

    Raises:
        ShapeError: the channels are no multiple of r².
    """
    x, r = tensor_of(input), upscale_factor
    if x.ndim < 3 or x.shape[-3] % (r * r):
        raise ShapeError(f"pixel_shuffle expects (…, C · {r * r}, H, W), got {label(x)}{place()}")
    *lead, c, h, w = x.shape
    split: Any = shaping.reshape(x, (*lead, c // (r * r), r, r, h, w))
    return shaping.reshape(_ordered(split, len(lead), (0, 3, 1, 4, 2)), (*lead, c // (r * r), h * r, w * r))


def pixel_unshuffle(input: Any, downscale_factor: int) -> Tensor:  # noqa: A002 - PyTorch's name
    """(…, C, H · r, W · r) as (…, C · r², H, W): the inverse of `pixel_shuffle`.

    Raises:
        ShapeError: a side is no multiple of r.
    """
    x, r = tensor_of(input), downscale_factor
    if x.ndim < 3 or x.shape[-1] % r or x.shape[-2] % r:
        raise ShapeError(f"pixel_unshuffle expects (…, C, H · {r}, W · {r}), got {label(x)}{place()}")
    *lead, c, h, w = x.shape
    split = shaping.reshape(x, (*lead, c, h // r, r, w // r, r))
    return shaping.reshape(_ordered(split, len(lead), (0, 2, 4, 1, 3)), (*lead, c * r * r, h // r, w // r))


def _ordered(x: Tensor, lead: int, order: tuple[int, ...]) -> Tensor:
    return shaping.transpose(x, (*range(lead), *(lead + i for i in order)))
