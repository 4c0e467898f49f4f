"""The matrix product that adds to what stands there, C += A B, or begins there, C = A B: BLAS's gemm in compiled code.

`np.dot` in compiled code makes a new array, which is then added: two more passes over the gradient of a weight matrix.
The function is the one that Numba's `np.dot` calls.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from notebook_ad.engine.memory import clear, itemsize, jit

KINDS = {types.float32: "s", types.float64: "d"}
CHAR, INT, ADDRESS = ir.IntType(8), ir.IntType(64), ir.IntType(8).as_pointer()
GEMM = ir.FunctionType(
    ir.IntType(32), [CHAR] * 3 + [INT] * 3 + [ADDRESS, ADDRESS, INT, ADDRESS, INT, ADDRESS, ADDRESS, INT]
)


def _gemm(typingctx: Any, flip_a: Any, flip_b: Any, m: Any, n: Any, k: Any, a: Any, b: Any, c: Any, begins: Any) -> Any:
    """C (m × n) += A (m × k) B (k × n), all by rows, C at an address; flipped: that operand stands transposed."""
    dtype = a.dtype

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        function = cgutils.get_or_insert_function(builder.module, GEMM, "numba_xxgemm")  # type: ignore[no-untyped-call]
        flip_a, flip_b, m, n, k, a, b, c, begins = args
        one = cgutils.alloca_once_value(builder, context.get_constant(dtype, 1.0))  # type: ignore[no-untyped-call]
        zero = cgutils.alloca_once_value(builder, context.get_constant(dtype, 0.0))  # type: ignore[no-untyped-call]
        one, zero = builder.bitcast(one, ADDRESS), builder.bitcast(zero, ADDRESS)
        kept = builder.select(begins, zero, one)
        a, b, c = builder.bitcast(a, ADDRESS), builder.bitcast(b, ADDRESS), builder.inttoptr(c, ADDRESS)
        turn = [builder.select(x, CHAR(ord("t")), CHAR(ord("n"))) for x in (flip_a, flip_b)]
        step_a, step_b = builder.select(flip_a, m, k), builder.select(flip_b, k, n)
        kind = CHAR(ord(KINDS[dtype]))  # BLAS counts by columns: there the product of the transposed, turned round
        builder.call(function, [kind, turn[1], turn[0], n, m, k, one, b, step_b, a, step_a, kept, c, n])
        return context.get_dummy_value()

    pointer, size, flag = types.CPointer(dtype), types.int64, types.boolean  # type: ignore[no-untyped-call]
    return types.void(flag, flag, size, size, size, pointer, pointer, size, flag), codegen


gemm: Any = intrinsic(_gemm)


@jit
def add_product(flip_a, flip_b, m, n, k, a, b, at):  # type: ignore[no-untyped-def]
    """As above; C is written over where the lowest bit of its address is set. No call where there is nothing to add."""
    if m > 0 and n > 0 and k > 0:
        gemm(flip_a, flip_b, m, n, k, a, b, at & -2, at & 1 == 1)
    elif at & 1:
        clear(at & -2, m * n * itemsize(a))
