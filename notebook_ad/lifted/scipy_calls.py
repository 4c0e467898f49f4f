"""SciPy's functions that are no ufuncs, and methods of its distributions: the plain result by SciPy, the rule of ours."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from types import MethodType
from typing import Any

import numpy as np

from notebook_ad.lifted.arguments import lifted_in, nodes, strip
from notebook_ad.lifted.guards import attempted, call_on, decided, taken
from notebook_ad.lifted.numpy_functions import name_of
from notebook_ad.lifted.record import finish, session_of
from notebook_ad.lifted.values import LiftedInt
from notebook_ad.lifted.where import call_at, caller

Function = Callable[..., Any]
PARTS = ("special", "linalg", "signal", "integrate")


def rule_of(function: Any) -> Function | None:
    """The function on tensors under the same name in `ad.scipy`; None where there is none."""
    module, name = getattr(function, "__module__", None), getattr(function, "__name__", None)
    if not isinstance(module, str) or not module.startswith("scipy.") or name is None:
        return None
    if type(function) is MethodType:
        return _of_distribution(function)
    for part in PARTS:
        theirs = sys.modules.get(f"scipy.{part}")
        if theirs is None or getattr(theirs, name, None) is not function:
            continue
        ours = getattr(importlib.import_module(f"notebook_ad.scipy.{part}"), name, None)
        return ours if ours is not function else None
    return None


def _of_distribution(method: MethodType) -> Function | None:
    """A method of `scipy.stats.norm` and the like."""
    stats = sys.modules.get("scipy.stats")
    ours = importlib.import_module("notebook_ad.scipy.stats")
    for name in ours.__all__ if stats is not None else ():
        if getattr(stats, name) is method.__self__:
            return vars(importlib.import_module(f"{ours.__name__}.{name}")).get(method.__name__)
    return None


def scipy_call(function: Function, rule: Function, args: Any, kwargs: Any) -> Any:
    """A call with lifted values among its arguments."""
    lifted = lifted_in(kwargs, lifted_in(args, []))
    session = session_of(lifted)
    first = min({0, 1} - getattr(rule, "constants", set()))
    whole = type(function) is MethodType  # of a distribution, whose parameters may be integers

    def constant(value: Any, place: Any) -> bool:
        """Whether an argument is an integer that says how to compute: an order, an axis."""
        return type(value) is LiftedInt and not whole and place != first

    given = {**dict(enumerate(args)), **kwargs}
    constants = [v for place, v in given.items() if constant(v, place)]
    taken(session, constants, name_of(function))
    operands = [v for v in lifted if not any(v is c for c in constants)]
    result = call_at(caller(), function, strip(args), strip(kwargs))
    again = call_on(function, args, kwargs, lifted)
    attempted(session, again, lifted, name_of(function), lifted)
    if whole:  # SciPy gives nan where a parameter is out of bounds
        decided(session, lambda *x: np.isnan(again(*x)), lifted, np.isnan(result), name_of(function))

    def record() -> Any:
        parts = {place: strip(v) if constant(v, place) else nodes(v) for place, v in given.items()}
        return rule(*(parts[i] for i in range(len(args))), **{name: parts[name] for name in kwargs})

    return finish(result, operands, record, name_of(function), session)
