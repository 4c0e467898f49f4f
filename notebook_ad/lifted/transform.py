"""The cell with hooks in it: the same statements, in the same order, at the same positions, that ask us where it matters.

Four places need a hook, because Python does not ask the right operand, or the called function, by itself:
`2.0 * n` (a float's own operator takes any int), `x += n`, a call of a function that reads numbers in C, and a write to
an array that is not followed. Hooks around what is read from, iterated over or assigned in a branch serve notes only:
they say where the graph was cut, and by which constant. Outside functions a hook after each binding lifts what was bound.
Hooks are names that no program can contain (".left"), looked up among the builtins.
"""

from __future__ import annotations

import ast
from typing import Any, TypeVar

from notebook_ad.lifted.branches import mark

HOOK = "notebook_ad."
# Calls that depend on the frame that makes them.
UNTOUCHED = {"super", "locals", "globals", "vars", "dir", "eval", "exec", "breakpoint", "__import__"}
COMPILED = ("jit", "njit", "vectorize", "guvectorize", "cfunc", "stencil")
COMPARING = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
PLAIN_LEFT = (str, bytes, int, type(None))

N = TypeVar("N", bound=ast.AST)


def instrument(tree: ast.Module) -> ast.Module:
    """A module (a statement of the cell, or a file of the user's) with hooks, in place."""
    mark(tree, call)
    hooked: ast.Module = ast.fix_missing_locations(Hooks().visit(tree))
    return hooked


def with_bindings(body: list[ast.stmt]) -> list[ast.stmt]:
    """The statements, each that binds names followed by a hook that lifts them."""
    result: list[ast.stmt] = []
    for statement in body:
        Walrus().visit(statement)
        before: list[tuple[str, ast.AST]] = []
        if isinstance(statement, ast.For | ast.AsyncFor):
            before = targets(statement.target)
        elif isinstance(statement, ast.With | ast.AsyncWith):
            before = [n for item in statement.items if item.optional_vars for n in targets(item.optional_vars)]
        for field in ("body", "orelse", "finalbody"):
            inner = getattr(statement, field, None)
            if inner and not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                lifted = [hook_statement(before, inner[0])] if field == "body" and before else []
                setattr(statement, field, lifted + with_bindings(inner))
        for handler in getattr(statement, "handlers", []):
            handler.body = with_bindings(handler.body)
        for case in getattr(statement, "cases", []):
            bound = [(n, case.pattern) for n in pattern_names(case.pattern)]
            case.body = ([hook_statement(bound, case.body[0])] if bound else []) + with_bindings(case.body)
        result.append(statement)
        after: list[tuple[str, ast.AST]] = []
        if isinstance(statement, ast.Assign):
            after = [n for target in statement.targets for n in targets(target)]
        elif isinstance(statement, ast.AugAssign) or (isinstance(statement, ast.AnnAssign) and statement.value):
            after = targets(statement.target)
        if after:
            result.append(hook_statement(after, statement))
    return result


def targets(target: ast.AST) -> list[tuple[str, ast.AST]]:
    """The names that a target binds, with their positions."""
    if isinstance(target, ast.Name):
        return [(target.id, target)]
    if isinstance(target, ast.Starred):
        return targets(target.value)
    if isinstance(target, ast.Tuple | ast.List):
        return [n for element in target.elts for n in targets(element)]
    return []


def pattern_names(pattern: ast.AST) -> list[str]:
    """The names that a `case` binds."""
    names = []
    for node in ast.walk(pattern):
        name = getattr(node, "rest" if isinstance(node, ast.MatchMapping) else "name", None)
        if isinstance(node, ast.MatchAs | ast.MatchStar | ast.MatchMapping) and name:
            names.append(name)
    return names


def hook_statement(names: list[tuple[str, ast.AST]], at: ast.stmt) -> ast.stmt:
    """`bind((name, line, column), …)` at a statement's position."""
    args: list[ast.expr] = []
    for name, node in names:
        args += [
            ast.Constant(name),
            ast.Constant(getattr(node, "lineno", 0)),
            ast.Constant(getattr(node, "col_offset", 0)),
        ]
    return ast.copy_location(ast.Expr(call("bind", args, at)), at)


def call(name: str, args: list[ast.expr], at: ast.AST) -> ast.Call:
    """A call of a hook, at a node's position."""
    function = ast.copy_location(ast.Name(HOOK + name, ast.Load()), at)
    for arg in args:
        if not hasattr(arg, "lineno"):
            ast.copy_location(arg, at)
    return ast.copy_location(ast.Call(function, args, []), at)


