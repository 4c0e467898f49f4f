"""Calls, read for what they do besides giving their result."""

from __future__ import annotations

import ast
import inspect
from typing import Any

import numpy as np

from notebook_ad.lifted import harmless
from notebook_ad.lifted.fresh import SEEDED
from notebook_ad.lifted.scopes import Scope

# Methods that take the array to write to as their second argument, or later.
OUT_SECOND = frozenset(["dot", "choose", "argmax", "argmin", "any", "all", "max", "min", "round", "ptp", "conj"])
OUT_LATER = frozenset(["sum", "mean", "prod", "std", "var", "cumsum", "cumprod", "take", "clip", "compress", "trace"])


class Calls(Scope, ast.NodeVisitor):
    """Reads the calls of one scope."""

    def visit_Call(self, node: ast.Call) -> None:
        """Look at what is called."""
        for part in (*node.args, *(k.value for k in node.keywords)):
            self.visit(part)
        self._check_out(node)
        function = node.func
        if isinstance(function, ast.Name):
            self._named_call(node, function)
        elif isinstance(function, ast.Attribute) and self.module(function.value) is None:
            self._method(node, function)
        else:
            self.visit(function)
            if isinstance(function, ast.Attribute) and function.attr in SEEDED and not _is_seeded(node):
                self.fail(node, "it draws random numbers without a seed")

    def _named_call(self, node: ast.Call, function: ast.Name) -> None:
        self.visit(function)
        if function.id == "print" and any(k.arg in ("file", None) for k in node.keywords):
            self.fail(node, "print() writes to a file")
        if function.id == "type" and len(node.args) != 1:
            self.fail(node, "type() makes a class")
        if function.id in SEEDED and not _is_seeded(node):
            self.fail(node, "it draws random numbers without a seed")

    def _check_out(self, node: ast.Call) -> None:
        """What NumPy is to write its result to must be the cell's own."""
        targets = [k.value for k in node.keywords if k.arg == "out"]
        if any((k.arg or "").startswith(harmless.OVERWRITING) for k in node.keywords):
            self.fail(node, "it may overwrite what it is given")
        if isinstance(node.func, ast.Attribute):
            module = self.module(node.func.value)
            if module is not None:
                at = _out_position(getattr(module, node.func.attr, None))
                targets += node.args[at:]
            elif node.func.attr in OUT_SECOND | OUT_LATER:
                targets += node.args[1 if node.func.attr in OUT_SECOND else 2 :]
        for target in targets:
            if not (isinstance(target, ast.Constant) or self.is_own(target)):
                self.fail(node, f"it may write to {ast.unparse(target)}")

    def _method(self, node: ast.Call, function: ast.Attribute) -> None:
        name, owner = function.attr, function.value
        self.visit(owner)
        if name.startswith("__") and name != "__init__":
            self.fail(node, f"it calls {name}")
        if isinstance(owner, ast.Name) and self._seeded(owner.id) and name in harmless.DRAWS:
            return
        if name in harmless.CHANGING:
            if self.is_own(owner):
                return
            if name not in harmless.METHODS:
                self.fail(node, f"it changes {ast.unparse(owner)}, which the cell may not have made ({name})")
        if name not in harmless.METHODS and name not in self.world.methods:
            self.world.asked.setdefault(name, node.lineno)

    def _seeded(self, name: str) -> bool:
        if self.is_local(name):
            return name in self.fresh.seeded
        return isinstance(self.outer, Calls) and self.outer._seeded(name)

    def is_own(self, node: ast.AST, deep: bool = False) -> bool:
        """Whether an expression is an object that the code has made."""
        if isinstance(node, ast.Subscript):
            return self.is_own(node.value, True)
        if not isinstance(node, ast.Name):
            return False
        if self.is_local(node.id):
            return node.id in (self.fresh.deep if deep else self.fresh.names)
        return isinstance(self.outer, Calls) and node.id not in self.foreign and self.outer.is_own(node, deep)


def _is_seeded(node: ast.Call) -> bool:
    values = [*node.args, *(k.value for k in node.keywords)]
    return bool(values) and not (isinstance(values[0], ast.Constant) and values[0].value is None)


def _out_position(function: Any) -> int:
    """Which argument of a NumPy function its result is written to, where it is given by position."""
    if isinstance(function, np.ufunc):
        nin: int = function.nin
        return nin
    try:
        names = [str(name) for name in inspect.signature(function).parameters]
    except (TypeError, ValueError):
        return 99
    return names.index("out") if "out" in names else 99
