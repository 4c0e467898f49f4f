"""The matrix product that adds to what stands there, C += A B, or begins there, C = A B: BLAS's gemm in compiled code.

`np.dot` in compiled code makes a new array, which is then added: two more passes over the gradient of a weight matrix.
It also is SciPy's gemm, whose threads wait in a busy loop beside NumPy's, each for the cores that the other holds: the
gradient of a product of 64 × 128 and 128 × 128 took 12.8 ms on two cores. With NumPy's own gemm it takes 0.21 ms.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

from llvmlite import binding, ir
from numba import types
from numba.core import cgutils
from numba.extending import get_cython_function_address, intrinsic

from notebook_ad.engine.memory import clear, itemsize, jit

KINDS = {types.float32: "s", types.float64: "d"}
CHAR, INT, ADDRESS = ir.IntType(8), ir.IntType(64), ir.IntType(8).as_pointer()
GEMM = ir.FunctionType(ir.VoidType(), [ADDRESS] * 13)  # Fortran's: everything by reference
SYMBOL = "notebook_ad_{}gemm"
NAMES = ("scipy_{}gemm_64_", "{}gemm_64_", "scipy_{}gemm_", "{}gemm_")  # in NumPy's wheels; in other builds


def numpys(kind: str) -> int:
    """Address of the gemm for "s" or "d" that NumPy's library is linked with; 0 where the system does not tell (Windows)."""
    core = sys.modules.get("numpy._core._multiarray_umath") or sys.modules["numpy.core._multiarray_umath"]
    library = ctypes.CDLL(core.__file__)
    for name in NAMES:
        found = getattr(library, name.format(kind), None)
        if found is not None:
            return ctypes.cast(found, ctypes.c_void_p).value or 0
    return 0


def scipys(kind: str) -> int:
    """Address of the one that SciPy offers."""
    return int(get_cython_function_address("scipy.linalg.cython_blas", f"{kind}gemm"))


for _kind in KINDS.values():  # compiled code, also that of a cache, finds it by this name
    binding.add_symbol(SYMBOL.format(_kind), numpys(_kind) or scipys(_kind))


def _gemm(typingctx: Any, flip_a: Any, flip_b: Any, m: Any, n: Any, k: Any, a: Any, b: Any, c: Any, begins: Any) -> Any:
    """C (m × n) += A (m × k) B (k × n), all by rows, C at an address; flipped: that operand stands transposed."""
    dtype = a.dtype

    def codegen(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        def at(value: Any) -> Any:
            return builder.bitcast(cgutils.alloca_once_value(builder, value), ADDRESS)  # type: ignore[no-untyped-call]

        flip_a, flip_b, m, n, k, a, b, c, begins = args
        one, zero = context.get_constant(dtype, 1.0), context.get_constant(dtype, 0.0)
        kept = builder.select(begins, zero, one)
        a, b, c = builder.bitcast(a, ADDRESS), builder.bitcast(b, ADDRESS), builder.inttoptr(c, ADDRESS)
        turn = [builder.select(x, CHAR(ord("t")), CHAR(ord("n"))) for x in (flip_b, flip_a)]
        step_a, step_b = builder.select(flip_a, m, k), builder.select(flip_b, k, n)
        name = SYMBOL.format(KINDS[dtype])  # BLAS counts by columns: there the product of the transposed, turned round
        function = cgutils.get_or_insert_function(builder.module, GEMM, name)  # type: ignore[no-untyped-call]
        numbers = [at(x) for x in (*turn, n, m, k, one)]  # counts of 64 bits: one of 32 is their lower half
        builder.call(function, [*numbers, b, at(step_b), a, at(step_a), at(kept), c, at(n)])
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
