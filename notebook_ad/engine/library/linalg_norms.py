"""Norms of vectors along axes. At 0 the gradient is 0, and at a tie of the largest it is shared evenly, as in PyTorch."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from notebook_ad.engine.host import host, is_complex
from notebook_ad.engine.library.linalg_parts import conj
from notebook_ad.engine.rules import expand, primal, shared, shares

Axis = tuple[int, ...] | None


def _norm(x: np.ndarray, ord: Any = 2, axis: Axis = None, keepdims: bool = False) -> Any:  # noqa: A002 - NumPy's name
    """(Σ |x|ᵖ)^(1/p) over the axes; all of them where `axis` is None."""
    if axis is not None and len(axis) == 1:
        return np.linalg.norm(x, ord, axis[0], keepdims)
    axes = tuple(range(x.ndim)) if axis is None else axis
    kept = [i for i in range(x.ndim) if i not in axes]
    shape = tuple(x.shape[i] for i in kept)
    flat = x.transpose(*kept, *axes).reshape(*shape, math.prod(x.shape[i] for i in axes))
    value = np.linalg.norm(flat, ord, -1) if kept else np.linalg.norm(flat, None if ord == 2 else ord)
    return np.reshape(value, tuple(1 if i in axes else n for i, n in enumerate(x.shape))) if keepdims else value


def _norm_vjp(g: Any, z: Any, x: Any, ord: Any = 2, axis: Axis = None, keepdims: bool = False) -> Any:  # noqa: A002
    over = {"keepdims": keepdims, "axis": tuple(range(np.ndim(x))) if axis is None else axis}
    if ord == 0:
        return np.zeros(np.shape(x), x.dtype)
    if math.isinf(ord):
        held = primal(x)
        return shared(expand(g, x, over), shares(np.absolute(held), primal(z), over)) * _unit(x)
    z, g = expand(z, x, over), expand(g, x, over)
    none = primal(z) == 0
    size = np.where(none, 1.0, z)
    if ord == 2:
        return np.where(none, 0.0, g / size) * conj(x)
    if ord == 1:
        return g * _unit(x)
    zero = primal(x) == 0
    part = np.absolute(np.where(zero, 1.0, x)) / size
    return np.where(none, 0.0, g * part ** (ord - 1)) * _unit(x)


def _unit(x: Any) -> Any:
    """conj(x) / |x|, and 0 at 0: the derivative of |x|."""
    if not is_complex(x):
        return np.sign(primal(x))
    zero = primal(x) == 0
    return np.where(zero, 0.0, np.conj(x) / np.absolute(np.where(zero, 1.0, x)))


norm = host("norm", "‖x‖", _norm, (_norm_vjp,), rule="upstream × x ÷ ‖x‖ (0 at 0)")
