"""One scope of code, and what its names stand for: the first that is not known ends the reading."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Callable, Sequence
from random import Random
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from notebook_ad.lifted import harmless
from notebook_ad.lifted.fresh import SEEDED, Fresh

HOLDING = (list, dict, set, deque, np.ndarray, np.random.Generator, np.random.RandomState, Random)


class Effect(Exception):
    """The code may do more than compute."""

    def __init__(self, line: int, text: str, within: str = "") -> None:
        self.reason = f"line {line}: {text}" if not within else f"{within}line {line}: {text}"


class Outside(Protocol):
    """What is around the code that is read."""

    methods: set[str]
    asked: dict[str, int]

    def value(self, value: Any, name: str, line: int) -> None:
        """Look at a value that the code reads."""


class Scope(ast.NodeVisitor):
    """Reads the names of one scope.

    Args:
        lookup: what a name stands for that the scope does not bind.
        args: of a function; within: what a reason begins with; foreign: names of an outer scope that it may not bind.
        outer: the scope around it, if that is read too.
    """

    def __init__(
        self,
        world: Outside,
        body: Sequence[ast.stmt],
        lookup: Callable[[str], Any],
        args: ast.arguments | None = None,
        within: str = "",
        foreign: set[str] | None = None,
        outer: Scope | None = None,
        made: str = "",
        unknown: set[str] | None = None,
    ) -> None:
        self.world, self.body, self.lookup, self.within, self.outer = world, body, lookup, within, outer
        self.foreign, self.made = foreign or set(), made
        self.imported: dict[str, Any] = {}
        self.parameters = names_of(args) if args is not None else set()
        inner = {n.name for n in body if isinstance(n, ast.ClassDef)}
        self.classes: set[str] = inner | (outer.classes if outer is not None else set())
        self.fresh = Fresh(body, self.parameters | (unknown or set()), self.seen, self.classes)

    def run(self) -> None:
        """Read it.

        Raises:
            Effect: there is something that is not known to have no effect.
        """
        for node in self.body:
            self.visit(node)

    def fail(self, node: ast.AST, text: str) -> None:
        """Raise the Effect of a node."""
        raise Effect(getattr(node, "lineno", 0), text, self.within)

    def is_local(self, name: str) -> bool:
        """Whether this scope binds a name."""
        return name in self.parameters or name in self.fresh.bound

    def seen(self, name: str) -> Any:
        """What a name stands for, where that is known; MISSING for a builtin and for what the code binds."""
        if name in self.imported:
            return self.imported[name]
        if "fresh" in vars(self) and self.is_local(name):
            return harmless.MISSING
        return self.outer.seen(name) if self.outer is not None else self.lookup(name)

    def binds(self, name: str) -> bool:
        """Whether this scope, or one around it, binds a name."""
        return name not in self.imported and (
            self.is_local(name) or (self.outer is not None and self.outer.binds(name))
        )

    def visit_Name(self, node: ast.Name) -> None:
        """Look at what a name stands for."""
        if not isinstance(node.ctx, ast.Load):
            return
        if node.id in self.imported or self.binds(node.id):
            if node.id in self.imported:
                self.world.value(self.imported[node.id], node.id, node.lineno)
            return
        value = self.seen(node.id)
        if value is harmless.MISSING:
            if node.id not in harmless.BUILTINS:
                self.fail(node, f"it is not known what {node.id} does")
        else:
            try:
                self.world.value(value, node.id, node.lineno)
            except Effect as effect:
                if self.within and not effect.reason.startswith(self.within):
                    effect.reason = self.within + effect.reason
                raise

    def module(self, node: ast.AST) -> Any:
        """The module that an expression names; None for anything else."""
        if isinstance(node, ast.Name):
            value = self.imported.get(node.id, harmless.MISSING)
            value = self.seen(node.id) if value is harmless.MISSING and not self.binds(node.id) else value
            return value if isinstance(value, ModuleType) else None
        if isinstance(node, ast.Attribute) and (owner := self.module(node.value)) is not None:
            value = getattr(owner, node.attr, None)
            return value if isinstance(value, ModuleType) else None
        return None

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Look at what is read of a module, or of an object."""
        module = self.module(node.value)
        if module is not None:
            random = module is np.random and node.attr in SEEDED
            if not random and not harmless.in_module(module, node.attr):
                self.fail(node, f"it is not known what {ast.unparse(node)} does")
            return
        if node.attr.startswith("__") and node.attr not in ("__init__", "__name__", "__class__"):
            self.fail(node, f"it reads {node.attr}")
        if node.attr not in harmless.METHODS and any(callable(getattr(t, node.attr, None)) for t in HOLDING):
            self.fail(node, f"it is not known what {ast.unparse(node)} is used for")
        self.visit(node.value)


def names_of(args: ast.arguments) -> set[str]:
    """The names of a function's parameters."""
    extra = [a for a in (args.vararg, args.kwarg) if a is not None]
    return {a.arg for a in (*args.posonlyargs, *args.args, *args.kwonlyargs, *extra)}
