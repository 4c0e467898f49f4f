"""The operators of Tensor, bound from the registry: the fast path of float64 scalars, and the general one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from notebook_ad.engine import elementwise as ops
from notebook_ad.engine.primitive import Primitive
from notebook_ad.tensor import ambient
from notebook_ad.tensor.discrete import fact, is_followed
from notebook_ad.tensor.dtypes import SMOOTH, promoted
from notebook_ad.tensor.elementwise import apply, operand, own
from notebook_ad.tensor.fast import fast
from notebook_ad.tensor.foreign import array_of, is_foreign
from notebook_ad.tensor.guards import guard
from notebook_ad.tensor.levels import Level, top
from notebook_ad.tensor.linalg import matmul
from notebook_ad.tensor.tensor import Tensor, make

BINARY = {
    "add": (ops.add, "+"),
    "sub": (ops.sub, "-"),
    "mul": (ops.mul, "*"),
    "truediv": (ops.div, "/"),
    "floordiv": (ops.floordiv, "//"),
    "mod": (ops.mod, "%"),
    "pow": (ops.power, "**"),
}
COMPARISONS = {
    "lt": (np.less, "<"),
    "le": (np.less_equal, "≤"),
    "gt": (np.greater, ">"),
    "ge": (np.greater_equal, "≥"),
    "eq": (np.equal, "="),
    "ne": (np.not_equal, "≠"),
    "and": (np.bitwise_and, "and"),
    "or": (np.bitwise_or, "or"),
    "xor": (np.bitwise_xor, "xor"),
}
NUMBERS = (int, float, complex, np.ndarray, np.generic, list, tuple)


def bind() -> None:
    """Give Tensor its operators."""
    cls: Any = Tensor
    for name, (primitive, sign) in BINARY.items():
        forward, backward = fast(primitive, name, sign, *general(primitive, name))
        setattr(cls, f"__{name}__", forward)
        setattr(cls, f"__r{name}__", backward)
        setattr(cls, f"__i{name}__", in_place(forward))
        for at, function in zip(("", "r"), general(primitive, name), strict=True):
            setattr(Level, f"__{at}{name}__", function)
        setattr(Level, f"__i{name}__", getattr(Level, f"__{name}__"))
    for name, (ufunc, sign) in COMPARISONS.items():
        setattr(cls, f"__{name}__", comparison(ufunc, sign))
    for name in ("and", "or", "xor"):
        setattr(cls, f"__r{name}__", getattr(cls, f"__{name}__"))
    cls.__invert__ = lambda self: np.logical_not(self)
    cls.__pos__ = lambda self: self
    cls.__matmul__ = matmul
    cls.__rmatmul__ = lambda self, other: matmul(other, self)


def general(primitive: Primitive, name: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The operator and its reflected form, for any operands."""

    def forward(self: Tensor, other: Any) -> Any:
        if not isinstance(other, (Tensor, *NUMBERS)) and not is_foreign(other):
            return NotImplemented
        return apply(primitive, self, operand(other, self))

    def reflected(self: Tensor, other: Any) -> Any:
        if not isinstance(other, NUMBERS) and not is_foreign(other):
            return NotImplemented
        return apply(primitive, operand(other, self), self)

    forward.__name__, reflected.__name__ = f"__{name}__", f"__r{name}__"
    return forward, reflected


def in_place(forward: Callable[..., Any]) -> Callable[..., Any]:
    """`a += b` as `a = a + b`; under `no_grad` a leaf keeps being the same leaf, with the new value (an update step)."""

    def update(self: Tensor, other: Any) -> Tensor:
        result: Tensor = forward(self, other)
        if self._meta is None or result is NotImplemented:
            return result
        if ambient.state.get() is not ambient.NO_GRAD and self._meta.owner is None:
            return result
        if result.shape != self.shape:
            raise ValueError(f"an in-place update cannot change the shape {self.shape} to {result.shape}")
        self._value = result._value if result.dtype == self.dtype else result._value.astype(self.dtype)
        self._segment = None  # rows recorded before keep the old value
        if self._meta.owner is not None:
            self._meta.owner.data = self
        return self

    return update


def compared(x: Any, y: Any) -> Sequence[Any]:
    """The values of two operands, at least one a tensor, as NumPy 2 compares them: a float64 is no Python number."""
    a, b = (v._value if isinstance(v, Tensor) else v for v in (x, y))
    if type(a) is float and type(b) is float:
        return a, b
    like = x if isinstance(x, Tensor) else y
    if like.dtype not in SMOOTH or isinstance(a, list | tuple) or isinstance(b, list | tuple):
        return tuple(np.float64(v) if type(v) is float and isinstance(t, Tensor) else v for v, t in ((a, x), (b, y)))
    return promoted([np.float64(v) if type(v := operand(t, like)._value) is float else v for t in (x, y)])


def comparison(function: Callable[..., Any], sign: str) -> Callable[..., Any]:
    """A comparison gives a boolean tensor, which has no gradient; a replay asks it again."""

    def compare(self: Any, other: Any) -> Any:
        if not isinstance(other, (Tensor, *NUMBERS)):
            if not is_foreign(other):
                return NotImplemented
            other = array_of(other)
        if type(ambient.state.get()) is ambient.Trace and hasattr(type(other), "__tensor__"):
            other = own(other)
        if (level := top((self, other))) is not None:
            return level.decide(function, (self, other))
        values = compared(self, other)
        outcome = np.asarray(function(*values))
        if is_followed((self, other)):
            given = [
                t if isinstance(t, Tensor) and t.requires_grad else v
                for t, v in zip((self, other), values, strict=True)
            ]
            return fact(function, given, sign, outcome)
        guard(function, (self, other), outcome, sign)
        return make(outcome)

    return compare
