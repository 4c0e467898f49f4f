"""NumPy functions on lifted values: NumPy computes on the plain ones, the rule of the same function records."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from types import FunctionType, MethodType
from typing import Any

import numpy as np

from notebook_ad.lifted import taping
from notebook_ad.lifted.arguments import beside_tensors, entered, is_in, lifted_in, nodes, strip
from notebook_ad.lifted.guards import attempted, call_on, taken
from notebook_ad.lifted.in_place import at_places, into, placed
from notebook_ad.lifted.numpy_functions import MAKING, RAISING, REDUCTIONS, RUNNING, SHAPES, STEPS, is_operand, name_of
from notebook_ad.lifted.object_arrays import as_objects, computes_objects
from notebook_ad.lifted.record import finish, fresh, session_of, step, viewed
from notebook_ad.lifted.recorders import explain_shapes, recorder
from notebook_ad.lifted.values import LIFTED, LiftedInt
from notebook_ad.lifted.where import call_at, caller, owner_of
from notebook_ad.tensor.library import placing


def _quiet(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function without its warnings, for a replay that asks whether it raises."""

    @functools.wraps(function)
    def asked(*args: Any) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return function(*args)

    return asked


def numpy_call(function: Callable[..., Any], args: Any, kwargs: Any, plain_call: Any = None, label: str = "") -> Any:
    """Call a NumPy function with lifted values among its arguments.

    Args:
        plain_call: what to call instead of `function` on the plain values (a bound method); its first argument is left out.
    """
    if beside_tensors(args) or beside_tensors(kwargs.values()):
        return call_at(caller(), function, entered(args), {name: entered(value) for name, value in kwargs.items()})
    lifted = lifted_in(kwargs, lifted_in(args, []))
    session = session_of(lifted)
    out = kwargs.get("out")
    if session is not None and out is None and function not in MAKING and computes_objects(function, args):
        return call_at(caller(), function, [as_objects(v, function) for v in args], kwargs)
    given = len(lifted)
    args = tuple(valued(v, lifted) for v in args)
    plain_args, plain_kwargs = strip(args), strip(kwargs)
    if session is not None and function in placing.VALUES and args and isinstance(args[0], np.ndarray):
        return placed(function, args, kwargs, lifted, session)
    if session is not None and out is not None:
        return into(out, function, args, kwargs, lifted, session)
    try:
        result = call_at(caller(), plain_call or function, plain_args[1:] if plain_call else plain_args, plain_kwargs)
    except ValueError as error:
        if session is not None:
            explain_shapes(error, recorder(function, args, kwargs))
        raise
    session = session or session_of(lifted[given:])
    if function in SHAPES:
        return fresh(result)
    if function in RAISING or name_of(function).startswith("np.linalg."):  # a singular matrix
        asked = call_on(function, args, kwargs, lifted)
        attempted(session, _quiet(asked) if function in RAISING else asked, lifted, name_of(function), lifted)
    pure = len(lifted) == given and not any(map(callable, args))
    if function in STEPS:
        return step(result, lifted, name_of(function), lambda: call_on(function, args, kwargs, lifted))
    for value, stripped in zip(args, plain_args, strict=True):
        if result is stripped and type(value) in LIFTED:
            return value
    if out is not None and (target := out[0] if isinstance(out, tuple) else out) is not None:
        return target if np.ndim(result) or isinstance(result, np.ndarray) else result
    if session is None:
        return viewed(fresh(result), lifted)
    if type(result) is np.ndarray and result.dtype.kind == "O":
        taken(session, lifted, name_of(function))
        return result
    operands = lifted_in(
        kwargs, [v for i, a in enumerate(args) for v in lifted_in(a, []) if is_operand(function, i, v)]
    )
    operands += lifted[given:]
    taken(session, [v for v in lifted if not is_in(v, operands)], name_of(function))
    taken(session, [v for v in lifted_in(kwargs, []) if type(v) is LiftedInt], name_of(function))
    record = recorder(function, args, kwargs)
    again = (lambda: call_on(function, args, kwargs, operands)) if pure else None
    return finish(result, operands, record, label or name_of(function), session, again)


def valued(function: Any, lifted: list[Any]) -> Any:
    """A function of the user's that NumPy calls gives it plain values; what they were computed from joins `lifted`."""
    code = getattr(function, "__code__", None) if type(function) in (FunctionType, MethodType) else None
    if code is None or owner_of(code) == "library":
        return function

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        result = function(*args, **kwargs)
        lifted_in(result, lifted)
        return strip(result)

    return call


def ufunc_protocol(self: Any, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
    """`__array_ufunc__` of the lifted types."""
    if method == "__call__":
        return numpy_call(ufunc, inputs, kwargs)
    bound = getattr(ufunc, method)
    label = f"{name_of(ufunc)}.{method}"
    if method == "at":
        return at_places(bound, ufunc, inputs, label)
    lifted = lifted_in(kwargs, lifted_in(inputs, []))
    session = session_of(lifted)
    if session is not None and kwargs.get("out") is not None and kwargs["out"] != (None,):
        return into(kwargs["out"], bound, inputs, kwargs, lifted, session)
    result = call_at(caller(), bound, strip(inputs), strip(kwargs))
    if session is None:
        return viewed(fresh(result), lifted)
    record = None
    if method == "reduce" and ufunc in REDUCTIONS:
        record = recorder(REDUCTIONS[ufunc], inputs, {"axis": 0, **kwargs} if len(inputs) < 2 else kwargs)
    elif method == "accumulate" and ufunc in RUNNING:
        record = recorder(RUNNING[ufunc], inputs, {"axis": 0, **kwargs})
    elif method == "outer" and (rule := taping.rule(ufunc)) is not None:
        a, b = inputs
        shape = np.shape(strip(a)) + (1,) * np.ndim(strip(b))
        record = lambda: rule(taping.functions.reshape(nodes(a), shape), nodes(b))  # noqa: E731
    return finish(result, lifted, record, label, session)


def function_protocol(self: Any, func: Any, types: Any, args: Any, kwargs: Any) -> Any:
    """`__array_function__` of the lifted types."""
    return numpy_call(func, args, kwargs)
