"""Host primitives on tensors: the value by NumPy, and a row whose rule the sweep comes back to Python for."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from notebook_ad.engine.host import pack
from notebook_ad.engine.primitive import Primitive
from notebook_ad.tensor import anomaly, messages, record
from notebook_ad.tensor.ambient import checking
from notebook_ad.tensor.dtypes import VALUE_BASED, WIDE, settled, smooth_promoted
from notebook_ad.tensor.elementwise import apply, as_dtype, own
from notebook_ad.tensor.left import unrecorded
from notebook_ad.tensor.levels import top
from notebook_ad.tensor.quiet import quietly
from notebook_ad.tensor.tensor import FLOATS, SMOOTH, Tensor, plain

Static = dict[str, Any]


def on_tape(primitive: Primitive, operands: Sequence[Any], static: Static) -> Any:
    """What `Primitive.__call__` does where an operand is a tensor."""
    tensors = [t if isinstance(t, Tensor) else own(t) for t in operands]
    return apply(primitive, *tensors) if primitive.kind == "elementwise" else call(primitive, tensors, static)


def call(primitive: Primitive, operands: Sequence[Tensor], static: Static) -> Tensor:
    """A host primitive's value, recorded where an operand needs a gradient.

    Raises:
        ShapeError: NumPy refuses the shapes.
    """
    if (level := top(operands)) is not None:
        return level.interpret(primitive, operands, static)
    assert primitive.numpy is not None
    values = smooth_promoted([np.float64(t._value) if type(t._value) is float else t._value for t in operands])
    try:
        result = quietly(primitive.numpy, values, static)
    except (ValueError, IndexError) as error:  # AxisError is both
        raise messages.complaint(primitive.name, operands, error) from None
    if VALUE_BASED and all(getattr(v, "dtype", None) not in WIDE for v in static.values()):
        result = settled(result, values)
    value = plain(pack(result) if isinstance(result, tuple) else result)
    segment = record.wants_record(operands)
    if segment is None or (type(value) is not float and value.dtype not in SMOOTH):
        if checking.get():
            anomaly.checked(primitive.name, values, value)
        return unrecorded(value, operands)
    if primitive.block is None:
        return record.wide(primitive, operands, value, segment, [], static, cost=1)
    dtype = FLOATS[0] if type(value) is float else value.dtype
    operands = [t if t.dtype is dtype else as_dtype(t, dtype) for t in operands]
    return record.wide(
        primitive, operands, value, segment, primitive.block(*(t.shape for t in operands), **static), static
    )


def public(primitive: Primitive, operands: int = 1) -> Callable[..., Tensor]:
    """The function over tensors of a host primitive: the first arguments are operands, the others static.

    Raises:
        TypeError: an argument that the function does not have.
    """
    assert primitive.numpy is not None
    signature = inspect.signature(primitive.numpy)
    names = list(signature.parameters)

    def function(*args: Any, **kwargs: Any) -> Tensor:
        try:
            bound = signature.bind(*args, **kwargs).arguments
        except TypeError as error:
            raise TypeError(
                f"{primitive.name} of a tensor: {error}{messages.place()}. It takes {', '.join(names)}"
            ) from None
        given = [t if isinstance(t := bound.pop(name), Tensor) else own(t) for name in names[:operands]]
        return call(primitive, given, bound)

    function.__name__ = function.__qualname__ = primitive.name
    function.__doc__ = primitive.numpy.__doc__
    return function
