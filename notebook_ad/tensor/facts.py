"""Functions without a derivative: comparisons, argmax, searches. They see values; what they say is noted as a guard."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import numpy as np

from notebook_ad.tensor.discrete import fact as follow
from notebook_ad.tensor.discrete import is_followed
from notebook_ad.tensor.guards import guard
from notebook_ad.tensor.levels import top
from notebook_ad.tensor.tensor import Tensor, constant


def decided(func: Any, args: Any, text: str) -> Any:
    """What a function without a derivative makes of the values; a replay asks it again."""
    if (level := top(args)) is not None:
        return level.decide(func, args)
    with np.errstate(all="ignore"):
        outcome = func(*map(value_of, args))
    if is_followed(args) and isinstance(outcome, np.ndarray | np.generic):
        return follow(func, args, text, outcome)
    guard(func, args, outcome, text)
    return make_plain(outcome)


def make_plain(value: Any) -> Any:
    """A result without a gradient as a constant tensor; what is not an array stays as it is."""
    return constant(value) if isinstance(value, np.ndarray | np.generic) else value


def value_of(value: Any) -> Any:
    """The value of a tensor, also within lists and tuples."""
    if isinstance(value, list | tuple):
        return type(value)(map(value_of, value))
    return value._value if isinstance(value, Tensor) else value


def fact(text: str) -> Callable[[Callable[..., np.ndarray]], Callable[..., Any]]:
    """Make a function of arrays one of tensors: its result, one array of integers or booleans, has no derivative.

    The operands are the positional arguments; keywords are static. A tensor among the operands makes the result a
    constant tensor, and a guard; arrays give an array.
    """

    def decorate(function: Callable[..., np.ndarray]) -> Callable[..., Any]:
        @wraps(function)
        def ask(*operands: Any, **static: Any) -> Any:
            if any(isinstance(x, Tensor) for x in operands):
                return decided(partial(ask, **static) if static else ask, operands, text)
            return function(*operands, **static)

        return ask

    return decorate
