"""Losses of numbers: squared, absolute and Huber's errors, and likelihoods of normal and Poisson distributions."""

from __future__ import annotations

import math
from typing import Any, cast

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.engine.library.losses import mse
from notebook_ad.nn.functions.reductions import chosen, pair, reduced
from notebook_ad.tensor import shaping
from notebook_ad.tensor.host import call
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.messages import label, place
from notebook_ad.tensor.tensor import Tensor


def mse_loss(
    input: Any,  # noqa: A002 - PyTorch's name
    target: Any,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
    weight: Any = None,
) -> Tensor:
    """(input − target)², reduced; with weights the weighted mean. As `torch.nn.functional.mse_loss`.

    Raises:
        ShapeError: the shapes do not broadcast, or weight has another; ValueError: an unknown reduction.
    """
    reduction = chosen("mse_loss", reduction, size_average, reduce)
    x, y = pair("mse_loss", input, target)
    if weight is None:
        if x.shape != y.shape:
            x, y = (shaping.broadcast_to(t, np.broadcast_shapes(x.shape, y.shape)) for t in (x, y))
        return call(mse, (x, y), {"reduction": reduction})
    return _weighted("mse_loss", (x - y) ** 2, x, weight, reduction)


def l1_loss(
    input: Any,  # noqa: A002 - PyTorch's name
    target: Any,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
    weight: Any = None,
) -> Tensor:
    """|input − target|, reduced; the derivative at 0 is 0. See `mse_loss`."""
    reduction = chosen("l1_loss", reduction, size_average, reduce)
    x, y = pair("l1_loss", input, target)
    errors = abs(x - y)
    return reduced(errors, reduction) if weight is None else _weighted("l1_loss", errors, x, weight, reduction)


def smooth_l1_loss(
    input: Any,  # noqa: A002 - PyTorch's name
    target: Any,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
    beta: float = 1.0,
) -> Tensor:
    """d² / (2 β) where the distance d is below β, else d − β / 2 (Girshick 2015).

    Raises:
        ShapeError: the shapes do not broadcast; ValueError: an unknown reduction, or a negative beta.
    """
    reduction = chosen("smooth_l1_loss", reduction, size_average, reduce)
    if beta < 0:
        raise ValueError(f"smooth_l1_loss: beta must not be negative, not {beta}{place()}")
    x, y = pair("smooth_l1_loss", input, target)
    if beta == 0:
        return reduced(abs(x - y), reduction)
    apart: Any = x - y
    return reduced(np.where(abs(apart) < beta, apart * apart * (0.5 / beta), abs(apart) - 0.5 * beta), reduction)


def huber_loss(
    input: Any,  # noqa: A002 - PyTorch's name
    target: Any,
    reduction: str = "mean",
    delta: float = 1.0,
    weight: Any = None,
) -> Tensor:
    """d² / 2 where the distance d is below δ, else δ (d − δ / 2) (Huber 1964).

    Raises:
        ShapeError: the shapes do not broadcast, or weight has another; ValueError: an unknown reduction; delta ≤ 0.
    """
    chosen("huber_loss", reduction)
    if delta <= 0:
        raise ValueError(f"huber_loss: delta must be positive, not {delta}{place()}")
    x, y = pair("huber_loss", input, target)
    apart: Any = x - y
    losses: Any = np.where(abs(apart) < delta, 0.5 * apart * apart, delta * (abs(apart) - 0.5 * delta))
    if weight is not None:
        losses = losses * _like("huber_loss", weight, x)
    return reduced(losses, reduction)


