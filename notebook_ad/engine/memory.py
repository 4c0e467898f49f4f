"""Raw memory for compiled code: typed pointers from addresses, and a call through a function's address."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numba as nb
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

DATA = object.__basicsize__  # where an array object holds the address of its data: first behind the object's head
_PROBE = np.zeros(1)
_word = ctypes.c_int64.from_address
LAID_OUT = _word(id(_PROBE) + DATA).value == _PROBE.ctypes.data


def reference(array: np.ndarray) -> int:
    """What stands in a block for the address of a living array until rows are packed: −id, or the address itself."""
    return -id(array) if LAID_OUT else int(array.ctypes.data)


def address(array: np.ndarray) -> int:
    """Of an array's data: 0.2 µs, where `array.ctypes.data` takes 1.1."""
    return _word(id(array) + DATA).value if LAID_OUT else int(array.ctypes.data)


@lru_cache(maxsize=256)
def packer(count: int, kind: str = "q") -> struct.Struct:
    """What writes so many integers ("q") or floats ("d"): made once for each count that is in use."""
    return struct.Struct(f"{count}{kind}")


def jit(function: Callable[..., Any]) -> Any:
    """Compile, cached on disk where any folder can be written; releases the GIL and never raises on 1/0."""
    options: dict[str, Any] = {"error_model": "numpy", "nogil": True}
    try:
        return nb.njit(cache=True, **options)(function)
    except RuntimeError:  # no writable place for the cache: compile in each process
        return nb.njit(**options)(function)


def _intrinsic(function: Callable[..., Any]) -> Any:
    return intrinsic(function)  # typed as Any: Numba supplies the first argument itself


def _pointer(pointee: Any) -> Any:
    @intrinsic
    def cast(typingctx: Any, address: Any) -> Any:
        def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            return builder.inttoptr(args[0], context.get_value_type(signature.return_type))

        return pointer(types.int64), codegen

    pointer: Any = types.CPointer(pointee)  # type: ignore[no-untyped-call]
    return cast


i64, f64, f32, u8 = _pointer(types.int64), _pointer(types.float64), _pointer(types.float32), _pointer(types.uint8)


@_intrinsic
def call(typingctx: Any, kernel: Any, argument: Any) -> Any:
    """Call the compiled `void kernel(int64)` at an address: one indirect call, no Python."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kind = ir.FunctionType(ir.VoidType(), [ir.IntType(64)])
        builder.call(builder.inttoptr(args[0], kind.as_pointer()), [args[1]])
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), codegen


@_intrinsic
def itemsize(typingctx: Any, pointer: Any) -> Any:
    """Bytes of what a pointer points to."""
    size = pointer.dtype.bitwidth // 8

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return context.get_constant(types.int64, size)

    return types.int64(pointer), codegen


@_intrinsic
def bits_to_float(typingctx: Any, bits: Any) -> Any:
    """The float64 whose bits are the given int64."""

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.DoubleType())

    return types.float64(types.int64), codegen


@jit
def run_kernel(kernel, argument):  # type: ignore[no-untyped-def]
    """Call one kernel from Python."""
    call(kernel, argument)


@jit
def power(x, y):  # type: ignore[no-untyped-def]
    """x to the power y; the common exponents cost a product, not the 14 ns of a `pow`."""
    if y == 2:
        return x * x
    if y == 1:
        return x
    if y == 0:
        return y + 1
    if y == -1:
        return -y / x
    return x**y


@jit
def floor_divide(x, y):  # type: ignore[no-untyped-def]
    """NumPy's `floor_divide` of floats (its `npy_divmod`); Numba's own differs at infinities and subnormals."""
    if y == 0:
        return x / y
    mod = np.fmod(x, y)
    div = (x - mod) / y
    if mod != 0 and (y < 0) != (mod < 0):
        div -= 1.0
    if div == 0:
        return x / y * 0.0
    whole = np.floor(div)
    return whole + 1.0 if div - whole > 0.5 else whole


@jit
def clear(address, size):  # type: ignore[no-untyped-def]
    """Set so many bytes to 0: just before the first addition, so that they are in the cache then."""
    numbers, bytes_ = i64(address), u8(address)
    for n in range(size // 8):
        numbers[n] = 0
    for n in range(size // 8 * 8, size):
        bytes_[n] = 0


@jit
def run_offset(d, first, lead, run, stride):  # type: ignore[no-untyped-def]
    """Offset of inner run number `run`: `d[first:first+lead]` is the leading shape, `d[stride:stride+lead]` its strides."""
    at = 0
    for axis in range(lead - 1, -1, -1):
        size = d[first + axis]
        at += (run % size) * d[stride + axis]
        run //= size
    return at
