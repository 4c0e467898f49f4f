"""How well queries and keys fit together: their scaled inner products, as one operation."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.engine.host import host, shape_of


def swapped(x: Any) -> Any:
    """With the last two axes exchanged."""
    if isinstance(x, np.ndarray):
        return x.swapaxes(-1, -2)
    axes = tuple(range(len(shape_of(x))))
    return np.transpose(x, (*axes[:-2], axes[-1], axes[-2]))


def _scores(q: np.ndarray, k: np.ndarray, scale: float) -> np.ndarray:
    found: np.ndarray = np.matmul(q * q.dtype.type(scale), swapped(k))
    return found


scores = host(
    "attention_scores",
    "q kᵀ",
    _scores,
    (
        lambda g, z, q, k, scale: np.matmul(g, k) * scale,
        lambda g, z, q, k, scale: np.matmul(swapped(g), q) * scale,
    ),
    linear="multilinear",
    rule="upstream @ k × scale to q, upstreamᵀ @ q × scale to k",
)
