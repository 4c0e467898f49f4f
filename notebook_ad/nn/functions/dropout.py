"""Dropout as functions: elements, or whole channels, set to 0 at random, the others scaled to keep the mean."""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np

from notebook_ad.engine.library.activations import SELU_ALPHA, SELU_SCALE
from notebook_ad.tensor import functions as f
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.messages import label, place
from notebook_ad.tensor.random import draw
from notebook_ad.tensor.tensor import Tensor


class Dropout(Protocol):
    """How every dropout is called; `inplace` is PyTorch's and changes nothing, as values are immutable."""

    def __call__(
        self,
        input: Any,  # noqa: A002 - PyTorch's name
        p: float = ...,
        training: bool = ...,
        inplace: bool = ...,
        generator: Any = ...,
    ) -> Tensor:
        """The input with its zeros."""


def _over(name: str, axes: int | None, about: str) -> Dropout:
    """Dropout of elements, or of whole channels, which have this number of axes."""

    def dropped(
        input: Any,  # noqa: A002 - PyTorch's name
        p: float = 0.5,
        training: bool = True,
        inplace: bool = False,
        generator: Any = None,
    ) -> Tensor:
        x = tensor_of(input)
        return _dropped(x, p, training, generator, x.shape if axes is None else _per_channel(x, axes))

    dropped.__name__ = dropped.__qualname__ = name
    dropped.__doc__ = f"""{about}

    Raises:
        ValueError: p is not in [0, 1]{"" if axes is None else ", or the input has another number of axes"}.
    """
    return dropped


dropout = _over(
    "dropout", None, "Each element of any shape 0 with probability p, else divided by 1 − p; as it is outside training."
)
dropout1d = _over("dropout1d", 1, "As `dropout`, for whole channels of (N, C, L) or (C, L).")
dropout2d = _over("dropout2d", 2, "As `dropout`, for whole channels of (N, C, H, W).")
dropout3d = _over("dropout3d", 3, "As `dropout`, for whole channels of (N, C, D, H, W).")


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


def _per_channel(x: Tensor, axes: int) -> tuple[int, ...]:
    """The shape of a number for each channel, which is broadcast over its axes."""
    if x.ndim not in ((axes + 2,) if axes == 2 else (axes + 1, axes + 2)):
        raise ValueError(f"dropout{axes}d expects {axes + 2} axes, got {label(x)}{place()}")
    return x.shape[: x.ndim - axes] + (1,) * axes


def _dropped(x: Tensor, p: float, training: bool, generator: Any, shape: tuple[int, ...]) -> Tensor:
    _check(p)
    if not training or p == 0:
        return x
    dtype: Any = x.dtype if x.dtype.kind == "f" else np.float64
    numbers = draw(lambda g: g.random(shape, dtype=dtype), generator)
    mask = (numbers >= p).astype(dtype)
    if p < 1:
        mask *= 1 / (1 - p)
    return f.multiply(x, mask)


def _check(p: float) -> None:
    if not 0 <= p <= 1:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}{place()}")
