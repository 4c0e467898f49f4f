"""Arguments of layers on images: a number for every spatial axis, or one for each; batches, and single images."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.tensor import shaping
from notebook_ad.tensor.messages import label, place
from notebook_ad.tensor.tensor import Tensor

Sizes = tuple[int, ...]
AXES = {1: "L", 2: "H, W", 3: "D, H, W"}


def whole(value: Any) -> bool:
    """Whether it is an integer."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def sizes_of(value: Any, axes: int, argument: str, function: str, least: int = 1) -> Sizes:
    """One integer for each spatial axis.

    Raises:
        ValueError: there are others than `axes`, they are no integers, or smaller than `least`.
    """
    given = (value,) * axes if whole(value) else tuple(value) if isinstance(value, tuple | list) else ()
    if len(given) == 1:
        given *= axes
    if len(given) != axes or not all(map(whole, given)) or min(given) < least:
        numbers = "an integer" if axes == 1 else f"an integer or {axes} of them"
        raise ValueError(f"{function}: {argument} must be {numbers}, at least {least}, not {value!r}{place()}")
    return tuple(int(n) for n in given)


def on_batch(x: Tensor, axes: int, function: str, run: Callable[[Tensor], Any]) -> Any:
    """`run` on (N, C, *size); a single image (C, *size) becomes a batch of one, and its result a single one again.

    Raises:
        ShapeError: it has another number of axes.
    """
    if x.ndim == axes + 2:
        return run(x)
    if x.ndim != axes + 1:
        raise ShapeError(f"{function} expects (N, C, {AXES[axes]}) or (C, {AXES[axes]}), got {label(x)}{place()}")
    result = run(shaping.reshape(x, (1, *x.shape)))
    if isinstance(result, tuple):
        return tuple(shaping.reshape(t, t.shape[1:]) for t in result)
    return shaping.reshape(result, result.shape[1:])
