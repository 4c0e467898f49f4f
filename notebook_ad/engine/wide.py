"""Rows of arrays, with everything spelt out, and the memory that holds their blocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from notebook_ad.engine.forms import Lean
from notebook_ad.engine.primitive import Primitive

POOL = 1 << 15  # integers
NO_POOL = np.empty(0, np.int64)


@dataclass(slots=True, eq=False)
class Wide:
    """What a wide row keeps alive.

    Attributes:
        pool, start, length: where the block of integers that the sweep reads stands.
        value: the result, an array (or a number, for a float64 scalar).
        operands: rows of the operands; `inputs` holds their values.
        static: what is not an operand (axis, keepdims, shape…), for the reader.
    """

    primitive: Primitive
    pool: np.ndarray
    start: int
    length: int
    value: Any
    operands: tuple[int, ...]
    inputs: tuple[Any, ...]
    static: dict[str, Any]
    bytes: int
    keep: Any = None

    @property
    def block(self) -> np.ndarray:
        """The integers that the sweep reads."""
        return self.pool[self.start : self.start + self.length]


def widened(lean: Lean) -> Wide:
    """A lean row with everything spelt out."""
    form = lean.form
    return Wide(
        form.primitive, lean.pool, lean.start, form.length, lean.value, lean.rows, lean.inputs, form.static, form.bytes
    )


class Pool:
    """Memory for blocks, shared by a segment and the views of it; a row keeps the memory of its own block alive."""

    __slots__ = ("address", "memory", "taken")

    def __init__(self) -> None:
        self.memory = NO_POOL
        self.address = self.taken = 0

    def place(self, length: int) -> int:
        """Room for so many integers, in `memory` from the position that is returned."""
        if (start := self.taken) + length > len(self.memory):
            self.memory = np.empty(max(POOL, length), np.int64)
            self.address = self.memory.ctypes.data
            start = 0
        self.taken = start + length
        return start

    def room(self, length: int) -> tuple[np.ndarray, int, int]:
        """Room for so many integers: the memory, the position in it, the memory's address."""
        start = self.place(length)
        return self.memory, start, self.address
