"""np.pad: a border of constants, of copies of the elements, or of means and ramps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.engine.errors import NoDerivative
from notebook_ad.engine.library import shapes as ops
from notebook_ad.tensor import functions as f
from notebook_ad.tensor import shaping
from notebook_ad.tensor.dtypes import SMOOTH
from notebook_ad.tensor.elementwise import as_dtype
from notebook_ad.tensor.host import call
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.library.given import axis_index, checked, tensor_of
from notebook_ad.tensor.library.spreading import copy
from notebook_ad.tensor.messages import named, place
from notebook_ad.tensor.tensor import Tensor

Pair = tuple[Any, Any]
COPIES = ("edge", "reflect", "symmetric", "wrap")  # elements of the array stand in its border
STATISTICS: dict[str, Callable[..., Tensor]] = {"mean": f.mean, "maximum": f.max, "minimum": f.min}
KEYWORDS = {"constant": "constant_values", "linear_ramp": "end_values", **dict.fromkeys(STATISTICS, "stat_length")}


def pad(array: Any, pad_width: Any, mode: str = "constant", **kwargs: Any) -> Tensor:
    """With a border of given widths. As `numpy.pad`.

    Args:
        pad_width: one width, (before, after), one pair for each axis, or a dict of pairs by axis.
        mode: "constant" (constant_values, tensors too), "edge", "reflect", "symmetric", "wrap", "mean", "maximum",
            "minimum" (stat_length) or "linear_ramp" (end_values).

    Raises:
        NoDerivative: "median", "empty", a function as the mode, or reflect_type="odd".
        ValueError: an unknown mode, a keyword of another mode, or widths that do not fit the shape.
    """
    array = tensor_of(array)
    if kwargs.pop("reflect_type", "even") != "even":
        raise NoDerivative(f"pad: only reflect_type='even' has a derivative rule{place()}")
    if callable(mode) or mode in ("median", "empty"):
        raise NoDerivative(f"pad: mode {mode!r} has no derivative rule{place()}. Use {', '.join((*COPIES, *KEYWORDS))}")
    if mode not in KEYWORDS and mode not in COPIES:
        raise ValueError(f"pad: mode {mode!r} is unknown{place()}; use {', '.join((*COPIES, *KEYWORDS))}")
    if other := set(kwargs) - {KEYWORDS.get(mode)}:
        raise ValueError(f"pad: mode {mode!r} takes no {', '.join(sorted(other))}{place()}")
    widths = [(int(a), int(b)) for a, b in _pairs(_by_axis(pad_width, array.ndim), array.ndim, "pad_width")]
    if any(n < 0 for pair in widths for n in pair):
        raise ValueError(f"pad: widths must not be negative, not {pad_width}{place()}")
    if not widths:
        return copy(array)
    if array.dtype not in SMOOTH and not isinstance(array, Level):  # NumPy rounds means and ramps of integers
        return tensor_of(np.pad(array._value, widths, mode=mode, **kwargs))  # type: ignore[call-overload]
    if mode in COPIES:
        with named(f"pad with mode={mode!r}", array):
            return call(ops.pad, (array,), {"widths": tuple(widths), "mode": mode})
    if mode == "constant":
        return _constant(array, widths, kwargs.get("constant_values", 0))
    if mode == "linear_ramp":
        ends = _pairs(kwargs.get("end_values", 0), array.ndim, "end_values")
        return _bordered(array, widths, lambda x, axis, side, width: _ramp(x, axis, side, width, ends[axis][side]))
    sizes = _pairs(kwargs.get("stat_length"), array.ndim, "stat_length")
    shape = array.shape

    def statistic(x: Tensor, axis: int, side: int, width: int) -> Tensor:
        size = shape[axis] if sizes[axis][side] is None else min(int(sizes[axis][side]), shape[axis])
        part = slice(0, size) if side == 0 else slice(shape[axis] - size, shape[axis])
        found = STATISTICS[mode](_along(x, axis, part), axis, True)
        return shaping.broadcast_to(found, (*x.shape[:axis], width, *x.shape[axis + 1 :]))

    return _bordered(array, widths, statistic)


def _bordered(x: Tensor, widths: list[tuple[int, int]], border: Callable[..., Tensor]) -> Tensor:
    """The axes are padded one after the other, the later ones with the earlier borders, as NumPy does."""
    for axis, pair in enumerate(widths):
        sides = [border(x, axis, side, width) if width else None for side, width in enumerate(pair)]
        parts = [part for part in (sides[0], x, sides[1]) if part is not None]
        x = shaping.concatenate(parts, axis) if len(parts) > 1 else x
    return x


def _ramp(x: Tensor, axis: int, side: int, width: int, end: Any) -> Tensor:
    """From the end value (outside) to the edge, which is not repeated."""
    edge = _along(x, axis, slice(0, 1) if side == 0 else slice(-1, None))
    steps = np.arange(width, dtype=x.dtype) / np.asarray(width, x.dtype)
    steps = (steps if side == 0 else steps[::-1]).reshape(-1, *(1,) * (x.ndim - axis - 1))
    ramp: Tensor = edge * steps + end * (1 - steps)
    return ramp


def _constant(x: Tensor, widths: list[tuple[int, int]], values: Any) -> Tensor:
    if not isinstance(values, Tensor) and not np.any(_values(values)):
        return call(ops.pad, (x,), {"widths": tuple(widths), "mode": "constant"})
    constants = _pairs(values, x.ndim, "constant_values")

    def filled(x: Tensor, axis: int, side: int, width: int) -> Tensor:
        value = as_dtype(tensor_of(constants[axis][side]), x.dtype)
        return shaping.broadcast_to(value, (*x.shape[:axis], width, *x.shape[axis + 1 :]))

    return _bordered(x, widths, filled)


def _values(values: Any) -> Any:
    if isinstance(values, list | tuple):
        return [_values(v) for v in values]
    return 1 if isinstance(values, Tensor) else values


def _along(x: Tensor, axis: int, part: slice) -> Tensor:
    return shaping.index(x, (*(slice(None),) * axis, part))


def _by_axis(widths: Any, ndim: int) -> Any:
    if not isinstance(widths, dict):
        return widths
    found: list[Any] = [(0, 0)] * ndim
    for axis, pair in widths.items():
        found[axis_index(axis, ndim, "pad")] = pair if isinstance(pair, tuple | list) else (pair, pair)
    return found


def _pairs(value: Any, ndim: int, argument: str) -> list[Pair]:
    """`value`, `(value,)`, `(before, after)`, `((before, after),)` or one pair for each axis, as pairs by axis.

    Raises:
        ValueError: another form.
    """
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if not isinstance(value, list | tuple):
        return [(value, value)] * ndim
    rows = [tuple(row) if isinstance(row, list | tuple | np.ndarray) else row for row in value]
    nested = all(isinstance(row, tuple) for row in rows)
    if nested and len(rows) in (1, ndim) and all(len(row) in (1, 2) for row in rows):
        pairs = [(row[0], row[-1]) for row in rows]
        return pairs * ndim if len(pairs) == 1 else pairs
    if len(rows) in (1, 2) and not any(isinstance(row, tuple) for row in rows):
        return [(rows[0], rows[-1])] * ndim
    raise ValueError(f"pad: {argument} {value!r} is no number, pair, or pair for each of {ndim} axes{place()}")


FUNCTIONS = checked({np.pad: pad})
