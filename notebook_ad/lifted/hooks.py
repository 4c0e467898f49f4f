"""What the hooks in a cell call. Outside a run they let everything pass."""

from __future__ import annotations

import builtins
import functools
import itertools
from collections.abc import Callable
from functools import partial
from types import (
    BuiltinFunctionType,
    FunctionType,
    MethodDescriptorType,
    MethodType,
    MethodWrapperType,
    ModuleType,
    WrapperDescriptorType,
)
from typing import Any

import numpy as np

from notebook_ad.lifted import handed, leaves, readings
from notebook_ad.lifted.branches import set_by_branch
from notebook_ad.lifted.cached import CACHED, cached
from notebook_ad.lifted.calls import stand_in
from notebook_ad.lifted.files import OF_PATHS
from notebook_ad.lifted.held import HELD
from notebook_ad.lifted.instead import marked
from notebook_ad.lifted.left import left
from notebook_ad.lifted.library import HANDING_ON, library_call, root_module
from notebook_ad.lifted.number_methods import of_a_number
from notebook_ad.lifted.per_element import vectorized
from notebook_ad.lifted.session import Session, active
from notebook_ad.lifted.transform import HOOK
from notebook_ad.lifted.values import LIFTED_SCALARS
from notebook_ad.lifted.where import caller, owner_of, owner_of_module
from notebook_ad.lifted.writes import holder, target, updated
from notebook_ad.lifted.writing import WRITERS, WRITING, examined

# Where a function is handed over, by the identity of what takes it.
TAKING: dict[int, Any] = {
    id(map): 0, id(filter): 0, id(itertools.starmap): 0, id(functools.reduce): 0, id(itertools.accumulate): 1,
}  # fmt: skip
ITERATING = frozenset(map(id, (list, tuple, set, frozenset, sorted, zip, enumerate, reversed, iter, next)))


def callee(function: Any) -> Any:
    """The hook around what is called: itself, or what records in its place."""
    session = active()
    if session is None:
        return function
    if (replacement := stand_in(function)) is not None:
        return replacement
    kind = type(function)
    owner = None
    if kind is FunctionType or (kind is MethodType and type(function.__func__) is FunctionType):
        if owner_of(function.__code__ if kind is FunctionType else function.__func__.__code__) != "library":
            return function
        root = root_module(function)
    elif kind is MethodType:
        if type(function.__func__) is CACHED:
            return function
        root = root_module(function.__func__)
    elif kind is BuiltinFunctionType:
        owner = function.__self__
        if id(owner) in HELD or type(owner) in LIFTED_SCALARS or (owner is float and function.__name__ == "fromhex"):
            return partial(examined, function, session)
        root = root_module(function) or root_module(type(owner))
    elif isinstance(function, type):
        if function in WRITERS:
            return partial(examined, function, session)
        if owner_of_module(function.__module__) != "library":
            return function
        root = root_module(function)
    elif (special := SPECIAL.get(kind)) is not None:
        return special(function)
    elif owner_of_module(kind.__module__) != "library":
        return function
    else:
        root = root_module(kind)
    if function is print:
        return partial(printed, session)
    if root == "pathlib" and getattr(function, "__name__", "") in OF_PATHS:
        return partial(examined, function, session)
    if root in HANDING_ON:
        call = handing_on(function) if owner is None or isinstance(owner, ModuleType) else function
        return handed.watched(function, call) if handed.reads(function, owner) else call
    if root in WRITING:
        return partial(examined, function, session)
    return lambda *args, **kwargs: library_call(function, args, kwargs, session)


def printed(session: Session, /, *args: Any, **kwargs: Any) -> None:
    """A call of `print`, which may write to a file."""
    if kwargs.get("file") is None:
        print(*args, **kwargs)
    else:
        examined(print, session, *args, **kwargs)


def handing_on(function: Any) -> Any:
    """`map(math.sin, xs)`: the function that is handed over records too; `list(xs)`: what it goes through may hold numbers."""
    if id(function) in ITERATING:
        return lambda *args, **kwargs: function(*map(readings.each, args), **kwargs)
    place = TAKING.get(id(function))
    if place is None:
        return function
    return lambda *args, **kwargs: function(
        *(callee(v) if i == place and callable(v) else readings.each(v) for i, v in enumerate(args)),
        **{k: callee(v) if k == "func" and callable(v) else v for k, v in kwargs.items()},
    )


def applied(function: functools.partial[Any]) -> Callable[..., Any]:
    """A call of what `functools.partial` made: the function in it records."""
    return lambda *args, **kwargs: callee(function.func)(*function.args, *args, **{**function.keywords, **kwargs})


def unbound(function: Any) -> Any:
    """`float.hex(a)`."""
    session = active()
    return partial(examined, function, session) if function.__objclass__ is float and session is not None else function


SPECIAL: dict[type, Callable[[Any], Any]] = {
    functools.partial: applied,
    np.vectorize: vectorized,
    MethodWrapperType: of_a_number,
    WrapperDescriptorType: of_a_number,
    MethodDescriptorType: unbound,
    CACHED: cached,
}


def chosen(value: Any, one_of_several: bool) -> Any:
    """The hook around what a function returns and a conditional expression gives: constants are noted.

    Args:
        one_of_several: whether the code could have given something else.
    """
    session = active()
    if session is not None and type(value) in (int, float, np.float64, np.ndarray):
        frame = caller()
        if session.events and session.events[-1].kind == "constant" and session.events[-1].frame == id(frame):
            return value  # the branch that set it has been noted
        if session.events and any(e.kind == "compare" and e.frame == id(frame) for e in session.events[-8:]):
            session.note("constant", f"the branch returned the constant {value!r}", None, id(frame))
            return marked(value, session) if one_of_several else value
    return value


def bind(*names: Any) -> None:
    """The hook after a binding: `name, line, column` for each name."""
    session = active()
    if session is not None:
        for name, line, column in zip(names[::3], names[1::3], names[2::3], strict=True):
            leaves.bind(session, name, (line, column))


def bound(value: Any, name: str, line: int, column: int) -> Any:
    """The hook around what `:=` binds."""
    session = active()
    if session is None:
        return value
    session.bound[name] = (line, column)
    return leaves.lift(session, value, name)


HOOKS: dict[str, Any] = {
    "left": left,
    "callee": callee,
    "target": target,
    "holder": holder,
    "updated": updated,
    "chosen": chosen,
    "set": set_by_branch,
    "read": readings.read,
    "each": readings.each,
    "evaluated": readings.evaluated,
    "formatted": readings.formatted,
    "bind": bind,
    "bound": bound,
    "slice": slice,
    "key": handed.key,
    "width": handed.width,
}


def install() -> None:
    """Put the hooks where the code with hooks finds them; no name that a program can write is touched."""
    for name, hook in HOOKS.items():
        builtins.__dict__[HOOK + name] = hook
