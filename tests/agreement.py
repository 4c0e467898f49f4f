"""Shared by the tests of NumPy's functions on tensors: values as NumPy's, derivatives as central differences."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy_two import narrowed

import notebook_ad as ad
from notebook_ad.transforms.trees import leaves

Function = Callable[..., Any]


def same_values(f: Function, args: Sequence[Any], rtol: float = 1e-9, narrow: bool = False) -> None:
    """Of tensors, `f` gives what it gives of arrays: structure, shapes, dtypes (`narrow`: those of NumPy 2) and numbers."""
    expected, got = f(*args), f(*map(ad.tensor, args))
    assert type(got) is type(expected) or isinstance(got, ad.Tensor)
    for want, have in zip(leaves(expected), leaves(got), strict=True):
        assert isinstance(have, ad.Tensor) or type(have) is type(want)
        value = np.asarray(have.detach().value if isinstance(have, ad.Tensor) else have)
        assert value.shape == np.shape(want)
        assert value.dtype == (narrowed(want) if narrow else np.asarray(want).dtype)
        np.testing.assert_allclose(value, want, rtol=rtol, atol=rtol)


def agrees(f: Function, args: Sequence[Any], order: int = 2, tolerance: float = 1e-4) -> None:
    """Values as NumPy's; derivatives in both modes and to the order as central differences."""
    same_values(f, args)
    ad.check_grads(f, args, order=order, atol=tolerance, rtol=tolerance)


def keeps_float32(f: Function, args: Sequence[Any], narrow: bool = False) -> None:
    """In float32, value and gradient are float32 (`narrow`: NumPy 1 gave float64), and near those in float64."""
    single = [np.asarray(a, np.complex64 if np.asarray(a).dtype.kind == "c" else np.float32) for a in args]
    same_values(f, single, rtol=2e-5, narrow=narrow)

    def total(*xs: Any) -> Any:
        parts = [np.sum(np.real(x * np.conj(x))) for x in leaves(f(*xs))]
        return sum(parts[1:], parts[0])

    wanted = tuple(range(len(args)))
    for got, want, given in zip(ad.grad(total, wanted)(*single), ad.grad(total, wanted)(*args), single, strict=True):
        assert got.dtype == given.dtype
        np.testing.assert_allclose(got, want, rtol=1e-3, atol=1e-3)
