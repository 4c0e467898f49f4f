"""The sweep behind a snapshot: each node's gradient is the sum of its contributions, last recorded first, bit for bit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from notebook_ad.engine import arrays
from notebook_ad.engine import compile as kernels
from notebook_ad.engine.memory import run_kernel
from notebook_ad.engine.rows import Row
from notebook_ad.engine.trace import Scalars, contributions, dtype_of, has_kernel
from notebook_ad.graph.values import closed, shape_of, sparse
from notebook_ad.graph.visible import Visible


@dataclass(slots=True, eq=False)
class Swept:
    """Numbers by node id: the gradient; of an op what it adds to each operand; local derivatives between scalars."""

    gradients: list[Any]
    parts: list[Sequence[Any]]
    locals: dict[int, tuple[Any, ...]]


def sweep(seen: Visible, seed: Any) -> Swept:
    """Sweep the visible rows once in trace mode."""
    scalars, constant = Scalars(), seen.constant
    gradients: list[Any] = [None] * len(seen.rows)
    gradients[-1] = seed
    swept = Swept(gradients, [[]] * len(seen.rows), {})
    with np.errstate(all="ignore"):  # inf − inf is nan, which the picture marks
        for node in range(len(seen.rows) - 1, -1, -1):
            operands, upstream = seen.operands[node], gradients[node]
            gradients[node] = closed(upstream)
            if not operands:
                continue
            row = seen.rows[node]
            wanted = [not constant[i] for i in operands]
            if row.wide is not None and len(operands) < len(row.operands):
                wanted.append(False)  # the constant exponent
            parts = contributions(row, upstream, wanted, scalars)
            given = [operand for operand in operands if not constant[operand]]
            if _adds_in_place(row, [gradients[i] for i in given], len(set(given)) < len(given)):
                _accumulate(row, upstream, operands, wanted, gradients)
            else:
                for operand, part in zip(operands, parts, strict=False):
                    if not constant[operand]:
                        before = gradients[operand]
                        gradients[operand] = part if before is None else before + part
            if row.wide is not None:
                parts = _kept(row, upstream, parts)
                if (known := _locals(row, wanted, scalars)) is not None:
                    swept.locals[node] = known
            swept.parts[node] = parts
    return swept


def _adds_in_place(row: Row, before: Sequence[Any], repeated: bool) -> bool:
    """Whether `backward()` adds several terms to an element that holds something already: in another order than `before + part`."""
    if row.wide is None or not has_kernel(row) or (not repeated and all(b is None for b in before)):
        return False
    return row.primitive.kind != "elementwise" or any(np.shape(x) != np.shape(row.value) for x in row.inputs)


def _accumulate(row: Row, upstream: Any, operands: Sequence[int], wanted: Sequence[bool], gradients: list[Any]) -> None:
    """Add a row's contributions to its operands' gradients as `backward()` does, to the last bit: in shared slots."""
    assert row.wide is not None
    slots: dict[int, np.ndarray] = {}
    for operand, x, is_wanted in zip(operands, row.inputs, wanted, strict=False):
        if is_wanted and operand not in slots:
            before = gradients[operand]
            slots[operand] = np.array(np.zeros(np.shape(x)) if before is None else before, dtype_of(x), order="C")
    gradient = np.array(upstream, dtype_of(row.value), order="C")
    block = row.wide.block[4 + 3 * len(row.inputs) :].copy()
    block[2] = gradient.ctypes.data
    for i, is_wanted in enumerate(wanted):
        block[4 + 2 * i] = slots[operands[i]].ctypes.data if is_wanted else 0
    run_kernel(kernels.kernel(row.primitive, gradient.dtype.name, "backward"), block.ctypes.data)
    for operand, slot in slots.items():
        gradients[operand] = slot if slot.ndim or slot.dtype != np.float64 else float(slot)


def _kept(row: Row, upstream: Any, parts: Sequence[Any]) -> Sequence[Any]:
    if row.primitive in (arrays.index, arrays.gather):
        return [sparse(upstream, closed(parts[0]))]
    return [closed(part) for part in parts]


def _locals(row: Row, wanted: list[bool], scalars: Scalars) -> tuple[Any, ...] | None:
    """Local derivatives where no element can be named but there is only one: a sum over a single element."""
    if row.primitive.kind == "elementwise" or np.size(row.value) != 1:
        return None
    sizes = [np.size(x) for x in row.inputs]
    if 1 not in sizes:
        return None
    ones = contributions(row, np.ones(shape_of(row.value)), wanted, scalars)
    return tuple(closed(one) if size == 1 else None for one, size in zip(ones, sizes, strict=True))
