"""vmap's rules for host functions along axes: each axis is one further back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.engine.library import fft, linalg_norms, ranges, reductions, running, selection, shapes
from notebook_ad.engine.primitive import Primitive
from notebook_ad.tensor import shaping
from notebook_ad.tensor.perform import perform
from notebook_ad.tensor.tensor import Tensor
from notebook_ad.transforms.batching_rules.examples import Examples, Rule, Static, moved


def shifted(axis: Any, ndim: int) -> Any:
    """Axes of an example as those of the stack; None is all of them."""
    if axis is None:
        return tuple(range(1, ndim + 1))
    if isinstance(axis, tuple | list):
        return tuple(i % ndim + 1 for i in axis)
    return axis % ndim + 1


def over(key: str = "axis") -> Rule:
    """A function along the axes that its argument `key` names; operands of one shape."""

    def rule(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
        axis = shifted(static.get(key), operands[0].ndim)
        return perform(primitive, [of.whole(t) for t in operands], {**static, key: axis})

    return rule


def _quantile(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    """The axes of `q` come first in the result."""
    (x,) = operands
    found = perform(primitive, [of.own(x)], {**static, "axis": shifted(static["axis"], x.ndim)})
    return moved(found, np.ndim(static["q"]), 0)


def _linspace(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    ndim = max(t.ndim for t in operands) + 1
    return perform(primitive, of.aligned(operands), {**static, "axis": shifted(static.get("axis", 0), ndim)})


def _tile(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    reps = static["reps"]
    return perform(primitive, [of.padded(operands[0], len(reps))], {"reps": (1, *reps)})


def _pad(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    return perform(primitive, [of.own(operands[0])], {**static, "widths": ((0, 0), *static["widths"])})


def _triangle(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    (x,) = operands
    held = of.own(x)
    if x.ndim == 1:  # a row is the same in each row of the matrix
        held = shaping.broadcast_to(of.padded(x, 2), (of.count, x.size, x.size))
    return perform(primitive, [held], static)


def _diagonal(of: Examples, primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    """A matrix with the elements on a diagonal; all others are the zero that is put behind them."""
    (x,) = operands
    places = np.diag(np.arange(1, x.size + 1), static["k"]) - 1  # −1: the zero
    zero = np.zeros((of.count, 1), x.dtype)
    return shaping.index(shaping.concatenate([of.own(x), zero], 1), (slice(None), places))


RULES: dict[Primitive, Rule] = {
    **dict.fromkeys(
        (reductions.var, reductions.std, reductions.median, reductions.prod, running.cumsum, running.cumprod, running.recurrence,
         selection.sort, selection.partition, linalg_norms.norm, shapes.roll, shapes.repeat), over(),
    ),
    **dict.fromkeys((fft.fft, fft.ifft, fft.rfft, fft.irfft, fft.fftshift, fft.ifftshift), over("axes")),
    **dict.fromkeys((reductions.quantile, reductions.weights_of), _quantile),
    **dict.fromkeys((shapes.tril, shapes.triu), _triangle),
    shapes.tile: _tile, shapes.pad: _pad, shapes.diagonal_matrix: _diagonal, ranges.linspace: _linspace,
}  # fmt: skip
