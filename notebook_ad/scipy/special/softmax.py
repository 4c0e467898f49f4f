"""logsumexp, softmax and log_softmax."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
from scipy import special

from notebook_ad.engine.host import host
from notebook_ad.engine.rules import primal
from notebook_ad.scipy.functions import Function, as_operand, undifferentiated
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.tensor import Tensor

Axes = tuple[int, ...]


def _expanded(g: Any, x: Any, axis: Axes) -> Any:
    return np.reshape(g, tuple(1 if i in axis else n for i, n in enumerate(np.shape(x))))


def _logsumexp(x: Any, axis: Axes, keepdims: bool) -> Any:
    if not x.size:
        return np.log(np.sum(np.exp(x), axis=axis, keepdims=keepdims))
    if not axis and (x.ndim or not keepdims):
        return np.array(x)  # of each number alone; SciPy gives an axis to one without
    return special.logsumexp(x, axis=axis, keepdims=keepdims)


def _logsumexp_rule(g: Any, z: Any, x: Any, axis: Axes, keepdims: bool) -> Any:
    """The upstream times softmax; 0 where the result is infinite."""
    g, z = _expanded(g, x, axis), _expanded(z, x, axis)
    finite = np.isfinite(primal(z))
    return g * finite.astype(float) * np.exp(np.where(finite, x - np.where(finite, z, 0.0), -np.inf))


def _softmax(x: Any, axis: Axes) -> Any:
    if not x.size:
        return np.array(x)
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))  # as SciPy's, without its 20 µs of dispatch
    e /= np.sum(e, axis=axis, keepdims=True)
    return e


def _block(x: tuple[int, ...], axis: Axes) -> list[int]:
    """Axes side by side as the middle one of three."""
    if not axis:
        return [math.prod(x), 1, 1]
    return [math.prod(x[: axis[0]]), math.prod(x[axis[0] : axis[-1] + 1]), math.prod(x[axis[-1] + 1 :])]


def _log_softmax(x: Any, axis: Axes) -> Any:
    return special.log_softmax(x, axis=axis)


_lse = host("logsumexp", "log Σ exp", _logsumexp, (_logsumexp_rule,), rule="upstream × softmax(x)")
_soft = host(
    "softmax",
    "softmax",
    _softmax,
    (lambda g, z, x, axis: z * (g - np.sum(g * z, axis=axis, keepdims=True)),),
    rule="z × (upstream − Σ upstream × z)",
    kernel="softmax",
    block=_block,
    begins=True,
)
_log_soft = host(
    "log_softmax",
    "log softmax",
    _log_softmax,
    (lambda g, z, x, axis: g - np.exp(z) * np.sum(g, axis=axis, keepdims=True),),
    rule="upstream − softmax(x) × Σ upstream",
)


def logsumexp(a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False) -> Any:
    """log Σ b exp(a) over axes, without overflow. As `scipy.special.logsumexp`.

    Args:
        b: factors, broadcast against a; may be negative with `return_sign`.
        return_sign: give `(log |Σ|, sign of Σ)`.
    """
    if not isinstance(a, Tensor) and not isinstance(b, Tensor):
        return special.logsumexp(a, axis=axis, b=b, keepdims=keepdims, return_sign=return_sign)
    a = as_operand(a)
    if b is None and not return_sign and a.dtype.kind == "f":
        return _lse(a, axis=_axes(axis, a.ndim), keepdims=keepdims)
    if np.ndim(a) == 0:
        a = np.reshape(a, (1,))  # as SciPy, which so gives keepdims a meaning
    if b is not None:
        b = as_operand(b)
        shape = np.broadcast_shapes(np.shape(a), np.shape(b))
        a, b = np.broadcast_to(a, shape), np.broadcast_to(b, shape)
    over = _axes(axis, np.ndim(a))
    shift = _shift(primal(a), None if b is None else primal(b), over)
    terms = np.exp(a - shift) if b is None else b * np.exp(np.where(primal(b) == 0, shift, a) - shift)
    total = np.sum(terms, axis=over, keepdims=keepdims)
    shift = shift if keepdims else np.reshape(shift, np.shape(total))
    if not return_sign:
        return np.log(total) + shift
    size = np.absolute(total)
    sign = total / size if total.dtype.kind == "c" else np.sign(primal(total))
    return np.log(size) + shift, sign


def _shift(a: Any, b: Any, axis: Axes) -> Any:
    """The largest exponent that counts, as a plain array; 0 where there is none that is finite."""
    if isinstance(a, Level) or isinstance(b, Level):  # vmap's: it differs between examples
        held = np.real(a) if b is None else np.where(b == 0, -np.inf, np.real(a))
        largest = np.max(held, axis=axis, keepdims=True)
        return np.where(np.isfinite(largest), largest, 0.0)
    if isinstance(a, Tensor):
        a = a.numpy()
    if isinstance(b, Tensor):
        b = b.numpy()
    held = np.real(a) if b is None else np.where(b == 0, -np.inf, np.real(a))
    largest = np.max(held, axis=axis, keepdims=True, initial=-np.inf)
    return np.where(np.isfinite(largest), largest, 0.0).astype(held.dtype)


def softmax(x: Any, axis: Any = None) -> Any:
    """exp(x) / Σ exp(x) over axes, all by default. As `scipy.special.softmax`."""
    if not isinstance(x, Tensor):
        return special.softmax(x, axis)
    axes, x = tuple(sorted(_axes(axis, x.ndim))), as_operand(x)
    if any(j - i != 1 for i, j in itertools.pairwise(axes)):
        last = tuple(range(x.ndim - len(axes), x.ndim))
        return np.moveaxis(_soft(np.moveaxis(x, axes, last), axis=last), last, axes)
    return _soft(x, axis=axes)


def log_softmax(x: Any, axis: Any = None) -> Any:
    """log(softmax(x)) without underflow. As `scipy.special.log_softmax`."""
    if isinstance(x, Tensor):
        return _log_soft(as_operand(x), axis=_axes(axis, x.ndim))
    return special.log_softmax(x, axis)


def _axes(axis: Any, ndim: int) -> Axes:
    if axis is None:
        return tuple(range(ndim))
    given = tuple(undifferentiated(i, "an axis") for i in (axis if isinstance(axis, tuple | list) else (axis,)))
    if any(not -ndim <= i < ndim for i in given):
        raise np.exceptions.AxisError(f"axis {axis} is out of bounds for an array of {ndim} dimensions")
    return tuple(int(i) % ndim for i in given)


FUNCTIONS: dict[str, Function] = {f.__name__: f for f in (logsumexp, softmax, log_softmax)}
