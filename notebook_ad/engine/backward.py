"""Reverse mode over the tape: from an output's row, segment by segment, to the gradients of the leaves it reaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from notebook_ad.engine import compile as kernels
from notebook_ad.engine import rules
from notebook_ad.engine.errors import SECOND_BACKWARD, ConsumedError, NoDerivative
from notebook_ad.engine.segment import CAPACITY, HOST, STOP, WIDE, Segment, Workspace
from notebook_ad.engine.sweep import MISSING, OPAQUE, STOPPED, mark, sweep, take
from notebook_ad.engine.sweep import consume as consume_rows

BUDGET = 20_000_000  # elements between two returns to Python: at most about 100 ms

NOTHING_SEEN = np.zeros(CAPACITY, np.uint8)
NO_ARENA = np.zeros(0)
COMPILED = np.ones_like(kernels.TABLE)  # for a look at the rows that calls no kernel

Gradient = float | np.ndarray
Pending = dict[int, tuple[list[Segment], dict[int, Gradient]]]  # by serial: views of a segment to be swept, its seeds
Visited = list[tuple[Segment, np.ndarray]]  # the rows of each segment, in sweep order


@dataclass(slots=True, eq=False)
class Marked:
    """What `mark` found: the rows in sweep order, the leaves and imports among them, bytes of the arrays' gradients."""

    order: np.ndarray
    sources: np.ndarray
    size: int
    stopped: int | None = None


def backward(segment: Segment, output: int, seed: Gradient) -> tuple[list[tuple[Any, Gradient]], Visited]:
    """Gradients of the leaves that row `output` reaches, and the rows visited. Changes neither leaves nor tape.

    Raises:
        ConsumedError: it reaches a row that an earlier sweep consumed.
        NoDerivative: it reaches an operation without a rule.
    """
    return backward_of([(segment, output, seed)])


def backward_of(seeds_of: Sequence[tuple[Segment, int, Gradient]]) -> tuple[list[tuple[Any, Gradient]], Visited]:
    """As `backward`, from several outputs at once."""
    pending: Pending = {}
    for segment, output, seed in seeds_of:
        _add_seed(pending, segment, output, seed)
    leaves: list[tuple[Any, Gradient]] = []
    visited: Visited = []
    while pending:
        views, seeds = pending.pop(max(pending))
        with views[0].lock:
            order = _sweep_segment(views[0] if len(views) == 1 else _joined(views), seeds, leaves, pending)
        visited += [(view, order) for view in views]
    return leaves, visited


def _add_seed(pending: Pending, owner: Segment, row: int, seed: Gradient) -> None:
    views, seeds = pending.setdefault(owner.serial, ([], {}))
    if all(owner is not view for view in views):
        views.append(owner)
    seeds[row] = seeds[row] + seed if row in seeds else seed


def _joined(views: Sequence[Segment]) -> Segment:
    """One view of a segment in place of several, so that each row is swept once and its hooks see the whole gradient."""
    whole = views[0].reaching()
    for view in views:
        whole.imports.update(view.imports)
    return whole


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
                visited.append((segment, marked.order.copy()))
                sources = marked.sources.tolist()
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
    known = table
    table = segment.sync()
    while True:
        for row in rows:
            work.needed[row] = 1
        found = mark(
            table, segment.consumed, work.needed, seen, work.offset, work.order, work.sources, work.grads,
            known, max(rows), len(rows),
        )  # fmt: skip
        reached, count, size, status, what = found
        if status != MISSING:
            return Marked(work.order[:reached], work.sources[:count], size, what if status == STOPPED else None)
        kernels.ensure(what)


def _sweep_segment(
    segment: Segment, seeds: dict[int, Gradient], leaves: list[tuple[Any, Gradient]], pending: Pending
) -> np.ndarray:
    work = Workspace.take()
    try:
        return _sweep_rows(segment, work, seeds, leaves, pending)
    finally:
        work.give_back()


