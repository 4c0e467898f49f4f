"""Arguments of NumPy's functions on tensors: operands, axes, and what is refused, with a cure."""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from notebook_ad.engine.errors import NoDerivative
from notebook_ad.tensor.elementwise import own
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor, describe

Functions = dict[Callable[..., Any], Callable[..., Any]]


def tensor_of(value: Any) -> Tensor:
    """An operand as a tensor: a number or an array becomes a constant."""
    return value if isinstance(value, Tensor) else own(value)


def axis_index(axis: Any, shape: int | tuple[int, ...], function: str) -> int:
    """An axis of an array of this shape (or of so many dimensions), counted from the front.

    Raises:
        AxisError: there is no such axis (an IndexError and a ValueError, as NumPy's).
    """
    at = int(axis.__index__())
    ndim = shape if isinstance(shape, int) else len(shape)
    if not -ndim <= at < ndim:
        of = "" if isinstance(shape, int) else f" of shape {shape}"
        raise np.exceptions.AxisError(f"{function}{of}: axis {at} is out of bounds for {ndim} dimensions{place()}")
    return at % ndim


def axis_tuple(axes: Any, shape: int | tuple[int, ...], function: str) -> tuple[int, ...]:
    """One axis or several, counted from the front, each at most once.

    Raises:
        AxisError: there is no such axis.
        ValueError: an axis is given twice.
    """
    given = axes if isinstance(axes, tuple | list) else (axes,)
    found = tuple(axis_index(a, shape, function) for a in given)
    if len(set(found)) < len(found):
        raise ValueError(f"{function}: an axis is given twice in {tuple(given)}{place()}")
    return found


def holds(fact: Any) -> bool:
    """Whether a fact is true; not asked inside vmap, where it may differ from example to example."""
    return not (isinstance(fact, Level) and fact.level) and bool(fact)


def lengths_of(shape: Any) -> tuple[int, ...]:
    """A shape, given as one length or several."""
    return tuple(int(n) for n in shape) if np.ndim(shape) else (int(shape),)


def integers(value: Any, function: str, argument: str) -> Any:
    """Indices or counts as an int64 array (a tensor of a transform stays one).

    Raises:
        TypeError: they are not integers.
    """
    held: Any = value if isinstance(value, Tensor) else np.array(value)
    if held.dtype.kind not in "iub" and held.size:
        raise TypeError(f"{function}: {argument} must hold integers, not {held.dtype}{place()}")
    return held if isinstance(value, Tensor) else held.astype(np.int64)


def checked(functions: Functions) -> Functions:
    """The table with each function's complaint about an argument that it does not have named after NumPy's."""
    return {theirs: _checked(f"np.{theirs.__name__}", ours) for theirs, ours in functions.items()}


def _checked(name: str, ours: Callable[..., Any]) -> Callable[..., Any]:
    signature = inspect.signature(ours)

    @functools.wraps(ours)
    def function(*args: Any, **kwargs: Any) -> Any:
        try:
            return ours(*args, **kwargs)
        except TypeError:
            try:
                signature.bind(*args, **kwargs)
            except TypeError as error:
                cure = "; use the function's result instead of out=" if "out" in kwargs else ""
                raise TypeError(
                    f"{name} of a tensor: {error}{place()}. It takes {', '.join(signature.parameters)}{cure}"
                ) from None
            raise

    return function


def in_place(function: Callable[..., Any], cure: str) -> Callable[..., None]:
    """What stands for a NumPy function that writes into its argument: a tensor takes the new value, an array is refused."""

    def refuse(*args: Any, **kwargs: Any) -> None:
        if args and isinstance(args[0], Tensor):
            importlib.import_module("notebook_ad.tensor.inplace").written(function, args, kwargs)
            return
        target = next((x for x in (*args, *kwargs.values()) if isinstance(x, Tensor)), None)
        what = describe(target) if target is not None else "a tensor"
        name = f"np.{function.__name__}"
        raise NoDerivative(f"{name} would write {what} into an array, which keeps no gradient{place()}. {cure}")

    refuse.__name__ = refuse.__qualname__ = function.__name__
    return refuse


def several(results: Sequence[Tensor]) -> Any:
    """Several results as NumPy 2 gives them: one alone, else a tuple."""
    return results[0] if len(results) == 1 else tuple(results)


def known(*names: str) -> list[Callable[..., Any]]:
    """NumPy's functions of these names, as far as this NumPy has them."""
    return [getattr(np, name) for name in names if hasattr(np, name)]
