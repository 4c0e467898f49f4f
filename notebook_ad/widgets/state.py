"""What stands behind one live view: the graph that it shows, the replay that moves it, and what it costs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from notebook_ad.engine.guards import Guard
from notebook_ad.graph.attempt import Raised, Stopped
from notebook_ad.graph.differences import agreement, difference
from notebook_ad.graph.framed import Leaves, framed
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.replay import Replay

QUICK = 2_000  # operations that central differences may do in every frame (1 ms); beyond it, only when at rest

Rerun = Callable[[Mapping[str, Any]], "tuple[Graph, Replay | None]"]


@dataclass(eq=False)
class State:
    """One view's state.

    Attributes:
        first: the graph as the cell gave it; shown: the graph as the reader moved it. Both as they are drawn: elements of
            small arrays are leaves of their own (see graph/framed.py).
        recorded: the first graph as it was recorded; leaves: where its leaves are found in it, by those that are drawn.
        replay: gives the graph for other values of the leaves; None where the operations cannot be done again.
        values: the leaves that were moved, by node id of the recorded graph.
        rerun: runs the cell's code again with other values of its leaves, by name, where that is known to have no
            effects; `risky` likewise, for when the reader asks for it.
        reason: why the code is not run again by itself.
        predict: whether the gradients are hidden, for the reader to find.
        ranges: low, high and step of leaves, by name, where they are given.
        settled: by name, what had been moved when the code was run again; origin: the cell's graph and replay, since then.
        broken: the decisions that would fall otherwise, so that what is shown is not what the code would do.
        raised: what the code raises on the moved values; the numbers from there on are none of the code's.
    """

    first: Graph
    replay: Replay | None = None
    header: str = ""
    start: str = "end"
    predict: bool = False
    rerun: Rerun | None = None
    risky: Rerun | None = None
    reason: str = ""
    ranges: Mapping[str, tuple[float, float, float]] = field(default_factory=dict)
    shown: Graph = field(init=False)
    recorded: Graph = field(init=False)
    leaves: Leaves = field(init=False)
    values: dict[int, Any] = field(default_factory=dict)
    settled: dict[str, Any] = field(default_factory=dict)
    origin: tuple[Graph, Replay | None] | None = None
    broken: tuple[Guard, ...] = ()
    raised: Raised | None = None

    def __post_init__(self) -> None:
        self._take(self.first)

    def _take(self, graph: Graph) -> None:
        drawn = framed(graph)
        self.recorded, self.leaves = graph, drawn.leaves
        self.first = self.shown = drawn.graph

    @property
    def movable(self) -> bool:
        """Whether leaves can be given other values."""
        return self.replay is not None or self.rerun is not None

    @property
    def wanted(self) -> Rerun | None:
        """What runs the code again, where the recorded operations are not what it does on the moved values."""
        ends = self.raised is not None and not self.raised.sheltered
        return self.rerun if (self.replay is None or self.broken) and not ends else None

    @property
    def fixed(self) -> str:
        """Why no leaf can be moved, where that is known."""
        if self.movable or not self.reason:
            return ""
        return f"the leaves cannot be moved: only the code itself could follow, and it may do more than compute: {self.reason}"

    def move(self, leaf: int, index: int | None, value: float) -> None:
        """Give a leaf, or one element of it, another value, and follow the recorded operations, if they can be done again."""
        leaf, element = self.leaves[leaf]
        index = element if index is None else index
        old = self.values.get(leaf, self.recorded.nodes[leaf].value)
        if index is None:
            self.values[leaf] = value
        else:
            new = np.array(old)
            new.reshape(-1)[index] = value
            self.values[leaf] = new
        self.raised = None
        if self.replay is None:
            return
        graph, self.broken = self.replay(self.values)
        drawn = framed(graph)
        self.shown = drawn.graph
        if self.broken and (raised := self.replay.raises(self.values)) is not None:
            self.raised = replace(raised, since=drawn.since(raised.since))

    def moved(self) -> dict[str, Any]:
        """All values that the reader moved, by the leaves' names."""
        names = {leaf.id: leaf.name for leaf in self.recorded.leaves}
        return self.settled | {str(names[k]): v for k, v in self.values.items() if names[k]}

    def follow(self, rerun: Rerun) -> None:
        """Run the code again on the moved values, and go on from what it gives; what it raises is kept."""
        try:
            graph, replay = rerun(self.moved())
        except Stopped as stopped:
            known = self.raised is not None and self.raised.line == stopped.raised.line
            self.raised = replace(stopped.raised, since=self.raised.since) if self.raised and known else stopped.raised
            if self.replay is None:
                self.shown = self._with_moved(self.shown)
        else:
            self.settle(graph, replay)

    def _with_moved(self, graph: Graph) -> Graph:
        """A graph whose leaves hold the moved values, and whose other values are not to be shown."""
        moved = {}
        for drawn, (leaf, index) in self.leaves.items():
            if leaf in self.values:
                value = self.values[leaf]
                moved[drawn] = value if index is None else float(np.reshape(value, -1)[index])
        nodes = [replace(n, value=moved[n.id]) if n.id in moved else n for n in graph.nodes]
        edges = [replace(e, value=moved[e.operand]) if e.operand in moved else e for e in graph.edges]
        return replace(graph, nodes=tuple(nodes), edges=tuple(edges))

    def settle(self, graph: Graph, replay: Replay | None) -> None:
        """Go on from the graph that the code gave on the moved values."""
        self.settled = self.moved()
        self.origin = self.origin or (self.recorded, self.replay)
        self._take(graph)
        self.replay, self.values, self.broken, self.raised = replay, {}, (), None

    def reset(self) -> bool:
        """Back to the values of the cell; whether its graph was another one."""
        back = self.origin is not None
        if self.origin is not None:
            graph, self.replay = self.origin
            self._take(graph)
        self.values, self.settled, self.origin, self.broken, self.shown = {}, {}, None, (), self.first
        self.raised = None
        return back

    def checks(self, patient: bool = False) -> dict[int, str]:
        """Central differences by leaf, as text; none where they take too long for a frame, unless `patient`."""
        if self.replay is None or self.broken:
            return {}
        sizes = {leaf.id: np.size(leaf.value) for leaf in self.shown.leaves}
        budget = (100 if patient else 1) * QUICK
        if 5 * sum(sizes.values()) * len(self.replay.program) > budget:
            sizes = {k: n for k, n in sizes.items() if 5 * n * len(self.replay.program) * len(sizes) <= budget}
        return {leaf: self._check(leaf, size) for leaf, size in sizes.items()}

    def _check(self, leaf: int, size: int) -> str:
        node, replay = self.shown.nodes[leaf], self.replay
        assert replay is not None
        if node.grad is None:
            return ""
        whole, element = self.leaves[leaf]
        if not node.shape:
            return difference(replay, self.values, whole, float(node.grad), element).text
        gradient = np.asarray(node.grad).reshape(-1)
        found = [difference(replay, self.values, whole, float(gradient[i]), i) for i in range(size)]
        for verdict, mark in (("differs", "✗"), ("kink", "kink"), ("branch", "branch")):
            at = [i for i, d in enumerate(found) if d.verdict == verdict]
            if at:
                where = ", ".join(str(list(map(int, np.unravel_index(i, node.shape)))) for i in at[:3])
                return f"{mark} at {where}" + (f" and {len(at) - 3} more" if len(at) > 3 else "")
        agreed = found and all(d.verdict == "agrees" for d in found)
        return agreement(f"all {size}", {guard for d in found for guard in d.cuts}) if agreed else ""
