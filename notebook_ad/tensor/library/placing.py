"""NumPy's functions that write values to places of an array: which value goes to which place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

VALUES: dict[Callable[..., Any], tuple[int, str]] = {  # where in the call the values are, and their keyword
    np.copyto: (1, "src"),
    np.put: (2, "v"),
    np.place: (2, "vals"),
    np.putmask: (2, "values"),
    np.fill_diagonal: (1, "val"),
    np.put_along_axis: (2, "values"),
}


def values_in(function: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """The values that a call of one of these functions writes."""
    at, name = VALUES[function]
    return args[at] if len(args) > at else kwargs[name]


def places(
    function: Callable[..., Any],
    shape: tuple[int, ...],
    values_shape: tuple[int, ...],
    args: Sequence[Any],
    kwargs: dict[str, Any],
) -> tuple[np.ndarray, np.ndarray]:
    """The elements that a call changes, and for each of them which value it takes, both counted in C order.

    NumPy itself says so: it writes numbers below 0, which stand for the values, to an array of numbers above.

    Args:
        shape: of the array that is written to, which stands first in `args`; arrays, not tensors.
    """
    at, name = VALUES[function]
    target = np.zeros(shape, np.int64)
    numbers = -1 - np.arange(int(np.prod(values_shape)), dtype=np.int64).reshape(values_shape)
    positional = [target, *args[1:]]
    if len(args) > at:
        positional[at] = numbers
        function(*positional, **kwargs)
    else:
        function(*positional, **{**kwargs, name: numbers})
    found = target.reshape(-1)
    changed = np.flatnonzero(found)
    return changed, -1 - found[changed]
