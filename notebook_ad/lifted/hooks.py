"""What the hooks in a cell call. Outside a run they let everything pass."""

from __future__ import annotations

import builtins
import functools
import operator
from collections.abc import Callable
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

import numpy as np

from notebook_ad.lifted import leaves, taping
from notebook_ad.lifted.calls import Left, left, stand_in
from notebook_ad.lifted.memory import Memory
from notebook_ad.lifted.numpy_calls import lifted_in, lost, name_of, numpy_call, strip
from notebook_ad.lifted.record import finish, fresh, node, session_of, traced
from notebook_ad.lifted.session import Session, active
from notebook_ad.lifted.transform import HOOK
from notebook_ad.lifted.values import LiftedArray, LiftedInt, plain
from notebook_ad.lifted.where import call_at, caller, owner_of, owner_of_module

IN_PLACE = {
    "Add": "iadd", "Sub": "isub", "Mult": "imul", "Div": "itruediv", "FloorDiv": "ifloordiv", "Mod": "imod",
    "Pow": "ipow", "MatMult": "imatmul", "LShift": "ilshift", "RShift": "irshift", "BitAnd": "iand", "BitOr": "ior",
    "BitXor": "ixor",
}  # fmt: skip
# Libraries whose functions compute no number from the numbers that they are given: they hand them on, or show them.
HANDING_ON = {
    "builtins", "functools", "itertools", "collections", "_collections", "_functools", "copy", "random", "typing",
    "dataclasses", "contextlib", "IPython", "matplotlib", "json", "pickle", "_pickle", "time", "os", "posix", "sys",
    "re", "operator", "_operator", "string", "io", "_io", "logging", "warnings", "_warnings", "inspect", "types",
    "enum", "abc", "threading", "_thread", "asyncio", "queue", "_queue", "heapq", "_heapq", "bisect", "_bisect",
    "textwrap", "pprint", "pathlib", "unittest", "pytest", "notebook_ad", "traceback", "gc", "weakref", "datetime",
    "ipykernel", "tqdm",
}  # fmt: skip
HIGHER_ORDER = (map, filter)


def callee(function: Any) -> Any:
    """The hook around what is called: itself, or what records in its place."""
    session = active()
    if session is None:
        return function
    kind = type(function)
    if (replacement := stand_in(function)) is not None:
        return replacement
    if kind is FunctionType:
        if owner_of(function.__code__) != "library" or _root_module(function) in HANDING_ON:
            return function
    elif kind is MethodType:
        inner = function.__func__
        if type(inner) is FunctionType and (owner_of(inner.__code__) != "library" or _root_module(inner) in HANDING_ON):
            return function
    elif kind is BuiltinFunctionType:
        owner = function.__self__
        if isinstance(owner, list | dict | str | set | bytes | tuple):
            return function
        if _root_module(function) in HANDING_ON or (
            function.__module__ is None and _root_module(type(owner)) in HANDING_ON
        ):
            return _taking_functions(function) if _root_module(function) in ("functools", "_functools") else function
    elif kind is type or isinstance(function, type):
        if function in HIGHER_ORDER:
            return _taking_functions(function)
        if owner_of_module(function.__module__) != "library" or _root_module(function) in HANDING_ON:
            return function
    elif owner_of_module(kind.__module__) != "library" or _root_module(kind) in HANDING_ON:
        return function
    return lambda *args, **kwargs: library_call(function, args, kwargs, session)


def _root_module(function: Any) -> str:
    return (getattr(function, "__module__", None) or "").split(".")[0]


def _taking_functions(function: Any) -> Callable[..., Any]:
    """`map(math.sin, xs)`: the function that is handed over records too."""
    return lambda *args, **kwargs: function(*(stand_in(a) or a if callable(a) else a for a in args), **kwargs)


