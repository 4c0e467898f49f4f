"""The graph of a run, and the gradients of the values that the run left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from notebook_ad.graph.graph import Graph
from notebook_ad.graph.snapshot import graph_and_places
from notebook_ad.lifted.leaves import DEPTH
from notebook_ad.lifted.link import Link
from notebook_ad.lifted.naming import place_of
from notebook_ad.lifted.session import Session
from notebook_ad.lifted.values import COMPLEX, LIFTED
from notebook_ad.tensor.tensor import Tensor


def graph_of(
    t: Tensor, seed: Any, code: str, notes: Sequence[str], accumulated: Mapping[str, Any]
) -> tuple[Graph, dict[Any, int]]:
    """The graph of a tensor, and which node each place of the tape became."""
    return graph_and_places(t, seed, code=code, notes=notes, accumulated=accumulated)


def fill(session: Session, graph: Graph, ids: Mapping[Any, int], accumulate: bool) -> None:
    """Give every value that still lives its gradient; None where the output does not depend on it."""
    for link in session.links():
        place = place_of(link)
        grad = graph.nodes[ids[place]].grad if place in ids else None
        before = session.previous.get(link.name) if accumulate and link.leaf and link.name else None
        link.grad = added(_like(grad, link), before)


def leaf_keys(session: Session, ids: Mapping[Any, int]) -> dict[int, tuple[str, int]]:
    """The graph's leaves by node id: the name that each was lifted under, and how many of that name came before."""
    return {
        ids[place]: (name, at)
        for name, links in session.leaf_links.items()
        for at, link in enumerate(links)
        if (place := place_of(link)) in ids
    }


def added(grad: Any, before: Any) -> Any:
    """A gradient on top of what an earlier run left."""
    if grad is None or before is None:
        return before if grad is None else grad
    return grad + before if np.shape(grad) == np.shape(before) else grad


def _like(grad: Any, link: Link) -> Any:
    """A gradient in the plain type of its value."""
    if grad is None:
        return None
    if link.kind is np.ndarray:
        return np.array(grad)
    if link.kind in COMPLEX:
        return link.kind(grad)
    return link.kind(grad) if link.kind in (np.float64, np.float32) else float(grad)


def gradients(names: set[str], namespace: dict[str, Any]) -> dict[str, Any]:
    """The gradients that values hold from an earlier run, by name."""
    found: dict[str, Any] = {}

    def collect(value: Any, name: str, depth: int) -> None:
        if type(value) in LIFTED:
            if value.grad is not None:
                found[name] = value.grad
        elif depth and isinstance(value, dict):
            for key, v in value.items():
                collect(v, f"{name}[{key!r}]", depth - 1)
        elif depth and isinstance(value, list | tuple):
            for i, v in enumerate(value):
                collect(v, f"{name}[{i}]", depth - 1)

    for name in names & namespace.keys():
        collect(namespace[name], name, DEPTH)
    return found
