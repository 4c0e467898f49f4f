"""Elementwise operations on tensors: the value by NumPy or a compiled kernel, and a row on the tape."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from notebook_ad.engine import arrays as ops
from notebook_ad.engine import compile as kernels
from notebook_ad.engine.blocks import elementwise_block
from notebook_ad.engine.evaluate import evaluate as by_expression
from notebook_ad.engine.library.complex import real
from notebook_ad.engine.memory import run_kernel
from notebook_ad.engine.primitive import OPERANDS, Primitive
from notebook_ad.engine.printers import source
from notebook_ad.tensor import anomaly, foreign, messages, record
from notebook_ad.tensor.ambient import Trace, checking, state
from notebook_ad.tensor.dtypes import FLOATS, SMOOTH, VALUE_BASED, promoted, settled
from notebook_ad.tensor.forms import elementwise_form
from notebook_ad.tensor.known import recast, stands_for
from notebook_ad.tensor.left import unrecorded
from notebook_ad.tensor.levels import Level, top
from notebook_ad.tensor.quiet import quietly
from notebook_ad.tensor.tensor import Tensor, constant, make, meta_of, plain


def apply(primitive: Primitive, *operands: Tensor) -> Tensor:
    """Apply an elementwise primitive, and record it where an operand needs a gradient.

    Raises:
        ShapeError: the shapes do not broadcast.
    """
    values = []
    for t in operands:
        if type(t) is not Tensor and (level := top(operands)) is not None:
            return level.interpret(primitive, operands, {})
        values.append(t._value)
    if len(values) <= 2 and type(values[0]) is float and type(values[-1]) is float and not primitive.heavy:
        number = evaluate_scalar(primitive, values)
        segment = record.wants_record(operands)
        if segment is not None:
            return record.scalar(primitive, operands, number, segment)
        if checking.get():
            anomaly.checked(primitive.name, values, number)
        return unrecorded(number, operands)
    value = evaluate(primitive, operands)
    segment = record.wants_record(operands)
    if segment is None or (type(value) is not float and value.dtype not in SMOOTH):
        if checking.get():
            anomaly.checked(primitive.name, values, value)
        return unrecorded(value, operands)
    dtype = FLOATS[0] if type(value) is float else value.dtype
    shapes = []
    for x in values:  # without calls: this is the path of every operation on arrays
        if type(x) is float:
            alike = dtype is FLOATS[0]
            shapes.append(None if alike else ())
        else:
            alike = x.dtype is dtype
            shapes.append(x.shape)
        if not alike:
            operands = tuple(as_dtype(t, dtype) for t in operands)
            shapes = [None if type(t._value) is float else t._value.shape for t in operands]
            break
    form = elementwise_form(primitive, dtype, None if type(value) is float else value.shape, tuple(shapes))
    if len(shapes) > 2:
        return record.wide(primitive, operands, value, segment, form.parameters)
    return record.lean(form, operands, value, segment)


def as_dtype(t: Tensor, dtype: np.dtype[Any]) -> Tensor:
    """The tensor in a float dtype: a constant is converted, a tensor with a gradient cast on the tape.

    Of a complex tensor as a real one that is the real part, as in NumPy.
    """
    if t.dtype == dtype:
        return t
    if t.dtype.kind == "c" and dtype in FLOATS:
        return as_dtype(real(t), dtype)
    if isinstance(t, Level):
        return t.interpret(ops.cast, (t,), {"dtype": dtype.name})
    if t._meta is not None and (discrete := stands_for(t)) is not None:
        return recast(discrete, dtype)
    value = plain(np.asarray(t._value).astype(dtype))
    segment = record.wants_record([t])
    if segment is None:
        converted = unrecorded(value, (t,))
        if t.name:
            meta_of(converted).name = t.name
        return converted
    return record.wide(ops.cast, (t,), value, segment, [t.size], {"dtype": dtype.name})


def evaluate(primitive: Primitive, operands: tuple[Tensor, ...]) -> Any:
    """The primitive's value: by NumPy where it has the function, else by the compiled forward kernel.

    NumPy's loops are faster on exp, sin and the like (SIMD), and a cell under `%%backprop` gives the same bits.
    """
    values = promoted([np.float64(t._value) if type(t._value) is float else t._value for t in operands])
    try:
        if primitive.numpy is not None:
            result = quietly(primitive.numpy, values)
            return plain(settled(result, values) if VALUE_BASED else result)
        with np.errstate(all="ignore"):
            if primitive.heavy or any(v.dtype.kind == "c" for v in values):  # complex dtypes have no kernels
                assert primitive.value is not None
                result = by_expression(primitive.value, dict(zip(OPERANDS, values, strict=False)))
                return plain(settled(result, values) if VALUE_BASED else result)
            return plain(forward(primitive, values))
    except ValueError as error:
        raise messages.broadcast(primitive, operands) or error from None


@cache
def scalar_function(primitive: Primitive) -> Callable[..., Any]:
    """The primitive on Python floats, from its expression tree: 0.1 µs where NumPy's scalars take 1."""
    assert primitive.value is not None
    names = ", ".join(OPERANDS[: len(primitive.partials)])
    function: Callable[..., Any] = eval(f"lambda {names}: {source(primitive.value, scalar=True)}", {"math": math})
    return function


