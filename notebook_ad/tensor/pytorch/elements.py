"""PyTorch's names of elementwise functions, comparisons and products: which of NumPy's or SciPy's each is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.tensor import functions as f
from notebook_ad.tensor.library.given import tensor_of
from notebook_ad.tensor.linalg import matmul
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.pytorch.reductions import special

# x.f(*args) is np.f(x, *args)
SAME: dict[str, Callable[..., Any]] = {
    name: getattr(np, name)
    for name in (
        "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "square", "reciprocal", "absolute", "negative",
        "positive", "sign", "floor", "ceil", "trunc", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh",
        "tanh", "arcsinh", "arccosh", "arctanh", "arctan2", "hypot", "maximum", "minimum", "fmax", "fmin", "fmod",
        "logaddexp", "logaddexp2", "copysign", "heaviside", "ldexp", "sinc", "deg2rad", "rad2deg", "floor_divide", "multiply",
        "float_power", "isnan", "isinf", "isfinite", "isclose", "allclose", "logical_and", "logical_or",
        "logical_xor", "logical_not", "greater", "greater_equal", "less", "less_equal", "not_equal", "signbit", "angle",
        "outer", "inner", "kron", "vdot", "tril", "triu", "diag", "corrcoef", "nan_to_num", "isposinf", "isneginf",
        "isreal", "broadcast_to", "hsplit", "vsplit", "dsplit", "frexp", "gcd", "lcm", "bitwise_and",
        "bitwise_or", "bitwise_xor",
    )
}  # fmt: skip
SAME |= {
    "abs": np.absolute, "neg": np.negative, "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "atan2": np.arctan2,
    "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh, "fix": np.trunc, "pow": np.power, "sgn": np.sign,
    "gt": np.greater, "ge": np.greater_equal, "lt": np.less, "le": np.less_equal, "eq": np.equal, "ne": np.not_equal,
    "ger": np.outer, "mm": np.matmul, "mv": np.matmul, "bmm": np.matmul, "matmul": np.matmul, "fliplr": np.fliplr,
    "flipud": np.flipud, "diagflat": np.diagflat, "remainder": np.remainder, "inverse": np.linalg.inv,
    "det": np.linalg.det, "slogdet": np.linalg.slogdet, "matrix_power": np.linalg.matrix_power, "pinverse": np.linalg.pinv,
    "cholesky": np.linalg.cholesky, "bitwise_not": np.invert, "swapaxes": np.swapaxes, "qr": np.linalg.qr,
}  # fmt: skip
SPECIAL = {
    "erf": "erf", "erfc": "erfc", "erfinv": "erfinv", "lgamma": "gammaln", "digamma": "digamma", "xlogy": "xlogy",
    "logit": "logit", "i0": "i0", "mvlgamma": "multigammaln", "polygamma": "polygamma",
}  # fmt: skip


def _special(name: str, theirs: str) -> Callable[..., Any]:
    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        return special(theirs)(self, *args, **kwargs)

    method.__name__ = method.__qualname__ = name
    method.__doc__ = f"As `scipy.special.{theirs}`."
    return method


SPECIALS = {name: _special(name, theirs) for name, theirs in SPECIAL.items()}


def cov(self: Any, *, correction: int = 1, fweights: Any = None, aweights: Any = None) -> Any:
    """The covariance matrix of variables, one a row, in the tensor's dtype."""
    found: Any = np.cov(self, ddof=correction, fweights=fweights, aweights=aweights)
    return found.astype(self.dtype)


def type_as(self: Any, other: Any) -> Any:
    """In the dtype of another tensor."""
    return self.to(tensor_of(other).dtype)


def is_same_size(self: Any, other: Any) -> bool:
    """Whether both have the same shape."""
    return bool(self.shape == tensor_of(other).shape)


def sigmoid(self: Any) -> Any:
    """1 / (1 + e^−x), without overflow."""
    return f.sigmoid(self)


def relu(self: Any) -> Any:
    """x where x > 0, else 0; the derivative at 0 is 0."""
    return f.relu(self)


def rsqrt(self: Any) -> Any:
    """1 / √x."""
    return 1.0 / f.sqrt(self)


def frac(self: Any) -> Any:
    """x without its whole part, with the sign of x."""
    return self - np.trunc(self)


def clamp(self: Any, min: Any = None, max: Any = None) -> Any:  # noqa: A002 - PyTorch's names
    """Each element moved into [min, max]; the gradient passes between the bounds and on them.

    Raises:
        ValueError: neither bound is given.
    """
    if min is None and max is None:
        raise ValueError(f"clamp: give min, max or both{place()}")
    return np.clip(self, min, max)


def clamp_min(self: Any, min: Any) -> Any:  # noqa: A002 - PyTorch's name
    """Each element, or `min` where it is smaller."""
    return clamp(self, min)


def clamp_max(self: Any, max: Any) -> Any:  # noqa: A002 - PyTorch's name
    """Each element, or `max` where it is larger."""
    return clamp(self, None, max)


def add(self: Any, other: Any, *, alpha: Any = 1) -> Any:
    """x + alpha · other."""
    return f.add(self, other if alpha == 1 else f.multiply(tensor_of(other), alpha))


def sub(self: Any, other: Any, *, alpha: Any = 1) -> Any:
    """x − alpha · other."""
    return f.subtract(self, other if alpha == 1 else f.multiply(tensor_of(other), alpha))


def mul(self: Any, other: Any) -> Any:
    """x · other."""
    return f.multiply(self, other)


def div(self: Any, other: Any, *, rounding_mode: str | None = None) -> Any:
    """x / other; `rounding_mode` "trunc" or "floor" rounds the quotient, which has no gradient then.

    Raises:
        ValueError: another rounding mode.
    """
    quotient: Any = f.divide(self, other)
    if rounding_mode is None:
        return quotient
    if rounding_mode not in ("trunc", "floor"):
        raise ValueError(f"div: rounding_mode must be None, 'trunc' or 'floor', not {rounding_mode!r}{place()}")
    return np.trunc(quotient) if rounding_mode == "trunc" else f.floor_divide(self, other)


def lerp(self: Any, end: Any, weight: Any) -> Any:
    """x + weight · (end − x)."""
    return self + weight * (end - self)


def addcmul(self: Any, tensor1: Any, tensor2: Any, *, value: Any = 1) -> Any:
    """x + value · tensor1 · tensor2."""
    return self + value * (f.multiply(tensor1, tensor2))


def addcdiv(self: Any, tensor1: Any, tensor2: Any, *, value: Any = 1) -> Any:
    """x + value · tensor1 / tensor2."""
    return self + value * (f.divide(tensor1, tensor2))


def addmm(self: Any, mat1: Any, mat2: Any, *, beta: Any = 1, alpha: Any = 1) -> Any:
    """beta · x + alpha · mat1 @ mat2; also with a vector (addmv) or batches (baddbmm)."""
    return beta * self + alpha * matmul(mat1, mat2)


def cross(self: Any, other: Any, dim: int = -1) -> Any:
    """The cross product along a dimension of length 3."""
    return np.cross(self, other, axisa=dim, axisb=dim, axisc=dim)


def logdet(self: Any) -> Any:
    """The logarithm of the determinant; nan where that is negative."""
    sign, log = np.linalg.slogdet(self)
    return f.where(sign < 0, np.nan, log)


def equal(self: Any, other: Any) -> bool:
    """Whether both have the same shape and elements."""
    return bool(np.array_equal(self, other))


def dist(self: Any, other: Any, p: Any = 2) -> Any:
    """The p-norm of the difference."""
    return np.linalg.norm(np.ravel(self - other), p)
