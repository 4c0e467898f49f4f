"""Operators whose left operand is plain: a number of C would read a lifted right operand and forget it."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.lifted import cuts, readings
from notebook_ad.lifted.arguments import dressed
from notebook_ad.lifted.foreign import is_foreign
from notebook_ad.lifted.guards import decided, taken
from notebook_ad.lifted.held import HELD
from notebook_ad.lifted.scalars import binary, note_comparison
from notebook_ad.lifted.session import active
from notebook_ad.lifted.values import LIFTED, LIFTED_SCALARS, is_live, plain
from notebook_ad.lifted.where import call_at, caller


def added(x: Any, y: Any) -> Any:
    """X + y, with y asked too where x is a plain number."""
    return binary(operator.add, "add", x, y) if type(y) in LIFTED_SCALARS and swallows(x) else x + y


def swallows(x: Any) -> bool:
    """Whether the operators of a plain left operand take a lifted one without asking it."""
    return type(x) in (float, bool, complex) or (isinstance(x, np.generic) and type(x) not in LIFTED)


class Left:
    """A plain number on the left of an operator, which lets a lifted right operand record; or what holds values only."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def _left_operator(name: str) -> Callable[[Left, Any], Any]:
    function = getattr(operator, name)
    method = name.strip("_")

    def apply(self: Left, other: Any) -> Any:
        strange = is_foreign(self.value)
        if type(other) in LIFTED_SCALARS and method in ARITHMETIC and not strange:
            return binary(function, method, self.value, other)
        if type(other) in LIFTED_SCALARS:
            taken(active(), [other], method)
        session = active()
        before = (session.recorded, session.cuts) if session is not None else (0, 0)
        result = call_at(caller(), function, (self.value, other), {})
        if session is not None and strange and id(self.value) not in HELD:
            cuts.examine(session, getattr(self.value, f"__{method}__", function), (other,), {}, result, before)
        return (
            readings.taken(self.value, result, f"a result of {type(self.value).__name__}")
            if id(self.value) in HELD
            else result
        )

    return apply


ARITHMETIC = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow")


def _left_comparison(name: str) -> Callable[[Left, Any], Any]:
    function = getattr(operator, name)

    def compare(self: Left, other: Any) -> Any:
        result = call_at(caller(), function, (self.value, plain(other) if type(other) in LIFTED_SCALARS else other), {})
        if type(other) in LIFTED_SCALARS and is_live(other):
            note_comparison(other._link.session, other, self.value, REVERSED[name])
            decided(other._link.session, function, (self.value, other), result, REVERSED[name])
        return result

    return compare


REVERSED = {"lt": ">", "le": ">=", "gt": "<", "ge": "<=", "eq": "==", "ne": "!="}
for _name in REVERSED:
    setattr(Left, f"__{_name}__", _left_comparison(_name))
for _operator in (*ARITHMETIC, "matmul", "lshift", "rshift", "and_", "or_", "xor"):
    setattr(Left, f"__{_operator.strip('_')}__", _left_operator(_operator))


def left(value: Any) -> Any:
    """The hook around a left operand."""
    return Left(value) if swallows(value) or id(value) in HELD or is_foreign(value) else value


def power(x: Any, y: Any, *modulus: Any, **kwargs: Any) -> Any:
    """The builtin `pow`."""
    return pow(x, y, *modulus, **kwargs) if modulus or kwargs else left(x) ** y


def divided(x: Any, y: Any, /) -> Any:
    """The builtin `divmod`."""
    return binary(divmod, "divmod", x, y) if type(y) in LIFTED_SCALARS and swallows(x) else divmod(x, y)


def by_operator(function: Any, name: str) -> Callable[..., Any]:
    """A function of `operator`."""

    def apply(x: Any, y: Any, /) -> Any:
        return binary(function, name, x, y) if type(y) in LIFTED_SCALARS and swallows(x) else function(x, y)

    return dressed(apply, function)
