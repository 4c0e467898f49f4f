"""Dropout as functions: elements, or whole channels, set to 0 at random, the others scaled to keep the mean."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.engine.library.activations import SELU_ALPHA, SELU_SCALE
from notebook_ad.tensor import functions as f
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.messages import label, place
from notebook_ad.tensor.random import draw
from notebook_ad.tensor.tensor import Tensor


def dropout(
    input: Any,  # noqa: A002 - PyTorch's name
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    generator: Any = None,
) -> Tensor:
    """Each element of any shape 0 with probability p, else divided by 1 − p; as it is outside training.

    Raises:
        ValueError: p is not in [0, 1].
    """
    return _dropped(tensor_of(input), p, training, generator, None)


def dropout1d(
    input: Any,  # noqa: A002 - PyTorch's name
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    generator: Any = None,
) -> Tensor:
    """As `dropout`, for whole channels of (N, C, L) or (C, L)."""
    return _channels(tensor_of(input), p, training, generator, 1)


def dropout2d(
    input: Any,  # noqa: A002 - PyTorch's name
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    generator: Any = None,
) -> Tensor:
    """As `dropout`, for whole channels of (N, C, H, W)."""
    return _channels(tensor_of(input), p, training, generator, 2)


def dropout3d(
    input: Any,  # noqa: A002 - PyTorch's name
    p: float = 0.5,
    training: bool = True,
    inplace: bool = False,
    generator: Any = None,
) -> Tensor:
    """As `dropout`, for whole channels of (N, C, D, H, W)."""
    return _channels(tensor_of(input), p, training, generator, 3)


def alpha_dropout(
    input: Any,  # noqa: A002 - PyTorch's name
    p: float = 0.5,
    training: bool = False,
    inplace: bool = False,
    generator: Any = None,
) -> Tensor:
    """Dropout for SELU: dropped elements take its lower limit, and mean and variance are kept (Klambauer et al. 2017)."""
    x = tensor_of(input)
    _check(p)
    if not training or p == 0:
        return x
    if p == 1:
        return f.multiply(x, 0.0)
    low = -SELU_SCALE * SELU_ALPHA
    scale = 1 / np.sqrt((1 - p) * (1 + p * low * low))
    kept = draw(lambda numbers: numbers.random(x.shape), generator) >= p
    shift = np.where(kept, 0.0, scale * low) - scale * p * low
    return f.add(f.multiply(x, (kept * scale).astype(x.dtype)), shift.astype(x.dtype))


def _channels(x: Tensor, p: float, training: bool, generator: Any, axes: int) -> Tensor:
    if x.ndim not in ((axes + 2,) if axes == 2 else (axes + 1, axes + 2)):
        raise ValueError(f"dropout{axes}d expects {axes + 2} axes, got {label(x)}{place()}")
    return _dropped(x, p, training, generator, x.shape[: x.ndim - axes] + (1,) * axes)


def _dropped(x: Tensor, p: float, training: bool, generator: Any, shape: tuple[int, ...] | None) -> Tensor:
    _check(p)
    if not training or p == 0:
        return x
    dtype: Any = x.dtype if x.dtype.kind == "f" else np.float64
    numbers = draw(lambda g: g.random(x.shape if shape is None else shape, dtype=dtype), generator)
    mask = (numbers >= p).astype(dtype)
    if p < 1:
        mask *= 1 / (1 - p)
    return f.multiply(x, mask)


def _check(p: float) -> None:
    if not 0 <= p <= 1:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}{place()}")
