"""Reverse mode on tensors: the sweep whose results are on the tape themselves, for derivatives of derivatives.

The compiled sweep (`engine/backward.py`) is for first order; this one walks the same rows with the same rules, each in
tensor operations.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from notebook_ad.engine import rules
from notebook_ad.engine.backward import blocked
from notebook_ad.engine.primitive import opaque
from notebook_ad.engine.reach import leaves
from notebook_ad.engine.rows import Place, Reader, Row, reached
from notebook_ad.engine.segment import CONSTANT, Segment
from notebook_ad.tensor.ambient import checking, unchecked
from notebook_ad.tensor.anomaly import check_backward
from notebook_ad.tensor.discrete import Discrete, discrete, take_static
from notebook_ad.tensor.elementwise import as_dtype
from notebook_ad.tensor.gradients import kept_of, start_row
from notebook_ad.tensor.levels import is_plain, top
from notebook_ad.tensor.tensor import FLOATS, SMOOTH, Meta, Tensor, make

Gradients = list[Tensor | None]


def pull(outputs: Sequence[Tensor], cotangents: Sequence[Tensor], wanted: Sequence[Tensor]) -> Gradients:
    """The cotangents of the wanted tensors, as tensors; None for one that no output depends on.

    Operations are recorded unless inside `no_grad`. `.grad` is neither read nor changed.

    Raises:
        ConsumedError: the graph was consumed by a backward().
        NoDerivative: a gradient would have to pass an operation without a rule.
    """
    level = top([*outputs, *cotangents])
    if level is not None:
        return level.pull(outputs, cotangents, wanted)
    return pull_rows(outputs, cotangents, wanted)


def pull_below(outputs: Sequence[Tensor], cotangents: Sequence[Tensor], wanted: Sequence[Tensor]) -> Gradients:
    """As `pull`, by the outputs: the cotangents may be of a transform above theirs, and so are the results then."""
    level = top(outputs)
    return pull_rows(outputs, cotangents, wanted) if level is None else level.pull(outputs, cotangents, wanted)


def pull_rows(outputs: Sequence[Tensor], cotangents: Sequence[Tensor], wanted: Sequence[Tensor]) -> Gradients:
    """As `pull`, where the outputs are of the tape."""
    given = [(out, g) for out, g in zip(outputs, cotangents, strict=True) if out.requires_grad]
    if not given:
        return [None] * len(wanted)
    places = [start_row(out) for out, _ in given]
    kept = {key: row for out, _ in given for key, row in kept_of(out).items()}
    origin = Reader(kept).origin
    rows = reached(places[0], kept, None, places[1:])
    metas = {id(t._meta): i for i, t in enumerate(wanted) if t._meta is not None and t._meta.leaf}
    spots = {origin((t._segment, t._id)): i for i, t in enumerate(wanted) if t._segment is not None and not t.is_leaf}
    found: Gradients = [None] * len(wanted)
    useful = _useful(rows, metas, spots)
    gradients: dict[Place, Tensor] = {}
    for place, (_, g) in zip(places, given, strict=True):
        _add(gradients, origin(place), g)
    for row in reversed(rows):
        if row.place not in gradients:
            continue
        g = gradients.pop(row.place)
        if row.place not in useful:
            continue
        segment, at = row.place
        if (hook := segment.hooks.get(at)) is not None:
            g = hook(g)
        if (i := _wanted(row, metas, spots)) is not None:
            before = found[i]
            found[i] = g if before is None else before + g
        if row.operands:
            for place, part in zip(row.operands, _contributions(row, g, useful), strict=True):
                if part is not None:
                    _add(gradients, place, part)
    return found


def leaves_of(t: Tensor) -> list[Meta]:
    """The leaves that a tensor depends on."""
    level = top([t])
    if level is not None:
        return level.leaves()
    if t._meta is not None and t._meta.leaf:
        return [t._meta]
    return [] if t._segment is None else leaves(t._segment, t._id)


def _add(gradients: dict[Place, Tensor], place: Place, part: Tensor) -> None:
    gradients[place] = gradients[place] + part if place in gradients else part


def _useful(rows: Sequence[Row], metas: dict[int, int], spots: dict[Place, int]) -> set[Place]:
    """The places through which a wanted tensor is reached."""
    useful: set[Place] = set()
    for row in rows:
        if any(p in useful for p in row.operands) or _wanted(row, metas, spots) is not None:
            useful.add(row.place)
    return useful


def _wanted(row: Row, metas: dict[int, int], spots: dict[Place, int]) -> int | None:
    leaf = row.place[0].leaves.get(row.place[1])
    return metas.get(id(leaf)) if leaf is not None else spots.get(row.place)


def _contributions(row: Row, g: Tensor, useful: set[Place]) -> Sequence[Tensor | None]:
    segment, at = row.place
    if row.primitive is opaque or segment.consumed[at]:
        raise blocked(segment, at)
    if at in segment.facts:
        take_static(segment, at)
    wanted = [p in useful for p in row.operands]
    operands = [_operand(p, value) for p, value in zip(row.operands, row.inputs, strict=True)]
    if checking.get() and (is_plain([g]) or isinstance(g, Discrete)):
        with unchecked():  # the operations of the rule are not the user's
            parts = rules.pull(row.primitive, g, make(row.value, segment, at), operands, row.static, wanted)
        values = [None if part is None else part._value if isinstance(part, Tensor) else part for part in parts]
        name = row.static.get("label", row.primitive.name)
        check_backward(name, g._value, row.inputs, values, segment.sources.get(at))
    else:
        parts = rules.pull(row.primitive, g, make(row.value, segment, at), operands, row.static, wanted)
    return [
        None if part is None or not want else _like(part if isinstance(part, Tensor) else make(part), value)
        for part, want, value in zip(parts, wanted, row.inputs, strict=True)
    ]


def _like(part: Tensor, value: Any) -> Tensor:
    """A contribution in the dtype of the operand: the real part where that is real, complex where that is complex."""
    dtype = FLOATS[0] if type(value) is float else value.dtype
    return part if part.dtype == dtype else as_dtype(part, dtype)


def _operand(place: Place, value: Any) -> Tensor:
    """The operand of a row as the tensor that it was."""
    segment, at = place
    if at in segment.facts and _constant(segment, at):
        return discrete(value, place)
    smooth = type(value) is float or value.dtype in SMOOTH
    if not smooth or _constant(segment, at):
        return make(value)
    result = make(value, segment, at)
    if (leaf := segment.leaves.get(at)) is not None:
        result._meta = leaf if isinstance(leaf, Meta) else None
    return result


def _constant(segment: Segment, at: int) -> bool:
    return bool(segment.table[3 * at] & ((1 << 20) - 4) == CONSTANT)
