"""The engine's own graph of a lesson's computation, against which answers are checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from notebook_ad.graph.graph import Graph
from notebook_ad.graph.snapshot import graph
from notebook_ad.tensor.making import tensor
from notebook_ad.tensor.tensor import Tensor


def traced(computation: Callable[..., Tensor], leaves: Mapping[str, float], output: str) -> Graph:
    """Run a computation on scalar leaves and take its graph.

    Args:
        computation: called with one tensor for each leaf, in order.
        leaves: their names and values.
        output: the name of the result.
    """
    result = computation(*(tensor(float(value), name=name) for name, value in leaves.items()))
    result.name = output
    return graph(result)
