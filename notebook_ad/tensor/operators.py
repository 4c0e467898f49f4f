"""The operators of Tensor, bound from the registry: the fast path of float64 scalars, and the general one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from notebook_ad.engine import compile as kernels
from notebook_ad.engine import elementwise as ops
from notebook_ad.engine.primitive import Primitive
from notebook_ad.engine.segment import CONSTANT, LIMIT
from notebook_ad.tensor import ambient
from notebook_ad.tensor.dtypes import SMOOTH, promoted
from notebook_ad.tensor.elementwise import apply, operand
from notebook_ad.tensor.foreign import array_of, is_foreign
from notebook_ad.tensor.guards import guard
from notebook_ad.tensor.levels import Level, top
from notebook_ad.tensor.linalg import matmul
from notebook_ad.tensor.tensor import Tensor, make

# Written out as source, as any call would add 50 ns to 260: for tensors, and for a number on either side. Ids are read
# before segments: see record.enter. Where Python's floats raise (1 / 0), the general path gives what NumPy gives.
RECORD = """
                if (row := len(values := segment.values){more}) < {limit}{sure}:
                    result = Tensor()
                    result._value = z
                    result._segment = segment
                    result._id = row
                    result._meta = None
                    {push}
                    return result"""
FAST = """
def __{name}__(self, other):
    i, x, segment = self._id, self._value, current()
    if self._segment is segment and type(x) is float:
        kind = type(other)
        try:
            if kind is Tensor:
                j = other._id
                if other._segment is not segment or type(y := other._value) is not float:
                    return general(self, other)
                z = x {sign} y{binary}
            elif kind is float or kind is int:
                y = float(other)
                z = x {sign} y{right}
        except ArithmeticError:
            pass
    return general(self, other)

def __r{name}__(self, other):
    i, x, segment, kind = self._id, self._value, current(), type(other)
    if self._segment is segment and type(x) is float and (kind is float or kind is int):
        try:
                y = float(other)
                z = y {sign} x{left}
        except ArithmeticError:
            pass
    return reflected(self, other)
"""

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
        forward, backward = fast(primitive, name, sign)
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


def fast(primitive: Primitive, name: str, sign: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The operator and its reflected form: float64 scalars in a few lines, anything else by `general`."""
    code = kernels.code_of(primitive, "scalar")
    forward, reflected = general(primitive, name)
    sure = " and type(z) is float" if name == "pow" else ""  # (-8) ** 0.5 is complex in Python

    def record(push: str, more: str = "") -> str:
        return RECORD.format(limit=LIMIT, sure=sure, push=push, more=more)

    number = f"values += (y, z); segment.rows += ({CONSTANT}, -1, -1, {code}, {{}}, {{}})"
    text = FAST.format(
        name=name,
        sign=sign,
        binary=record(f"values.append(z); segment.rows += ({code}, i, j)"),
        right=record(number.format("i", "row - 1"), " + 1"),
        left=record(number.format("row - 1", "i"), " + 1"),
    )
    scope: dict[str, Any] = {"Tensor": Tensor, "current": ambient.state.get, "__name__": __name__}
    scope |= {"general": forward, "reflected": reflected}
    exec(text, scope)
    return scope[f"__{name}__"], scope[f"__r{name}__"]


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
        if (level := top((self, other))) is not None:
            return level.decide(function, (self, other))
        outcome = np.asarray(function(*compared(self, other)))
        guard(function, (self, other), outcome, sign)
        return make(outcome)

    return compare
