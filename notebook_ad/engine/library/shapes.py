"""Rearrangements that are one node of the picture: roll, repeat, tile, triangles, diagonals, padding. All are linear."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.engine.host import host
from notebook_ad.engine.rules import scatter

Widths = Sequence[tuple[int, int]]  # before and after, for each axis


def _unrolled(g: Any, z: Any, x: Any, shift: Any, axis: Any) -> Any:
    return np.roll(g, tuple(-s for s in shift) if isinstance(shift, tuple) else -shift, axis)


roll = host(
    "roll",
    "roll",
    lambda x, shift, axis: np.roll(x, shift, axis),
    (_unrolled,),
    linear="linear",
    rule="the upstream, rolled back",
)


def _unrepeated(g: Any, z: Any, x: Any, repeats: Any, axis: int) -> Any:
    """Each element gets the sum over its copies: a reshape where all have equally many, else a scatter."""
    shape, counts = np.shape(x), np.asarray(repeats)
    if counts.ndim == 0:
        return np.sum(np.reshape(g, (*shape[: axis + 1], int(counts), *shape[axis + 1 :])), axis=axis + 1)
    source = np.repeat(np.arange(shape[axis]), counts)
    return scatter(g, key=(*(slice(None),) * axis, source), shape=shape)


repeat = host(
    "repeat",
    "repeat",
    lambda x, repeats, axis: np.repeat(x, np.asarray(repeats), axis),
    (_unrepeated,),
    linear="linear",
    rule="the upstream, summed over the copies",
)


def _untiled(g: Any, z: Any, x: Any, reps: tuple[int, ...]) -> Any:
    """The copies of each axis become an axis of their own, to be summed."""
    lead = len(reps) - np.ndim(x)
    sides = (*(1,) * lead, *np.shape(x))
    split = tuple(n for pair in zip(reps, sides, strict=True) for n in pair)
    summed = np.sum(np.reshape(g, split), axis=tuple(range(0, 2 * len(reps), 2)))
    return np.reshape(summed, np.shape(x))


tile = host(
    "tile",
    "tile",
    lambda x, reps: np.tile(x, reps),
    (_untiled,),
    linear="linear",
    rule="the upstream, summed over the copies",
)

tril = host(
    "tril",
    "◺",
    lambda x, k: np.tril(x, k),
    (lambda g, z, x, k: np.tril(g, k),),
    linear="linear",
    rule="the lower triangle of the upstream",
)
triu = host(
    "triu",
    "◹",
    lambda x, k: np.triu(x, k),
    (lambda g, z, x, k: np.triu(g, k),),
    linear="linear",
    rule="the upper triangle of the upstream",
)
diagonal_matrix = host(
    "diag",
    "diag",
    lambda x, k: np.diag(x, k),
    (lambda g, z, x, k: np.diagonal(g, k),),
    linear="linear",
    rule="the diagonal of the upstream",
)


def _padded(x: np.ndarray, widths: Widths, mode: str) -> np.ndarray:
    return np.pad(x, widths, mode=mode)  # type: ignore[call-overload, no-any-return]


def _unpadded(g: Any, z: Any, x: Any, widths: Widths, mode: str) -> Any:
    """The inner part; a mode that copies elements into the border adds the copies' gradients to theirs."""
    shape = np.shape(x)
    if mode == "constant" or not widths:
        return g[tuple(slice(before, before + n) for (before, _), n in zip(widths, shape, strict=True))]
    sources = [np.pad(np.arange(n), pair, mode=mode) for n, pair in zip(shape, widths, strict=True)]  # type: ignore[call-overload]
    return scatter(g, key=np.ix_(*sources), shape=shape)


pad = host("pad", "pad", _padded, (_unpadded,), linear="linear", rule="the upstream, of the inner part and its copies")
