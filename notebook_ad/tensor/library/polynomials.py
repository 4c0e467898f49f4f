"""Polynomials as vectors of coefficients, the highest power first: NumPy's `poly` functions on tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.tensor import functions as f
from notebook_ad.tensor.dtypes import SMOOTH
from notebook_ad.tensor.elementwise import as_dtype
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.library.given import Functions, checked, holds
from notebook_ad.tensor.library.reduced import collected
from notebook_ad.tensor.library.trimming import trim_zeros
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor, constant


def coefficients(p: Any, name: str) -> Tensor:
    """A vector of coefficients as floats."""
    t = collected(p, None, f"np.{name}")
    t = t if t.dtype in SMOOTH else as_dtype(t, np.dtype(np.float64))
    if t.ndim > 1:
        raise ShapeError(f"np.{name} takes a vector of coefficients, not shape {t.shape}{place()}")
    return t if t.ndim else f.reshape(t, (1,))


def poly(seq_of_zeros: Any) -> Any:
    """The monic polynomial with these roots (1.0 without any), or the characteristic one of a square matrix. As `numpy.poly`."""
    zeros: Any = collected(seq_of_zeros, None, "np.poly")
    if zeros.ndim == 2 and zeros.shape[0] == zeros.shape[1] and zeros.shape[0]:
        zeros = np.linalg.eigvals(zeros)
    elif zeros.ndim > 1:
        raise ShapeError(f"np.poly takes a vector or a square matrix, not shape {zeros.shape}{place()}")
    if not zeros.size:
        return 1.0
    zeros = coefficients(zeros, "poly")
    product: Any = constant(np.ones(1, zeros.dtype))
    for i in range(zeros.shape[0]):
        product = np.convolve(product, f.stack([constant(np.ones((), zeros.dtype)), -zeros[i]]))
    if zeros.dtype.kind == "c" and holds(np.all(np.sort(zeros) == np.sort(np.conj(zeros)))):
        product = np.real(product)  # the roots come in conjugate pairs
    return product


def _aligned(a1: Any, a2: Any, name: str) -> tuple[Any, Any]:
    """Two polynomials of the same length."""
    pair = coefficients(a1, name), coefficients(a2, name)
    length = max(len(p) for p in pair)
    first, second = (np.pad(p, (length - len(p), 0)) if len(p) < length else p for p in pair)
    return first, second


def polyadd(a1: Any, a2: Any) -> Tensor:
    """The sum of two polynomials. As `numpy.polyadd`."""
    first, second = _aligned(a1, a2, "polyadd")
    total: Tensor = first + second
    return total


def polysub(a1: Any, a2: Any) -> Tensor:
    """The difference of two polynomials. As `numpy.polysub`."""
    first, second = _aligned(a1, a2, "polysub")
    total: Tensor = first - second
    return total


def _leading(p: Any, name: str) -> Any:
    """Without zeros in front (inside vmap, with them); [0] where nothing is left."""
    t = _trimmed(coefficients(p, name), "f")
    return t if len(t) else constant(np.zeros(1, t.dtype))


def _trimmed(t: Tensor, trim: str) -> Any:
    return t if isinstance(t, Level) and t.level else trim_zeros(t, trim)


def polymul(a1: Any, a2: Any) -> Tensor:
    """The product of two polynomials. As `numpy.polymul`."""
    product: Any = np.convolve(_leading(a1, "polymul"), _leading(a2, "polymul"))
    return product  # type: ignore[no-any-return]


def polydiv(u: Any, v: Any) -> tuple[Tensor, Tensor]:
    """Quotient and remainder of two polynomials, by long division. As `numpy.polydiv`.

    Zeros (to 1e-14 of the largest) in front of the remainder are left out: its length depends on values.
    """
    rest, by = coefficients(u, "polydiv"), coefficients(v, "polydiv")
    steps, width = len(rest) - len(by) + 1, len(by)
    if steps < 1:
        return constant(np.zeros(1, np.result_type(rest.dtype, by.dtype))), rest
    parts = []
    for k in range(steps):
        part = rest[k] / by[0]
        parts.append(part)
        rest = rest.at[k : k + width].add(-part * by)
    left = rest[steps:] if width > 1 else rest[-1:] * 0  # what the division has brought to 0 is left out
    while len(left) > 1 and holds(np.allclose(left[0], 0, rtol=1e-14)):
        left = left[1:]
    return f.stack(parts), left


def polyder(p: Any, m: int = 1) -> Tensor:
    """The coefficients of the m-th derivative. As `numpy.polyder`."""
    if m < 0:
        raise ValueError(f"np.polyder: m must not be negative, not {m}{place()}; polyint integrates")
    t: Any = coefficients(p, "polyder")
    for _ in range(int(m)):
        t = t[:-1] * np.arange(len(t) - 1, 0, -1)
    result: Tensor = t
    return result


def polyint(p: Any, m: int = 1, k: Any = None) -> Tensor:
    """The coefficients of the m-th antiderivative, with the constants k. As `numpy.polyint`."""
    if m < 0:
        raise ValueError(f"np.polyint: m must not be negative, not {m}{place()}; polyder differentiates")
    t: Any = coefficients(p, "polyint")
    constants: Any = coefficients(0.0 if k is None else k, "polyint")
    if len(constants) == 1:
        constants = f.broadcast_to(constants, (max(int(m), 1),))
    if len(constants) < m:
        raise ValueError(f"np.polyint: {len(constants)} constants for m={m}{place()}; give one, or one for each")
    for i in range(int(m)):
        t = f.concatenate([t / np.arange(len(t), 0, -1), constants[i : i + 1]])
    result: Tensor = t
    return result


def roots(p: Any) -> Any:
    """The roots: eigenvalues of the companion matrix, and 0 for each zero at the end. As `numpy.roots`."""
    whole = coefficients(p, "roots")
    lead = _trimmed(whole, "f")
    if not len(lead):
        return constant(np.zeros(0))
    t: Any = _trimmed(lead, "b")
    found: Any = constant(np.zeros(0))
    if len(t) > 1:
        below = np.eye(len(t) - 2, len(t) - 1, dtype=t.dtype)
        found = np.linalg.eigvals(f.concatenate([(-t[1:] / t[0])[None], constant(below)]))
    at_zero = np.zeros(len(lead) - len(t), found.dtype)
    return f.concatenate([found, constant(at_zero)]) if len(at_zero) else found


FUNCTIONS: Functions = checked(
    {
        np.poly: poly, np.polyadd: polyadd, np.polysub: polysub, np.polymul: polymul, np.polydiv: polydiv,
        np.polyder: polyder, np.polyint: polyint, np.roots: roots,
    }
)  # fmt: skip
