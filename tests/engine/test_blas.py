"""The gemm of compiled code: NumPy's own library, so that no second one competes for the cores, else SciPy's."""

from __future__ import annotations

import ctypes
import sys

import numpy as np
import pytest
from llvmlite import binding

from notebook_ad.engine import blas


@pytest.mark.parametrize("source", [blas.numpys, blas.scipys])
@pytest.mark.parametrize(("kind", "dtype"), [("s", np.float32), ("d", np.float64)])
def test_the_address_is_that_of_a_product(source, kind, dtype):
    address = source(kind)
    if source is blas.numpys and sys.platform == "win32":
        assert address == 0
        return
    assert address
    x, y, z = np.array([[1, 2, 3], [4, 5, 6]], dtype), np.array([[1, 0], [2, 1], [0, 4]], dtype), np.ones((2, 2), dtype)
    counts = [ctypes.c_int64(n) for n in (2, 2, 3, 2, 3, 2)]
    m, n, k, by_y, by_x, by_z = (ctypes.byref(c) for c in counts)
    one = np.ones(1, dtype)
    given = [b"n", b"n", m, n, k, one.ctypes, y.ctypes, by_y, x.ctypes, by_x, one.ctypes, z.ctypes, by_z]
    gemm = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 13)(address)
    gemm(*[a.data_as(ctypes.c_void_p) if hasattr(a, "data_as") else ctypes.cast(a, ctypes.c_void_p) for a in given])
    assert np.array_equal(z, [[6, 15], [15, 30]])  # x @ y + 1


def test_a_library_without_a_known_name_gives_none(monkeypatch):
    monkeypatch.setattr(blas, "NAMES", ("no_{}gemm",))
    assert blas.numpys("d") == 0


@pytest.mark.parametrize("kind", ["s", "d"])
def test_compiled_code_calls_numpys_where_it_is_known(kind):
    address = binding.address_of_symbol(blas.SYMBOL.format(kind))
    assert address == (blas.numpys(kind) or blas.scipys(kind))
