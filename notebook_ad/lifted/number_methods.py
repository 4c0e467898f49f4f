"""`(2.0).__mul__(a)`, `float.__add__(x, a)`: the methods of plain numbers, which do not ask the other operand."""

from __future__ import annotations

from types import WrapperDescriptorType
from typing import Any

from notebook_ad.lifted.scalars import BINARY, binary, function_of
from notebook_ad.lifted.values import LIFTED_SCALARS, plain

PLAIN = (int, float)


def of_a_number(function: Any) -> Any:
    """What records in place of an operator method of int or float; the method itself for any other."""
    name = function.__name__.strip("_")
    reflected = name not in BINARY and name[1:] in BINARY and name[0] == "r"
    unbound = type(function) is WrapperDescriptorType
    if not (reflected or name in BINARY):
        return function
    if (function.__objclass__ if unbound else type(function.__self__)) not in PLAIN:
        return function

    def call(*args: Any) -> Any:
        both = args if unbound else (function.__self__, *args)
        kinds = (*PLAIN, *LIFTED_SCALARS)
        if len(both) != 2 or not all(type(v) in kinds for v in both):
            return function(*args)
        result = function(*map(plain, args))
        if result is NotImplemented:
            return result
        x, y = reversed(both) if reflected else both
        base = name[1:] if reflected else name
        return binary(function_of(base), base, x, y)

    return call