class Walrus(ast.NodeVisitor):
    """Lifts what `:=` binds outside functions, at once; comprehensions bind in the scope around them."""

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        """Lift the value at once."""
        self.generic_visit(node)
        where: list[ast.expr] = [ast.Constant(node.target.id), ast.Constant(node.lineno), ast.Constant(node.col_offset)]
        node.value = call("bound", [node.value, *where], node.value)

    def _skip(self, node: ast.AST) -> None:
        """Functions and classes have scopes of their own; nested statements are visited one by one."""

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = visit_Lambda = _skip

    def generic_visit(self, node: ast.AST) -> None:
        """Look into an expression, or into a statement's own expressions."""
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
                self.visit(child)


class Hooks(ast.NodeTransformer):
    """Puts the hooks in."""

    def __init__(self) -> None:
        self._temporaries = 0
        self._returns = 0  # of the function that is visited

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        """A hook around a left operand whose type may not ask the right one."""
        self.generic_visit(node)
        left = node.left
        text = isinstance(left, ast.JoinedStr) or (isinstance(left, ast.Constant) and isinstance(left.value, str))
        if text and isinstance(node.op, ast.Mod):
            return call("formatted", [left, node.right], node)
        plain = isinstance(left, ast.JoinedStr | ast.List | ast.Tuple | ast.Dict | ast.ListComp) or (
            isinstance(left, ast.Constant) and type(left.value) in PLAIN_LEFT
        )
        if not plain:
            node.left = call("left", [left], left)
        return node

    def visit_Compare(self, node: ast.Compare) -> Any:
        """A hook around a left operand whose type may not ask the right one."""
        self.generic_visit(node)
        left = node.left
        if isinstance(node.ops[0], COMPARING) and not (
            isinstance(left, ast.Constant) and type(left.value) in PLAIN_LEFT
        ):
            node.left = call("left", [left], left)
        return node

    def visit_FormattedValue(self, node: ast.FormattedValue) -> Any:
        """A hook around a number that stands in a format."""
        self.generic_visit(node)
        for part in node.format_spec.values if isinstance(node.format_spec, ast.JoinedStr) else ():
            if isinstance(part, ast.FormattedValue):
                part.value = call("width", [part.value], part.value)
        return node

    def visit_Call(self, node: ast.Call) -> Any:
        """A hook around what is called."""
        self.generic_visit(node)
        function = node.func
        if isinstance(function, ast.Name) and (function.id in UNTOUCHED or function.id.startswith(HOOK)):
            if function.id == "eval" and node.args and not isinstance(node.args[0], ast.Starred):
                node.args[0] = call("evaluated", [node.args[0]], node.args[0])
            return node
        node.func = call("callee", [function], function)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        """A hook around what is written to, or read from."""
        self.generic_visit(node)
        node.slice = _looked_up(node.slice)
        if not isinstance(node.ctx, ast.Del):
            hook = "target" if isinstance(node.ctx, ast.Store) else "read"
            node.value = call(hook, [node.value], node.value)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        """A hook around what is read from, or given an attribute."""
        self.generic_visit(node)
        if not isinstance(node.ctx, ast.Del):
            node.value = call("read" if isinstance(node.ctx, ast.Load) else "holder", [node.value], node.value)
        return node

    def visit_For(self, node: ast.For) -> Any:
        """A hook around what is iterated over."""
        self.generic_visit(node)
        node.iter = call("each", [node.iter], node.iter)
        return node

    def visit_comprehension(self, node: ast.comprehension) -> Any:
        """A hook around what is iterated over."""
        self.generic_visit(node)
        if not node.is_async:
            node.iter = call("each", [node.iter], node.iter)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        """A hook around each branch."""
        self.generic_visit(node)
        node.body = call("chosen", [node.body, ast.Constant(True)], node.body)
        node.orelse = call("chosen", [node.orelse, ast.Constant(True)], node.orelse)
        return node

    def visit_Return(self, node: ast.Return) -> Any:
        """A hook around what is returned."""
        self.generic_visit(node)
        if node.value is not None and not isinstance(node.value, ast.IfExp):
            node.value = call("chosen", [node.value, ast.Constant(self._returns > 1)], node.value)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        """`x += v` as `x = updated("+", x, v)`, with what x is made of evaluated once."""
        before: list[ast.stmt] = []
        names: list[str] = []
        target = node.target
        if isinstance(target, ast.Attribute):
            target.value = self._held(target.value, before, names, node)
        elif isinstance(target, ast.Subscript):
            target.value = self._held(target.value, before, names, node)
            target.slice = self._held(_as_expression(target.slice), before, names, node)
        read = _copy(target)
        read.ctx = ast.Load()
        value = call("updated", [ast.Constant(type(node.op).__name__), self.visit(read), self.visit(node.value)], node)
        assign = ast.copy_location(ast.Assign([self.visit(target)], value), node)
        if not names:
            return assign
        delete = ast.copy_location(ast.Delete([ast.Name(n, ast.Del()) for n in names]), node)
        return [*before, assign, delete]

    def _held(self, value: ast.expr, before: list[ast.stmt], names: list[str], at: ast.stmt) -> ast.expr:
        """An expression that gives a value without evaluating it a second time."""
        if isinstance(value, ast.Constant | ast.Name):
            return value
        if isinstance(value, ast.UnaryOp) and isinstance(value.operand, ast.Constant):
            return value
        self._temporaries += 1
        name = f"{HOOK}{self._temporaries}"
        before.append(ast.copy_location(ast.Assign([ast.Name(name, ast.Store())], self.visit(value)), at))
        names.append(name)
        return ast.copy_location(ast.Name(name, ast.Load()), value)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> Any:
        """Hooks in a function."""
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> Any:
        """Hooks in a coroutine function."""
        return self._function(node)

    def _function(self, node: Any) -> Any:
        """Hooks in a function, not in its annotations; none in what a compiler of its own reads."""
        if any(_last_name(d) in COMPILED for d in node.decorator_list):
            return node
        node.decorator_list = [self.visit(d) for d in node.decorator_list]
        node.args.defaults = [self.visit(d) for d in node.args.defaults]
        node.args.kw_defaults = [d and self.visit(d) for d in node.args.kw_defaults]
        around, self._returns = self._returns, returns_in(node)
        body: list[ast.stmt] = []
        for statement in node.body:
            changed = self.visit(statement)
            body.extend(changed if isinstance(changed, list) else [changed])
        node.body, self._returns = body, around
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        """Hooks in the value and the target, none in the annotation."""
        node.target = self.visit(node.target)
        node.value = node.value and self.visit(node.value)
        return node

    def visit_match_case(self, node: ast.match_case) -> Any:
        """Hooks in the guard and the body: a pattern is no expression."""
        pattern, node.pattern = node.pattern, ast.MatchAs()
        self.generic_visit(node)
        node.pattern = pattern
        return node

    def visit_TypeAlias(self, node: Any) -> Any:
        """No hooks: a type is no value."""
        return node


