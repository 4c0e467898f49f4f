"""What was decided by the value of a recorded tensor is noted, so that a replay on other values can ask again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from notebook_ad.engine.guards import Guard
from notebook_ad.engine.segment import Segment
from notebook_ad.tensor.ambient import quiet_source
from notebook_ad.tensor.known import stand_in
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.record import enter, wants_record
from notebook_ad.tensor.tensor import Tensor


def guard(function: Callable[..., Any], operands: Sequence[Any], outcome: Any, text: str, value: bool = False) -> None:
    """Note that `function` of the operands' values (NumPy's, for tensors) gave `outcome`.

    Under `no_grad` it is noted beside the operands' own rows. Does nothing where no operand has a gradient.

    Args:
        value: no decision was taken, the outcome itself went on.
    """
    tensors = [t for t in operands if isinstance(t, Tensor)]
    for t in tensors:
        if t._meta is not None and t._meta.entered is not None:
            t._meta.entered.taken()
    segment = wants_record(tensors) or next((t._segment for t in tensors if t._segment is not None), None)
    if segment is None or segment.full:
        return
    rows, values = placed(operands, segment)
    segment.guards.append(Guard(function, rows, values, outcome, text, quiet_source(), value))


def placed(operands: Sequence[Any], segment: Segment) -> tuple[tuple[int | None, ...], tuple[Any, ...]]:
    """For each operand its row in the segment, or None and its value: one that never changes."""
    rows: list[int | None] = []
    values: list[Any] = []
    for t in operands:
        place = getattr(t, "place", None) if isinstance(t, Level) else None
        if place is not None:  # a discrete tensor
            discrete: Any = t
            rows.append(place[1] if place[0] is segment else enter(stand_in(discrete), segment))
            values.append(None)
            continue
        traced = isinstance(t, Tensor) and t.requires_grad
        rows.append(enter(t, segment) if traced else None)
        held = t._value if isinstance(t, Tensor) else t
        values.append(None if traced else np.array(held) if isinstance(held, np.ndarray) else held)
    return tuple(rows), tuple(values)


def taken(t: Tensor, text: str) -> None:
    """Note that a tensor's value was taken off the tape, as `detach()` and `item()` do."""
    guard(np.asarray, (t,), t._value, text, value=True)
