"""A record of bounded length: when it is full, every other entry goes and only half as many come from then on."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class Thinned(Generic[T]):
    """Every n-th of what is offered, by step; n doubles when there are `limit` entries."""

    def __init__(self, limit: int) -> None:
        self.limit = max(2, limit)
        self.stride = 1
        self.items: list[tuple[int, T]] = []
        self._offered = 0

    def turn(self) -> bool:
        """Count one more that came by, and whether it is to be added."""
        self._offered += 1
        return (self._offered - 1) % self.stride == 0

    def add(self, step: int, item: T) -> None:
        """Add an entry whose turn it is."""
        self.items.append((step, item))
        while len(self.items) >= self.limit:
            self.halve()

    def halve(self) -> None:
        """Let every other entry go."""
        self.items = self.items[::2]
        self.stride *= 2
