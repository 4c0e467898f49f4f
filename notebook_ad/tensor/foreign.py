"""Arrays of other libraries (PyTorch's, JAX's, CuPy's) as NumPy's: read through `__array__` or DLPack, never cut silently."""

from __future__ import annotations

from typing import Any

import numpy as np


def is_foreign(value: Any) -> bool:
    """Whether a value is an array of another library."""
    kind = type(value)
    if isinstance(value, np.ndarray | np.generic):
        return False
    return hasattr(kind, "__dlpack__") or hasattr(kind, "__array__")


def array_of(value: Any) -> Any:
    """The values of another library's array, as NumPy's; it may share memory.

    Raises:
        RuntimeError: it requires a gradient of its library: that graph would be cut silently.
    """
    if getattr(value, "requires_grad", False) is True:
        library = type(value).__module__.partition(".")[0]
        raise RuntimeError(
            f"a {library} tensor of shape {tuple(value.shape)} that requires a gradient would lose {library}'s graph "
            "silently; detach() it, or compute with tensors of one library"
        )
    return np.asarray(value) if hasattr(type(value), "__array__") else np.from_dlpack(value)


def without_foreign(value: Any) -> Any:
    """Nested lists and tuples in which other libraries' arrays stand, with NumPy's in their places."""
    if isinstance(value, list | tuple):
        return [without_foreign(v) for v in value]
    return array_of(value) if is_foreign(value) else value
