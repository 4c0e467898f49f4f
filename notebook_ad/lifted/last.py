"""The graph of the last run."""

from __future__ import annotations

from notebook_ad.graph.graph import Graph

_last: list[Graph] = []


def last_graph() -> Graph:
    """The graph of the last `%%backprop` cell, with every gradient.

    Raises:
        LookupError: no cell has been run yet.
    """
    if not _last:
        raise LookupError("no %%backprop cell has made a graph yet; run one first")
    return _last[0]


def remember(graph: Graph) -> None:
    """Keep a graph as the last one."""
    _last[:] = [graph]
