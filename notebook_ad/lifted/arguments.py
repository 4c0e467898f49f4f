"""Arguments of a call as NumPy and the tape see them: plain, or tensors in the places of traced values."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from notebook_ad.lifted import taping
from notebook_ad.lifted.discrete import discretes
from notebook_ad.lifted.object_arrays import is_of_objects
from notebook_ad.lifted.record import node, traced
from notebook_ad.lifted.values import LIFTED, plain


def strip(value: Any) -> Any:
    """The same with plain values, in lists, tuples and dicts too; what holds nothing lifted stays itself."""
    kind = type(value)
    if kind in LIFTED:
        return value._plain
    if kind is list or kind is tuple:
        stripped = [strip(v) for v in value]
        return value if all(a is b for a, b in zip(stripped, value, strict=True)) else kind(stripped)
    if kind is dict:
        return {k: strip(v) for k, v in value.items()}
    if kind is slice:
        return slice(plain(value.start), plain(value.stop), plain(value.step))
    return value


def lifted_in(value: Any, found: list[Any]) -> list[Any]:
    """All lifted values in arguments, nested lists, tuples and dicts included."""
    kind = type(value)
    if kind in LIFTED:
        found.append(value)
    elif kind is list or kind is tuple:
        for v in value:
            lifted_in(v, found)
    elif kind is dict:
        for v in value.values():
            lifted_in(v, found)
    elif kind is np.ndarray and is_of_objects(value):
        for v in value.flat:
            lifted_in(v, found)
    return found


def nodes(value: Any, as_list: bool = False, nested: bool = False) -> Any:
    """Arguments as the tape sees them: a list with something traced in it becomes one tensor.

    Args:
        as_list: it becomes a list of them; `nested`: and so do the lists in it.
    """
    kind = type(value)
    if kind in LIFTED:
        return node(value)
    if kind is list or kind is tuple:
        inside = lifted_in(value, [])
        if not any(map(traced, inside)):
            return [nodes(v, nested, nested) for v in value] if discretes(inside) else strip(value)
        return (
            [nodes(v, nested, nested) for v in value] if as_list else taping.functions.stack([nodes(v) for v in value])
        )
    if kind is np.ndarray and is_of_objects(value) and any(traced(v) for v in lifted_in(value, [])):
        return nodes(value.tolist())
    return strip(value)


def beside_tensors(values: Iterable[Any]) -> bool:
    """Whether a tensor of the user's is among the arguments, or in a list of them: the call is its own then."""
    return any(isinstance(v, taping.Tensor) or (type(v) in (list, tuple) and beside_tensors(v)) for v in values)


def entered(value: Any) -> Any:
    """Arguments with the tensors of traced values in their places, lists kept."""
    if type(value) in (list, tuple):
        return type(value)(map(entered, value))
    return node(value) if type(value) in LIFTED else value


def is_in(value: Any, values: list[Any]) -> bool:
    """Whether a value itself is among others."""
    return any(value is v for v in values)


def dressed(call: Callable[..., Any], function: Any) -> Callable[..., Any]:
    """The stand-in, with the name and the docstring of what it stands for."""
    call.__name__ = getattr(function, "__name__", "function")
    call.__doc__ = getattr(function, "__doc__", None)
    return call
