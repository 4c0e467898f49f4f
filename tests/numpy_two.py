"""What NumPy 2 gives, said of the result of whichever NumPy runs the tests: tensors follow NumPy 2 on every version."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.tensor.protocols import FUNCTIONS

NEW = np.lib.NumpyVersion(np.__version__) >= "2.0.0"
SINGLE = {np.dtype(np.float64): np.dtype(np.float32), np.dtype(np.complex128): np.dtype(np.complex64)}


def narrowed(result: Any) -> np.dtype[Any]:
    """The dtype of a result of float32 operands; in NumPy 1 those without axes, and Fourier transforms, gave float64."""
    dtype = np.asarray(result).dtype
    return dtype if NEW else SINGLE.get(dtype, dtype)


def containers(result: tuple[Any, ...] | list[Any]) -> tuple[type, ...]:
    """The type of a list or tuple of results; some that NumPy 1 gave in a list are in a tuple since."""
    return (type(result),) if NEW else (type(result), tuple)


def served(function: Callable[..., Any], since: str = "2.0.0") -> Callable[..., Any]:
    """NumPy's function; what serves it of tensors where this NumPy refuses newer keywords before it asks a tensor."""
    return function if np.lib.NumpyVersion(np.__version__) >= since else FUNCTIONS[function]
