"""What was decided by the value of a recorded tensor is noted, so that a replay on other values can ask again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from notebook_ad.engine.guards import Guard
from notebook_ad.tensor.ambient import source
from notebook_ad.tensor.record import enter, wants_record
from notebook_ad.tensor.tensor import Tensor


def guard(function: Callable[..., Any], operands: Sequence[Any], outcome: Any, text: str, value: bool = False) -> None:
    """Note that `function` of the operands' values (NumPy's, for tensors) gave `outcome`.

    Does nothing where no operand has a gradient, or nothing is recorded.

    Args:
        value: no decision was taken, the outcome itself went on.
    """
    segment = wants_record([t for t in operands if isinstance(t, Tensor)])
    if segment is None:
        return
    rows, values = [], []
    for t in operands:
        traced = isinstance(t, Tensor) and t.requires_grad
        rows.append(enter(t, segment) if traced else None)
        held = t._value if isinstance(t, Tensor) else t
        values.append(None if traced else np.array(held) if isinstance(held, np.ndarray) else held)
    segment.guards.append(Guard(function, tuple(rows), tuple(values), outcome, text, source(), value))


def taken(t: Tensor, text: str) -> None:
    """Note that a tensor's value was taken off the tape, as `detach()` and `item()` do."""
    guard(np.asarray, (t,), t._value, text, value=True)
