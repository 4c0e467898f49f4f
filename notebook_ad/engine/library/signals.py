"""Convolution, the cross product and linear interpolation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from notebook_ad.engine.host import host, sum_to
from notebook_ad.engine.primitive import Primitive
from notebook_ad.engine.rules import primal, scatter

Static = dict[str, Any]


def _convolve(a: Any, v: Any, mode: Any) -> Any:
    return np.convolve(a, v, mode)


def _kept(mode: str, m: int, n: int) -> slice:
    """Which part of the full convolution of lengths m and n a mode keeps."""
    short, long = min(m, n), max(m, n)
    if mode == "valid":
        return slice(short - 1, long)
    start = (short - 1) // 2
    return slice(start, start + long) if mode == "same" else slice(0, m + n - 1)


def _convolve_rule(mode: str, g: Any, x: Any, other: Any) -> Any:
    """With y_k = Σ x_i other_{k−i}: x's cotangent is Σ_k g_k other_{k−i}, the valid part of g with `other` reversed."""
    m, n = np.shape(x)[0], np.shape(other)[0]
    if mode != "full":
        g = scatter(g, key=_kept(mode, m, n), shape=(m + n - 1,))
    return convolve(g, other[::-1], mode="valid")


convolve: Primitive = host(
    "convolve",
    "∗",
    _convolve,
    (
        lambda g, y, a, v, mode: _convolve_rule(mode, g, a, v),
        lambda g, y, a, v, mode: _convolve_rule(mode, g, v, a),
    ),
    linear="multilinear",
    rule="upstream ∗ the other, reversed",
)


def _cross(a: Any, b: Any) -> Any:
    return np.cross(a, b)


cross: Primitive = host(
    "cross",
    "×",
    _cross,
    (lambda g, y, a, b: cross(b, g), lambda g, y, a, b: cross(g, a)),
    linear="multilinear",
    rule="the cross product of the other and upstream",
)


def _interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None) -> Any:
    return np.interp(x, xp, fp, left, right)


def _interp_rule(g: Any, y: Any, inputs: Sequence[Any], static: Static, wanted: Sequence[bool]) -> Sequence[Any]:
    """Between xp_i and xp_{i+1}: y = f_i + w (f_{i+1} − f_i) with w = (x − x_i) / (x_{i+1} − x_i); constant outside."""
    x, xp, fp = inputs
    at, knots = np.asarray(primal(x)), np.asarray(primal(xp))
    last = len(knots) - 1
    i = np.clip(np.searchsorted(knots, at, "right") - 1, 0, max(last - 1, 0))
    j = np.minimum(i + 1, last)
    inside = ((at >= knots[0]) & (at <= knots[-1]) & (j > i)).astype(float)
    outside = [((at < knots[0]), 0, static.get("left")), ((at > knots[-1]), last, static.get("right"))]
    if last == 0:
        outside.append((at == knots[0], 0, None))
    width = np.where(inside == 0, 1.0, xp[j] - xp[i])
    w = (x - xp[i]) / width
    slope = inside * (fp[j] - fp[i]) / width
    x_bar = sum_to(g * slope, x) if wanted[0] else None
    xp_bar = fp_bar = None
    if wanted[1]:
        xp_bar = sum_to(_at(-g * slope * (1.0 - w), i, xp) + _at(-g * slope * w, j, xp), xp)
    if wanted[2]:
        fp_bar = _at(g * inside * (1.0 - w), i, fp) + _at(g * inside * w, j, fp)
        for beyond, end, instead in outside:
            if instead is None:
                fp_bar = fp_bar + _at(g * beyond.astype(float), np.full(np.shape(i), end), fp)
        fp_bar = sum_to(fp_bar, fp)
    return [x_bar, xp_bar, fp_bar]


def _at(parts: Any, places: Any, x: Any) -> Any:
    return scatter(parts, key=places, shape=np.shape(x))


interp = host("interp", "interp", _interp, _interp_rule, rule="upstream × slope; upstream × weights")
