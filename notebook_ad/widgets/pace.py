"""When a running loop may be looked at: seldom enough that it costs a small share of the loop's own time."""

from __future__ import annotations

SHARE = 0.03  # of the elapsed time
LEAST = 0.1  # seconds between two looks
REDRAW = 0.5  # seconds between two drawings


class Pace:
    """What looks have cost, and so when the next one is due. Times are what the caller's clock says."""

    def __init__(self) -> None:
        self._next = -float("inf")
        self._drawn = -float("inf")

    def due(self, now: float) -> bool:
        """Whether the graph may be looked at."""
        return now >= self._next

    def may_draw(self, now: float) -> bool:
        """Whether a graph of another form may be drawn."""
        return now >= self._drawn + REDRAW

    def drew(self, now: float) -> None:
        """A graph was drawn."""
        self._drawn = now

    def took(self, began: float, ended: float) -> None:
        """A look took from `began` to `ended`."""
        self._next = max(began + LEAST, ended + (ended - began) / SHARE)

    def started(self, now: float) -> None:
        """The first drawing, which loads the widget, is no part of the loop's cost."""
        self._next = now + LEAST
