"""Convolution over any number of spatial axes, with stride, padding, dilation and groups, and its two transposes.

Images have shape (N, C, *size), weights (O, C / groups, *kernel), results (N, O, *size). The three functions here are the
derivatives of one bilinear form Σ g · w · x, each with respect to one of its factors, so the rules are closed: each one's
derivatives are the other two, to any order.

Each example is a matrix product of its own: one product for the whole batch took 100 times as long where other processes
kept the cores busy (OpenBLAS waits for its threads), and 1.2 times as long where not.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from notebook_ad.engine.host import host, shape_of
from notebook_ad.engine.primitive import Primitive

Sizes = tuple[int, ...]
BLOCK = 1 << 22  # elements of patches at a time: they are k² times the image, so a large batch is done in parts


class Spec(NamedTuple):
    """How windows lie on the spatial axes: one number, or a pair of borders, for each."""

    stride: Sizes
    padding: tuple[tuple[int, int], ...]  # zeros before and after
    dilation: Sizes
    groups: int


def out_sizes(sizes: Sizes, kernel: Sizes, spec: Spec) -> Sizes:
    """Number of windows along each spatial axis; 0 or less where the kernel is larger than the padded image."""
    return tuple(
        (n + before + after - d * (k - 1) - 1) // s + 1
        for n, k, s, (before, after), d in zip(sizes, kernel, spec.stride, spec.padding, spec.dilation, strict=True)
    )


def _convolved(x: np.ndarray, w: np.ndarray, b: Any = None, *, spec: Spec, outs: Sizes | None = None) -> np.ndarray:
    """z[n, o, i] = Σ x[n, c, i · stride + k · dilation − padding] · w[o, c, k] + b[o]: one matrix product per group.

    Args:
        outs: number of windows, where it is not as many as fit.
    """
    groups, kernel = spec.groups, w.shape[2:]
    sizes = outs or out_sizes(x.shape[2:], kernel, spec)
    matrix = w.reshape(groups, len(w) // groups, -1)
    z = np.empty((len(x), groups, matrix.shape[1], math.prod(sizes)), np.result_type(x, w))
    padded = _padded(x, spec)
    for part in _parts(len(x), matrix.shape[2] * groups * z.shape[3]):
        np.matmul(matrix, _patches(padded[part], kernel, sizes, spec), out=z[part])
    z = z.reshape(len(x), len(w), *sizes)
    return z if b is None else z + b.reshape(-1, *(1,) * len(sizes))


def _spread(g: np.ndarray, w: np.ndarray, b: Any = None, *, spec: Spec, sizes: Sizes) -> np.ndarray:
    """The transpose in x: each output adds its window, weighted, to an image of spatial shape `sizes`."""
    groups, kernel, count = spec.groups, w.shape[2:], w.shape[1] * spec.groups  # count: of channels
    matrix = w.reshape(groups, len(w) // groups, -1).transpose(0, 2, 1)
    outs = g.shape[2:]
    g = g.reshape(len(g), groups, len(w) // groups, math.prod(outs))
    border = tuple(n + before + after for n, (before, after) in zip(sizes, spec.padding, strict=True))
    image = np.zeros((len(g), count, *border), np.result_type(g, w))
    for part in _parts(len(g), matrix.shape[1] * groups * g.shape[3]):
        columns = np.matmul(matrix, g[part]).reshape(-1, count, *kernel, *outs)
        for k, key in _offsets(kernel, outs, spec):
            image[(part, slice(None), *key)] += columns[(slice(None), slice(None), *k)]
    x = np.ascontiguousarray(image[_inner(sizes, spec)])
    return x if b is None else x + b.reshape(-1, *(1,) * len(sizes))


def _weighed(x: np.ndarray, g: np.ndarray, *, spec: Spec, kernel: Sizes) -> np.ndarray:
    """The transpose in w: for each offset of the kernel the sum of g · x over examples and windows."""
    groups, count, outs = spec.groups, g.shape[1], g.shape[2:]
    width = x.shape[1] // groups * math.prod(kernel)
    w = np.zeros((groups, count // groups, width), np.result_type(x, g))
    padded, g = _padded(x, spec), g.reshape(len(g), groups, count // groups, math.prod(outs))
    for part in _parts(len(x), width * groups * max(g.shape[3], g.shape[2])):
        columns = _patches(padded[part], kernel, outs, spec).swapaxes(2, 3)
        w += np.add.reduce(np.matmul(g[part], columns), axis=0)
    return w.reshape(count, x.shape[1] // groups, *kernel)


def _padded(x: np.ndarray, spec: Spec) -> np.ndarray:
    """The images with their border of zeros."""
    if not any(map(any, spec.padding)):
        return x
    pairs = zip(x.shape[2:], spec.padding, strict=True)
    result = np.zeros((*x.shape[:2], *(n + before + after for n, (before, after) in pairs)), x.dtype)
    result[_inner(x.shape[2:], spec)] = x
    return result


def _inner(sizes: Sizes, spec: Spec) -> tuple[slice, ...]:
    """Where the image of these sizes lies in the padded one."""
    inner = (slice(before, before + n) for n, (before, _) in zip(sizes, spec.padding, strict=True))
    return (slice(None), slice(None), *inner)


def _patches(x: np.ndarray, kernel: Sizes, outs: Sizes, spec: Spec) -> np.ndarray:
    """What each window sees, (N, groups, C / groups · kernel, windows) of (N, C, *size): a copy of a view ("im2col")."""
    batch, channels, *strides = x.strides
    view = np.lib.stride_tricks.as_strided(
        x,
        (*x.shape[:2], *kernel, *outs),
        (
            batch,
            channels,
            *(s * d for s, d in zip(strides, spec.dilation, strict=True)),
            *(s * d for s, d in zip(strides, spec.stride, strict=True)),
        ),
    )
    width = x.shape[1] // spec.groups * math.prod(kernel)
    return np.ascontiguousarray(view).reshape(len(x), spec.groups, width, math.prod(outs))


def _offsets(kernel: Sizes, outs: Sizes, spec: Spec) -> Iterator[tuple[Sizes, tuple[slice, ...]]]:
    """Each offset in the kernel, and where in the padded image the windows have it."""
    for k in itertools.product(*map(range, kernel)):
        yield (
            k,
            tuple(
                slice(i * d, i * d + (n - 1) * s + 1, s)
                for i, n, s, d in zip(k, outs, spec.stride, spec.dilation, strict=True)
            ),
        )


def _parts(count: int, each: int) -> Iterator[slice]:
    step = max(1, BLOCK // max(each, 1))
    for start in range(0, count, step):
        yield slice(start, min(start + step, count))


def per_channel(g: Any) -> Any:
    """The upstream summed over all axes but the channels: a bias's cotangent."""
    return np.sum(g, axis=(0, *range(2, len(shape_of(g)))))


