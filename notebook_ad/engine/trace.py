"""The traced sweep: the same kernels, each operand's contribution in a slot of its own. Exact, never touches `.grad`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.engine import compile as kernels
from notebook_ad.engine import primitive as ops
from notebook_ad.engine import rules
from notebook_ad.engine.backward import blocked
from notebook_ad.engine.blocks import elementwise_block
from notebook_ad.engine.memory import run_kernel
from notebook_ad.engine.rows import Row

FLOAT64 = np.dtype(np.float64)
_NAMES = {np.dtype(name): name for name in ("float64", "float32")}  # `dtype.name` takes 2 µs


class Scalars:
    """Runs the kernels of scalars, each on the same block of memory: `value, upstream, x, gradient of x, y, …`."""

    def __init__(self) -> None:
        memory = np.zeros(6)
        at = memory.ctypes.data
        self._block = np.array([2, *range(at, at + 48, 8)], np.int64)
        self._argument = self._block.ctypes.data
        self._numbers: Any = memory.data

    def __call__(
        self, primitive: ops.Primitive, value: float, inputs: Sequence[float], upstream: float
    ) -> tuple[float, ...]:
        """What is added to each operand's gradient."""
        numbers = self._numbers
        numbers[0], numbers[1], numbers[2], numbers[3], numbers[5] = value, upstream, inputs[0], 0.0, 0.0
        if len(inputs) == 2:
            numbers[4] = inputs[1]
        run_kernel(kernels.kernel(primitive, "scalar", "backward"), self._argument)
        return (numbers[3], numbers[5])[: len(inputs)]


def contributions(row: Row, upstream: Any, wanted: Sequence[bool], scalars: Scalars) -> Sequence[Any]:
    """What the row adds to each operand's gradient, shaped like it; None or any number where it is not wanted.

    Raises:
        NoDerivative: the row has no rule.
    """
    if row.wide is None:
        return scalars(row.primitive, row.value, row.inputs, upstream)
    if row.primitive is ops.opaque:
        raise blocked(*row.place)
    dtype = dtype_of(row.value)
    if not has_kernel(row):
        with np.errstate(all="ignore"):
            parts = rules.pull(row.primitive, upstream, row.value, row.inputs, row.static, wanted)
        return [_like(part, x) if w else None for part, x, w in zip(parts, row.inputs, wanted, strict=True)]
    slots = [np.zeros(np.shape(x), dtype_of(x)) if w else None for x, w in zip(row.inputs, wanted, strict=True)]
    gradient = np.array(upstream, dtype, order="C")
    d = row.wide.block[4 + 3 * len(slots) :].copy()
    d[2] = gradient.ctypes.data
    for i, slot in enumerate(slots):
        d[4 + 2 * i] = 0 if slot is None else slot.ctypes.data
    run_kernel(kernels.kernel(row.primitive, _NAMES[dtype], "backward"), d.ctypes.data)
    return [None if s is None else s if s.ndim or s.dtype != FLOAT64 else float(s) for s in slots]


def has_kernel(row: Row) -> bool:
    """Whether the sweep runs compiled code at this row; at others it comes back to Python for the rule."""
    return not row.primitive.hosted and dtype_of(row.value) in _NAMES


def _like(part: Any, x: Any) -> Any:
    """A contribution in the form of its operand; zeros where the rule gives nothing."""
    part = np.zeros(np.shape(x), dtype_of(x)) if part is None else part
    return float(part) if type(x) is float else np.array(part, dtype_of(x))


def dtype_of(value: Any) -> np.dtype[Any]:
    """A value's dtype; a Python float is a float64."""
    return FLOAT64 if type(value) is float else value.dtype if type(value) is np.ndarray else np.asarray(value).dtype


def local_derivative(
    primitive: ops.Primitive, value: Any, inputs: Sequence[Any], dtype: str, position: int
) -> float | np.ndarray | None:
    """The local derivative of an elementwise primitive, shaped like its value: the kernel run on an upstream of ones.

    None where there is none by declaration.
    """
    if primitive.partials[position] is None:
        return None
    if len(inputs) <= 2 and dtype == "float64" and np.ndim(value) == 0:
        return Scalars()(primitive, value, inputs, 1.0)[position]
    result = np.array(value, dtype, order="C")
    shape = result.shape
    whole = [np.array(np.broadcast_to(np.asarray(x, dtype), shape), order="C") for x in inputs]
    ones, slot = np.ones(shape, dtype), np.zeros(shape, dtype)
    block = [len(whole), result.ctypes.data, ones.ctypes.data]
    for i, x in enumerate(whole):
        block += [x.ctypes.data, slot.ctypes.data if i == position else 0]
    d = np.array(block + elementwise_block(shape, (shape,) * len(whole)), np.int64)
    run_kernel(kernels.kernel(primitive, dtype, "backward"), d.ctypes.data)
    return slot