def _sweep_rows(
    segment: Segment,
    work: Workspace,
    seeds: dict[int, Gradient],
    leaves: list[tuple[Any, Gradient]],
    pending: Pending,
) -> np.ndarray:
    marked = reach(segment, work, list(seeds))
    if marked.stopped is not None:
        raise blocked(segment, marked.stopped)
    order, rows, grads = marked.order, len(marked.order), work.grads
    arena = work.arena(marked.size) if marked.size else NO_ARENA
    for row, seed in seeds.items():
        if (target := _gradient(segment, row, work.offset, arena)) is None:
            grads[row] += seed
        else:
            target += seed
    at, passing = 0, -1
    while at < rows:
        at = sweep(
            segment.table, segment.store, work.offset, order, grads, arena, kernels.TABLE, at, rows, passing, BUDGET
        )
        if at < rows and segment.table[3 * order[at]] & STOP:
            at, passing = at + _stopped(segment, int(order[at]), work, arena), at
    sources, numbers = marked.sources.tolist(), work.taken[: len(marked.sources)]
    take(grads, marked.sources, numbers)
    if not segment.wide and not segment.imports:
        leaves += zip(map(segment.leaves.get, sources), numbers.tolist(), strict=True)
        return order.copy()
    for row, number in zip(sources, numbers.tolist(), strict=True):
        array = _gradient(segment, row, work.offset, arena) if row in segment.wide else None
        gradient: Gradient = number if array is None else array.copy()
        leaf = segment.leaves.get(row)
        if leaf is not None:
            leaves.append((leaf, gradient))
        else:
            _add_seed(pending, *segment.imports[row], gradient)
    return order.copy()


def _stopped(segment: Segment, row: int, work: Workspace, arena: np.ndarray) -> int:
    """Call the row's hooks, apply its rule where it has no kernel; 1 where the row is done, 0 where its kernel is to run."""
    target = _gradient(segment, row, work.offset, arena)
    gradient = float(work.grads[row]) if target is None else target
    if (hook := segment.hooks.get(row)) is not None:
        gradient = hook(gradient)
        if target is None:
            work.grads[row] = gradient
        else:
            target[...] = gradient
    wide = segment.wide.get(row)
    if wide is None or not wide.operands or segment.table[3 * row] & 3 != HOST:
        return 0
    wanted = [bool(wide.block[4 + 3 * i] >= 0) for i in range(len(wide.operands))]
    with np.errstate(all="ignore"):
        inputs = [np.float64(x) if type(x) is float else x for x in wide.inputs]  # 1 / 0 is inf, not an error
        value = np.float64(wide.value) if type(wide.value) is float else wide.value
        parts = rules.pull(wide.primitive, gradient, value, inputs, wide.static, wanted)
        for operand, part, want in zip(wide.operands, parts, wanted, strict=True):
            if not want or part is None:
                continue
            if (slot := _gradient(segment, operand, work.offset, arena)) is None:
                work.grads[operand] += part
            else:
                slot += part
    return 1


def _gradient(segment: Segment, row: int, offset: np.ndarray, arena: np.ndarray) -> np.ndarray | None:
    """The row's gradient in the arena; None for a float64 scalar, whose gradient has a slot of its own."""
    wide = segment.wide.get(row)
    if wide is None or isinstance(wide.value, float):
        return None
    view: np.ndarray = arena.view(np.uint8)[offset[row] : offset[row] + wide.value.nbytes]
    shaped: np.ndarray = view.view(wide.value.dtype).reshape(wide.value.shape)
    return shaped


def blocked(segment: Segment, row: int) -> RuntimeError:
    """The error for a row that cannot be swept: consumed, or without a rule."""
    if segment.consumed[row]:
        return ConsumedError(SECOND_BACKWARD)
    label = segment.wide[row].static["label"]
    source = segment.sources.get(row)
    where = f" (line {source.line}: {source.text})" if source else ""
    return NoDerivative(
        f"{label} has no derivative rule here, but the output depends on it{where}. "
        "Use a supported function; if no gradient should pass, detach() its operand (in a cell: --const its name)."
    )


def consume(visited: Visited) -> dict[tuple[int, int], Any]:
    """Mark the visited operations consumed; take their arrays, and references to earlier segments, off the tape.

    Returns what was taken off, by (serial, row): enough, with the segments, to draw the graph.
    """
    kept: dict[tuple[int, int], Any] = {}
    for segment, rows in visited:
        consume_rows(segment.table, segment.consumed, rows)
        if not segment.wide and not segment.imports:
            continue
        for row in rows.tolist():
            if row in segment.wide and segment.table[3 * row] & (WIDE - 1) >= OPAQUE:
                kept[segment.serial, row] = wide = segment.wide.pop(row)
                segment.wide_bytes -= wide.bytes
            elif row in segment.imports:
                kept[segment.serial, row] = segment.imports.pop(row)
                segment.consumed[row] = 1
    return kept


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
            finally:
                work.give_back()
            if marked.stopped is not None and segment.consumed[marked.stopped]:
                return None
            seen[marked.order] = 1
            view.imports.update((i, segment.imports[i]) for i in marked.sources.tolist() if i in segment.imports)
    return view, row