def evaluate_scalar(primitive: Primitive, values: list[float]) -> float:
    """The primitive's value on floats; where Python raises (1 / 0, exp(1000)), what NumPy or the kernel gives."""
    try:
        value = scalar_function(primitive)(*values)
        if type(value) is float:
            return value
    except (ArithmeticError, ValueError):
        pass
    host = primitive.numpy
    with np.errstate(all="ignore"):
        return float(forward(primitive, list(values)) if host is None else host(*map(np.float64, values)))


def forward(primitive: Primitive, values: Sequence[Any]) -> np.ndarray:
    """Run the compiled forward kernel, in float64 unless every operand is float32."""
    dtype = np.result_type(*values)
    dtype = dtype if dtype in FLOATS else FLOATS[0]
    arrays = [np.asarray(v, dtype, order="C") for v in values]
    out = np.empty(np.broadcast_shapes(*(a.shape for a in arrays)), dtype)
    block = [len(arrays), out.ctypes.data, 0]
    for a in arrays:
        block += [a.ctypes.data, 0]
    whole = np.array(block + elementwise_block(out.shape, tuple(a.shape for a in arrays)), np.int64)
    run_kernel(kernels.kernel(primitive, dtype.name, "forward"), whole.ctypes.data)
    return out


def operand(value: Any, like: Tensor) -> Tensor:
    """An operand as a tensor; a Python number takes the float dtype of the other operand, as in NumPy 2."""
    if isinstance(value, Tensor):
        return value
    if (type(value) in (int, float, bool) or is_weak(value)) and like.dtype in SMOOTH:
        return make(float(value) if like.dtype == FLOATS[0] else np.asarray(value, like.dtype))
    if type(value) is complex and like.dtype in SMOOTH:
        return make(np.asarray(value, np.result_type(like.dtype, np.complex64)))
    return own(value)


def is_weak(value: Any) -> bool:
    """Whether a number takes the dtype of the other operand: an int of any class (`x.size`), but no float64 scalar."""
    return isinstance(value, int | float) and not isinstance(value, np.generic) and not hasattr(value, "__tensor__")


def own(value: Any) -> Tensor:
    """A value as a constant, copied where the caller could still change it: the tape must keep what it saw.

    Raises:
        RuntimeError: another library's tensor that requires a gradient.
    """
    kind = type(value)
    protocol = getattr(kind, "__tensor__", None)  # a value that has a place on the tape keeps it
    if protocol is not None and isinstance(found := protocol(value), Tensor):
        return found
    if isinstance(value, np.ndarray) and type(now := state.get()) is Trace and now.named is not None:
        held = now.named(value)
        if isinstance(held, Tensor):
            return held
    if kind is np.ndarray and value.ndim and value.flags.writeable and value.dtype in FLOATS:
        return make(value.copy() if value.flags.c_contiguous else np.array(value, order="C"))
    if foreign.is_foreign(value) and not isinstance(value, Tensor):
        value = foreign.array_of(value)
        return constant(np.array(value))
    result = constant(value)
    if isinstance(value, np.ndarray) and value.flags.writeable and np.may_share_memory(result._value, value):
        result._value = result._value.copy()
    return result
