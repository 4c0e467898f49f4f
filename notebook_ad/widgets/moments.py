"""What one step of a training loop looked like: its graph, the graph's form, its texts, its gradient's norm."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from notebook_ad.engine.rows import Place
from notebook_ad.graph import numbers
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.picture import compose
from notebook_ad.graph.recorded import replay_of
from notebook_ad.graph.replay import Replay
from notebook_ad.graph.snapshot import graph_and_places
from notebook_ad.tensor.tensor import Tensor
from notebook_ad.widgets.earlier import Earlier, with_earlier
from notebook_ad.widgets.forms import Form, form_of, renamed
from notebook_ad.widgets.frame import Texts, texts

Leaves = Iterable[tuple[Any, Any]]


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """One step: the loss that was swept, and the graph taken of it; `ids` as `replay` wants them; `before`: see `moment`."""

    step: int
    loss: Tensor
    graph: Graph
    ids: Mapping[Place, int]
    form: Form
    before: tuple[Earlier, ...] = ()

    def texts(self, like: Form) -> Texts:
        """What the slots say, as they are called in a picture of this form."""
        return renamed(texts(compose(self.graph)), self.form, like)

    def replay(self) -> Replay | None:
        """What moves the leaves."""
        return replay_of(self.loss, self.graph, self.ids)


def moment(step: int, loss: Tensor, seed: Any, code: str = "", before: Iterable[Earlier] = ()) -> Moment:
    """Take the graph of a loss, swept or not; `before` is what its leaves held of earlier gradients.

    Raises:
        ConsumedError: it was swept and was too large to be kept.
    """
    graph, ids = graph_and_places(loss, seed, code, (), {})
    left = tuple(before)
    graph = with_earlier(graph, ids, left)
    return Moment(step, loss, graph, ids, form_of(graph), left)


def placed(taken: Moment, like: Moment) -> Moment:
    """With the places in the code that an earlier graph of the same shape knows: few steps are recorded with places."""
    nodes = list(taken.graph.nodes)
    for own, other in zip(taken.form.nodes, like.form.nodes, strict=True):
        nodes[own] = replace(nodes[own], source=nodes[own].source or like.graph.nodes[other].source)
    return replace(taken, graph=replace(taken.graph, nodes=tuple(nodes)))


def norm(leaves: Leaves) -> float:
    """The Euclidean norm over the gradients of all leaves, by what identifies a leaf."""
    total: dict[int, Any] = {}
    for leaf, gradient in leaves:
        total[id(leaf)] = total[id(leaf)] + gradient if id(leaf) in total else gradient
    square = 0.0
    for x in total.values():
        square += x * x if type(x) is float else float(np.vdot(x, x))
    if 1e-200 < square < 1e200:
        return math.sqrt(square)
    return math.hypot(*(numbers.norm(x) for x in total.values()))


def number(x: float | None) -> float | None:
    """A number as JSON can carry it: None for NaN and infinities."""
    return x if x is not None and math.isfinite(x) else None
