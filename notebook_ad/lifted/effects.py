"""Whether a cell can be run again for a view without anybody noticing: yes only where everything in it is known.

Names that the cell reads are looked up as they were before it ran; the notebook's functions and classes that it can reach
are read too. What the cell makes itself it may change; all else it may only look at.
"""

from __future__ import annotations

import ast
import functools
import linecache
from collections.abc import Mapping
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from notebook_ad.lifted import harmless
from notebook_ad.lifted.helpers import PAIRS
from notebook_ad.lifted.looking import Looker
from notebook_ad.lifted.reads import names_read
from notebook_ad.lifted.scopes import Effect
from notebook_ad.lifted.values import LIFTED
from notebook_ad.lifted.where import owner_of, owner_of_module
from notebook_ad.tensor.tensor import Tensor

ATOMS = (int, float, complex, str, bytes, bool, type(None), range, slice, np.generic, np.dtype, type(Ellipsis), Tensor)
UNCHANGING = (int, float, complex, str, bytes, bool, type(None), np.generic)
LIMIT = 2_000  # values looked at


def effects(source: str, variables: Mapping[str, Any], namespace: Mapping[str, Any]) -> str | None:
    """What running a cell again may do besides giving its result; None where it is known to do nothing else.

    Args:
        source: the cell; variables: what it read from the notebook, as it was; namespace: for all other names.
    """
    try:
        world = World({**namespace, **variables})
        tree = ast.parse(source)
        read = {n: v for n in names_read(tree) if (v := world.lookup(n)) is not harmless.MISSING}
        changeable = {n for n, v in read.items() if not isinstance(v, UNCHANGING)}
        Looker(world, tree.body, world.lookup, unknown=changeable).run()
        for name, value in read.items():  # some of them are bound later by the cell itself
            world.value(value, name, 1)
        world.finish()
    except Effect as effect:
        return effect.reason
    except RecursionError:
        return "the code is nested too deeply to be looked through"
    return None


class World:
    """What the cell can reach outside itself: each thing is looked at once.

    Attributes:
        methods: names of the methods that classes of the user's have; asked: those that were called, with the line.
    """

    def __init__(self, names: Mapping[str, Any]) -> None:
        self.names = names
        self.seen: dict[int, Any] = {}
        self.methods: set[str] = set()
        self.asked: dict[str, int] = {}

    def lookup(self, name: str) -> Any:
        """What a name of the notebook stands for; MISSING for a builtin's name."""
        value = self.names.get(name, harmless.MISSING)
        builtin = name in ("__builtins__", "__name__", "__doc__")
        return harmless.MISSING if builtin else value

    def finish(self) -> None:
        """Look at the methods that were called before their classes were met."""
        for name, line in self.asked.items():
            if name not in self.methods:
                raise Effect(line, f"it is not known what .{name}() does")

    def value(self, value: Any, name: str, line: int) -> None:
        """Look at a value that the code reads."""
        kind = type(value)
        if id(value) in self.seen or isinstance(value, ATOMS) or kind in LIFTED:
            return
        if len(self.seen) > LIMIT:
            raise Effect(line, f"{name} holds too much to be looked through")
        self.seen[id(value)] = value
        if kind is np.ndarray and value.dtype.kind != "O":
            return
        if kind in (list, tuple, set, frozenset, dict) or (isinstance(value, tuple) and hasattr(value, "_fields")):
            for part in value.values() if kind is dict else value:
                self.value(part, name, line)
        elif kind is FunctionType and owner_of(value.__code__) == "user":
            self.function(value, name, line)
        elif kind is functools.partial:
            for part in (value.func, *value.args, *value.keywords.values()):
                self.value(part, name, line)
        elif isinstance(value, type) and owner_of_module(value.__module__) == "user":
            self.user_class(value, name, line)
        elif isinstance(value, ModuleType):
            return  # what is read of it is looked at there
        elif isinstance(value, FunctionType | BuiltinFunctionType | type | np.ufunc | MethodType) or callable(value):
            if not harmless.function(value) and not self._is_seeded(value):
                raise Effect(line, f"it is not known what {name}() does")
        else:
            raise Effect(line, f"{name} is an object of the class {kind.__name__}, which may change")

    @staticmethod
    def _is_seeded(value: Any) -> bool:
        return value is np.random.default_rng or value is np.random.RandomState

    def function(self, function: FunctionType, name: str, line: int) -> None:
        """Look at a function of the user's."""
        node = definition(function.__code__)
        if node is None:
            raise Effect(line, f"the source of {name}() is not at hand")
        cells = {
            n: c.cell_contents for n, c in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
        }
        for part in (*cells.values(), *(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()):
            if part is not function:
                self.value(part, name, line)
        own = function.__globals__

        def lookup(asked: str) -> Any:
            if asked in cells:
                return cells[asked]
            if own.get("__name__") == "__main__":
                return self.lookup(asked)
            return own.get(asked, harmless.MISSING)

        body = [ast.Expr(node.body)] if isinstance(node, ast.Lambda) else node.body
        made = node.args.args[0].arg if function.__name__ == "__init__" and node.args.args else ""
        Looker(self, body, lookup, node.args, f"{name}(), ", set(cells), made=made).run()

    def user_class(self, kind: type, name: str, line: int) -> None:
        """Look at a class of the user's: all that its objects may do."""
        if type(kind) is not type:
            raise Effect(line, f"{name} has a metaclass")
        for base in kind.__mro__[1:]:
            self.value(base, base.__name__, line)
        for attribute, part in vars(kind).items():
            if attribute in ("__dict__", "__weakref__", "__module__", "__doc__", "__annotations__", "__dataclass_params__",
                             "__dataclass_fields__", "__match_args__", "__hash__", "__abstractmethods__", "_abc_impl"):  # fmt: skip
                continue
            inner = getattr(part, "__func__", part)
            for method in (part.fget, part.fset) if isinstance(part, property) else (inner,):
                if isinstance(method, FunctionType):
                    self.methods.add(attribute)
                    if method.__code__.co_filename != "<string>":  # what dataclasses write
                        self.value(method, f"{name}.{attribute}", line)
                elif method is not None:
                    self.value(method, f"{name}.{attribute}", line)


def definition(code: CodeType) -> Any:
    """The syntax of a function; None where the source at hand is not what was compiled, or it is one of several."""
    if PAIRS.hooked(code) is None and PAIRS.plain(code) is None:
        return None
    try:
        tree = ast.parse("".join(linecache.getlines(code.co_filename)))
    except (SyntaxError, ValueError):
        return None
    found = [node for node in ast.walk(tree) if _is_of(node, code)]
    return found[0] if len(found) == 1 else None


def _is_of(node: ast.AST, code: CodeType) -> bool:
    if isinstance(node, ast.FunctionDef):
        first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
        return node.name == code.co_name and first == code.co_firstlineno
    return isinstance(node, ast.Lambda) and code.co_name == "<lambda>" and node.lineno == code.co_firstlineno
