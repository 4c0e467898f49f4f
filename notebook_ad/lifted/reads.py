"""Which names a cell reads from the notebook: loaded before the cell itself has bound them, by Python's scopes.

A function's global names count where the function's own name is next used; what only some branches bind counts as
unbound after them. So a name may be listed that this run binds first, but none that it reads is left out.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Iterable

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
NOWHERE = (math.inf, 0.0)
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


def names_read(tree: ast.Module) -> set[str]:
    """The names that running the cell may load from the notebook, inside its functions too."""
    return _Reader().module(tree)


def in_order(tree: ast.AST, names: Iterable[str]) -> list[str]:
    """Names in the order in which the text mentions them; those that it does not come last."""
    first: dict[str, tuple[float, float]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            first[node.id] = min((node.lineno, node.col_offset), first.get(node.id, NOWHERE))
    return sorted(names, key=lambda name: (first.get(name, NOWHERE), name))


class _Reader:
    """Walks statements in order: `found` is read from the notebook, `later` what a function's name stands for."""

    def __init__(self) -> None:
        self.found: set[str] = set()
        self.later: dict[str, set[str]] = {}

    def module(self, tree: ast.Module) -> set[str]:
        self.block(tree.body, set())
        return self.found

    def block(self, body: Iterable[ast.stmt], bound: set[str]) -> set[str]:
        """Read statements in turn; returns the names that are bound for certain afterwards."""
        for statement in body:
            bound = self.statement(statement, bound)
        return bound

    def statement(self, node: ast.stmt, bound: set[str]) -> set[str]:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self.load(_outside(node), bound)
                self.later[node.name] = _free(node)
                return bound | {node.name}
            case ast.ClassDef():
                return self._class(node, bound)
            case ast.If():
                self.load([node.test], bound)
                return self.block(node.body, set(bound)) & self.block(node.orelse, set(bound))
            case ast.While():
                self.load([node.test], bound)
                self.block(node.body, set(bound))
                self.block(node.orelse, set(bound))
            case ast.For() | ast.AsyncFor():
                self.load([node.iter], bound)
                self.block(node.body, bound | _targets(node.target))
                self.block(node.orelse, set(bound))
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    self.load([item.context_expr], bound)
                    bound = bound | (_targets(item.optional_vars) if item.optional_vars else set())
                self.block(node.body, set(bound))
            case ast.Try() | ast.TryStar():
                self.block(node.body, set(bound))
                for handler in node.handlers:
                    self.load([handler.type] if handler.type else [], bound)
                    self.block(handler.body, bound | ({handler.name} if handler.name else set()))
                self.block(node.orelse, set(bound))
                return self.block(node.finalbody, bound)
            case ast.Match():
                self.load([node.subject], bound)
                for branch in node.cases:
                    inner = bound | _targets(branch.pattern)
                    self.load([branch.guard] if branch.guard else [], inner)
                    self.block(branch.body, inner)
            case ast.Assign(value=ast.Lambda()) if all(isinstance(t, ast.Name) for t in node.targets):
                assert isinstance(node.value, ast.Lambda)
                self.load(_outside(node.value), bound)
                names = set().union(*map(_targets, node.targets))
                self.later |= dict.fromkeys(names, _free(node.value))
                return bound | names
            case ast.Delete():
                self.load(list(node.targets), bound)
                return bound - _targets(*node.targets)
            case _:
                self.load([node], bound)
                aug = isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name)
                if aug:
                    self.use({node.target.id}, bound)  # type: ignore[attr-defined]
                if isinstance(node, ast.AnnAssign) and node.value is None:
                    return bound
                return bound | _targets(node)
        return bound

    def _class(self, node: ast.ClassDef, bound: set[str]) -> set[str]:
        self.load([*node.bases, *(k.value for k in node.keywords), *node.decorator_list], bound)
        methods: set[str] = set()
        for part in node.body:
            if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
                self.load(_outside(part), bound)
                methods |= _free(part)
            else:
                self.statement(part, set(bound) | _targets(*node.body))
        self.later[node.name] = methods
        return bound | {node.name}

    def load(self, nodes: Iterable[ast.AST], bound: set[str]) -> None:
        """Note what these expressions load: their own names, and what the functions among them will load."""
        self.use(set().union(*(_loads(n) for n in nodes)) if nodes else set(), bound)

    def use(self, names: set[str], bound: set[str]) -> None:
        stack, done = list(names), set()
        while stack:
            name = stack.pop()
            if name in done:
                continue
            done.add(name)
            if name not in bound:
                self.found.add(name)
            stack.extend(self.later.get(name, ()))


def _outside(node: Function) -> list[ast.AST]:
    """What a function's definition evaluates at once: defaults, decorators, annotations."""
    parts: list[ast.AST] = [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]
    if not isinstance(node, ast.Lambda):
        parts += [*node.decorator_list, *([node.returns] if node.returns else [])]
        parts += [a.annotation for a in _arguments(node.args) if a.annotation is not None]
    return parts


def _arguments(args: ast.arguments) -> list[ast.arg]:
    extra = [a for a in (args.vararg, args.kwarg) if a is not None]
    return [*args.posonlyargs, *args.args, *args.kwonlyargs, *extra]


def _free(node: Function) -> set[str]:
    """The names that a function loads from outside itself."""
    body: list[ast.AST] = [node.body] if isinstance(node, ast.Lambda) else list(node.body)
    shared = {n for part in body for s in _scope(part) if isinstance(s, ast.Global | ast.Nonlocal) for n in s.names}
    own = {a.arg for a in _arguments(node.args)} | (_targets(*body) - shared)
    return set().union(*(_loads(part) for part in body)) - own


def _loads(node: ast.AST) -> set[str]:
    """The names that an expression or statement loads from around it, functions inside it included."""
    if isinstance(node, ast.Name):
        return {node.id} if isinstance(node.ctx, ast.Load) else set()
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        return _free(node).union(*map(_loads, _outside(node)))
    inner: set[str] = set().union(*map(_loads, ast.iter_child_nodes(node)))
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        inner.add(node.target.id)
    if isinstance(node, Comprehension):
        first = _loads(node.generators[0].iter)
        return (inner - set().union(*(_targets(g.target) for g in node.generators))) | first
    return inner


def _targets(*nodes: ast.AST) -> set[str]:
    """The names that code binds in its own scope."""
    found: set[str] = set()
    for node in (n for part in nodes for n in _scope(part)):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.alias():
                found.add((node.asname or node.name).split(".")[0])
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                found.add(name)
            case ast.ExceptHandler(name=str(name)):
                found.add(name)
    return found


def _scope(node: ast.AST) -> Iterable[ast.AST]:
    """The nodes of one scope: functions, classes and comprehensions inside are not entered."""
    stack = [node]
    while stack:
        part = stack.pop()
        yield part
        if isinstance(part, Comprehension):  # only a walrus in it binds outside
            stack.extend(w.target for w in ast.walk(part) if isinstance(w, ast.NamedExpr))
        elif not isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            stack.extend(ast.iter_child_nodes(part))
