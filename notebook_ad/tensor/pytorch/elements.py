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
from notebook_ad.tensor.tensor import Tensor

# x.f(*args) is np.f(x, *args)
SAME: dict[str, Callable[..., Any]] = {
    name: getattr(np, name)
    for name in (
        "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "square", "reciprocal", "absolute", "negative",
        "positive", "sign", "floor", "ceil", "trunc", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh",
        "tanh", "arcsinh", "arccosh", "arctanh", "arctan2", "hypot", "maximum", "minimum", "fmax", "fmin", "fmod",
        "logaddexp", "logaddexp2", "copysign", "heaviside", "sinc", "deg2rad", "rad2deg", "floor_divide", "multiply",
        "float_power", "isnan", "isinf", "isfinite", "isclose", "allclose", "logical_and", "logical_or",
        "logical_xor", "logical_not", "greater", "greater_equal", "less", "less_equal", "not_equal", "signbit", "angle",
        "outer", "inner", "kron", "vdot", "tril", "triu", "diag", "corrcoef", "cov", "nan_to_num",
    )
}  # fmt: skip
SAME |= {
    "abs": np.absolute, "neg": np.negative, "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "atan2": np.arctan2,
    "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh, "fix": np.trunc, "pow": np.power, "sgn": np.sign,
    "gt": np.greater, "ge": np.greater_equal, "lt": np.less, "le": np.less_equal, "eq": np.equal, "ne": np.not_equal,
    "ger": np.outer, "mm": np.matmul, "mv": np.matmul, "bmm": np.matmul, "matmul": np.matmul, "fliplr": np.fliplr,
    "flipud": np.flipud, "diagflat": np.diagflat, "remainder": np.remainder, "inverse": np.linalg.inv,
    "det": np.linalg.det, "slogdet": np.linalg.slogdet, "matrix_power": np.linalg.matrix_power, "pinverse": np.linalg.pinv,
    "cholesky": np.linalg.cholesky,
}  # fmt: skip
SPECIAL = {
    "erf": "erf", "erfc": "erfc", "erfinv": "erfinv", "lgamma": "gammaln", "digamma": "digamma", "xlogy": "xlogy",
    "logit": "logit", "i0": "i0", "mvlgamma": "multigammaln", "polygamma": "polygamma",
}  # fmt: skip


def _special(name: str, theirs: str) -> Callable[..., Any]:
    def method(self: Tensor, *args: Any, **kwargs: Any) -> Any:
        return special(theirs)(self, *args, **kwargs)

    method.__name__ = method.__qualname__ = name
    method.__doc__ = f"As `scipy.special.{theirs}`."
    return method


SPECIALS = {name: _special(name, theirs) for name, theirs in SPECIAL.items()}


def sigmoid(self: Tensor) -> Tensor:
    """1 / (1 + e^−x), without overflow."""
    return f.sigmoid(self)


def relu(self: Tensor) -> Tensor:
    """x where x > 0, else 0; the derivative at 0 is 0."""
    return f.relu(self)


def rsqrt(self: Tensor) -> Tensor:
    """1 / √x."""
    return 1.0 / f.sqrt(self)


def frac(self: Tensor) -> Tensor:
    """x without its whole part, with the sign of x."""
    return self - np.trunc(self)


def clamp(self: Tensor, min: Any = None, max: Any = None) -> Tensor:  # noqa: A002 - PyTorch's names
    """Each element moved into [min, max]; the gradient passes between the bounds and on them.

    Raises:
        ValueError: neither bound is given.
    """
    if min is None and max is None:
        raise ValueError(f"clamp: give min, max or both{place()}")
    result: Tensor = np.clip(self, min, max)
    return result


def clamp_min(self: Tensor, min: Any) -> Tensor:  # noqa: A002 - PyTorch's name
    """Each element, or `min` where it is smaller."""
    return clamp(self, min)


def clamp_max(self: Tensor, max: Any) -> Tensor:  # noqa: A002 - PyTorch's name
    """Each element, or `max` where it is larger."""
    return clamp(self, None, max)


def add(self: Tensor, other: Any, *, alpha: Any = 1) -> Tensor:
    """x + alpha · other."""
    return f.add(self, other if alpha == 1 else f.multiply(tensor_of(other), alpha))


def sub(self: Tensor, other: Any, *, alpha: Any = 1) -> Tensor:
    """x − alpha · other."""
    return f.subtract(self, other if alpha == 1 else f.multiply(tensor_of(other), alpha))


def mul(self: Tensor, other: Any) -> Tensor:
    """x · other."""
    return f.multiply(self, other)


def div(self: Tensor, other: Any, *, rounding_mode: str | None = None) -> Tensor:
    """x / other; `rounding_mode` "trunc" or "floor" rounds the quotient, which has no gradient then.

    Raises:
        ValueError: another rounding mode.
    """
    quotient = f.divide(self, other)
    if rounding_mode is None:
        return quotient
    if rounding_mode not in ("trunc", "floor"):
        raise ValueError(f"div: rounding_mode must be None, 'trunc' or 'floor', not {rounding_mode!r}{place()}")
    result: Tensor = np.trunc(quotient) if rounding_mode == "trunc" else f.floor_divide(self, other)
    return result


def lerp(self: Tensor, end: Any, weight: Any) -> Tensor:
    """x + weight · (end − x)."""
    return self + weight * (end - self)


def addcmul(self: Tensor, tensor1: Any, tensor2: Any, *, value: Any = 1) -> Tensor:
    """x + value · tensor1 · tensor2."""
    return self + value * (f.multiply(tensor1, tensor2))


def addcdiv(self: Tensor, tensor1: Any, tensor2: Any, *, value: Any = 1) -> Tensor:
    """x + value · tensor1 / tensor2."""
    return self + value * (f.divide(tensor1, tensor2))


def addmm(self: Tensor, mat1: Any, mat2: Any, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """beta · x + alpha · mat1 @ mat2; also with a vector (addmv) or batches (baddbmm)."""
    return beta * self + alpha * matmul(mat1, mat2)


def cross(self: Tensor, other: Any, dim: int = -1) -> Any:
    """The cross product along a dimension of length 3."""
    return np.cross(self, other, axisa=dim, axisb=dim, axisc=dim)


def logdet(self: Tensor) -> Any:
    """The logarithm of the determinant; nan where that is negative."""
    sign, log = np.linalg.slogdet(self)
    return f.where(sign < 0, np.nan, log)


def equal(self: Tensor, other: Any) -> bool:
    """Whether both have the same shape and elements."""
    return bool(np.array_equal(self, other))  # type: ignore[arg-type]


def dist(self: Tensor, other: Any, p: Any = 2) -> Any:
    """The p-norm of the difference."""
    return np.linalg.norm(np.ravel(self - other), p)
