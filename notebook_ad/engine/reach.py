"""What a row depends on: the rows that a sweep from it would visit, across segments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from notebook_ad.engine import compile as kernels
from notebook_ad.engine.mark import MISSING, STOPPED, mark
from notebook_ad.engine.segment import CAPACITY, Segment
from notebook_ad.engine.workspace import Workspace

NOTHING_SEEN = np.zeros(CAPACITY, np.uint8)
NONE_SEEN = NOTHING_SEEN.ctypes.data
KERNELS = kernels.TABLE.ctypes.data
COMPILED = np.ones_like(kernels.TABLE)  # for a look at the rows that calls no kernel

Visited = list[tuple[Segment, np.ndarray]]  # the rows of each segment, in sweep order


@dataclass(slots=True, eq=False)
class Marked:
    """What `mark` found: how many rows, how many leaves and imports among them, bytes of the arrays' gradients.

    Which they are stands in the workspace.
    """

    rows: int
    count: int
    size: int
    stopped: int | None = None


def leaves(segment: Segment, output: int) -> list[Any]:
    """The leaves that row `output` depends on."""
    found: dict[int, Any] = {}
    for owner, rows in visited_by(segment, output):
        for row in rows.tolist():
            if (leaf := owner.leaves.get(row)) is not None:
                found[id(leaf)] = leaf
    return list(found.values())


def visited_by(segment: Segment, output: int) -> Visited:
    """The rows that a sweep from this one would visit."""
    pending: dict[int, tuple[Segment, set[int]]] = {id(segment): (segment, {output})}
    visited: Visited = []
    while pending:
        segment, rows = pending.pop(max(pending, key=lambda key: pending[key][0].serial))
        with segment.lock:
            work = Workspace.take()
            try:
                marked = reach(segment, work, list(rows), table=COMPILED)
                visited.append((segment, work.order[: marked.rows].copy()))
                sources = work.sources[: marked.count].tolist()
            finally:
                work.give_back()
            for row in sources:
                if row in segment.imports:
                    owner, origin = segment.imports[row]
                    pending.setdefault(id(owner), (owner, set()))[1].add(origin)
    return visited


def reach(
    segment: Segment,
    work: Workspace,
    rows: list[int],
    seen: np.ndarray = NOTHING_SEEN,
    table: np.ndarray = kernels.TABLE,
) -> Marked:
    """The rows of the segment that the given ones depend on, but for those `seen`; kernels that `table` lacks are compiled."""
    segment.sync()
    kernels_at = KERNELS if table is kernels.TABLE else table.ctypes.data
    seen_at = NONE_SEEN if seen is NOTHING_SEEN else seen.ctypes.data
    while True:
        for n, row in enumerate(rows):
            work.ordered[n] = row
        reached, count, size, status, what = mark(
            work.address, segment.table_address, segment.consumed_address, seen_at, kernels_at, len(rows)
        )
        if status != MISSING:
            return Marked(reached, count, size, what if status == STOPPED else None)
        kernels.ensure(what)


def earlier(segment: Segment, row: int, destination: Segment) -> tuple[Segment, int] | None:
    """How a later segment refers to this row; None where a gradient from it would reach a consumed one.

    All references from one segment to another go through one view, and each row is marked once for all of them: many
    values that live across a boundary would cost quadratic time otherwise (23 s instead of 0.1 for 2,000 of them).
    """
    view, seen = destination.views.get(segment.serial) or (segment.reaching(), np.zeros(CAPACITY, np.uint8))
    destination.views[segment.serial] = view, seen
    if not seen[row]:
        with segment.lock:
            work = Workspace.take()
            try:
                marked = reach(segment, work, [row], seen)
                order, sources = work.order[: marked.rows].copy(), work.sources[: marked.count].tolist()
            finally:
                work.give_back()
            if marked.stopped is not None and segment.consumed[marked.stopped]:
                return None
            seen[order] = 1
            view.imports.update((i, segment.imports[i]) for i in sources if i in segment.imports)
    return view, row
