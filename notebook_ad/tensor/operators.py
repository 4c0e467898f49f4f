"""The operators of Tensor, bound from the registry: the fast path of float64 scalars, and the general one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.engine import compile as kernels
from notebook_ad.engine import elementwise as ops
from notebook_ad.engine.primitive import Primitive
from notebook_ad.engine.segment import LIMIT
from notebook_ad.tensor import ambient
from notebook_ad.tensor.elementwise import apply, operand
from notebook_ad.tensor.linalg import matmul
from notebook_ad.tensor.tensor import Tensor, make

# Written out as source: a call to a helper, or to `operator.mul`, would add 60 ns to 270.
FAST = """
def __{name}__(self, other):
    if type(other) is Tensor:
        segment = current()
        i, j, x, y = self._id, other._id, self._value, other._value  # ids first: see record.enter
        if (self._segment is segment and other._segment is segment
                and type(x) is float and type(y) is float{unless}):
            values = segment.values
            row = len(values)
            if row < LIMIT:
                result = Tensor()
                result._value = z = x {sign} y
                result._segment = segment
                result._id = row
                result._meta = None
                values.append(z)
                segment.rows += ({code}, i, j)
                return result
    return general(self, other)
"""

BINARY = {
    "add": (ops.add, "+", ""),
    "sub": (ops.sub, "-", ""),
    "mul": (ops.mul, "*", ""),
    "truediv": (ops.div, "/", " and y"),  # x / 0 is NumPy's, in the general path
    "floordiv": (ops.floordiv, None, ""),
    "mod": (ops.mod, None, ""),
    "pow": (ops.power, None, ""),
}
COMPARISONS = {
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "eq": np.equal,
    "ne": np.not_equal,
}
NUMBERS = (int, float, np.ndarray, np.generic, list, tuple)


def bind() -> None:
    """Give Tensor its operators."""
    cls: Any = Tensor
    for name, (primitive, sign, unless) in BINARY.items():
        forward, backward = general(primitive, name)
        if sign is not None:
            scope: dict[str, Any] = {"Tensor": Tensor, "current": ambient.state.get, "LIMIT": LIMIT}
            scope |= {"general": forward, "__name__": __name__}
            exec(FAST.format(name=name, sign=sign, unless=unless, code=kernels.code_of(primitive, "scalar")), scope)
            forward = scope[f"__{name}__"]
        setattr(cls, f"__{name}__", forward)
        setattr(cls, f"__r{name}__", backward)
        setattr(cls, f"__i{name}__", in_place(forward))
    for name, function in COMPARISONS.items():
        setattr(cls, f"__{name}__", comparison(function))
    cls.__neg__ = lambda self: apply(ops.neg, self)
    cls.__pos__ = lambda self: self
    cls.__abs__ = lambda self: apply(ops.abs_, self)
    cls.__matmul__ = matmul
    cls.__rmatmul__ = lambda self, other: matmul(other, self)


def general(primitive: Primitive, name: str) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The operator and its reflected form, for any operands."""

    def forward(self: Tensor, other: Any) -> Any:
        if not isinstance(other, (Tensor, *NUMBERS)):
            return NotImplemented
        return apply(primitive, self, operand(other, self))

    def reflected(self: Tensor, other: Any) -> Any:
        if not isinstance(other, NUMBERS):
            return NotImplemented
        return apply(primitive, operand(other, self), self)

    forward.__name__, reflected.__name__ = f"__{name}__", f"__r{name}__"
    return forward, reflected


def in_place(forward: Callable[..., Any]) -> Callable[..., Any]:
    """`a += b` as `a = a + b`; under `no_grad` a leaf keeps being the same leaf, with the new value (an update step)."""

    def update(self: Tensor, other: Any) -> Tensor:
        result: Tensor = forward(self, other)
        if ambient.state.get() is not ambient.NO_GRAD or self._meta is None or result is NotImplemented:
            return result
        if result.shape != self.shape:
            raise ValueError(f"an in-place update cannot change the shape {self.shape} to {result.shape}")
        self._value = result._value if result.dtype == self.dtype else result._value.astype(self.dtype)
        self._segment = None  # rows recorded before keep the old value
        return self

    return update


def comparison(function: Callable[..., Any]) -> Callable[..., Any]:
    """A comparison gives a boolean tensor, which has no gradient."""

    def compare(self: Any, other: Any) -> Any:
        if not isinstance(other, (Tensor, *NUMBERS)):
            return NotImplemented
        return make(np.asarray(function(*(v._value if isinstance(v, Tensor) else v for v in (self, other)))))

    return compare
