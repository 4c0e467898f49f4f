"""The tape as lifted values see it: leaves, rules by NumPy function, writes, and values that agree to the last bit."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.engine.rows import reached
from notebook_ad.lifted.making import MAKING
from notebook_ad.tensor import functions
from notebook_ad.tensor.discrete import Discrete
from notebook_ad.tensor.elementwise import as_dtype
from notebook_ad.tensor.gradients import kept_of, start_row
from notebook_ad.tensor.making import tensor
from notebook_ad.tensor.protocols import rule_of
from notebook_ad.tensor.tensor import SMOOTH, Tensor, constant

__all__ = [
    "FLOATS", "SMOOTH", "Discrete", "Tensor", "constant", "elements", "functions", "leaf", "leaves_of", "of_dtype", "opaque",
    "pick", "places_of", "put", "restated", "rule", "settled", "spread",
]  # fmt: skip

FLOATS = (np.dtype(np.float64), np.dtype(np.float32))
TOLERANCE = {"float64": 1e-9, "float32": 1e-3, "complex128": 1e-9, "complex64": 1e-3}


def leaf(value: Any, name: str | None) -> Tensor:
    """A new leaf on the tape; copies."""
    return tensor(value, requires_grad=True, name=name)


def rule(function: Callable[..., Any]) -> Callable[..., Any] | None:
    """The function on tensors that has this NumPy function's values and signature."""
    try:
        return MAKING.get(function) or rule_of(function)
    except TypeError:  # not hashable
        return None


def opaque(value: Any, operands: list[Tensor], label: str) -> Tensor:
    """A tensor that depends on the operands through something without a rule."""
    return functions.opaque(value, operands, label)


def of_dtype(t: Tensor, dtype: np.dtype[Any]) -> Tensor:
    """The tensor as an array of this dtype holds it."""
    return as_dtype(t, dtype) if dtype in SMOOTH else t


def pick(t: Tensor, positions: np.ndarray) -> Tensor:
    """The elements at the given places, counted in C order, in the shape of `positions`."""
    return functions.index(t, np.unravel_index(positions, t.shape) if t.shape else ...)


def put(base: Tensor, positions: np.ndarray, value: Any) -> Tensor:
    """A copy of `base` with other elements at the given places, counted in C order; of a place given twice the last counts.

    Args:
        positions: int array; its shape is what `value` is broadcast to.
        value: a tensor, an array or a number.
    """
    flat = positions.reshape(-1)
    if not isinstance(value, Tensor):
        value = constant(value)
    value = of_dtype(value, base.dtype)
    while len(value.shape) > positions.ndim and value.shape[0] == 1:
        value = functions.reshape(value, value.shape[1:])
    kept = flat.size - 1 - np.unique(flat[::-1], return_index=True)[1]
    if kept.size != flat.size:
        kept.sort()
        value = functions.index(functions.reshape(functions.broadcast_to(value, positions.shape), -1), kept)
        flat = flat[kept]
        positions = flat
    return functions.put(base, positions, value)


def elements(base: Any, key: Any, change: str, values: Any) -> Tensor:
    """`base.at[key].add(values)` and the like."""
    held = base if isinstance(base, Tensor) else constant(base)
    result: Tensor = getattr(held.at[key], change)(values)
    return result


def spread(value: Any, like: np.ndarray) -> Tensor:
    """A value as an array of this shape and dtype holds it."""
    t = of_dtype(value if isinstance(value, Tensor) else constant(value), like.dtype)
    while len(t.shape) > like.ndim and t.shape[0] == 1:
        t = functions.reshape(t, t.shape[1:])
    return t if t.shape == like.shape else functions.broadcast_to(t, like.shape)


def settled(t: Any, value: Any) -> Tensor | None:
    """The tensor with exactly the plain value, where the two agree up to rounding; None where they do not.

    Two libraries may round `exp` differently; what is drawn, and swept, is what the cell computed.
    """
    if not isinstance(t, Tensor) or t.shape != np.shape(value):
        return None
    if type(t.value) is float:
        if isinstance(value, complex):
            return None
        plain = float(value)
        if t.value == plain or (math.isnan(t.value) and math.isnan(plain)):
            return t
        close = abs(t.value - plain) <= TOLERANCE["float64"] * max(1.0, abs(plain))
        return restated(t, plain) if close else None
    own, array = t.value, np.asarray(value)
    if np.array_equal(own, array, equal_nan=own.dtype.kind in "fc"):
        return t
    if own.dtype.kind not in "fc" or (array.dtype.kind in "fc" and array.dtype != own.dtype):
        return None
    bound = TOLERANCE[own.dtype.name] * max(1.0, float(np.max(np.abs(array), initial=0, where=np.isfinite(array))))
    return restated(t, array) if np.allclose(own, array, rtol=0, atol=bound, equal_nan=True) else None


def restated(t: Tensor, value: Any) -> Tensor:
    """The tensor with a recorded value that differs in rounding only."""
    if isinstance(value, float):
        t._value = value
        if t._segment is not None:
            t._segment.values[t._id] = value
            if (wide := t._segment.wide_at(t._id)) is not None:
                wide.value = value
        return t
    if t._value.base is not None or not t._value.flags.writeable:  # it shares its memory with an operand
        t = functions.index(t, ...)
    t._value[...] = value
    return t


def leaves_of(t: Tensor) -> list[Any]:
    """The leaves that a tensor was computed from: each has a name and a gradient."""
    if t._segment is None:
        return [t] if t.requires_grad else []
    rows = reached((t._segment, t._id), {})
    return [leaf for row in rows if (leaf := row.place[0].leaves.get(row.place[1])) is not None]


def places_of(t: Tensor) -> set[Any]:
    """Where on the tape the nodes are that a tensor depends on, and its own."""
    return {row.place for row in reached(start_row(t), kept_of(t))}
