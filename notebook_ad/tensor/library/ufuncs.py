"""NumPy's elementwise functions on tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.engine.host import is_complex
from notebook_ad.engine.library import ufunc_pairs as pairs
from notebook_ad.engine.library import ufuncs as ops
from notebook_ad.engine.library.finite import nan_to_num as finite
from notebook_ad.tensor import functions as f
from notebook_ad.tensor.elementwise import apply, as_dtype, operand
from notebook_ad.tensor.facts import decided, fact
from notebook_ad.tensor.functions import binary, unary
from notebook_ad.tensor.host import call
from notebook_ad.tensor.library.given import Functions, checked, integers, tensor_of
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor, constant

arcsin = unary(ops.arcsin, "Inverse sine, in radians; the derivative is inf at ±1.")
arccos = unary(ops.arccos, "Inverse cosine, in radians; the derivative is −inf at ±1.")
arctan = unary(ops.arctan, "Inverse tangent, in radians.")
sinh = unary(ops.sinh, "Hyperbolic sine.")
cosh = unary(ops.cosh, "Hyperbolic cosine.")
arcsinh = unary(ops.arcsinh, "Inverse hyperbolic sine.")
arccosh = unary(ops.arccosh, "Inverse hyperbolic cosine; the derivative is inf at 1.")
arctanh = unary(ops.arctanh, "Inverse hyperbolic tangent; the derivative is inf at ±1.")
exp2 = unary(ops.exp2, "2 to the power x.")
expm1 = unary(ops.expm1, "eˣ − 1, exact near 0.")
log2 = unary(ops.log2, "Logarithm to base 2.")
log10 = unary(ops.log10, "Logarithm to base 10.")
log1p = unary(ops.log1p, "log(1 + x), exact near 0.")
square = unary(ops.square, "x².")
reciprocal = unary(ops.reciprocal, "1/x.")
cbrt = unary(ops.cbrt, "Cube root; the derivative is inf at 0.")
deg2rad = unary(ops.deg2rad, "Degrees to radians.")
rad2deg = unary(ops.rad2deg, "Radians to degrees.")
sinc = unary(ops.sinc, "sin(πx)/(πx), 1 at 0; smooth there, to any order.")
hypot = binary(pairs.hypot, "√(x² + y²); the gradient at the origin is 0, as a norm's.")
arctan2 = binary(pairs.arctan2, "Angle of the point (y, x): the ordinate comes first.")
logaddexp = binary(pairs.logaddexp, "log(eˣ + eʸ) without overflow.")
logaddexp2 = binary(pairs.logaddexp2, "log₂(2ˣ + 2ʸ) without overflow.")
fmax = binary(pairs.fmax, "The larger of x and y, or the one that is not nan; a tie shares the gradient evenly.")
fmin = binary(pairs.fmin, "The smaller of x and y, or the one that is not nan; a tie shares the gradient evenly.")
fmod = binary(pairs.fmod, "Remainder with the sign of x, as C's fmod.")
copysign = binary(pairs.copysign, "|x| with the sign of y; the derivative at x = 0 is 0.")
heaviside = binary(pairs.heaviside, "0 where x < 0, y where x = 0, else 1; no gradient flows to x.")
fraction = unary(ops.fraction, "x without its whole part.")


def positive(x: Any) -> Tensor:
    """+x: the tensor as it is."""
    return tensor_of(x)


def fabs(x: Any) -> Tensor:
    """Absolute value as a float; the derivative at 0 is 0."""
    t = tensor_of(x)
    return f.abs(t if t.dtype.kind == "f" else as_dtype(t, np.dtype(np.float64)))


def float_power(x: Any, y: Any) -> Tensor:
    """x to the power y in float64 (complex128), whatever their dtypes, as `numpy.float_power`."""
    pair = tensor_of(x), tensor_of(y)
    dtype = np.dtype(np.complex128 if any(map(is_complex, pair)) else np.float64)
    return f.power(*(as_dtype(t, dtype) for t in pair))


def divmod(x: Any, y: Any) -> tuple[Tensor, Tensor]:  # noqa: A001 - NumPy's name
    """`x // y` and `x % y`."""
    return f.floor_divide(x, y), f.remainder(x, y)


def modf(x: Any) -> tuple[Tensor, Tensor]:
    """Fractional and whole part, both with the sign of x; the whole part has no gradient."""
    return fraction(x), decided(np.trunc, (tensor_of(x),), "np.modf")


@fact("np.frexp")
def exponent_of(x: Any) -> np.ndarray:
    """The exponent that frexp gives."""
    return np.asarray(np.frexp(x)[1])


def frexp(x: Any) -> tuple[Tensor, Any]:
    """Mantissa and exponent, x = m · 2ᵉ with |m| in [½, 1); the exponent has no gradient."""
    t = tensor_of(x)
    exponent = exponent_of(t)
    return ldexp(t, -exponent), exponent


def ldexp(x: Any, n: Any) -> Tensor:
    """x · 2ⁿ for integers n, which have no gradient."""
    return call(pairs.ldexp, [tensor_of(x), tensor_of(integers(n, "np.ldexp", "n"))], {})


def clip(a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> Tensor:  # noqa: A002
    """Each element moved into [a_min, a_max]; either bound may be missing, and both may be tensors. As `numpy.clip`.

    The gradient goes to `a` where it lies between the bounds or on one, else to the bound, as in PyTorch's clamp.

    Raises:
        ValueError: a bound is given twice.
    """
    for old, new, name in ((a_min, min, "min"), (a_max, max, "max")):
        if old is not None and new is not None:
            raise ValueError(f"np.clip: a_{name} and {name} are one argument{place()}; give one of them")
    low, high = min if a_min is None else a_min, max if a_max is None else a_max
    given = [v for v in (a, low, high) if isinstance(v, Tensor)]
    like = given[0] if given else constant(a)
    x = operand(a, like)
    if low is None and high is None:
        return positive(x)
    if high is None:
        return apply(pairs.clip_low, x, operand(low, like))
    if low is None:
        return apply(pairs.clip_high, x, operand(high, like))
    return apply(pairs.clip, x, operand(low, like), operand(high, like))


def nan_to_num(x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Tensor:
    """NaN and infinities replaced by numbers; no gradient flows where one was. As `numpy.nan_to_num`.

    Raises:
        TypeError: `copy` is False: values do not change in place.
    """
    if not copy:
        raise TypeError(f"np.nan_to_num of a tensor makes a new one{place()}; leave out copy=False")
    return call(finite, [tensor_of(x)], {"nan": nan, "posinf": posinf, "neginf": neginf})


FUNCTIONS: Functions = {
    np.arcsin: arcsin,
    np.arccos: arccos,
    np.arctan: arctan,
    np.sinh: sinh,
    np.cosh: cosh,
    np.arcsinh: arcsinh,
    np.arccosh: arccosh,
    np.arctanh: arctanh,
    np.exp2: exp2,
    np.expm1: expm1,
    np.log2: log2,
    np.log10: log10,
    np.log1p: log1p,
    np.square: square,
    np.reciprocal: reciprocal,
    np.cbrt: cbrt,
    np.deg2rad: deg2rad,
    np.radians: deg2rad,
    np.rad2deg: rad2deg,
    np.degrees: rad2deg,
    np.hypot: hypot,
    np.arctan2: arctan2,
    np.logaddexp: logaddexp,
    np.logaddexp2: logaddexp2,
    np.fmax: fmax,
    np.fmin: fmin,
    np.fmod: fmod,
    np.copysign: copysign,
    np.heaviside: heaviside,
    np.positive: positive,
    np.fabs: fabs,
    np.float_power: float_power,
    np.divmod: divmod,
    np.modf: modf,
    np.frexp: frexp,
    np.ldexp: ldexp,
    **checked({np.sinc: sinc, np.clip: clip, np.nan_to_num: nan_to_num}),
}
