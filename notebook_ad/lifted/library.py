"""A call of a library's function: what it computes from traced values becomes opaque, what it changes is followed."""

from __future__ import annotations

from types import BuiltinFunctionType, FunctionType
from typing import Any

import numpy as np

from notebook_ad.lifted import cuts, files, scipy_calls, taping
from notebook_ad.lifted.arguments import lifted_in, nodes, strip
from notebook_ad.lifted.guards import call_on, read, taken
from notebook_ad.lifted.memory import Memory
from notebook_ad.lifted.numpy_calls import numpy_call
from notebook_ad.lifted.numpy_functions import name_of
from notebook_ad.lifted.object_arrays import as_objects, is_of_objects
from notebook_ad.lifted.record import finish, fresh, node, session_of, traced
from notebook_ad.lifted.session import Session
from notebook_ad.lifted.values import LiftedArray, LiftedInt, plain
from notebook_ad.lifted.where import call_at, caller

# Libraries whose functions compute no number from the numbers that they are given: they hand them on, or show them.
HANDING_ON = {
    "builtins", "functools", "itertools", "collections", "_collections", "_functools", "copy", "random", "_random",
    "typing", "dataclasses", "contextlib", "IPython", "matplotlib", "time", "os", "posix", "sys", "re", "operator",
    "_operator", "string", "logging", "warnings", "_warnings", "inspect", "types", "enum", "abc", "threading",
    "_thread", "asyncio", "_asyncio", "queue", "_queue", "heapq", "_heapq", "bisect", "_bisect", "textwrap", "pprint",
    "pathlib", "unittest", "pytest", "notebook_ad", "traceback", "gc", "weakref", "_weakref", "ipykernel", "tqdm",
    "timeit", "cProfile", "tracemalloc", "concurrent", "contextvars", "_contextvars", "argparse", "tempfile", "shutil",
}  # fmt: skip


def root_module(function: Any) -> str:
    """The package that something is from; empty where it does not say."""
    name = getattr(function, "__module__", None)
    return name.partition(".")[0] if isinstance(name, str) else ""


def library_call(function: Any, args: Any, kwargs: Any, session: Session) -> Any:
    """A call of a library's function from the user's code, with a note where it cut the graph.

    NumPy's are recorded by rule. What another one computes from traced values becomes opaque: harmless unless a
    gradient has to pass it. Arrays that it makes anew are followed from here on.
    """
    lifted = lifted_in(kwargs, lifted_in(args, []))
    if lifted and _is_numpy(function):
        result = numpy_call(function, args, kwargs)
        if result is None:  # np.save
            cuts.hold_what_it_changed(function, args, kwargs)
            files.wrote(session, None, (*args, *kwargs.values()))
        return result
    if lifted and (rule := scipy_calls.rule_of(function)) is not None:
        return scipy_calls.scipy_call(function, rule, args, kwargs)
    before = session.recorded, session.cuts
    result = _called(function, args, kwargs, lifted, session)
    cuts.examine(session, function, args, kwargs, result, before)
    return result


def _called(function: Any, args: Any, kwargs: Any, lifted: list[Any], session: Session) -> Any:
    owner = getattr(function, "__self__", None)
    if type(owner) is np.ndarray:
        if is_of_objects(owner) and (lifted or lifted_in(owner, [])):
            return object_method(owner, function, args, kwargs)
        if lifted:
            return getattr(owner.view(LiftedArray), function.__name__)(*args, **kwargs)
    if lifted and isinstance(owner, np.ufunc):
        return function(*args, **kwargs)  # np.add.reduce and the like ask the lifted arrays themselves
    read(session, lifted, name_of(function))
    sources = [v for v in lifted if type(v) is not LiftedInt and traced(v)] if lifted else []
    arrays = [(v, node(v), Memory.attach(v, session)) for v in sources if type(v) is LiftedArray]
    for _, _, memory in arrays:
        memory.prepare()
    before = args, kwargs
    if _is_compiled(function) and not any(map(callable, args)):
        args, kwargs = strip(args), strip(kwargs)  # compiled code would read the numbers one way or the other
    else:
        args = tuple(plain(a) if type(a) is LiftedInt else a for a in args)
    again = None
    if root_module(function) == "math" and type(function) is BuiltinFunctionType:
        again = lambda: call_on(function, *before, sources)  # noqa: E731
    else:
        taken(session, [owner, *lifted] if type(owner) is LiftedArray else lifted, name_of(function))
    taken(session, [v for v in lifted if type(v) is LiftedInt], name_of(function))
    result = call_at(caller(), function, args, kwargs)
    for array, tensor, memory in arrays:
        if not np.array_equal(np.asarray(tensor.value), array._plain, equal_nan=True):
            memory.write(array._plain, taping.opaque(array._plain.copy(), [tensor], name_of(function)))
    if not sources:
        return fresh(result) if _is_new(result) else result
    if any(result is v for v in args):
        return result
    return finish(result, sources, None, name_of(function), session_of(sources), again)


def object_method(owner: np.ndarray, function: Any, args: Any, kwargs: Any) -> Any:
    """A method of an array of objects; a conversion to numbers keeps their graph."""
    result = call_at(caller(), function, [as_objects(v) if type(v) is LiftedArray else v for v in args], kwargs)
    if function.__name__ == "astype" and type(result) is np.ndarray and result.dtype.kind == "f":
        found = lifted_in(owner, [])
        return finish(result, found, lambda: nodes(owner), "astype", session_of(found))
    return result


def _is_compiled(function: Any) -> bool:
    """Whether a function, or what makes a class's objects, is no Python code."""
    return type(function) is BuiltinFunctionType or (
        type(function) is type and not isinstance(getattr(function, "__init__", None), FunctionType)
    )


def _is_numpy(function: Any) -> bool:
    """Whether NumPy's own rules apply: ufuncs, and functions that dispatch."""
    return isinstance(function, np.ufunc) or (hasattr(function, "_implementation") and root_module(function) == "numpy")


def _is_new(result: Any) -> bool:
    """Whether an array owns its memory, so that nobody can hold another array of it but views of this one."""
    return type(result) is np.ndarray and result.base is None
