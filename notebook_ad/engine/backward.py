"""Reverse mode over the tape: from an output's row, segment by segment, to the gradients of the leaves it reaches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.engine import rules
from notebook_ad.engine.errors import SECOND_BACKWARD, ConsumedError, NoDerivative
from notebook_ad.engine.reach import KERNELS, Marked, Visited, reach
from notebook_ad.engine.segment import HOST, STOP, Segment
from notebook_ad.engine.slots import Slots
from notebook_ad.engine.sweep import consume as consume_rows
from notebook_ad.engine.sweep import sweep
from notebook_ad.engine.workspace import Workspace

BUDGET = 20_000_000  # elements between two returns to Python: at most about 100 ms

Gradient = float | np.ndarray
_consumed = [0]  # how often rows were: a hook or a rule of the user's may have a sweep of its own
Pending = dict[int, tuple[list[Segment], dict[int, Gradient]]]  # by serial: views of a segment to be swept, its seeds


def backward(segment: Segment, output: int, seed: Gradient) -> tuple[list[tuple[Any, Gradient]], Visited]:
    """Gradients of the leaves that row `output` reaches, and the rows visited. Changes neither leaves nor tape.

    Raises:
        ConsumedError: it reaches a row that an earlier sweep consumed.
        NoDerivative: it reaches an operation without a rule.
    """
    if segment.imports:
        return backward_of([(segment, output, seed)])
    with segment.lock:
        found, order = alone(segment, output, seed)
    return found, [(segment, order)]


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
    marked, slots = swept(segment, work, seeds)
    for row in work.sources[: marked.count].tolist():
        gradient = slots.taken(row)
        leaf = segment.leaves.get(row)
        if leaf is not None:
            leaves.append((leaf, gradient))
        else:
            _add_seed(pending, *segment.imports[row], gradient)
    return work.order[: marked.rows].copy()


def swept(segment: Segment, work: Workspace, seeds: dict[int, Gradient]) -> tuple[Marked, Slots]:
    """Sweep the rows that the seeds reach: leaves the gradients of numbers in the workspace; and those of arrays.

    Raises:
        ConsumedError, NoDerivative: as `backward`.
    """
    marked = reach(segment, work, list(seeds))
    if marked.stopped is not None:
        raise blocked(segment, marked.stopped)
    rows, numbers = marked.rows, work.numbers
    slots = Slots(segment, work, marked.size, marked.count)
    for row, seed in seeds.items():
        if (target := slots.at(row)) is None:
            numbers[row] = seed
        else:
            target[...] = seed
            work.touched[row] = 1
    at, passing = 0, -1
    while True:
        at = sweep(
            work.address,
            segment.table_address,
            segment.store_address,
            slots.address,
            KERNELS,
            at,
            rows,
            passing,
            BUDGET,
        )
        if at >= rows:
            return marked, slots
        row = int(work.order[at])
        if segment.table[3 * row] & STOP:
            before = _consumed[0]
            at, passing = at + _stopped(segment, row, work, slots), at
            if _consumed[0] != before and segment.consumed[work.order[at:rows]].any():
                raise ConsumedError(SECOND_BACKWARD)  # by a hook that ran a backward over the same graph


def alone(segment: Segment, output: int, seed: Gradient) -> tuple[list[tuple[Any, Gradient]], np.ndarray]:
    """As `backward`, for a segment that needs no other: the gradients, and the rows in sweep order."""
    work = Workspace.take()
    try:
        marked, slots = swept(segment, work, {output: seed})
        found = [(segment.leaves[row], slots.taken(row)) for row in work.sources[: marked.count].tolist()]
        return found, work.order[: marked.rows].copy()
    finally:
        work.give_back()


def _stopped(segment: Segment, row: int, work: Workspace, slots: Slots) -> int:
    """Call the row's hooks, apply its rule where it has no kernel; 1 where the row is done, 0 where its kernel is to run."""
    target = slots.at(row)
    gradient = float(work.grads[row]) if target is None else target
    if (hook := segment.hooks.get(row)) is not None:
        gradient = hook(gradient)
        if target is None:
            work.grads[row] = gradient
        else:
            target[...] = gradient
    wide = segment.wide_at(row)
    if wide is None or not wide.operands or segment.table[3 * row] & 3 != HOST:
        return 0
    wanted = [bool(wide.block[4 + 3 * i] >= 0) for i in range(len(wide.operands))]
    with np.errstate(all="ignore"):
        inputs = [np.float64(x) if type(x) is float else x for x in wide.inputs]  # 1 / 0 is inf, not an error
        value = np.float64(wide.value) if type(wide.value) is float else wide.value
        parts = rules.pull(wide.primitive, gradient, value, inputs, wide.static, wanted)
        for operand, part, want in zip(wide.operands, parts, wanted, strict=True):
            if not want:
                continue
            if (slot := slots.at(operand)) is None:
                work.grads[operand] += 0.0 if part is None else part
            elif not work.touched[operand]:
                slot[...] = 0.0 if part is None else part
                work.touched[operand] = 1
            elif part is not None:
                slot += part
    return 1


def blocked(segment: Segment, row: int) -> RuntimeError:
    """The error for a row that cannot be swept: consumed, or without a rule."""
    if segment.consumed[row]:
        return ConsumedError(SECOND_BACKWARD)
    wide = segment.wide_at(row)
    assert wide is not None
    label = wide.static["label"]
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
    _consumed[0] += 1
    for segment, rows in visited:
        segment.swept = True
        consume_rows(segment.table_address, segment.consumed_address, rows)
        if not segment.wide and not segment.lean and not segment.imports:
            continue
        serial, leaves_of, imports = segment.serial, segment.leaves, segment.imports
        for row in rows.tolist():
            if row in leaves_of:
                continue
            held: Any = segment.lean.pop(row, None) or segment.wide.pop(row, None)
            if held is not None:
                segment.wide_bytes -= held.bytes
            if row in imports:
                held, segment.consumed[row] = imports.pop(row), 1
            if held is not None:
                kept[serial, row] = held
    return kept
