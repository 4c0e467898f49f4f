"""Where the gradients of a sweep's arrays stand: in the arena, those of large leaves in arrays of their own."""

from __future__ import annotations

import numpy as np

from notebook_ad.engine.memory import address
from notebook_ad.engine.segment import Segment
from notebook_ad.engine.workspace import Workspace

NO_ARENA = np.zeros(0)
LARGE = 1 << 14  # bytes from which a leaf's gradient has an array of its own, which is handed out without a copy


class Slots:
    """The gradients of arrays in one sweep, by row.

    Attributes:
        address: of the arena; compiled code adds the row's offset.
    """

    __slots__ = ("_arena", "_own", "_segment", "_work", "address")
    _arena: np.ndarray

    def __init__(self, segment: Segment, work: Workspace, size: int, sources: int) -> None:
        """Memory for `size` bytes of gradients; the first `sources` of the workspace's are leaves and imports."""
        self._segment, self._work = segment, work
        self._arena, self.address = work.arena(size) if size else (NO_ARENA, 0)
        self._own: dict[int, np.ndarray] = {}
        if size < LARGE:
            return
        for row in work.sources[:sources].tolist():
            value = segment.array_at(row)
            if value is not None and value.nbytes >= LARGE:
                own = self._own[row] = np.empty(value.shape, value.dtype)
                work.places[row] = address(own) - self.address

    def at(self, row: int) -> np.ndarray | None:
        """The row's gradient; None for a float64 scalar, whose gradient stands in the workspace."""
        if (own := self._own.get(row)) is not None:
            return own
        value = self._segment.array_at(row) if len(self._arena) else None
        if value is None:
            return None
        if not value.size:
            return np.zeros(value.shape, value.dtype)
        found: np.ndarray = np.ndarray(value.shape, value.dtype, self._arena, self._work.places[row])
        return found  # made by one call: half the time of views

    def taken(self, row: int) -> float | np.ndarray:
        """The row's gradient for good: the arena is another sweep's then."""
        array = self.at(row)
        if array is None:
            return float(self._work.numbers[row])
        return array if row in self._own else array.copy()