def returns_in(function: ast.AST) -> int:
    """How many `return` statements a function has, without those of functions in it."""
    count, stack = 0, list(getattr(function, "body", []))
    while stack:
        node = stack.pop()
        count += isinstance(node, ast.Return)
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            stack.extend(ast.iter_child_nodes(node))
    return count


def _last_name(decorator: ast.expr) -> str:
    while isinstance(decorator, ast.Call):
        decorator = decorator.func
    return decorator.attr if isinstance(decorator, ast.Attribute) else getattr(decorator, "id", "")


def _as_expression(key: ast.expr) -> ast.expr:
    """A subscript as an expression of its own: `a:b` as `slice(a, b, None)`."""
    if isinstance(key, ast.Slice):
        parts = [part or ast.Constant(None) for part in (key.lower, key.upper, key.step)]
        return call("slice", parts, key)
    if isinstance(key, ast.Tuple):
        key.elts = [_as_expression(e) for e in key.elts]
    return key


def _looked_up(key: ast.expr) -> ast.expr:
    """A hook around what an element is looked up by."""
    if isinstance(key, ast.Slice):
        key.lower, key.upper, key.step = (part and _looked_up(part) for part in (key.lower, key.upper, key.step))
    elif isinstance(key, ast.Tuple):
        key.elts = [_looked_up(e) for e in key.elts]
    elif not isinstance(key, ast.Constant | ast.Starred | ast.JoinedStr):
        return call("key", [key], key)
    return key


def _copy(node: N) -> N:
    """The same target once more, to be read."""
    fields = {name: _copy(v) if isinstance(v, ast.expr) else v for name, v in ast.iter_fields(node)}
    return ast.copy_location(type(node)(**fields), node)


def names_bound(tree: ast.Module) -> set[str]:
    """The names that code binds outside functions and classes."""
    found: set[str] = set()
    stack: list[ast.AST] = list(tree.body)
    while stack:
        node = stack.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        if isinstance(node, ast.match_case):
            found.update(pattern_names(node.pattern))
        stack.extend(ast.iter_child_nodes(node))
    return found


def names_defined(tree: ast.Module) -> set[str]:
    """The names of the functions and classes that code defines outside of others."""
    return {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)}
