"""Dtypes of tensors: which there are, the default for floats, and NumPy 2's promotion on every NumPy."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

float32 = float = np.dtype(np.float32)  # noqa: A001 - PyTorch's names: `torch.float` is float32
float64 = double = np.dtype(np.float64)
complex64 = cfloat = np.dtype(np.complex64)
complex128 = cdouble = np.dtype(np.complex128)
int64 = long = np.dtype(np.int64)
int32 = int = np.dtype(np.int32)  # noqa: A001 - a name to ask for integers by; tensors hold them as int64
bool = np.dtype(np.bool_)  # noqa: A001 - PyTorch's name

FLOATS = (float64, float32)
COMPLEX = (complex128, complex64)
SMOOTH = frozenset(FLOATS + COMPLEX)  # dtypes that have a gradient
WIDE = {float64: float32, complex128: complex64}  # each with its half
VALUE_BASED = np.lib.NumpyVersion(np.__version__) < "2.0.0"  # this NumPy lets the value of a 0-d operand decide


class _Default:
    """The process's default, as in PyTorch: a thread that begins later must make tensors of the same dtype."""

    dtype = float64


def set_default_dtype(dtype: Any) -> None:
    """Make "float32" or "float64" the dtype of tensors made from Python floats, and of zeros(), randn() and the like.

    Arrays and NumPy's scalars keep their dtype. As `torch.set_default_dtype`; the default is float64.

    Raises:
        TypeError: another dtype.
    """
    to = np.dtype(dtype)
    if to not in FLOATS:
        raise TypeError(f"set_default_dtype: {to} cannot be the default; use 'float64' or 'float32'")
    _Default.dtype = to


def get_default_dtype() -> np.dtype[Any]:
    """The dtype of tensors made from Python floats. As `torch.get_default_dtype`."""
    return _Default.dtype


def accepted(dtype: Any, function: str) -> np.dtype[Any]:
    """A dtype by any of its names, as tensors hold it: every integer dtype is int64.

    Raises:
        TypeError: tensors do not hold it.
    """
    try:
        to = np.dtype(dtype)
    except TypeError:
        to = None
    if to is None or (to not in SMOOTH and to.kind not in "iub"):
        raise TypeError(
            f"{function}: {dtype if to is None else to} is no dtype of tensors; they hold float64, float32, complex128, "
            "complex64, int64 or bool"
        )
    return int64 if to.kind in "iu" else to


def promoted(values: Sequence[Any]) -> Sequence[Any]:
    """Operands of mixed dtypes in their common one, where this NumPy would let the value of one without axes decide."""
    if not VALUE_BASED or len(values) < 2:
        return values
    dtypes = {v.dtype for v in values}
    if len(dtypes) == 1 or all(v.ndim for v in values):
        return values
    to = functools.reduce(np.promote_types, dtypes)
    return [v if v.dtype == to else np.asarray(v, to) for v in values]


def smooth_promoted(values: Sequence[Any]) -> Sequence[Any]:
    """As `promoted`, for the operands that can have a gradient; indices and masks stay as they are."""
    if not VALUE_BASED:
        return values
    smooth = iter(promoted([v for v in values if v.dtype in SMOOTH]))
    return [next(smooth) if v.dtype in SMOOTH else v for v in values]


def settled(result: Any, values: Sequence[Any]) -> Any:
    """A result, or several, in single precision where its operands are.

    For NumPy 1, in which a float32 without axes times a Python number is float64, and a Fourier transform always double.
    """
    if isinstance(result, tuple):
        return tuple(settled(part, values) for part in result)
    if result.dtype not in WIDE or functools.reduce(np.promote_types, (v.dtype for v in values)) not in WIDE.values():
        return result
    return np.asarray(result, WIDE[result.dtype])
