"""One scope of code, read for what it does besides computing: what it binds, changes, imports and defines."""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

import numpy as np

from notebook_ad.lifted import harmless
from notebook_ad.lifted.called import Calls
from notebook_ad.lifted.fresh import SEEDED, bindings_of
from notebook_ad.lifted.scopes import names_of

CONTEXTS = {"errstate", "no_grad", "suppress", "nullcontext"}


class Looker(Calls, ast.NodeVisitor):
    """Reads one scope, and those inside it."""

    def _target(self, target: ast.AST) -> None:
        match target:
            case ast.Name(id=name):
                if name in self.foreign:
                    self.fail(target, f"it binds {name} outside")
            case ast.Starred(value=value):
                self._target(value)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                for part in parts:
                    self._target(part)
            case ast.Subscript(value=value, slice=key):
                self.visit(key)
                self.visit(value)
                if not self.is_own(value):
                    self.fail(target, f"it changes {ast.unparse(value)}, which the cell may not have made")
            case ast.Attribute(value=ast.Name(id=name)) if (name == self.made and name) or self.is_own(target.value):
                return
            case _:
                self.fail(target, f"it sets {ast.unparse(target)}")

    def visit_Assign(self, node: ast.Assign) -> None:
        """Look at what is assigned to."""
        self.visit(node.value)
        for target in node.targets:
            self._target(target)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """Look at what is assigned to."""
        if node.value is not None:
            self.visit(node.value)
            self._target(node.target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        """Look at what is changed in place."""
        self.visit(node.value)
        target = node.target
        if isinstance(target, ast.Name):
            if self.is_local(target.id) and target.id in self.fresh.names:
                return
            value = harmless.MISSING if self.is_local(target.id) and self.outer is not None else self._before(target.id)
            if self.is_local(target.id) and target.id in self.fresh.bound and value is harmless.MISSING:
                self.fail(node, f"it changes {target.id} in place, which the cell may not have made")
            if not isinstance(value, int | float | complex | str | tuple | bool | np.generic):
                self.fail(node, f"it changes {target.id} in place, which the cell may not have made")
            return
        self._target(target)

    def _before(self, name: str) -> Any:
        """What a name of the notebook's stood for, where the cell binds it in no other way."""
        return harmless.MISSING if name in self.fresh.bound else self.lookup(name)

    def visit_Delete(self, node: ast.Delete) -> None:
        """Look at what is deleted."""
        for target in node.targets:
            if isinstance(target, ast.Name) and target.id in self.fresh.bound:
                continue
            if isinstance(target, ast.Subscript) and self.is_own(target.value):
                self.visit(target.slice)
                continue
            self.fail(node, f"it deletes {ast.unparse(target)}")

    def visit_For(self, node: ast.For) -> None:
        """Look at a loop."""
        self._target(node.target)
        for part in (node.iter, *node.body, *node.orelse):
            self.visit(part)

    def _comprehension(self, node: Any) -> None:
        first, *rest = node.generators
        self.visit(first.iter)
        names = {name for g in node.generators for name, _ in bindings_of(g.target)}
        args = ast.arguments([], [ast.arg(name) for name in sorted(names)], None, [], [], None, [])
        values = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        parts = [*values, *(g.iter for g in rest), *(test for g in node.generators for test in g.ifs)]
        if any(g.is_async for g in node.generators):
            self.fail(node, "it waits for something")
        self._inner([ast.copy_location(ast.Expr(part), part) for part in parts], args, node)

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension

    def visit_With(self, node: ast.With) -> None:
        """Look at a block."""
        for item in node.items:
            call = item.context_expr
            function = call.func if isinstance(call, ast.Call) else None
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            if name not in CONTEXTS:
                self.fail(node, f"it is not known what {ast.unparse(call)} does")
            self.visit(call)
        for part in node.body:
            self.visit(part)

    def visit_Import(self, node: ast.Import) -> None:
        """Look at what is imported."""
        for alias in node.names:
            self._import(node, alias.name)
            root = alias.name.partition(".")[0]
            self.imported[alias.asname or root] = sys.modules[alias.name if alias.asname else root]

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        """Look at what is imported."""
        if node.module == "__future__":
            return
        self._import(node, node.module or "")
        module = sys.modules[node.module or ""]
        for alias in node.names:
            if alias.name == "*" or not hasattr(module, alias.name):
                self.fail(node, f"it imports {alias.name}")
            value = getattr(module, alias.name)
            seeded = module is np.random and alias.name in SEEDED
            if not (isinstance(value, ModuleType) or seeded or harmless.in_module(module, alias.name)):
                self.fail(node, f"it is not known what {alias.name} does")
            self.imported[alias.asname or alias.name] = value

    def _import(self, node: ast.stmt, name: str) -> None:
        if name not in sys.modules or getattr(node, "level", None):
            self.fail(node, f"it imports {name or 'a module'}, which is not loaded yet")

    def visit_Global(self, node: ast.Global) -> None:
        """Look at names bound outside."""
        self.fail(node, f"it binds {', '.join(node.names)} in the notebook from a function")

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        """Look at names bound outside."""
        if set(node.names) & self.foreign or self.outer is None:
            self.fail(node, f"it binds {', '.join(node.names)} outside")

    def _refused(self, node: Any) -> None:
        self.fail(node, "it waits for something")

    visit_AsyncFor = visit_AsyncWith = visit_AsyncFunctionDef = visit_Await = _refused

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """Look at a function."""
        self._decorators(node.decorator_list)
        self._inner(node.body, node.args, node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        """Look at a function."""
        self._inner([ast.copy_location(ast.Expr(node.body), node)], node.args, node)

    def _inner(self, body: Sequence[ast.stmt], args: ast.arguments, node: ast.AST, made: str = "") -> None:
        for default in (*args.defaults, *(d for d in args.kw_defaults if d is not None)):
            self.visit(default)
        Looker(self.world, body, self.lookup, args, self.within, self.foreign - names_of(args), self, made).run()

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """Look at a class: its objects are the cell's own, in `__init__`."""
        self._decorators(node.decorator_list)
        if node.keywords:
            self.fail(node, f"the class {node.name} has a metaclass")
        for base in node.bases:
            self.visit(base)
        for part in node.body:
            if isinstance(part, ast.FunctionDef):
                self.world.methods.add(part.name)
                self._decorators(part.decorator_list)
                first = part.args.args[0].arg if part.args.args and part.name == "__init__" else ""
                self._inner(part.body, part.args, part, first)
            elif isinstance(part, ast.Assign | ast.AnnAssign | ast.Pass | ast.Expr):
                if isinstance(part, ast.Assign | ast.AnnAssign) and part.value is not None:
                    self.visit(part.value)
            else:
                self.fail(part, f"the class {node.name} does more than define")

    def _decorators(self, decorators: list[ast.expr]) -> None:
        for decorator in decorators:
            if isinstance(decorator, ast.Attribute) and decorator.attr in ("setter", "getter"):
                continue
            self.visit(decorator)
