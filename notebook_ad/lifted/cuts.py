"""Numbers that come out of a library without their graph: each is noted, with the function's name and the line."""

from __future__ import annotations

import functools
import io
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from notebook_ad.lifted import files
from notebook_ad.lifted.contents import contents, source_in
from notebook_ad.lifted.held import hold
from notebook_ad.lifted.numpy_functions import name_of
from notebook_ad.lifted.session import Session
from notebook_ad.lifted.values import LIFTED, SCALARS, LiftedInt
from notebook_ad.lifted.where import owner_of

HARMLESS = frozenset({bool, int, type(None), np.bool_, np.int64})
ONLY_VALUE = "keeps only the value"


def examine(session: Session, function: Any, args: Any, kwargs: Any, result: Any, before: tuple[int, int]) -> None:
    """Note a cut where traced values went in, or into a function of the user's that was called, and plain numbers came out.

    `before` is how many operations and cuts there had been.
    """
    kind = type(result)
    source = None
    if result is None or getattr(function, "__name__", "") in files.WRITING:
        files.wrote(session, getattr(function, "__self__", None), (*args, *kwargs.values()))
    if kind is tuple and getattr(function, "__name__", "") == "as_integer_ratio":
        source = source_in([getattr(function, "__self__", None), args])
    if source is not None:
        note(session, called_name(function), source[0])
    if kind in HARMLESS or (kind in LIFTED and kind is not LiftedInt and result._link.tensor is not None):
        if result is None:
            hold_what_it_changed(function, args, kwargs)
        return
    found = contents(result)
    if found == "object":
        files.opened(session, result, (*args, *kwargs.values()))
    if found in ("traced", "nothing") or (found != "object" and session.cuts > before[1]):
        return
    owner = getattr(function, "__self__", None)
    source = source_in([owner, None if isinstance(function, FunctionType) else function, args, kwargs])
    source = source or files.read_from(session, owner, (*args, *kwargs.values()))
    if source is None:
        if session.recorded == before[0] or not session.here():
            return
        if found == "numbers" or (found == "mixed" and kind not in (dict, list, tuple)):
            called = _callback([*args, *kwargs.values()])
            session.note("cut", f"{called_name(function)[:-2]} takes only the values of {called}")
        elif found == "object":
            hold(result, None)
    elif found == "numbers":
        note(session, called_name(function), source[0])
    elif found == "object":
        hold_all(result, source[0])


def note(session: Session, subject: str, link: Any) -> None:
    """Note that no graph comes with a number."""
    session.note("cut", f"{subject} {ONLY_VALUE}", link)


def hold_all(result: Any, link: Any) -> None:
    """Remember a result that holds values, and the parts of a short list or tuple of them."""
    if type(result) not in (list, tuple):
        hold(result, link)
        return
    for part in result[:16]:
        if type(part) not in SCALARS and part is not None:
            hold(part, link)


def hold_what_it_changed(function: Any, args: Any, kwargs: Any) -> None:
    """A method that gives nothing has changed its object; `pickle.dump` and the like have changed a file."""
    owner = getattr(function, "__self__", None)
    changed = [v for v in (*args, *kwargs.values()) if isinstance(v, io.BytesIO | io.StringIO)]
    if type(owner).__module__.startswith(("numpy", "random", "builtins")):
        owner = None
    if (changed or owner is not None) and (source := source_in([args, kwargs])) is not None:
        for value in changed if owner is None else [owner, *changed]:
            hold(value, source[0])


def called_name(function: Any) -> str:
    """How a note calls what was called."""
    owner = getattr(function, "__self__", None)
    if owner is None or isinstance(owner, ModuleType):
        return f"{public(name_of(function))}()"
    kind = owner if isinstance(owner, type) else type(owner)
    return f"{kind.__name__}.{getattr(function, '__name__', '?')}()"


def public(name: str) -> str:
    """A dotted name without the modules that the library keeps to itself."""
    *modules, last = name.split(".")
    if modules and modules[0].startswith("_"):
        modules[0] = modules[0].lstrip("_")
    own = next((i for i, m in enumerate(modules) if m.startswith("_")), len(modules))
    return ".".join([*modules[:own], last])


def _callback(values: list[Any], depth: int = 2) -> str:
    """The name of the user's function among what a library was given."""
    for value in values:
        if isinstance(value, functools.partial):
            value = value.func
        if isinstance(value, MethodType):
            value = value.__func__
        if isinstance(value, FunctionType) and owner_of(value.__code__) != "library":
            return value.__name__
        if isinstance(value, list | tuple | dict) and depth:
            inner = value.values() if isinstance(value, dict) else value
            if (name := _callback(list(inner), depth - 1)) != ANY:
                return name
        elif callable(value) and not isinstance(value, type | BuiltinFunctionType):
            return type(value).__name__
    return ANY


ANY = "the functions that it calls"
