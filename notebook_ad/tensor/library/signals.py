"""Convolution, cross products, interpolation, polynomials and the trapezoidal rule on tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.engine.errors import NoDerivative, ShapeError
from notebook_ad.engine.library import signals as ops
from notebook_ad.engine.rules import primal
from notebook_ad.tensor import messages, shaping
from notebook_ad.tensor.elementwise import as_dtype, operand, own
from notebook_ad.tensor.facts import fact
from notebook_ad.tensor.library.complex import conj
from notebook_ad.tensor.library.given import checked
from notebook_ad.tensor.tensor import Tensor, constant

MODES = ("full", "same", "valid")


def convolve(a: Any, v: Any, mode: str = "full") -> Tensor:
    """Convolution of two sequences. As `numpy.convolve`."""
    a, v = _sequences("convolve", a, v, mode)
    return ops.convolve(a, v, mode=mode)  # type: ignore[no-any-return]


def correlate(a: Any, v: Any, mode: str = "valid") -> Tensor:
    """Cross-correlation Σ a_{n+k} conj(v_n). As `numpy.correlate`."""
    a, v = _sequences("correlate", a, v, mode)
    turned = conj(v)[::-1]
    if mode != "same" or a.shape[0] >= v.shape[0]:
        return ops.convolve(a, turned, mode=mode)  # type: ignore[no-any-return]
    start = a.shape[0] // 2  # NumPy counts from the other end here
    return ops.convolve(a, turned, mode="full")[start : start + v.shape[0]]  # type: ignore[no-any-return]


def _sequences(name: str, a: Any, v: Any, mode: str) -> tuple[Tensor, Tensor]:
    a, v = _pair(a, v)
    if mode not in MODES:
        raise ValueError(f"np.{name}: mode is 'full', 'same' or 'valid', not {mode!r}{messages.place()}")
    a, v = (shaping.reshape(t, (1,)) if t.ndim == 0 else t for t in (a, v))
    if a.ndim != 1 or v.ndim != 1 or not a.size or not v.size:
        named = f"{messages.label(a)} and {messages.label(v)}"
        raise ShapeError(f"np.{name} of {named}{messages.place()}: both must be 1-D and not empty")
    return a, v


def cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Tensor:
    """The cross product of vectors of 2 or 3 elements along an axis. As `numpy.cross`."""
    a, b = _pair(a, b)
    if axis is not None:
        axisa = axisb = axisc = axis
    with messages.named("np.cross", a, b):
        a, b = _moved(a, axisa, -1), _moved(b, axisb, -1)
        if a.shape[-1] not in (2, 3) or b.shape[-1] not in (2, 3):
            raise ValueError(f"vectors of {a.shape[-1]} and {b.shape[-1]} elements; they must have 2 or 3")
        if a.shape[-1] == b.shape[-1] == 2:
            flat: Tensor = a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]
            return flat
        return _moved(ops.cross(_three(a), _three(b)), -1, axisc)


def _three(t: Tensor) -> Tensor:
    if t.shape[-1] == 3:
        return t
    return shaping.concatenate([t, constant(np.zeros((*t.shape[:-1], 1), t.dtype))], -1)


def _moved(t: Tensor, axis: int, to: int) -> Tensor:
    if t.ndim == 0 or not -t.ndim <= axis < t.ndim:
        raise ValueError(f"there is no axis {axis}")
    order = [i for i in range(t.ndim) if i != axis % t.ndim]
    if not -t.ndim <= to < t.ndim:
        raise ValueError(f"there is no axis {to}")
    order.insert(to % t.ndim, axis % t.ndim)
    return t if order == list(range(t.ndim)) else shaping.transpose(t, order)


def interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: float | None = None) -> Tensor:
    """Linear interpolation in a table with increasing `xp`. As `numpy.interp`.

    The derivative at a knot is that of the interval to its right; outside the table it is 0. No gradient flows to
    `left`, `right` and `period`.
    """
    for name, value in (("left", left), ("right", right), ("period", period)):
        if isinstance(value, Tensor) and value.requires_grad:
            raise NoDerivative(f"np.interp has no derivative with respect to {name}{messages.place()}; detach() it")
    x, xp, fp = (t if isinstance(t, Tensor) else own(t) for t in (x, xp, fp))
    if xp.ndim != 1 or fp.shape != xp.shape or not xp.size:
        named = f"xp {messages.label(xp)} and fp {messages.label(fp)}"
        raise ShapeError(f"np.interp: {named}{messages.place()}; both must be 1-D, of the same length and not empty")
    if period is not None:
        if not period:
            raise ValueError(f"np.interp: period must be a non-zero value{messages.place()}")
        period = abs(float(period))
        x, xp = x % period, xp % period
        order = np.argsort(np.asarray(primal(xp)))
        xp, fp = xp[order], fp[order]
        xp = np.concatenate([xp[-1:] - period, xp, xp[0:1] + period])
        fp = np.concatenate([fp[-1:], fp, fp[0:1]])
        left = right = None
    return ops.interp(x, xp, fp, left=_plain(left), right=_plain(right))  # type: ignore[no-any-return]


def _plain(value: Any) -> Any:
    return value._value if isinstance(value, Tensor) else value


def polyval(p: Any, x: Any) -> Tensor:
    """The polynomial with coefficients p, highest power first, at x, by Horner's rule. As `numpy.polyval`."""
    p, x = _pair(p, x)
    y = constant(np.zeros(x.shape, x.dtype))
    for i in range(p.shape[0]):
        y = y * x + p[i]
    return y


