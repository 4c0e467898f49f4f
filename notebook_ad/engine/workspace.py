"""Scratch memory of a sweep, kept from one to the next."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from notebook_ad.engine.primitive import BEGINS, PASSES

CAPACITY = 1 << 15  # rows of a segment
ARENA = 1 << 25  # bytes


class Workspace:
    """Scratch memory of one sweep; pages that are never touched cost nothing.

    A thread keeps those that it is not using: a hook or a rule of the user's may sweep while a sweep is under way.
    """

    __slots__ = (
        "address", "addresses", "found", "grads", "kept", "kept_address", "needed", "numbers", "offset", "order",
        "ordered", "places", "sources", "spare", "touched",
    )  # fmt: skip
    free = threading.local()

    ordered: Any  # memory views of order, sources, grads and offset: an element of an array takes twice as long to read
    found: Any
    numbers: Any
    places: Any

    def __init__(self) -> None:
        self.needed = np.zeros(CAPACITY, np.uint8)
        self.offset, self.order, self.sources = (np.empty(CAPACITY, np.int64) for _ in range(3))
        self.grads = np.empty(CAPACITY)
        self.touched = np.zeros(CAPACITY, np.uint8)  # whether an array's gradient holds anything yet
        self.spare = np.zeros(64, np.int64)  # bytes of the arena, number of free places, (size, place) of each
        own = (self.needed, self.offset, self.order, self.sources, self.grads, self.touched, self.spare, PASSES, BEGINS)
        self.addresses = np.array([a.ctypes.data for a in own], np.int64)
        self.address: int = self.addresses.ctypes.data
        self.ordered, self.found, self.numbers = self.order.data, self.sources.data, self.grads.data
        self.places = self.offset.data
        self.kept = np.empty(0)

    @classmethod
    def take(cls) -> Workspace:
        """One that nobody uses; `give_back` it."""
        spare: list[Workspace] = cls.free.__dict__.setdefault("spare", [])
        return spare.pop() if spare else cls()

    def give_back(self) -> None:
        """Let the thread's next sweep have it."""
        self.free.spare.append(self)

    def arena(self, size: int) -> tuple[np.ndarray, int]:
        """Memory for the gradients of arrays, `size` bytes, and its address; what stands in it is of no meaning.

        Kept for the next sweep up to ARENA bytes: fresh memory is faulted in page by page, half the time of a sweep over
        arrays of 64 × 128.
        """
        count = size // 8
        if size > ARENA:
            memory = np.empty(count)
            return memory, memory.ctypes.data
        if len(self.kept) < count:
            self.kept = np.empty(max(count, 2 * len(self.kept)))
            self.kept_address: int = self.kept.ctypes.data
        return self.kept, self.kept_address
