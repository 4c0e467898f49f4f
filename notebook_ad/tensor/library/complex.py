"""Complex parts of tensors. The convention of their gradients is stated in `engine/library/complex.py`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.engine.library import complex as ops
from notebook_ad.tensor import functions
from notebook_ad.tensor.elementwise import own
from notebook_ad.tensor.facts import decided
from notebook_ad.tensor.tensor import Tensor, constant


def real(val: Any) -> Tensor:
    """The real part; a real tensor as it is. As `numpy.real`."""
    t = _tensor(val)
    return ops.real(t) if _is_complex(t) else t


def imag(val: Any) -> Tensor:
    """The imaginary part; zeros of a real tensor. As `numpy.imag`."""
    t = _tensor(val)
    return ops.imag(t) if _is_complex(t) else constant(np.zeros(t.shape, t.dtype))


def conj(x: Any) -> Tensor:
    """The complex conjugate; a real tensor as it is. As `numpy.conjugate`."""
    t = _tensor(x)
    return ops.conj(t) if _is_complex(t) else t


def angle(z: Any, deg: bool = False) -> Any:
    """The argument in (−π, π], or in degrees. As `numpy.angle`; its gradient at 0 is 0."""
    t = _tensor(z)
    if _is_complex(t):
        return ops.angle(t, deg=deg)
    half: Any = np.asarray(180.0 if deg else np.pi, np.float32 if t.dtype == np.float32 else np.float64)
    negative: Any = np.less(t, 0)
    return np.where(negative, half, np.zeros_like(half))


def real_if_close(a: Any, tol: float = 100) -> Any:
    """The real part where all imaginary parts are below `tol` machine epsilons, else the tensor. As `numpy.real_if_close`."""
    t = _tensor(a)
    if not _is_complex(t):
        return t
    if tol > 1:
        tol = tol * float(np.finfo(t.dtype).eps)
    near: Any = functions.abs(imag(t))
    return real(t) if np.all(near < tol) else t


def sign(x: Any) -> Any:
    """The sign, a constant; of a complex number z / |z|, which turns with it (as NumPy 2)."""
    t = _tensor(x)
    return ops.direction(t) if _is_complex(t) else decided(np.sign, (t,), "np.sign")


def _tensor(value: Any) -> Tensor:
    return value if isinstance(value, Tensor) else own(value)


def _is_complex(t: Tensor) -> bool:
    return t.dtype.kind == "c"


FUNCTIONS: dict[Callable[..., Any], Callable[..., Any]] = {
    np.real: real,
    np.imag: imag,
    np.conjugate: conj,
    np.angle: angle,
    np.real_if_close: real_if_close,
    np.sign: sign,
}
