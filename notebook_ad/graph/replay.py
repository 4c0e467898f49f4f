"""The tape as a program: the same operations on other values of the leaves, and the graph that they give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from notebook_ad.engine.guards import Guard
from notebook_ad.graph.attempt import Raised, raised
from notebook_ad.graph.cut import is_lost
from notebook_ad.graph.floats import Run, floats
from notebook_ad.graph.graph import Graph
from notebook_ad.graph.program import CannotReplay, Instruction, Kept, Values
from notebook_ad.graph.rerun import Rerun
from notebook_ad.graph.snapshot import graph_and_places
from notebook_ad.tensor.ambient import no_grad, trace
from notebook_ad.tensor.record import enter
from notebook_ad.tensor.tensor import Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Replay:
    """What a graph was computed by.

    Attributes:
        graph: the graph as it was recorded.
        program: its operations in order, with those that its guards need; output: the position of the graph's output.
        guards: decisions that were taken by value; where one falls otherwise, the recorded operations are not those
            that the code would do.
    """

    graph: Graph
    program: tuple[Instruction, ...]
    output: int
    guards: tuple[Kept, ...] = field(default=())
    _floats: Run | None = field(init=False, repr=False)
    _rerun: Rerun = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_rerun", Rerun(self.program, self.guards))
        object.__setattr__(self, "_floats", floats(self.program))

    def __call__(self, values: Values) -> tuple[Graph, tuple[Guard, ...]]:
        """The graph with other values of its leaves, by node id, and the guards that fall otherwise.

        Raises:
            CannotReplay: the operations do not give a graph of the same form.
        """
        step = 0

        def at_step(at: int) -> None:
            nonlocal step
            step = at

        with trace(lambda: self.program[step].source) as tracing, np.errstate(all="ignore"):

            def entered(t: Tensor) -> None:
                row = enter(t, tracing.segment)
                if t._segment is None:  # a constant: its user is to find this row
                    tracing.segment.constants[id(t._value)] = row

            found = self._rerun(values, at_step, entered)
            given = self.graph
            if len(found) < len(self.program):
                moved = (replace(n, value=values[n.id]) if n.id in values else n for n in given.nodes)
                return replace(given, nodes=tuple(moved)), self._rerun.broken(found)
            new, _ = graph_and_places(found[self.output], given.seed, given.code, given.notes, {})
        if [(n.op, n.kind, n.name) for n in new.nodes] != [(n.op, n.kind, n.name) for n in given.nodes]:
            raise CannotReplay("the operations gave a graph of another form")
        if any(n.accumulated is not None for n in given.leaves):
            nodes = (replace(n, accumulated=o.accumulated) for n, o in zip(new.nodes, given.nodes, strict=True))
            new = replace(new, nodes=tuple(nodes))
        return replace(new, cuts=given.cuts, aliases=given.aliases), self._rerun.broken(found)

    def value(self, values: Values) -> tuple[Any, bool]:
        """The output's value only, and whether every decision falls as it did."""
        found: Sequence[Any]
        if self._floats is not None:
            found = self._floats(values)
        else:
            with no_grad(), np.errstate(all="ignore"):
                found = [t._value for t in self._rerun(values)]
        if len(found) < len(self.program):
            return np.full(np.shape(self.graph.nodes[self.graph.output].value), np.nan)[()], False
        return found[self.output], all(guard.value for guard in self._rerun.broken(found))

    def lost(self, values: Values, moved: Values) -> tuple[Guard, ...]:
        """The guards where a plain number went on that `moved` changes, although the operations recorded do not show it."""
        asked = [kept for kept in self.guards if is_lost(kept.guard)]
        if not asked:
            return ()
        with no_grad(), np.errstate(all="ignore"):
            first, second = (self._rerun(v) for v in (values, moved))
        at = min(len(first), len(second))
        changed = [not np.array_equal(first[i]._value, second[i]._value, equal_nan=True) for i in range(at)]
        return tuple([k.guard for k in asked if any(i is not None and i < at and changed[i] for i in k.operands)])

    def raises(self, values: Values) -> Raised | None:
        """What the code raises on these values, if the first decision that falls otherwise is an operation that raises."""
        with no_grad(), np.errstate(all="ignore"):
            found = self._rerun(values)
            for kept in self._rerun.asked(found):
                args = self._rerun.operands(kept, found)
                if not kept.holds(args):
                    return raised(kept.guard, args, kept.since)
        return None
