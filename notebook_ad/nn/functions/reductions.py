"""What a loss makes of its elements, and arguments that losses have in common."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.messages import label, place
from notebook_ad.tensor.tensor import Tensor

REDUCTIONS = ("mean", "sum", "none")


def chosen(function: str, reduction: str, size_average: Any = None, reduce: Any = None) -> str:
    """The reduction, also by the two arguments that PyTorch has long deprecated.

    Raises:
        ValueError: it is none of "mean", "sum" and "none".
    """
    if size_average is not None or reduce is not None:
        reduction = "none" if reduce is False else "sum" if size_average is False else "mean"
        warnings.warn(
            f"size_average and reduce are deprecated, use reduction={reduction!r} instead", UserWarning, stacklevel=3
        )
    if reduction not in REDUCTIONS:
        raise ValueError(
            f"{function}: {reduction!r} is not a valid value for reduction: 'mean', 'sum' or 'none'{place()}"
        )
    return reduction


def reduced(losses: Tensor, reduction: str) -> Tensor:
    """Their mean, their sum, or the losses themselves."""
    if reduction == "none":
        return losses
    result: Tensor = losses.sum() if reduction == "sum" else losses.mean()
    return result


def pair(function: str, input: Any, target: Any) -> tuple[Tensor, Tensor]:  # noqa: A002 - PyTorch's name
    """Input and target as tensors, which broadcast; with a warning where their shapes differ, as in PyTorch.

    Raises:
        ShapeError: they do not broadcast.
    """
    x, y = tensor_of(input), tensor_of(target)
    if x.shape != y.shape:
        try:
            np.broadcast_shapes(x.shape, y.shape)
        except ValueError:
            raise ShapeError(f"{function}: input {label(x)} and target {label(y)} do not broadcast{place()}") from None
        warnings.warn(
            f"{function}: input {label(x)} and target {label(y)} differ in shape and are broadcast, which is seldom "
            "meant; give them the same shape",
            UserWarning,
            stacklevel=3,
        )
    return x, y


def same(function: str, input: Any, target: Any) -> tuple[Tensor, Tensor]:  # noqa: A002 - PyTorch's name
    """Input and target as tensors of one shape.

    Raises:
        ShapeError: their shapes differ.
    """
    x, y = tensor_of(input), tensor_of(target)
    if x.shape != y.shape:
        raise ShapeError(f"{function}: the target must have the input's shape {label(x)}, got {label(y)}{place()}")
    return x, y


def weights(function: str, value: Any, argument: str = "weight") -> np.ndarray | None:
    """Weights as an array: they have no gradient.

    Raises:
        RuntimeError: they require one.
    """
    if value is None:
        return None
    held = tensor_of(value)
    if held.requires_grad:
        raise RuntimeError(f"{function}: {argument} has no derivative{place()}; give {argument}.detach()")
    return np.asarray(held._value)
