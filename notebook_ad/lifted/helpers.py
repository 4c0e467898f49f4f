"""The user's functions from elsewhere: during a run those that the cell can reach carry the hooks, afterwards none."""

from __future__ import annotations

import ast
import gc
import linecache
import warnings
from collections.abc import Iterator
from types import BuiltinFunctionType, CodeType, FrameType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from notebook_ad.lifted.transform import instrument
from notebook_ad.lifted.where import owner_of, owner_of_module

LIMIT = 20_000  # objects looked at
FUTURE = 0xFFF0000  # the compiler's flags of `from __future__`
ATOMS = (
    int,
    float,
    complex,
    str,
    bytes,
    bool,
    type(None),
    np.ndarray,
    np.generic,
    FrameType,
    BuiltinFunctionType,
    range,
)


class Pairs:
    """Code without and with hooks, for each file of the user's that was needed."""

    def __init__(self) -> None:
        self._hooked: dict[CodeType, CodeType] = {}
        self._plain: dict[CodeType, CodeType] = {}
        self._files: set[tuple[str, int, int]] = set()

    def add(self, plain: CodeType, hooked: CodeType) -> None:
        """Note that two pieces of code, with all functions in them, are the same but for the hooks."""
        for a, b in zip(nested(plain), nested(hooked), strict=True):
            self._hooked[a] = b
            self._plain[b] = a

    def hooked(self, code: CodeType) -> CodeType | None:
        """The code with hooks; None where its source is not at hand, or is not what was compiled."""
        if code not in self._hooked and code not in self._plain:
            self._read(code.co_filename, code.co_flags & FUTURE)
        return self._hooked.get(code)

    def plain(self, code: CodeType) -> CodeType | None:
        """The code without hooks, if this is code with them."""
        return self._plain.get(code)

    def _read(self, filename: str, flags: int) -> None:
        lines = linecache.getlines(filename)
        key = (filename, flags, hash(tuple(lines)))
        if not lines or key in self._files:
            return
        self._files.add(key)
        source = "".join(lines)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                plain = compile(source, filename, "exec", flags, dont_inherit=True)
                hooked = compile(instrument(ast.parse(source)), filename, "exec", flags, dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError):
            return
        self.add(plain, hooked)


PAIRS = Pairs()


def nested(code: CodeType) -> Iterator[CodeType]:
    """A piece of code and all functions in it, in order."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from nested(constant)


def reachable(names: set[str], namespace: dict[str, Any]) -> tuple[list[FunctionType], set[str]]:
    """The user's functions that code which loads `names` can reach, and the notebook's names that these load."""
    functions: list[FunctionType] = []
    read: set[str] = set()
    seen: set[int] = set()
    stack: list[Any] = [namespace[n] for n in sorted(names) if n in namespace]
    while stack and len(seen) < LIMIT:
        value = stack.pop()
        if id(value) in seen or isinstance(value, ATOMS):
            continue
        seen.add(id(value))
        if isinstance(value, FunctionType):
            if owner_of(value.__code__) != "user":
                stack.extend(c.cell_contents for c in value.__closure__ or () if _filled(c))
                stack.append(value.__dict__)
                continue
            functions.append(value)
            loaded = {n for code in nested(value.__code__) for n in code.co_names}
            if value.__globals__ is namespace:
                read |= loaded
            stack.extend(value.__globals__[n] for n in sorted(loaded) if n in value.__globals__)
            stack.extend(c.cell_contents for c in value.__closure__ or () if _filled(c))
            stack.extend([value.__defaults__, value.__kwdefaults__, value.__dict__])
        elif isinstance(value, MethodType):
            stack.extend([value.__func__, value.__self__])
        elif isinstance(value, ModuleType):
            if owner_of_module(value.__name__) == "user" and value.__name__ != "__main__":
                stack.extend(v for v in vars(value).values() if getattr(v, "__module__", None) == value.__name__)
        elif isinstance(value, type):
            if owner_of_module(value.__module__) == "user":
                stack.extend(vars(value).values())
                stack.extend(value.__mro__)
        elif isinstance(value, list | tuple | set | frozenset):
            stack.extend(list(value)[:1000])
        elif isinstance(value, dict):
            stack.extend(list(value.values())[:1000])
        elif not type(value).__module__.startswith("numba"):
            stack.append(type(value))
            stack.extend(v for v in gc.get_referents(value) if v is not namespace)
    return functions, read


def _filled(cell: Any) -> bool:
    try:
        cell.cell_contents  # noqa: B018 - raises where the variable is not bound yet
    except ValueError:
        return False
    return True


def add_hooks(functions: list[FunctionType]) -> list[FunctionType]:
    """Give functions their code with hooks; the functions that were changed."""
    changed = []
    for function in functions:
        code = PAIRS.hooked(function.__code__)
        if code is not None and code.co_freevars == function.__code__.co_freevars:
            function.__code__ = code
            changed.append(function)
    return changed


def drop_hooks(functions: list[FunctionType]) -> None:
    """Give functions their own code again."""
    for function in functions:
        code = PAIRS.plain(function.__code__)
        if code is not None:
            function.__code__ = code