def gaussian_nll_loss(
    input: Any,  # noqa: A002 - PyTorch's name
    target: Any,
    var: Any,
    full: bool = False,
    eps: float = 1e-6,
    reduction: str = "mean",
) -> Tensor:
    """(log var + (input − target)² / var) / 2, of a normal distribution with mean `input` (Nix and Weigend 1994).

    Args:
        var: a number, or variances of the input's shape, of that without its last axis, or with one axis of length 1.
        full: add the constant log(2π) / 2; eps: the least variance; no gradient is lost below it.

    Raises:
        ValueError: a negative variance, one of another shape, or an unknown reduction.
    """
    chosen("gaussian_nll_loss", reduction)
    x, y = tensor_of(input), tensor_of(target)
    spread = tensor_of(np.full(x.shape, float(var), x.dtype) if isinstance(var, int | float) else var)
    if not isinstance(spread, Level) and np.any(np.asarray(spread._value) < 0):
        raise ValueError(f"gaussian_nll_loss: var has negative entries{place()}")
    if spread.shape != x.shape:
        if x.shape[:-1] == spread.shape:
            spread = spread[..., None]
        elif x.ndim != spread.ndim or [m for n, m in zip(x.shape, spread.shape, strict=True) if n != m] != [1]:
            raise ShapeError(f"gaussian_nll_loss: var {label(spread)} does not fit input {label(x)}{place()}")
    value = spread.detach()
    spread = spread + (np.maximum(value, eps) - value)
    apart: Any = x - y
    losses = 0.5 * (spread.log() + apart * apart / spread)
    return reduced(losses + 0.5 * math.log(2 * math.pi) if full else losses, reduction)


def poisson_nll_loss(
    input: Any,  # noqa: A002 - PyTorch's name
    target: Any,
    log_input: bool = True,
    full: bool = False,
    size_average: Any = None,
    eps: float = 1e-8,
    reduce: Any = None,
    reduction: str = "mean",
) -> Tensor:
    """e^input − target · input, of a Poisson distribution with rate e^input; or `input` itself where not log_input.

    Args:
        full: add Stirling's approximation of log(target!) where the target is above 1; eps: added to a rate's logarithm.

    Raises:
        ShapeError: the shapes do not broadcast; ValueError: an unknown reduction.
    """
    reduction = chosen("poisson_nll_loss", reduction, size_average, reduce)
    x: Any
    y: Any
    x, y = pair("poisson_nll_loss", input, target)
    losses: Any = x.exp() - y * x if log_input else x - y * (x + eps).log()
    if full:
        many: Any = np.where(y > 1, y, 2.0)
        stirling = many * np.log(many) - many + 0.5 * np.log(2 * math.pi * many)
        losses = losses + np.where(y > 1, stirling, 0.0)
    return reduced(losses, reduction)


def kl_div(
    input: Any,  # noqa: A002 - PyTorch's name
    target: Any,
    size_average: Any = None,
    reduce: Any = None,
    reduction: str = "mean",
    log_target: bool = False,
) -> Tensor:
    """target · (log target − input), of log-probabilities `input` (Kullback and Leibler 1951).

    Args:
        reduction: also "batchmean", the sum divided by the first axis: the divergence itself ("mean" divides by all).
        log_target: the target holds log-probabilities too.

    Raises:
        ShapeError: the shapes do not broadcast; ValueError: an unknown reduction.
    """
    if reduction != "batchmean":
        reduction = chosen("kl_div", reduction, size_average, reduce)
    x, y = tensor_of(input), cast(Any, tensor_of(target))
    losses: Any
    if log_target:
        losses = y.exp() * (y - x)
    else:
        positive: Any = np.where(y > 0, y, 1.0)
        losses = np.where(y > 0, y * np.log(positive), 0.0) - y * x
    if reduction == "batchmean":
        return losses.sum() / x.shape[0] if x.ndim else losses  # type: ignore[no-any-return]
    return reduced(losses, reduction)


def _weighted(name: str, errors: Tensor, x: Tensor, weight: Any, reduction: str) -> Tensor:
    w = _like(name, weight, x)
    losses: Any = errors * w
    return losses.sum() / w.sum() if reduction == "mean" else reduced(losses, reduction)


def _like(name: str, weight: Any, x: Tensor) -> Tensor:
    w = tensor_of(weight)
    if w.shape != x.shape:
        raise ShapeError(f"{name}: the weight must have the input's shape {label(x)}, got {label(w)}{place()}")
    return w
