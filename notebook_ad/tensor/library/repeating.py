"""Elements moved round or repeated: roll, repeat, tile, resize."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.engine.library import shapes as ops
from notebook_ad.tensor import shaping
from notebook_ad.tensor.host import call
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.library.axes import ravel
from notebook_ad.tensor.library.given import axis_index, checked, integers, lengths_of, tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor


def roll(a: Any, shift: Any, axis: Any = None) -> Tensor:
    """Moved round along axes; what leaves at the end comes in at the start. As `numpy.roll`."""
    a = tensor_of(a)
    if axis is None:
        rolled = roll(ravel(a), int(np.sum(integers(shift, "roll", "shift"))), 0) if a.size else a
        return shaping.reshape(rolled, a.shape)
    try:
        shifts, given = np.broadcast_arrays(shift, axis)
    except ValueError:
        raise ValueError(f"roll: shift {shift} and axis {axis} must be equally many{place()}") from None
    if shifts.ndim > 1:
        raise ValueError(f"roll: shift and axis are numbers or sequences of numbers{place()}")
    axes = tuple(axis_index(i, a.shape, "roll") for i in given.reshape(-1))
    moved = tuple(int(s) for s in integers(shifts, "roll", "shift").reshape(-1))
    return call(ops.roll, (a,), {"shift": moved, "axis": axes})


def repeat(a: Any, repeats: Any, axis: int | None = None) -> Tensor:
    """Each element (or slice along an axis) several times in a row. As `numpy.repeat`.

    Args:
        repeats: how often, one count for all or one for each.
    """
    a = tensor_of(a)
    if axis is None:
        a, axis = ravel(a), 0
    axis = axis_index(axis, a.shape, "repeat")
    counts = integers(repeats, "repeat", "repeats")
    if isinstance(counts, Level) and counts.level:
        raise TypeError(f"repeat: inside vmap the repeats must be the same for each example{place()}")
    plain = np.asarray(counts)
    if plain.size and plain.min() < 0:
        raise ValueError(f"repeat: repeats must not be negative, not {plain.min()}{place()}")
    if plain.size == 1:
        plain = plain.reshape(())
    return call(ops.repeat, (a,), {"repeats": plain, "axis": axis})


def tile(A: Any, reps: Any) -> Tensor:  # noqa: N803 - NumPy's name
    """Copies of the whole side by side, `reps` along each axis from the last. As `numpy.tile`."""
    a, times = tensor_of(A), lengths_of(reps)
    return call(ops.tile, (a,), {"reps": (*(1,) * (a.ndim - len(times)), *times)})


def resize(a: Any, new_shape: int | Sequence[int]) -> Tensor:
    """The elements in C order, repeated or cut off to fill a shape. As `numpy.resize`."""
    a, to = tensor_of(a), lengths_of(new_shape)
    if any(n < 0 for n in to):
        raise ValueError(f"resize: lengths must not be negative in {to}{place()}")
    size = math.prod(to) if a.size else 0
    if not size:
        return tensor_of(np.zeros(to, a.dtype))
    return shaping.reshape(shaping.index(ravel(a), np.arange(size) % a.size), to)


FUNCTIONS = checked({np.roll: roll, np.repeat: repeat, np.tile: tile, np.resize: resize})
