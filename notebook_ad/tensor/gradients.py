"""What every backward shares: the seed, accumulation into `.grad`, and what the graph keeps afterwards."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import numpy as np

from notebook_ad.engine import backward as engine
from notebook_ad.engine.reach import Visited
from notebook_ad.engine.segment import Segment
from notebook_ad.tensor.ambient import writable
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.record import enter
from notebook_ad.tensor.tensor import Meta, Tensor, constant, describe, meta_of
from notebook_ad.tensor.watching import accumulate, seen

SHOWABLE = 10_000  # rows of a graph that stays drawable after a backward that did not retain it
Watcher = Callable[[Tensor, Any, list[tuple[Any, Any]]], None]
watcher: ContextVar[Watcher | None] = ContextVar("notebook_ad.watcher", default=None)  # hears of every finished sweep
accumulating = threading.Lock()  # parameters may be shared between threads


@dataclass(slots=True, eq=False)
class Kept:
    """What a consumed graph left with its output: the wide rows by (segment serial, row); None beyond SHOWABLE rows."""

    wide: dict[tuple[int, int], Any] | None
    rows: int


def seed_of(output: Tensor, gradient: Any, what: str = "backward") -> Any:
    """The gradient of the output with respect to itself, checked: 1 for a scalar, else what was given.

    Raises:
        RuntimeError: a non-scalar output without a seed.
        ValueError: the seed's shape is not the output's.
    """
    if gradient is None:
        if type(output) is Tensor and type(output._value) is float:
            return 1.0
        if math.prod(shape := output.shape) != 1:
            raise RuntimeError(
                f"{what} needs a scalar output; {describe(output)} has shape {shape}{place()}. "
                "Sum it, or give the gradient (seed) of that shape"
            )
        return 1.0 if shape == () and output.dtype == np.float64 else np.ones(shape, output.dtype)
    given = constant(gradient)
    if given.shape != output.shape:
        raise ValueError(f"the gradient (seed) has shape {given.shape}, but the output has {output.shape}")
    value = given._value
    return value if type(value) is float else np.array(value, output.dtype)


def add_to_leaves(leaves: Sequence[tuple[Meta, Any]]) -> None:
    """Accumulate into `.grad`, past each leaf's hooks."""
    for meta, _ in leaves:
        if meta.watch is not None:
            leaves = _watched(leaves)
            break
    accumulate_all(leaves)


def accumulate_all(leaves: Sequence[tuple[Meta, Any]]) -> None:
    """Accumulate into `.grad` what the hooks have seen already."""
    with accumulating:
        for meta, contribution in leaves:
            if meta.grad is None:
                meta.grad = contribution
            elif type(contribution) is float and type(meta.grad) is float:
                meta.grad += contribution
            else:
                accumulate(meta, contribution)


def _watched(leaves: Sequence[tuple[Meta, Any]]) -> list[tuple[Meta, Any]]:
    """Each leaf's gradient as a whole, as its hooks leave it."""
    sums: dict[int, tuple[Meta, Any]] = {}
    for meta, part in leaves:
        sums[id(meta)] = meta, sums[id(meta)][1] + part if id(meta) in sums else part
    return [(meta, seen(meta, total)) for meta, total in sums.values()]


def consume(output: Tensor, visited: Visited) -> None:
    """Give the swept rows back; a graph that is small enough stays drawable."""
    rows = sum(len(order) for _, order in visited)
    wide = engine.consume(visited)
    meta_of(output).kept = Kept(wide if rows <= SHOWABLE else None, rows)


def start_row(output: Tensor) -> tuple[Any, int]:
    """The output's segment and row; a leaf that was never used is given one."""
    if output._segment is None:
        if not output.requires_grad:
            raise RuntimeError(f"{describe(output)} depends on no leaf: there is nothing to differentiate")
        enter(output, writable() or Segment())
    assert output._segment is not None
    return output._segment, output._id


def kept_of(output: Tensor) -> dict[tuple[int, int], Any]:
    """What a finished backward took off the tape and left with its output: enough to draw its graph once more."""
    kept = output._meta.kept if output._meta is not None else None
    return {} if kept is None else kept.wide or {}