def library_call(function: Any, args: Any, kwargs: Any, session: Session) -> Any:
    """A call of a library's function from the user's code.

    NumPy's are recorded by rule. What another one computes from traced values becomes opaque: harmless unless a
    gradient has to pass it. Arrays that it makes anew are followed from here on.
    """
    lifted = lifted_in(kwargs, lifted_in(args, []))
    owner = getattr(function, "__self__", None)
    if type(owner) is np.ndarray and lifted:
        return getattr(owner.view(LiftedArray), function.__name__)(*args, **kwargs)
    if lifted and _is_numpy(function):
        return numpy_call(function, args, kwargs)
    if lifted and isinstance(owner, np.ufunc):
        return function(*args, **kwargs)  # np.add.reduce and the like ask the lifted arrays themselves
    sources = [v for v in lifted if type(v) is not LiftedInt and traced(v)] if lifted else []
    arrays = [(v, node(v), Memory.attach(v, session)) for v in sources if type(v) is LiftedArray]
    for _, _, memory in arrays:
        memory.prepare()
    if type(function) in (BuiltinFunctionType, type) and not any(map(callable, args)):
        args, kwargs = strip(args), strip(kwargs)  # compiled code would read the numbers one way or the other
    else:
        args = tuple(plain(a) if type(a) is LiftedInt else _watched(a, function, session) for a in args)
    result = call_at(caller(), function, args, kwargs)
    for array, tensor, memory in arrays:
        if not np.array_equal(np.asarray(tensor.value), array._plain, equal_nan=True):
            memory.write(array._plain, taping.opaque(array._plain.copy(), [tensor], name_of(function)))
    if not sources:
        return fresh(result) if _is_new(result) else result
    if any(result is v for v in args):
        return result
    return finish(result, sources, None, name_of(function), session_of(sources))


def _watched(value: Any, function: Any, session: Session) -> Any:
    """A function of the user's that a library calls: note it where the library takes but the value of what it returns."""
    if type(value) is not FunctionType or type(function) in (BuiltinFunctionType, type):
        return value

    @functools.wraps(value)
    def call(*args: Any, **kwargs: Any) -> Any:
        result = value(*args, **kwargs)
        if traced(result):
            text = f"{name_of(function)} takes only the values of {value.__name__}"
            session.note("cut", text, result._link)
        return result

    return call


def _is_numpy(function: Any) -> bool:
    """Whether NumPy's own rules apply: ufuncs, and functions that dispatch."""
    return isinstance(function, np.ufunc) or (
        hasattr(function, "_implementation") and _root_module(function) == "numpy"
    )


def _is_new(result: Any) -> bool:
    """Whether an array owns its memory, so that nobody can hold another array of it but views of this one."""
    return type(result) is np.ndarray and result.base is None


def target(value: Any) -> Any:
    """The hook around what is written to: a plain array must not swallow a traced value."""
    if type(value) is not np.ndarray or active() is None:
        return value
    return PlainTarget(value)


class PlainTarget:
    """Writes to a plain array, which is not followed."""

    __slots__ = ("array",)

    def __init__(self, array: np.ndarray) -> None:
        self.array = array

    def __setitem__(self, key: Any, value: Any) -> None:
        session = active()
        lifted = lifted_in(value, [])
        if session is not None and self.array.dtype.kind == "f" and any(map(traced, lifted)):
            if any(type(v) is not LiftedInt and node(v).requires_grad for v in lifted if traced(v)):
                raise lost(session)
            for v in lifted:
                session.note("cut", "a plain array keeps only the value", v._link)
        call_at(caller(), operator.setitem, (self.array, key, value), {})


def updated(name: str, x: Any, y: Any) -> Any:
    """The hook of `x op= y`."""
    function = getattr(operator, IN_PLACE[name])
    if type(guarded := left(x)) is Left:
        return getattr(operator, IN_PLACE[name][1:])(guarded, y)
    return function(x, y)


def chosen(value: Any) -> Any:
    """The hook around what a function returns and a conditional expression gives: constants are noted."""
    session = active()
    if session is not None and type(value) in (int, float, np.float64, np.ndarray):
        frame = caller()
        if session.events and any(e.kind == "compare" and e.frame == id(frame) for e in session.events[-8:]):
            session.note("constant", f"the branch returned the constant {value!r}", None, id(frame))
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
    "updated": updated,
    "chosen": chosen,
    "bind": bind,
    "bound": bound,
    "slice": slice,
}


def install() -> None:
    """Put the hooks where the code with hooks finds them; no name that a program can write is touched."""
    for name, hook in HOOKS.items():
        builtins.__dict__[HOOK + name] = hook
