"""Losses of classes: cross-entropy, likelihood, their binary forms, and margins between scores."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.engine.library import cross_entropy as ops
from notebook_ad.engine.library.losses import bce
from notebook_ad.nn.functions.reductions import chosen, reduced, same, weights
from notebook_ad.tensor import functions as f
from notebook_ad.tensor import shaping
from notebook_ad.tensor.host import call
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.messages import label, place
from notebook_ad.tensor.tensor import Tensor


def cross_entropy(
    input: Any,  # noqa: A002 - PyTorch's name
    target: Any,
    weight: Any = None,
    size_average: Any = None,
    ignore_index: int = -100,
    reduce: Any = None,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """−log softmax(input) of the target, of scores (N, C, …) or (C,). As `torch.nn.functional.cross_entropy`.

    Args:
        target: classes (N, …), integers from 0; or probabilities in the input's shape.
        weight: (C,), how much each class counts; the mean of classes is the weighted one.
        ignore_index: a target that does not count.
        label_smoothing: how much of each target is spread evenly over the classes.

    Raises:
        ShapeError: the shapes do not fit.
        IndexError: a class that there is not.
        ValueError: an unknown reduction, or smoothing outside of [0, 1]; ignore_index with probabilities.
    """
    reduction = chosen("cross_entropy", reduction, size_average, reduce)
    if not 0 <= label_smoothing <= 1:
        raise ValueError(f"cross_entropy: label_smoothing must be between 0 and 1, not {label_smoothing}{place()}")
    x, y = tensor_of(input), tensor_of(target)
    mixed = y.shape == x.shape and y.dtype.kind == "f"
    x, y = _batched("cross_entropy", x, y, mixed)
    counted = _per_class("cross_entropy", weight, x)
    if mixed:
        if ignore_index >= 0:
            raise ValueError(f"cross_entropy: ignore_index is for classes, not for probabilities{place()}")
        static = {"weight": counted, "smoothing": float(label_smoothing), "reduction": reduction}
        return _single(call(ops.mixed_cross_entropy, (x, y), static), input, reduction)
    _classes("cross_entropy", x, y, ignore_index)
    static = {
        "weight": counted, "ignore": ignore_index, "smoothing": float(label_smoothing), "reduction": reduction,
    }  # fmt: skip
    return _single(call(ops.cross_entropy, (x, y), static), input, reduction)


def nll_loss(
    input: Any,  # noqa: A002 - PyTorch's name
    target: Any,
    weight: Any = None,
    size_average: Any = None,
    ignore_index: int = -100,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """−input of the target, of log-probabilities (N, C, …) or (C,). See `cross_entropy`."""
    reduction = chosen("nll_loss", reduction, size_average, reduce)
    x, y = _batched("nll_loss", tensor_of(input), tensor_of(target), False)
    counted = _per_class("nll_loss", weight, x)
    _classes("nll_loss", x, y, ignore_index)
    static = {"weight": counted, "ignore": ignore_index, "smoothing": 0.0, "reduction": reduction}
    return _single(call(ops.nll, (x, y), static), input, reduction)


def binary_cross_entropy(
    input: Any,  # noqa: A002 - PyTorch's name
    target: Any,
    weight: Any = None,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """−(t log p + (1 − t) log(1 − p)), each logarithm at least −100, of probabilities. As PyTorch's.

    Raises:
        ShapeError: target or weight does not fit; ValueError: a probability outside of [0, 1]; an unknown reduction.
    """
    reduction = chosen("binary_cross_entropy", reduction, size_average, reduce)
    x, y = same("binary_cross_entropy", input, target)
    if not isinstance(x, Level) and np.size(x._value) and not (np.min(x._value) >= 0 and np.max(x._value) <= 1):
        raise ValueError(
            f"binary_cross_entropy: the input must be probabilities between 0 and 1{place()}; "
            "of scores use binary_cross_entropy_with_logits"
        )
    counted = weights("binary_cross_entropy", weight)
    if counted is not None:
        counted = np.broadcast_to(counted, x.shape)
    return call(bce, (x, y), {"weight": counted, "reduction": reduction})


def binary_cross_entropy_with_logits(
    input: Any,  # noqa: A002 - PyTorch's name
    target: Any,
    weight: Any = None,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
    pos_weight: Any = None,
) -> Tensor:
    """(1 − t) x + (1 + (pos_weight − 1) t) log(1 + e^−x): the binary cross-entropy of sigmoid(x), without overflow.

    Args:
        pos_weight: how much a positive target counts, broadcast to the input.

    Raises:
        ShapeError: the target has another shape; ValueError: an unknown reduction.
    """
    name = "binary_cross_entropy_with_logits"
    reduction = chosen(name, reduction, size_average, reduce)
    x, y = same(name, input, target)
    cost = f.softplus(-x)
    if pos_weight is not None:
        cost = (1 + (tensor_of(pos_weight) - 1) * y) * cost
    losses = (1 - y) * x + cost
    return reduced(losses if weight is None else losses * tensor_of(weight), reduction)


def soft_margin_loss(
    input: Any,  # noqa: A002 - PyTorch's name
    target: Any,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """log(1 + e^(−t x)) with targets 1 and −1."""
    reduction = chosen("soft_margin_loss", reduction, size_average, reduce)
    x, y = same("soft_margin_loss", input, target)
    return reduced(f.softplus(-y * x), reduction)


def multi_margin_loss(
    input: Any,  # noqa: A002 - PyTorch's name
    target: Any,
    p: int = 1,
    margin: float = 1.0,
    weight: Any = None,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """Σ over the other classes j of max(0, margin − x_y + x_j)^p / C, of scores (N, C) or (C,) (Crammer and Singer 2001).

    Raises:
        ShapeError: the shapes do not fit; IndexError: no such class; ValueError: p is neither 1 nor 2.
    """
    reduction = chosen("multi_margin_loss", reduction, size_average, reduce)
    if p not in (1, 2):
        raise ValueError(f"multi_margin_loss: p must be 1 or 2, not {p}{place()}")
    x, y = _batched("multi_margin_loss", tensor_of(input), tensor_of(target), False)
    if x.ndim != 2:
        raise ShapeError(f"multi_margin_loss expects scores (N, C) or (C,), got {label(x)}{place()}")
    counted = _per_class("multi_margin_loss", weight, x)
    _classes("multi_margin_loss", x, y, -1, ignoring=False)
    column: Any = shaping.reshape(y, (-1, 1))
    held: Any = x
    own = np.take_along_axis(held, column, 1)
    short: Any = f.relu(margin - own + x)
    short = np.where(np.arange(x.shape[1]) == column, 0.0, short if p == 1 else short * short)
    losses = short.sum(axis=1) / x.shape[1]
    if counted is not None:
        losses = losses * counted.astype(x.dtype)[y]
    return _single(reduced(losses, reduction), input, reduction)


def _batched(name: str, x: Tensor, y: Tensor, mixed: bool) -> tuple[Tensor, Tensor]:
    """Scores with a batch axis, and targets that fit them."""
    if x.ndim == 0 or (not mixed and y.shape != (x.shape[:1] if x.ndim > 1 else ()) + x.shape[2:]):
        wanted = (*x.shape[:1], *x.shape[2:]) if x.ndim > 1 else ()
        also = f", or probabilities {x.shape}" if name == "cross_entropy" else ""
        raise ShapeError(
            f"{name}: input {label(x)} has its classes on axis {min(1, max(x.ndim - 1, 0))}, so targets are classes of "
            f"shape {wanted}{also}; got {label(y)}{place()}"
        )
    if x.ndim == 1:
        return shaping.reshape(x, (1, *x.shape)), shaping.reshape(y, (1, *y.shape))
    return x, y


def _single(loss: Tensor, given: Any, reduction: str) -> Tensor:
    """The loss of one example without the batch axis."""
    return shaping.reshape(loss, ()) if reduction == "none" and np.ndim(given) == 1 else loss


def _per_class(name: str, weight: Any, x: Tensor) -> np.ndarray | None:
    counted = weights(name, weight)
    if counted is not None and counted.shape != (x.shape[1],):
        raise ShapeError(
            f"{name}: the weight must have shape ({x.shape[1]},), one per class, got {counted.shape}{place()}"
        )
    return counted


def _classes(name: str, x: Tensor, y: Tensor, ignore: int, ignoring: bool = True) -> None:
    """Each target names a class.

    Raises:
        TypeError: they are no integers; IndexError: one is out of range.
    """
    if y.dtype.kind not in "iu" and y.size:
        also = " or probabilities in the input's shape" if name == "cross_entropy" else ""
        raise TypeError(f"{name}: targets must be integers (classes){also}, not {y.dtype} of shape {y.shape}{place()}")
    if isinstance(y, Level):
        return
    values = np.asarray(y._value)
    if not values.size or np.maximum.reduce(values.view(np.uint64), axis=None) < x.shape[1]:  # as none is negative
        return
    wrong = (values < 0) | (values >= x.shape[1])
    if ignoring:
        wrong &= values != ignore
    if wrong.any():
        raise IndexError(f"{name}: target {values[wrong][0]} is out of bounds for {x.shape[1]} classes{place()}")