Static = dict[str, Any]
Inputs = Sequence[Any]


def _conv_rule(g: Any, z: Any, inputs: Inputs, static: Static, wanted: Sequence[bool]) -> Inputs:
    x, w, spec = inputs[0], inputs[1], static["spec"]
    parts = [
        conv_transpose(g, w, spec=spec, sizes=shape_of(x)[2:]) if wanted[0] else None,
        conv_weight(x, g, spec=spec, kernel=shape_of(w)[2:]) if wanted[1] else None,
    ]
    return parts if len(inputs) == 2 else [*parts, per_channel(g) if wanted[2] else None]


def _transpose_rule(g: Any, z: Any, inputs: Inputs, static: Static, wanted: Sequence[bool]) -> Inputs:
    x, w, spec = inputs[0], inputs[1], static["spec"]
    parts = [
        conv(g, w, spec=spec, outs=shape_of(x)[2:]) if wanted[0] else None,
        conv_weight(g, x, spec=spec, kernel=shape_of(w)[2:]) if wanted[1] else None,
    ]
    return parts if len(inputs) == 2 else [*parts, per_channel(g) if wanted[2] else None]


conv: Primitive = host(
    "conv",
    "conv",
    _convolved,
    _conv_rule,
    rule="transposed convolution of upstream with the weight; upstream correlated with the image; its sums",
)
conv_transpose: Primitive = host(
    "conv_transpose",
    "convᵀ",
    _spread,
    _transpose_rule,
    rule="convolution of upstream with the weight; upstream correlated with the image; its sums",
)
conv_weight: Primitive = host(
    "conv_weight",
    "⋆",
    _weighed,
    (
        lambda g, z, x, y, spec, kernel: conv_transpose(y, g, spec=spec, sizes=shape_of(x)[2:]),
        lambda g, z, x, y, spec, kernel: conv(x, g, spec=spec, outs=shape_of(y)[2:]),
    ),
    linear="multilinear",
    rule="transposed convolution of the outputs with upstream; convolution of the image with upstream",
)
