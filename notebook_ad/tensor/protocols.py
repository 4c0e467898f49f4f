"""NumPy's protocols: `np.sin(t)`, `np.sum(t)`, `np_array * t` give tensors."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from notebook_ad.engine.errors import NoDerivative
from notebook_ad.tensor import functions as f
from notebook_ad.tensor import library, ufunc_methods
from notebook_ad.tensor.ambient import Trace, state
from notebook_ad.tensor.elementwise import own
from notebook_ad.tensor.facts import decided, make_plain, value_of
from notebook_ad.tensor.host import on_tape
from notebook_ad.tensor.levels import Level
from notebook_ad.tensor.messages import place
from notebook_ad.tensor.operators import COMPARISONS, comparison
from notebook_ad.tensor.tensor import Tensor

FUNCTIONS: dict[Callable[..., Any], Callable[..., Any]] = {
    np.add: f.add,
    np.subtract: f.subtract,
    np.multiply: f.multiply,
    np.divide: f.divide,
    np.floor_divide: f.floor_divide,
    np.remainder: f.remainder,
    np.power: f.power,
    np.negative: f.negative,
    np.absolute: f.abs,
    np.exp: f.exp,
    np.log: f.log,
    np.sqrt: f.sqrt,
    np.sin: f.sin,
    np.cos: f.cos,
    np.tan: f.tan,
    np.tanh: f.tanh,
    np.maximum: f.maximum,
    np.minimum: f.minimum,
    np.matmul: f.matmul,
    np.where: f.where,
    np.reshape: f.reshape,
    np.transpose: f.transpose,
    np.concatenate: f.concatenate,
    np.stack: f.stack,
    np.broadcast_to: f.broadcast_to,
    np.ravel: lambda a: f.reshape(a, -1),
}
FUNCTIONS |= library.FUNCTIONS
for _ufunc, _sign in COMPARISONS.values():
    FUNCTIONS[_ufunc] = comparison(_ufunc, _sign)

# Functions of facts that have no derivative: they see the value. Those with results of several shapes, and those whose
# operands stand in a list, are in library/searching.py.
PLAIN: set[Callable[..., Any]] = {
    np.shape, np.ndim, np.size, np.isfinite, np.isnan, np.isinf, np.sign, np.floor, np.ceil, np.trunc,
    np.rint, np.fix, np.round, np.around, np.argmax, np.argmin, np.argsort, np.array_equal, np.allclose, np.isclose,
    np.all, np.any, np.logical_and, np.logical_or, np.logical_not,
    np.count_nonzero, np.zeros_like, np.ones_like, np.empty_like, np.result_type, np.signbit, np.nanargmax,
    np.nanargmin, np.array_equiv, np.logical_xor, np.isreal, np.iscomplex, np.isneginf, np.isposinf, np.iscomplexobj,
    np.isrealobj, np.tril_indices_from, np.triu_indices_from, np.diag_indices_from, np.can_cast,
    np.invert, np.left_shift, np.right_shift, np.gcd, np.lcm,
}  # fmt: skip
FORMS = {  # these see the form only, as do those that make a new array
    np.shape, np.ndim, np.size, np.result_type, np.iscomplexobj, np.isrealobj, np.tril_indices_from,
    np.triu_indices_from, np.diag_indices_from, np.can_cast,
}  # fmt: skip
NEW = {np.zeros_like, np.ones_like, np.empty_like}


ELSEWHERE = {"scipy.special": "notebook_ad.scipy.special"}  # libraries with ufuncs of their own: who has their rules


def _i0(x: Any) -> Any:
    """The modified Bessel function of order 0. As `numpy.i0`."""
    return importlib.import_module(ELSEWHERE["scipy.special"]).i0(x)


FUNCTIONS[np.i0] = _i0


def rule_of(function: Callable[..., Any]) -> Callable[..., Any] | None:
    """The function on tensors that serves a function of NumPy, or a ufunc of another library."""
    found = FUNCTIONS.get(function)
    if found is None and isinstance(function, np.ufunc):
        for library, ours in ELSEWHERE.items():
            if getattr(sys.modules.get(library), function.__name__, None) is function:
                found = importlib.import_module(ours).UFUNCS.get(function)
    return found


def bind() -> None:
    """Give Tensor NumPy's protocols, and that of primitives."""
    cls: Any = Tensor
    cls.__primitive__ = staticmethod(on_tape)
    cls.__array_ufunc__ = _ufunc_protocol
    cls.__array_function__ = _function_protocol


def _ufunc_protocol(self: Tensor, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
    if method == "__call__" and not kwargs and (function := FUNCTIONS.get(ufunc)) is not None:
        return function(*inputs)
    name = ("np." if hasattr(np, ufunc.__name__) else "") + ufunc.__name__
    if method != "__call__":
        return ufunc_methods.method(ufunc, method, inputs, kwargs, FUNCTIONS.get(ufunc))
    if kwargs and (said := ufunc_methods.keywords(name, kwargs)):
        ufunc_methods.refuse(name, list(said))
    if (function := rule_of(ufunc)) is not None:
        return function(*inputs)
    if ufunc in PLAIN:
        return _decided(ufunc, inputs, {})
    return _unsupported(name)


def _function_protocol(self: Tensor, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
    if type(state.get()) is Trace:
        args = [
            own(v) if hasattr(type(v), "__tensor__") else v for v in args
        ]  # numbers of a cell, which NumPy would read
    if func in FUNCTIONS:
        return FUNCTIONS[func](*args, **kwargs)
    if func in PLAIN:
        return _plain_result(func, args, kwargs)
    return _unsupported(f"np.{func.__name__}")


def _plain_result(func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    if func in FORMS or func in NEW:
        args = [np.broadcast_to(np.empty((), v.dtype), v.shape) if isinstance(v, Level) else v for v in args]
        result = func(*map(value_of, args), **kwargs)
        return result if func in FORMS else make_plain(result)
    return _decided(func, args, kwargs)


def _decided(func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    plain = {k: value_of(v) for k, v in kwargs.items()}
    return decided(partial(func, **plain) if plain else func, args, f"np.{func.__name__}")


def _unsupported(name: str) -> Any:
    raise NoDerivative(
        f"{name} has no derivative rule in notebook_ad{place()}. "
        "Write it with supported functions, or detach() the tensor if no gradient should pass"
    )
