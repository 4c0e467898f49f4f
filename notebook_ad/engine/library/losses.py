"""Losses that are one operation: squared error, the cross-entropy of scores, binary cross-entropy of probabilities."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.engine.host import host, shape_of, sum_to
from notebook_ad.engine.primitive import Primitive

Static = dict[str, Any]


def reduced(losses: np.ndarray, reduction: str) -> Any:
    """The losses themselves ("none"), their sum, or their mean (nan of none)."""
    if reduction == "none":
        return losses
    return np.sum(losses) if reduction == "sum" else np.sum(losses) / losses.dtype.type(losses.size)


def scale(g: Any, count: int, reduction: str) -> Any:
    """The upstream of each loss."""
    return g / max(count, 1) if reduction == "mean" else g


def _squared(x: Any, y: Any, reduction: str) -> Any:
    apart = x - y
    if reduction != "none" and apart.flags.c_contiguous:  # one pass of BLAS
        flat = apart.reshape(-1)
        total = np.dot(flat, flat)
        return total if reduction == "sum" else total / apart.dtype.type(apart.size)
    return reduced(apart * apart, reduction)


def _squared_rule(g: Any, z: Any, inputs: Sequence[Any], static: Static, wanted: Sequence[bool]) -> Sequence[Any]:
    x, y = inputs
    apart = x - y
    part = scale(g, math.prod(shape_of(apart)), static["reduction"]) * 2 * apart
    return [sum_to(part, x) if wanted[0] else None, -sum_to(part, y) if wanted[1] else None]


def _block(x: tuple[int, ...], y: tuple[int, ...], reduction: str) -> list[int]:
    count = math.prod(x)
    return [count, reduction == "none", max(count, 1) if reduction == "mean" else 1]


mse: Primitive = host(  # of operands of one shape
    "mse_loss",
    "MSE",
    _squared,
    _squared_rule,
    rule="upstream × 2 (input − target) / count",
    kernel="squared",
    block=_block,
)


LEAST = -100.0  # PyTorch's bound on a logarithm: a probability of 0 costs 100, not ∞


def _binary(x: Any, y: Any, weight: Any, reduction: str) -> Any:
    one = x.dtype.type(1)
    with np.errstate(divide="ignore"):
        losses = (y - one) * np.maximum(np.log1p(-x), LEAST) - y * np.maximum(np.log(x), LEAST)
    return reduced(losses if weight is None else losses * weight.astype(losses.dtype), reduction)


def _binary_rule(g: Any, z: Any, inputs: Sequence[Any], static: Static, wanted: Sequence[bool]) -> Sequence[Any]:
    """(x − y) / (x (1 − x)), its denominator at least 1e-12 as in PyTorch; log((1 − x) / x) for the target."""
    x, y = inputs
    weight, parts = static["weight"], [None, None]
    g = scale(g, math.prod(shape_of(x)), static["reduction"])
    g = g if weight is None else g * weight.astype(x.dtype)
    if wanted[0]:
        parts[0] = sum_to(g * (x - y) / np.maximum(x * (1 - x), 1e-12), x)
    if wanted[1]:
        parts[1] = sum_to(g * (np.maximum(np.log1p(-x), LEAST) - np.maximum(np.log(x), LEAST)), y)
    return parts


bce: Primitive = host(
    "binary_cross_entropy",
    "BCE",
    _binary,
    _binary_rule,
    rule="upstream × (input − target) / (input (1 − input)) / count",
)
