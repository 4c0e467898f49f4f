"""The functions of `math` during a run: each computes in C as it does, and records its rule."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from notebook_ad.lifted import taping
from notebook_ad.lifted.arguments import dressed, lifted_in, nodes, strip
from notebook_ad.lifted.guards import attempted, call_on, taken
from notebook_ad.lifted.record import finish, session_of
from notebook_ad.lifted.values import LiftedInt, plain
from notebook_ad.tensor.library import ufuncs
from notebook_ad.tensor.library.linalg_norms import norm

f = taping.functions


def _product(values: Any, start: Any = 1) -> Any:
    result = start
    for v in values:
        result = v if result is start and type(start) is int and start == 1 else result * v
    return result


def added_up(values: Any, start: Any = 0) -> Any:
    """One addition after another, the first operand being the first value where the start is 0."""
    result = start
    for i, v in enumerate(values):
        result = v if i == 0 and type(start) is int and start == 0 else result + v
    return result


def _length(*values: Any) -> Any:
    return ufuncs.hypot(*values) if len(values) == 2 else norm(f.stack(values))


def _special(name: str) -> Callable[[Any], Any]:
    """A function of `ad.scipy.special`, which is loaded when it is needed."""
    return lambda x: getattr(importlib.import_module("notebook_ad.scipy.special"), name)(x)


MATH: dict[Callable[..., Any], Callable[..., Any] | None] = {
    math.sin: f.sin, math.cos: f.cos, math.tan: f.tan, math.tanh: f.tanh, math.exp: f.exp, math.sqrt: f.sqrt,
    math.log: lambda x, base=None: f.log(x) if base is None else f.log(x) / f.log(base),
    math.log2: ufuncs.log2, math.log10: ufuncs.log10, math.log1p: ufuncs.log1p, math.expm1: ufuncs.expm1,
    math.sinh: ufuncs.sinh, math.cosh: ufuncs.cosh,
    math.pow: lambda x, y: x**y, math.fabs: f.abs, math.hypot: _length,
    math.dist: lambda p, q: norm(p - q),
    math.fsum: added_up, math.prod: lambda values, start=1: _product(values, start),
    math.degrees: ufuncs.rad2deg, math.radians: ufuncs.deg2rad, math.fmod: ufuncs.fmod, math.copysign: ufuncs.copysign,
    math.asin: ufuncs.arcsin, math.acos: ufuncs.arccos, math.atan: ufuncs.arctan, math.atan2: ufuncs.arctan2,
    math.asinh: ufuncs.arcsinh, math.acosh: ufuncs.arccosh, math.atanh: ufuncs.arctanh, math.ldexp: ufuncs.ldexp,
    math.modf: ufuncs.modf, math.erf: _special("erf"), math.erfc: _special("erfc"), math.gamma: _special("gamma"),
    math.lgamma: _special("gammaln"), math.remainder: None, math.frexp: None, math.nextafter: None,
}  # fmt: skip
_NEWER: dict[str, Callable[..., Any]] = {  # than Python 3.10
    "cbrt": ufuncs.cbrt,
    "exp2": ufuncs.exp2,
    "sumprod": lambda p, q: f.sum(p * q),
}
for _name, _rule in _NEWER.items():
    if hasattr(math, _name):
        MATH[getattr(math, _name)] = _rule
SAFE = {math.tanh, math.atan, math.atan2, math.fabs, math.copysign, math.degrees, math.radians, math.erf, math.erfc}
LISTS = (math.fsum, math.prod)
VECTORS = (math.dist, getattr(math, "sumprod", None))


def in_math(function: Callable[..., Any], rule: Callable[..., Any] | None) -> Callable[..., Any]:
    """A function of `math` that records."""

    def call(*args: Any, **kwargs: Any) -> Any:
        if function in LISTS and args:
            args = (list(args[0]), *args[1:])
        lifted = lifted_in(kwargs, lifted_in(args, []))
        session = session_of(lifted)
        try:
            result = function(*strip(args), **strip(kwargs))
        except (ArithmeticError, ValueError):  # which the cell may catch
            taken(session, lifted, function.__name__)
            raise
        if not lifted:
            return result
        if function not in SAFE:
            attempted(session, call_on(function, args, kwargs, lifted), lifted, f"math.{function.__name__}", lifted)
        taken(session, [a for i, a in enumerate(args) if _exponent(function, i, a)], "an exponent")

        def record() -> Any:
            assert rule is not None
            as_list = function in LISTS
            parts = [nodes(a, as_list) if not _exponent(function, i, a) else plain(a) for i, a in enumerate(args)]
            if function in VECTORS:
                parts = [p if isinstance(p, taping.Tensor) else np.asarray(p, float) for p in parts]
            return rule(*parts, **{k: nodes(v) for k, v in kwargs.items()})

        operands = [v for i, a in enumerate(args) if not _exponent(function, i, a) for v in lifted_in(a, [])]
        return finish(result, operands, record if rule else None, f"math.{function.__name__}", session)

    return dressed(call, function)


def _exponent(function: Any, position: int, value: Any) -> bool:
    return position == 1 and type(value) is LiftedInt and function in (math.pow, math.ldexp)
