"""Running sums and products along an axis, from its start or (`reverse`) from its end."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.engine.host import host
from notebook_ad.engine.primitive import Primitive


def _along(x: Any, axis: int, part: slice) -> Any:
    return x[(*(slice(None),) * axis, part)]


def shifted(x: Any, axis: int, by: int, fill: float) -> Any:
    """The elements moved by one place along the axis (by = 1: towards its end), `fill` where none comes from."""
    if np.shape(x)[axis] == 0:
        return x
    shape = tuple(1 if i == axis else n for i, n in enumerate(np.shape(x)))
    edge = np.full(shape, fill, x.dtype)
    kept = _along(x, axis, slice(None, -1) if by > 0 else slice(1, None))
    return np.concatenate([edge, kept] if by > 0 else [kept, edge], axis=axis)


def _run(function: Any) -> Any:
    def value(x: Any, axis: int, reverse: bool) -> Any:
        x = np.asarray(x)
        if not reverse:
            return function(x, axis=axis)
        back = (*(slice(None),) * axis, slice(None, None, -1))
        return function(x[back], axis=axis)[back]

    return value


cumsum: Primitive = host(
    "cumsum",
    "Σ…",
    _run(np.cumsum),
    (lambda g, z, x, axis, reverse: cumsum(g, axis=axis, reverse=not reverse),),
    linear="linear",
    rule="the sum of the upstream from each place on",
)


def _recurrence(x: Any, a: Any, axis: int, reverse: bool) -> Any:
    x, a = np.moveaxis(np.asarray(x), axis, 0), np.moveaxis(np.asarray(a), axis, 0)
    h = np.array(x, np.result_type(x, a))
    places = range(len(h) - 2, -1, -1) if reverse else range(1, len(h))
    before = 1 if reverse else -1
    for i in places:
        h[i] += a[i] * h[i + before]
    return np.moveaxis(h, 0, axis)


def _recurrence_rule(g: Any, z: Any, inputs: Any, static: dict[str, Any], wanted: Any) -> Any:
    axis, reverse = static["axis"], static["reverse"]
    by = -1 if reverse else 1
    gx = recurrence(g, shifted(inputs[1], axis, -by, 0.0), axis=axis, reverse=not reverse)
    return [gx if wanted[0] else None, gx * shifted(z, axis, by, 0.0) if wanted[1] else None]


recurrence = host(  # h₀ = x₀, hᵢ = xᵢ + aᵢ hᵢ₋₁; with `reverse` from the end: hᵢ = xᵢ + aᵢ hᵢ₊₁
    "recurrence",
    "xᵢ+aᵢhᵢ₋₁",
    _recurrence,
    _recurrence_rule,
    rule="the upstream by the same recurrence, the other way",
)


def _cumprod_rule(g: Any, z: Any, x: Any, axis: int, reverse: bool) -> Any:
    """zₖ₋₁ Σ over i ≥ k of gᵢ xₖ₊₁ … xᵢ, the sum by Horner's rule: no division, so zeros are no special case."""
    by = -1 if reverse else 1
    following = recurrence(g, shifted(x, axis, -by, 0.0), axis=axis, reverse=not reverse)
    return shifted(z, axis, by, 1.0) * following


cumprod = host(
    "cumprod",
    "Π…",
    _run(np.cumprod),
    (_cumprod_rule,),
    rule="upstream × the products without this element, summed from its place on",
)
