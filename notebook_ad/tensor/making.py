"""`ad.tensor`: what a user gives, as a tensor."""

from __future__ import annotations

from typing import Any

import numpy as np

from notebook_ad.engine.errors import ShapeError
from notebook_ad.tensor import foreign
from notebook_ad.tensor.devices import device as device_named
from notebook_ad.tensor.dtypes import COMPLEX, FLOATS, SMOOTH, accepted, get_default_dtype
from notebook_ad.tensor.tensor import Meta, Tensor, make, plain


def tensor(
    value: Any, requires_grad: bool | None = None, name: str | None = None, dtype: Any = None, device: Any = None
) -> Tensor:
    """Make a tensor from a number, a nested list or an array. Copies, so that later changes to `value` do no harm.

    Args:
        value: what it holds; arrays of PyTorch and JAX too. Python's floats have the default dtype; integers are cast
            to it where a gradient is required, else they stay int64.
        requires_grad: whether `backward` fills `.grad`; left out, it does but for truths, arrays of integers (labels,
            indices) and an asked dtype "int64" or "bool".
        name: shown in pictures and messages.
        dtype: "float64", "float32" or a complex dtype ("int64" and "bool" without a gradient).
        device: "cpu", the only one.

    >>> tensor([1.0, 2.0], name="x")
    tensor([1., 2.], name='x', requires_grad=True)

    Raises:
        TypeError: the value is not numeric, or its dtype is not supported or cannot require a gradient.
        RuntimeError: a tensor in it requires a gradient, ours or PyTorch's; the device is not "cpu".
    """
    default = get_default_dtype()
    if type(value) is float and dtype is None and default is FLOATS[0] and device is None:
        result = make(value)
        if requires_grad is not False or name is not None:
            result._meta = Meta(name, requires_grad is not False, assumed=FLOATS[0] if requires_grad is None else None)
        return result
    if device is not None:
        device_named(device)
    given = _values(value)
    if dtype is not None:
        held = plain(np.asarray(given, accepted(dtype, "tensor")))
    else:
        held = plain(given if default is FLOATS[0] else _in_default(given, value), value)
    assumed = None
    if requires_grad is None:
        requires_grad = type(held) is float or held.dtype in SMOOTH or (dtype is None and not _is_discrete(held, value))
        assumed = FLOATS[0] if type(held) is float else held.dtype
    if requires_grad and type(held) is not float and held.dtype not in SMOOTH:
        if dtype is not None or held.dtype.kind == "b":
            raise TypeError(f"{held.dtype} cannot require a gradient; pass requires_grad=False, or a float dtype")
        held = plain(held.astype(default))
    if (
        isinstance(held, np.ndarray)
        and not isinstance(value, Tensor | list | tuple)
        and np.may_share_memory(held, given)
    ):
        held = held.copy()
    result = make(held)
    if requires_grad or name is not None:
        result._meta = Meta(name=name, leaf=requires_grad, assumed=assumed)
    return result


def _is_discrete(held: np.ndarray, value: Any) -> bool:
    """Whether a value is truths, or integers that an array holds as such: labels and indices, nothing to differentiate."""
    return held.dtype.kind == "b" or (held.ndim > 0 and not isinstance(value, list | tuple))


def _values(value: Any) -> Any:
    """What a tensor is to hold, as an array."""
    parts = value if isinstance(value, list | tuple) else [value]
    if any(isinstance(v, Tensor) and v.requires_grad for v in parts):
        raise RuntimeError(
            "tensor() of a tensor that requires a gradient would cut the graph silently. "
            "Use it as it is, stack() to join several, or detach() to cut it"
        )
    if isinstance(value, Tensor):
        return np.asarray(value._value)
    if isinstance(value, list | tuple):
        rows = [np.asarray(v._value) if isinstance(v, Tensor) else foreign.without_foreign(v) for v in value]
        try:
            return np.array(rows)
        except ValueError:  # NumPy's words name neither function nor argument
            lengths = ", ".join(str(len(row)) if hasattr(row, "__len__") else "a number" for row in rows[:5])
            raise ShapeError(
                f"tensor(): the rows of a list must have one shape; these have lengths {lengths}"
            ) from None
    return np.asarray(foreign.array_of(value) if foreign.is_foreign(value) else value)


def _in_default(array: np.ndarray, value: Any) -> np.ndarray:
    """Python's floats in the default dtype; what has a dtype of its own keeps it."""
    if array.dtype not in (FLOATS[0], COMPLEX[0]) or _has_dtype(value):
        return array
    return array.astype(
        np.result_type(get_default_dtype(), np.complex64) if array.dtype.kind == "c" else get_default_dtype()
    )


def _has_dtype(value: Any) -> bool:
    return any(map(_has_dtype, value)) if isinstance(value, list | tuple) else hasattr(value, "dtype")
