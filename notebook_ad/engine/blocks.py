"""Parameter blocks of kernels: broadcasting, strides and scales as integers (see engine/generate.py)."""

from __future__ import annotations

import math
import struct
from functools import lru_cache

Shape = tuple[int, ...]


def strides_of(shape: Shape) -> Shape:
    """Strides in elements of a C-contiguous array."""
    strides = []
    step = 1
    for length in reversed(shape):
        strides.append(step)
        step *= length
    return tuple(reversed(strides))


def broadcast_strides(shape: Shape, to: Shape) -> Shape:
    """Strides in elements by which an array of `shape` is read as one of shape `to`: 0 along broadcast axes."""
    padded = (1,) * (len(to) - len(shape)) + shape
    own = strides_of(padded)
    return tuple(0 if length == 1 and full != 1 else step for length, full, step in zip(padded, to, own, strict=True))


@lru_cache(maxsize=4096)
def elementwise_block(shape: Shape, operands: tuple[Shape, ...]) -> list[int]:
    """`runs, inner, lead, steps, leading shape, leading strides of each operand`, axes merged where all allow it."""
    total = math.prod(shape)
    if total == 0:
        return [0, 0, 0, *(0 for _ in operands)]
    strides = [broadcast_strides(s, shape) for s in operands]
    merged: list[tuple[int, list[int]]] = []  # (length, step of each operand), outermost first
    for axis, length in enumerate(shape):
        steps = [s[axis] for s in strides]
        if length == 1:
            continue
        if merged and all(a == b * length for a, b in zip(merged[-1][1], steps, strict=True)):
            merged[-1] = (merged[-1][0] * length, steps)
        else:
            merged.append((length, steps))
    inner, steps = merged.pop() if merged else (1, [1 for _ in operands])
    lead = len(merged)
    block = [total // inner, inner, lead, *steps, *(length for length, _ in merged)]
    for i in range(len(operands)):
        block += [run[1][i] for run in merged]
    return block


def linear_block(
    shape: Shape, up: Shape, down: Shape, offset: int = 0, start: int = 0, scale: float = 1.0
) -> list[int]:
    """One operand of a linear primitive: its gradient[offset + i·up] += scale · output gradient[start + i·down].

    Args:
        shape: what i runs over; `up` and `down` are strides in elements of the operand and of the output.
    """
    bits: int = struct.unpack("q", struct.pack("d", scale))[0]
    merged: list[tuple[int, int, int]] = []  # length, steps: axes that are one stretch of memory on both sides are one
    for length, a, b in zip(shape, up, down, strict=True):
        if length == 1:
            continue
        if merged and merged[-1][1] == a * length and merged[-1][2] == b * length:
            merged[-1] = (merged[-1][0] * length, a, b)
        else:
            merged.append((length, a, b))
    lengths, ups, downs = zip(*merged, strict=True) if merged else ((), (), ())
    return [len(merged), offset, start, bits, *lengths, *ups, *downs]
