"""Which live views are open: those of a cell close when it runs again, the oldest when there are many."""

from __future__ import annotations

from typing import Any

LIMIT = 50  # open views; of an older one the static picture stays
MOVABLE = 20  # views whose leaves can be moved; older ones let go of what stands behind them

_open: dict[str, tuple[str, list[Any]]] = {}  # by cell: the message that ran it, its views


def keep(view: Any, shell: Any) -> None:
    """Hold a view open under the cell that runs now."""
    parent = shell.kernel.get_parent()
    message = str(parent.get("header", {}).get("msg_id", ""))
    cell = str(parent.get("metadata", {}).get("cellId", message))
    ran, views = _open.pop(cell, (message, []))
    if ran != message:
        _close(views)
        views = []
    _open[cell] = (message, [*views, view])
    opened = [v for _, group in _open.values() for v in group]
    for old in opened[:-MOVABLE]:
        old.freeze()
    while sum(len(v) for _, v in _open.values()) > LIMIT:
        oldest = next(iter(_open))
        ran, views = _open[oldest]
        _close(views[:1])
        if views[1:]:
            _open[oldest] = (ran, views[1:])
        else:
            del _open[oldest]


def close_all() -> None:
    """Close every view."""
    for _, views in _open.values():
        _close(views)
    _open.clear()


def _close(views: list[Any]) -> None:
    for view in views:
        view.close()
