"""Declaring a function of SciPy: its value is SciPy's, its derivatives are stated here."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from notebook_ad.engine.errors import NoDerivative
from notebook_ad.engine.host import OF_ELEMENTS, host
from notebook_ad.tensor.dtypes import SMOOTH
from notebook_ad.tensor.elementwise import operand
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.tensor import Tensor

Function = Callable[..., Any]


def elementwise(function: Function, glyph: str, *partials: Function | str, rule: str = "") -> Function:
    """A function of elements as a host primitive, under SciPy's name.

    Args:
        partials: for each operand the partial derivative `(z, *operands)`, in functions that take arrays and tensors; a
            text says what the operand is, where there is no derivative with respect to it.
    """
    name = function.__name__

    def rule_of(i: int, given: Function | str) -> Function:
        if isinstance(given, str):
            return _refusal(f"scipy.special.{name} has no derivative with respect to {given}")
        return lambda g, z, *x: g * given(z, *x)

    primitive = host(name, glyph, function, tuple(rule_of(i, p) for i, p in enumerate(partials)), rule=rule)
    OF_ELEMENTS.add(primitive)

    @functools.wraps(function, assigned=("__name__", "__doc__"), updated=())
    def on_any(*args: Any, **kwargs: Any) -> Any:
        if not any(isinstance(x, Tensor) for x in (*args, *kwargs.values())):
            return function(*args, **kwargs)
        if kwargs or len(args) != len(partials):
            given = ", ".join([f"{len(args)} arguments", *kwargs])
            raise TypeError(
                f"scipy.special.{name} of a tensor takes {len(partials)} positional arguments{place()}, not {given}"
            )
        return primitive(*operands(*args))

    on_any.primitive = primitive  # type: ignore[attr-defined]
    on_any.constants = {i for i, p in enumerate(partials) if isinstance(p, str)}  # type: ignore[attr-defined]
    return on_any


def _refusal(text: str) -> Callable[..., NoReturn]:
    def refuse(*args: Any) -> NoReturn:
        raise NoDerivative(f"{text}. detach() it, or give the function a rule with custom_vjp")

    return refuse


def operands(*args: Any) -> list[Tensor]:
    """Arguments as tensors; Python's numbers take the dtype of the first tensor that can have a gradient."""
    tensors = [x for x in args if isinstance(x, Tensor)]
    like = next((t for t in tensors if t.dtype in SMOOTH), tensors[0])
    return [operand(x, like) for x in args]


def as_operand(x: Any) -> Any:
    """A tensor as it is, anything else as an array; integers as float64."""
    if isinstance(x, Tensor):
        return x
    held = np.asarray(x)
    return held.astype(np.float64) if held.dtype.kind in "iub" else held


def undifferentiated(x: Any, what: str) -> Any:
    """An argument with respect to which there is no derivative.

    Raises:
        NoDerivative: it is a tensor that needs one.
    """
    if isinstance(x, Tensor):
        if x.requires_grad:
            raise NoDerivative(f"{what}{place()}. detach() it if no gradient should pass")
        return x.numpy()
    return x
