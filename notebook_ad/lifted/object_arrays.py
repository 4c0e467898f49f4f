"""Arrays of objects: their elements are the lifted values themselves, which record by their own operators."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.lifted.guards import read
from notebook_ad.lifted.record import traced
from notebook_ad.lifted.values import LIFTED, LiftedArray, LiftedInt, plain

LIMIT = 10_000  # elements


def is_of_objects(value: Any) -> bool:
    """Whether a value is an array of objects, small enough to be looked through."""
    return type(value) is np.ndarray and value.dtype.kind == "O" and value.size <= LIMIT


def computes_objects(function: Any, args: Any) -> bool:
    """Whether NumPy would compute with objects: one of the operands holds them, or the function was made of Python's."""
    if isinstance(function, np.ufunc) and all(set(t) <= set("O->") for t in function.types):
        return True
    return any(is_of_objects(v) or (type(v) in (list, tuple) and any(map(is_of_objects, v))) for v in args)


def as_objects(value: Any, function: Any = None) -> Any:
    """An operand as NumPy takes it among objects, with its elements recording."""
    kind = type(value)
    if kind is list or kind is tuple:
        return kind(as_objects(v) for v in value)
    if kind is LiftedArray:
        if not traced(value) or value.size > LIMIT:
            read(value._link.session, [value], "an array of objects")
            return value._plain
        result = np.empty(value.size, object)
        result[:] = value.reshape(-1).tolist()
        return result.reshape(value.shape)
    if kind not in LIFTED or (kind is LiftedInt and not isinstance(function, np.ufunc)):
        return plain(value)
    result = np.empty((), object)
    result[()] = value.item() if isinstance(value, np.generic) else value
    return result


def made(function: Callable[..., Any], args: Any, kwargs: Any, result: np.ndarray) -> np.ndarray:
    """`np.array(…, dtype=object)` once more, with the lifted values as elements; `result` has the plain ones."""
    rows = any(isinstance(v, np.ndarray) for v in result.flat)  # of different lengths: the arrays are the elements
    again: np.ndarray = function(args[0] if rows else as_lists(args[0]), *args[1:], **kwargs)
    return again if again.shape == result.shape else result


def as_lists(value: Any) -> Any:
    """The same with lists of lifted numbers in place of lifted arrays."""
    kind = type(value)
    if kind is list or kind is tuple:
        return kind(as_lists(v) for v in value)
    return value.tolist() if kind is LiftedArray else value
