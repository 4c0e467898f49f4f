"""The functions of tensors that `import notebook_ad as ad` offers under NumPy's names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.engine import compile as kernels
from notebook_ad.engine import elementwise as ops
from notebook_ad.engine.library.complex import modulus
from notebook_ad.engine.primitive import Primitive
from notebook_ad.engine.segment import CAPACITY, LIMIT
from notebook_ad.tensor.ambient import state
from notebook_ad.tensor.dtypes import FLOATS
from notebook_ad.tensor.elementwise import apply, operand, own, scalar_function
from notebook_ad.tensor.forms import ROOM, Forms
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.linalg import matmul
from notebook_ad.tensor.quiet import quietly
from notebook_ad.tensor.record import unknown as opaque
from notebook_ad.tensor.reduce import max, mean, min, sum
from notebook_ad.tensor.shaping import broadcast_to, concatenate, index, put, reshape, stack, transpose
from notebook_ad.tensor.tensor import Tensor, constant, make

current = state.get

__all__ = [
    "abs", "add", "broadcast_to", "concatenate", "cos", "divide", "exp", "floor_divide", "index", "log", "matmul", "max",
    "maximum", "mean", "min", "minimum", "multiply", "negative", "opaque", "power", "put", "relu", "remainder", "reshape",
    "sigmoid", "sin", "softplus", "sqrt", "stack", "subtract", "sum", "tan", "tanh", "transpose", "where",
]  # fmt: skip


def unary(primitive: Primitive, doc: str) -> Callable[[Any], Tensor]:
    code, scalar = kernels.code_of(primitive, "scalar"), scalar_function(primitive)
    double, single, host = Forms(primitive, FLOATS[0]), Forms(primitive, FLOATS[1]), primitive.numpy

    def function(x: Any) -> Tensor:
        if type(x) is not Tensor:
            return apply(primitive, x if isinstance(x, Tensor) else own(x))
        operand_row, value, segment = x._id, x._value, current()  # as in operators.FAST
        if x._segment is not segment:
            return apply(primitive, x)
        if type(value) is float:
            row = len(segment.values)
            try:
                z = scalar(value)
            except (ArithmeticError, ValueError):
                row = CAPACITY
            if row < LIMIT:
                segment.values.append(z)
                segment.rows += (code, operand_row, -1)
                return make(z, segment, row)
        elif host is not None and ((dtype := value.dtype) is FLOATS[0] or dtype is FLOATS[1]):
            form = (double if dtype is FLOATS[0] else single)[value.shape,]
            if form is not None and len(segment.values) < LIMIT and segment.wide_bytes < ROOM:
                z = quietly(host, (value,))
                return make(z, segment, segment.add_lean(form, z, operand_row, 0, value))
        return apply(primitive, x)

    function.__name__ = function.__qualname__ = primitive.name
    function.__doc__ = doc
    return function


def binary(primitive: Primitive, doc: str) -> Callable[[Any, Any], Tensor]:
    double, single, host = Forms(primitive, FLOATS[0]), Forms(primitive, FLOATS[1]), primitive.numpy

    def function(x: Any, y: Any) -> Tensor:
        if type(x) is Tensor and type(y) is Tensor:  # arrays of one dtype on the tape, as in unary
            i, j, a, b = x._id, y._id, x._value, y._value
            segment: Any = current()
            on_it = x._segment is segment and y._segment is segment and type(a) is not float and type(b) is not float
            if on_it and host is not None and (dtype := a.dtype) is b.dtype and dtype in FLOATS:
                form = (double if dtype is FLOATS[0] else single)[a.shape, b.shape]
                if form is not None and len(segment.values) < LIMIT and segment.wide_bytes < ROOM:
                    z = quietly(host, (a, b))
                    return make(z, segment, segment.add_lean(form, z, i, j, a, b))
        like = x if isinstance(x, Tensor) else y if isinstance(y, Tensor) else constant(y)
        return apply(primitive, operand(x, like), operand(y, like))

    function.__name__ = function.__qualname__ = primitive.name
    function.__doc__ = doc
    return function


exp = unary(ops.exp_, "e to the power x, elementwise.")
log = unary(ops.log_, "Natural logarithm, elementwise; −inf at 0, nan below.")
sqrt = unary(ops.sqrt_, "Square root, elementwise; its derivative at 0 is inf, as in PyTorch.")
sin = unary(ops.sin_, "Sine of x in radians, elementwise.")
cos = unary(ops.cos_, "Cosine of x in radians, elementwise.")
tan = unary(ops.tan_, "Tangent of x in radians, elementwise.")
tanh = unary(ops.tanh_, "Hyperbolic tangent, elementwise.")
sigmoid = unary(ops.sigmoid, "1 / (1 + e^−x), elementwise, without overflow.")
relu = unary(ops.relu, "x where x > 0, else 0; the derivative at 0 is 0, as in PyTorch.")
softplus = unary(ops.softplus, "log(1 + e^x), elementwise, without overflow.")
_abs = unary(ops.abs_, "")
negative = unary(ops.neg, "−x, elementwise.")
add = binary(ops.add, "x + y, elementwise with broadcasting.")
subtract = binary(ops.sub, "x − y, elementwise with broadcasting.")
multiply = binary(ops.mul, "x · y, elementwise with broadcasting.")
divide = binary(ops.div, "x / y, elementwise with broadcasting.")
floor_divide = binary(ops.floordiv, "x // y, elementwise; its derivative is 0.")
remainder = binary(ops.mod, "x % y, elementwise; the sign follows y.")
power = binary(ops.power, "x to the power y, elementwise with broadcasting.")
maximum = binary(ops.maximum, "The larger of x and y, elementwise; a tie shares the gradient evenly.")
minimum = binary(ops.minimum, "The smaller of x and y, elementwise; a tie shares the gradient evenly.")


def abs(x: Any) -> Tensor:  # noqa: A001 - NumPy's name
    """Absolute value, of complex numbers the modulus, elementwise; the derivative at 0 is 0."""
    if type(x) is Tensor and type(x._value) is float:
        return _abs(x)
    t = x if isinstance(x, Tensor) else own(x)
    return modulus(t) if t.dtype.kind == "c" else _abs(t)


def where(condition: Any, x: Any, y: Any) -> Tensor:
    """x where the condition holds, else y, elementwise. No gradient flows to the condition."""
    chosen = condition if isinstance(condition, Tensor) else own(condition)
    if not any(isinstance(v, Tensor) or hasattr(v, "__tensor__") for v in (x, y)):
        if type(chosen) is Tensor and chosen is condition:
            return constant(np.where(condition._value, x, y))  # of two plain values NumPy's own promotion
        if isinstance(chosen, Level) and chosen.level == 0:
            decided: Tensor = chosen.decide(np.where, (chosen, x, y))
            return decided
    like = x if isinstance(x, Tensor) else y if isinstance(y, Tensor) else constant(np.float64(0))
    return apply(ops.select, chosen.detach(), operand(x, like), operand(y, like))