def trapezoid(y: Any, x: Any = None, dx: float = 1.0, axis: int = -1) -> Tensor:
    """The integral along an axis by the trapezoidal rule. As `numpy.trapezoid`."""
    y = _tensor(y)
    along = axis % y.ndim
    lead = (slice(None),) * along
    if x is None:
        width: Any = dx
    else:
        x = _tensor(x)
        lower, upper = (x[:-1], x[1:]) if x.ndim == 1 else (x[(*lead, slice(None, -1))], x[(*lead, slice(1, None))])
        width = upper - lower
        if x.ndim == 1:
            width = shaping.reshape(width, (-1,) + (1,) * (y.ndim - 1 - along))
    return (width * (y[(*lead, slice(1, None))] + y[(*lead, slice(None, -1))]) / 2.0).sum(axis)  # type: ignore


@fact("np.unwrap")
def turns_of(p: Any, discont: float | None, axis: int, period: float) -> np.ndarray:
    """What unwrap adds: whole periods."""
    return np.asarray(np.unwrap(p, discont, axis, period=period) - p)


def unwrap(p: Any, discont: float | None = None, axis: int = -1, *, period: float = 2 * np.pi) -> Tensor:
    """Angles without jumps of half a period and more. As `numpy.unwrap`; the derivative is 1."""
    p = _tensor(p)
    return p + turns_of(p, discont=discont, axis=axis, period=period)  # type: ignore[no-any-return]


def vander(x: Any, N: int | None = None, increasing: bool = False) -> Tensor:  # noqa: N803 - NumPy's name
    """The matrix of powers of x, one a column. As `numpy.vander`."""
    x = _tensor(x)
    if x.ndim != 1:
        raise ShapeError(f"np.vander of {messages.label(x)}{messages.place()}: x must be a one-dimensional array")
    x = as_dtype(x, np.promote_types(x.dtype, int))  # as NumPy's: in double precision
    count = x.shape[0] if N is None else N
    columns = [constant(np.ones(x.shape, x.dtype))]
    for _ in range(count - 1):
        columns.append(columns[-1] * x)
    if not count:
        return constant(np.ones((x.shape[0], 0), x.dtype))
    return shaping.stack(columns if increasing else columns[::-1], -1)


def _pair(a: Any, b: Any) -> tuple[Tensor, Tensor]:
    like = a if isinstance(a, Tensor) else _tensor(b)
    return operand(a, like), operand(b, like)


def _tensor(value: Any) -> Tensor:
    return value if isinstance(value, Tensor) else own(value)


FUNCTIONS: dict[Callable[..., Any], Callable[..., Any]] = {
    np.convolve: convolve,
    np.correlate: correlate,
    np.cross: cross,
    np.interp: interp,
    np.polyval: polyval,
    np.vander: vander,
    **checked({np.unwrap: unwrap}),
}
for _name in ("trapezoid", "trapz"):  # the new name and, in older versions of NumPy, the old one
    if (_function := vars(np).get(_name)) is not None:
        FUNCTIONS[_function] = trapezoid
