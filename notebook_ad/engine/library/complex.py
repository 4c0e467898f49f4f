"""Parts of complex numbers.

Convention, for all rules of this project (as HIPS autograd and JAX): with respect to z = x + iy a real L has the gradient
∂L/∂x − i ∂L/∂y. So L changes by Re(gradient · dz), a holomorphic f has the rule g · f'(z) without a conjugate, and the
direction of steepest descent is −conj(gradient). A tangent is the ordinary directional derivative. PyTorch's gradient is
the conjugate of ours.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.engine.host import host, is_complex
from notebook_ad.engine.rules import primal


def _off_zero(z: Any) -> Any:
    """z, but 1 where it is 0: for rules that divide by it and are masked there."""
    return np.where(primal(z) == 0, 1.0, z)


def _off(z: Any) -> Any:
    """1 where z is not 0, else 0; in z's real dtype."""
    held = primal(z)
    return (held != 0).astype(held.dtype.type(0).real.dtype)


def _real(x: Any) -> Any:
    return np.array(np.real(x))  # a copy: values on the tape share no memory


def _imag(x: Any) -> Any:
    return np.array(np.imag(x))


def _angle(z: Any, deg: bool = False) -> Any:
    return np.angle(z, deg)


def _angle_rule(g: Any, y: Any, z: Any, deg: bool = False) -> Any:
    return g * _off(z) * (-1j * (180 / np.pi if deg else 1.0)) / _off_zero(z)


def _modulus_rule(g: Any, y: Any, z: Any) -> Any:
    return g * _off(z) * np.conj(z) / modulus(_off_zero(z))


def _direction(z: Any) -> Any:
    """z / |z|, as NumPy 2's `sign` (before, it was that of the real part)."""
    if np.lib.NumpyVersion(np.__version__) >= "2.0.0":
        return np.sign(z)
    right, up = np.isinf(z.real), np.isinf(z.imag)
    far = np.where(right, np.where(up, complex(np.nan, np.nan), np.copysign(1, z.real)), 1j * np.copysign(1, z.imag))
    return np.where(right | up, far, z / np.where(z == 0, 1, np.absolute(z))).astype(z.dtype)


def _direction_rule(g: Any, y: Any, z: Any) -> Any:
    """y = z/|z| moves by dy = i y Im(conj(y) dz) / |z|, so Re(g dy) = Re(i g y) · Re(−i conj(y) dz) / |z|; 0 at 0."""
    safe = _off_zero(z)
    size = modulus(safe)
    unit = safe / size
    return np.real(1j * g * unit) * _off(z) * (-1j) * np.conj(unit) / size


def _complexified(x: Any, dtype: str) -> Any:
    return np.asarray(x).astype(dtype)


real = host("real", "Re", _real, (lambda g, y, z: g,), linear="linear", rule="upstream")
imag = host("imag", "Im", _imag, (lambda g, y, z: -1j * g,), linear="linear", rule="−i × upstream")
conj = host("conj", "z̄", np.conjugate, (lambda g, y, z: np.conj(g),), linear="linear", rule="conj(upstream)")
angle = host("angle", "arg", _angle, (_angle_rule,), rule="−i × upstream / z")
modulus = host("modulus", "|z|", np.absolute, (_modulus_rule,), rule="upstream × conj(z) / |z|")
direction = host("sign", "z/|z|", _direction, (_direction_rule,), rule="Re(i upstream z/|z|) × −i / z")
complexified = host(
    "complex", "ℂ", _complexified, (lambda g, y, x, dtype: np.real(g),), linear="linear", rule="Re(upstream)"
)


def as_complex(g: Any) -> Any:
    """A real cotangent as a complex one of the same precision; a complex one as it is."""
    if is_complex(g):
        return g
    single = getattr(g, "dtype", None) == np.float32
    return complexified(g, dtype="complex64" if single else "complex128")
