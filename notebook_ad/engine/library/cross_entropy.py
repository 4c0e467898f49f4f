"""Cross-entropy of scores with classes or with probabilities, and the negative log-likelihood: one operation each.

Scores have the classes on axis 1: (N, C, ...). A target counts through its *shares*: how much each −log p adds to the loss.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.engine.host import host, shape_of, sum_to
from notebook_ad.engine.library.losses import reduced, scale
from notebook_ad.engine.primitive import Primitive
from notebook_ad.engine.rules import primal

Static = dict[str, Any]


def log_softmax(x: Any) -> Any:
    """x − log Σ eˣ over the classes, without overflow."""
    x = x - np.maximum.reduce(primal(x), axis=1, keepdims=True)  # 1 µs less than np.max, in each loss of a loop
    return x - np.log(np.add.reduce(np.exp(x), axis=1, keepdims=True))


def _shares(
    x: np.ndarray, target: np.ndarray, weight: Any, ignore: int, smoothing: float, reduction: str
) -> tuple[np.ndarray, float]:
    """The shares, of the shape and dtype of x, and the sum of weights that they were divided by for a mean.

    The target's class counts 1 − ε, each class ε / C more, times its weight (Szegedy et al. 2016, section 7); nothing
    counts where the target is ignored.
    """
    kept = target != ignore
    every = bool(kept.all())
    index = target if every else np.where(kept, target, 0)
    result = np.zeros(x.shape, x.dtype)
    if x.ndim == 2:
        result[np.arange(len(x)), index] = 1 - smoothing
    else:
        np.put_along_axis(result, np.expand_dims(index, 1), x.dtype.type(1 - smoothing), 1)
    if smoothing:
        result += x.dtype.type(smoothing / x.shape[1])
    total = float(target.size if every else np.count_nonzero(kept))
    if weight is not None:
        result *= weight.astype(x.dtype).reshape(-1, *(1,) * (x.ndim - 2))
        total = float(np.sum(weight[target[kept]]))
    if reduction == "mean" and total:
        result /= x.dtype.type(total)
    if not every:
        result *= np.expand_dims(kept, 1)
    return result, total


shares: Primitive = host("shares", "shares", lambda x, target, **static: _shares(x, target, **static)[0], (None, None))


def _likelihood(
    logs: np.ndarray, target: np.ndarray, weight: Any, ignore: int, smoothing: float, reduction: str, over: Any = 0
) -> Any:
    """−log p of the targets, weighted and reduced, of log p = logs − over."""
    if smoothing:
        counted, total = _shares(logs, target, weight, ignore, smoothing, reduction)
        costs = np.where(counted == 0, logs.dtype.type(0), (over - logs) * counted)
        losses = np.add.reduce(costs, axis=1)
    else:
        kept = target != ignore
        every = bool(kept.all())
        index = target if every else np.where(kept, target, 0)
        if logs.ndim == 2:
            losses = (over - logs[np.arange(len(logs)), index][:, None])[:, 0]
        else:
            losses = (over - np.take_along_axis(logs, np.expand_dims(index, 1), 1))[:, 0]
        if weight is not None:
            losses = losses * weight.astype(logs.dtype)[index]
        if not every:
            losses = np.where(kept, losses, logs.dtype.type(0))
        total = float(target.size if every else np.count_nonzero(kept))
        if reduction == "mean":
            total = total if weight is None else float(np.sum(weight[target[kept]]))
            losses = losses / logs.dtype.type(total)  # of no targets the mean is nan
    if reduction == "none":
        return losses
    return np.add.reduce(losses, axis=None) if total or reduction == "sum" else logs.dtype.type(np.nan)


def _each(g: Any, reduction: str) -> Any:
    """The upstream over the classes."""
    return np.expand_dims(g, 1) if reduction == "none" else g


nll: Primitive = host(
    "nll_loss",
    "NLL",
    _likelihood,
    (lambda g, z, x, target, **static: -(_each(g, static["reduction"]) * shares(primal(x), target, **static)), None),
    linear="multilinear",
    rule="−upstream × the share of each class",
)


def _cross_entropy_rule(g: Any, z: Any, x: Any, target: Any, **static: Any) -> Any:
    """upstream · (softmax(x) Σ shares − shares)."""
    counted = shares(primal(x), target, **static)
    total = np.add.reduce(counted, axis=1, keepdims=True)
    return _each(g, static["reduction"]) * (np.exp(log_softmax(x)) * total - counted)


def _cross_entropy(x: np.ndarray, target: np.ndarray, **static: Any) -> Any:
    if not x.size:
        return _likelihood(x, target, **static)
    x = x - np.maximum.reduce(x, axis=1, keepdims=True)
    return _likelihood(x, target, **static, over=np.log(np.add.reduce(np.exp(x), axis=1, keepdims=True)))


cross_entropy: Primitive = host(
    "cross_entropy",
    "CE",
    _cross_entropy,
    (_cross_entropy_rule, None),
    rule="upstream × (softmax − target) × weight / count",
)


def _mixed(x: np.ndarray, target: np.ndarray, weight: Any, smoothing: float, reduction: str) -> Any:
    losses = -np.sum((log_softmax(x) if x.size else x) * _counted(target, x, weight, smoothing), axis=1)
    return reduced(losses, reduction)


def _counted(target: Any, x: Any, weight: Any, smoothing: float) -> Any:
    counted = target * (1 - smoothing) + smoothing / shape_of(x)[1] if smoothing else target
    return counted if weight is None else counted * _column(weight, x)


def _column(weight: np.ndarray, x: Any) -> np.ndarray:
    return weight.astype(x.dtype).reshape(-1, *(1,) * (len(shape_of(x)) - 2))


def _mixed_rule(g: Any, z: Any, inputs: Sequence[Any], static: Static, wanted: Sequence[bool]) -> Sequence[Any]:
    (x, target), weight, smoothing = inputs, static["weight"], static["smoothing"]
    shape = shape_of(x)
    g = _each(scale(g, math.prod(shape) // max(shape[1], 1), static["reduction"]), static["reduction"])
    logs, parts = log_softmax(x), [None, None]
    if wanted[0]:
        counted = _counted(target, x, weight, smoothing)
        parts[0] = g * (np.exp(logs) * np.sum(counted, axis=1, keepdims=True) - counted)
    if wanted[1]:
        part = g * logs * (smoothing - 1)
        parts[1] = sum_to(part if weight is None else part * _column(weight, x), target)
    return parts


mixed_cross_entropy: Primitive = host(
    "mixed_cross_entropy",
    "CE",
    _mixed,
    _mixed_rule,
    rule="upstream × (softmax − target) × weight / count; −upstream × log softmax",
)
