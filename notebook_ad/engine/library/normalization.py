"""Normalisation: distances from the mean over the standard deviation of a group, scaled and shifted, as one operation."""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.engine.host import host, shape_of
from notebook_ad.engine.primitive import Primitive

Shape = tuple[int, ...]
Static = dict[str, Any]


def _standard(x: Any, view: Shape, axes: Shape, eps: float, centred: bool) -> tuple[Any, Any]:
    """x in the shape `view`, of mean 0 (unless it is not to be centred) and mean square 1 over the axes, and 1 / σ."""
    x = np.reshape(x, view)
    count = max(math.prod(view[i] for i in axes), 1)
    if centred:
        x = x - np.sum(x, axis=axes, keepdims=True) / count
    inverse = 1 / np.sqrt(np.sum(x * x, axis=axes, keepdims=True) / count + eps)
    return x * inverse, inverse


def _normalized(
    x: np.ndarray, *affine: np.ndarray, view: Shape, axes: Shape, eps: float, centred: bool, shape: Shape
) -> np.ndarray:
    count = max(math.prod(view[i] for i in axes), 1)
    z = x.reshape(view)
    z = z - np.add.reduce(z, axis=axes, keepdims=True) / count if centred else z.copy()
    square = np.add.reduce(z * z, axis=axes, keepdims=True)
    square /= count
    square += eps
    np.sqrt(square, out=square)
    np.reciprocal(square, out=square)
    z *= square
    z = z.reshape(x.shape)
    if affine and z.dtype == affine[0].dtype:  # in place, which takes half the time where x is larger than the cache
        z *= affine[0].reshape(shape)
        if len(affine) > 1:
            z += affine[1].reshape(shape)
        return z
    for part, operation in zip(affine, (np.multiply, np.add), strict=False):
        z = operation(z, part.reshape(shape))
    return z


def _rule(g: Any, z: Any, inputs: Sequence[Any], static: Static, wanted: Sequence[bool]) -> Sequence[Any]:
    """With y = w (x − μ) / σ and h = g w: x̄ = (h − mean(h) − x̂ mean(h x̂)) / σ, the means over the group.

    Ioffe and Szegedy 2015, section 3; Ba, Kiros and Hinton 2016; without centring the first mean is not subtracted
    (Zhang and Sennrich 2019).
    """
    x, affine = inputs[0], inputs[1:]
    view, axes, centred, shape = static["view"], static["axes"], static["centred"], static["shape"]
    standard, inverse = _standard(x, view, axes, static["eps"], centred)
    parts: list[Any] = [None] * len(inputs)
    if wanted[0]:
        h = np.reshape(g * np.reshape(affine[0], shape) if affine else g, view)
        count = max(math.prod(view[i] for i in axes), 1)
        inner = standard * (np.sum(h * standard, axis=axes, keepdims=True) / count)
        if centred:
            inner = inner + np.sum(h, axis=axes, keepdims=True) / count
        parts[0] = np.reshape((h - inner) * inverse, shape_of(x))
    if len(inputs) > 1 and wanted[1]:
        parts[1] = _to(g * np.reshape(standard, shape_of(x)), shape, shape_of(affine[0]))
    if len(inputs) > 2 and wanted[2]:
        parts[2] = _to(g, shape, shape_of(affine[1]))
    return parts


def _to(g: Any, shape: Shape, own: Shape) -> Any:
    """The sum over the axes along which the weight was repeated."""
    lead = len(shape_of(g)) - len(shape)
    axes = (*range(lead), *(lead + i for i, n in enumerate(shape) if n == 1))
    return np.reshape(np.sum(g, axis=axes), own) if axes else np.reshape(g, own)


def _block(x: Shape, *affine: Shape, view: Shape, axes: Shape, eps: float, centred: bool, shape: Shape) -> list[int]:
    """What the kernel has to know: how groups and weights lie in memory. Groups are on the last axes, or on axis 1."""
    last = axes == tuple(range(axes[0], len(view)))
    groups = math.prod(view[: axes[0]]) if last else view[1]
    inner = math.prod(view[axes[0] :] if last else view[2:])
    trailing = len(shape) - len(affine[0]) if affine else 0
    each = math.prod(x[len(x) - trailing :])
    (bits,) = struct.unpack("q", struct.pack("d", eps))
    return [1 if last else view[0], groups, inner, centred, bits, math.prod(shape), each]


normalize: Primitive = host(
    "normalize",
    "norm",
    _normalized,
    _rule,
    rule="(h − mean(h) − x̂ · mean(h · x̂)) / σ with h = upstream × weight; upstream × x̂; the sum of upstream",
    kernel="normalize",
    block=_block,
)
