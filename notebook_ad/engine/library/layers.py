"""One row for a dense layer, for a lookup of embeddings, for a bilinear form."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from notebook_ad.engine.host import host
from notebook_ad.engine.rules import scatter


def value_of_affine(x: np.ndarray, w: np.ndarray, b: np.ndarray) -> np.ndarray:
    """x Wᵀ + b, the sum in place where the dtype allows."""
    z: np.ndarray = np.matmul(x, w.T)
    if z.dtype is b.dtype and z.ndim:
        z += b
        return z
    return np.asarray(z + b)


def _rows(x: Any) -> Any:
    """(…, n) as a matrix."""
    shape = np.shape(x)
    return x if len(shape) == 2 else np.reshape(x, (math.prod(shape[:-1]), shape[-1]))


def _to_input(g: Any, z: Any, x: Any, w: Any, *rest: Any) -> Any:
    return np.matmul(g, w)


def _to_weight(g: Any, z: Any, x: Any, w: Any, *rest: Any) -> Any:
    return np.matmul(np.transpose(_rows(g)), _rows(x))


def _to_bias(g: Any, z: Any, x: Any, w: Any, b: Any) -> Any:
    return np.sum(_rows(g), axis=0)


def _block(x: tuple[int, ...], w: tuple[int, ...], *rest: Any) -> list[int]:
    """Rows, inner and columns of the product."""
    return [math.prod(x[:-1]), x[-1], w[0]]


affine = host(
    "linear",
    "x Wᵀ + b",
    value_of_affine,
    (_to_input, _to_weight, _to_bias),
    rule="upstream @ W to x, upstreamᵀ @ x to W, the sum over examples to b",
    kernel="affine",
    block=_block,
    begins=True,
)
product = host(
    "linear_without_bias",
    "x Wᵀ",
    lambda x, w: np.matmul(x, w.T),
    (_to_input, _to_weight),
    linear="multilinear",
    rule="upstream @ W to x, upstreamᵀ @ x to W",
    kernel="affine",
    block=_block,
    begins=True,
)


def _lookup_rule(g: Any, z: Any, w: Any, key: np.ndarray, factor: np.ndarray | None) -> Any:
    return scatter(g if factor is None else g * factor, key=key, shape=np.shape(w))


lookup = host(  # the factor is 0 at the padding, 1 / count where gradients are scaled by frequency
    "embedding",
    "embedding",
    lambda w, key, factor: w[key],
    (_lookup_rule,),
    rule="upstream, summed at each index looked up",
)
