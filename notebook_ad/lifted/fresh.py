"""Which names of a scope stand for nothing but objects that this scope's code has made: these it may change."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

from notebook_ad.lifted import harmless

Lookup = Callable[[str], Any]
COMPREHENSION = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
SEEDED = {"default_rng", "RandomState", "Random", "SeedSequence"}


class Fresh:
    """The fresh names of one scope.

    Attributes:
        names: of which every binding is fresh; deep: of which what they contain is fresh too; seeded: random generators
            that were made with a seed.
    """

    def __init__(self, body: Iterable[ast.stmt], unknown: set[str], lookup: Lookup, classes: set[str]) -> None:
        self.lookup, self.classes = lookup, classes
        bindings: dict[str, list[ast.expr | None]] = {}
        for node in scope(body):
            for name, value in _bound(node):
                bindings.setdefault(name, []).append(value)
        self.bound = set(bindings)
        self.seeded = {n for n, values in bindings.items() if values and all(map(self._seeds, values))} - unknown
        self.names = self._settled(bindings, unknown, self.makes)
        self.deep = self._settled(bindings, unknown, self.makes_all) & self.names

    def _settled(self, bindings: Any, unknown: set[str], makes: Callable[[Any, set[str]], bool]) -> set[str]:
        found = set(bindings) - unknown
        while True:
            kept = {n for n in found if all(v is not None and makes(v, found) for v in bindings[n])}
            if kept == found:
                return found
            found = kept

    def makes(self, node: ast.expr, fresh: set[str]) -> bool:
        """Whether an expression gives a new object (or one that cannot be changed)."""
        match node:
            case ast.Constant() | ast.List() | ast.Dict() | ast.Set() | ast.Tuple() | ast.JoinedStr() | ast.Compare():
                return True
            case ast.ListComp() | ast.DictComp() | ast.SetComp() | ast.GeneratorExp() | ast.Lambda():
                return True
            case ast.BinOp() | ast.UnaryOp():
                return True
            case ast.BoolOp(values=values):
                return all(self.makes(v, fresh) for v in values)
            case ast.IfExp(body=body, orelse=orelse):
                return self.makes(body, fresh) and self.makes(orelse, fresh)
            case ast.NamedExpr(value=value):
                return self.makes(value, fresh)
            case ast.Name(id=name):
                return name in fresh
            case ast.Call(func=ast.Name(id=name)):
                return (name in harmless.MAKING or name in self.classes) and (
                    name in self.classes or not self.hidden(name)
                )
            case ast.Call(func=ast.Attribute(value=owner, attr=attr), args=args, keywords=keywords):
                if any(k.arg in ("out", "copy", None) for k in keywords):
                    return False
                if isinstance(module := self.module(owner), ModuleType):
                    if module.__name__ == "numpy" and attr in harmless.NUMPY_VIEWS:
                        return bool(args) and all(self.makes(arg, fresh) for arg in args)
                    return _makes(module, attr)
                return attr in harmless.FRESH_METHODS
        return False

    def makes_all(self, node: ast.expr, fresh: set[str]) -> bool:
        """Whether what it contains is new too."""
        match node:
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
                return all(self.makes_all(p, fresh) for p in parts)
            case ast.Dict(values=parts):
                return all(self.makes_all(p, fresh) for p in parts)
            case ast.ListComp(elt=part) | ast.SetComp(elt=part) | ast.DictComp(value=part):
                return self.makes_all(part, set())
            case ast.BinOp(left=left, right=right):
                return self.makes_all(left, fresh) and self.makes_all(right, fresh)
            case ast.Name(id=name):
                return name in fresh
            case ast.Call(func=ast.Name(id=name), args=args):
                return (name in harmless.MAKING and name not in ("list", "dict", "set", "tuple", "sorted")) or (
                    not args and self.makes(node, fresh)
                )
            case ast.Call(func=ast.Attribute(value=owner, attr=attr), keywords=keywords):
                module = self.module(owner)
                numeric = module.__name__.startswith("numpy") if isinstance(module, ModuleType) else attr != "copy"
                plain = not any("object" in ast.unparse(k.value) for k in keywords)
                return (numeric or attr == "deepcopy") and plain and self.makes(node, fresh)
            case ast.Constant() | ast.JoinedStr() | ast.Compare() | ast.UnaryOp():
                return True
        return False

    def hidden(self, name: str) -> bool:
        """Whether a builtin's name stands for something else here."""
        return name in getattr(self, "bound", ()) or self.lookup(name) is not harmless.MISSING

    def module(self, node: ast.expr) -> Any:
        """The module that an expression names, if it does."""
        if isinstance(node, ast.Name):
            return harmless.MISSING if node.id in getattr(self, "bound", ()) else self.lookup(node.id)
        if isinstance(node, ast.Attribute):
            owner = self.module(node.value)
            return getattr(owner, node.attr, None) if isinstance(owner, ModuleType) else harmless.MISSING
        return harmless.MISSING

    def _seeds(self, node: ast.expr | None) -> bool:
        if not isinstance(node, ast.Call) or not (node.args or node.keywords):
            return False
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        first = node.args[0] if node.args else node.keywords[0].value
        return name in SEEDED and not (isinstance(first, ast.Constant) and first.value is None)


def _makes(module: ModuleType, name: str) -> bool:
    root = module.__name__.partition(".")[0]
    if root == "numpy":
        return name not in harmless.NUMPY_VIEWS
    return root in ("math", "cmath", "statistics", "random") or name in ("deque", "Counter", "defaultdict", "deepcopy")


def scope(body: Iterable[ast.AST]) -> Iterable[ast.AST]:
    """The nodes of one scope: functions and classes inside are given, not entered."""
    stack = list(body)
    while stack:
        node = stack.pop()
        yield node
        if isinstance(node, COMPREHENSION):  # only what `:=` binds in it is bound outside
            stack.extend(n for n in ast.walk(node) if isinstance(n, ast.NamedExpr))
            continue
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            continue
        stack.extend(ast.iter_child_nodes(node))


def _bound(node: ast.AST) -> list[tuple[str, ast.expr | None]]:
    """The names that a statement binds, each with the expression that it is bound to where that is known."""
    match node:
        case ast.Assign(targets=targets, value=value):
            return [pair for target in targets for pair in bindings_of(target, value)]
        case ast.AnnAssign(target=target, value=value) if value is not None:
            return bindings_of(target, value)
        case ast.NamedExpr(target=target, value=value):
            return bindings_of(target, value)
        case ast.For(target=target, iter=ast.Call(func=ast.Name(id="range"))):
            return bindings_of(target, ast.Constant(0))
        case ast.For(target=target):
            return bindings_of(target, None)
        case ast.With(items=items):
            return [pair for i in items if i.optional_vars for pair in bindings_of(i.optional_vars, None)]
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [(name, None)]
        case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            return [(name, None)]
        case ast.MatchMapping(rest=str(name)):
            return [(name, None)]
    return []


def bindings_of(target: ast.expr, value: ast.expr | None = None) -> list[tuple[str, ast.expr | None]]:
    """The names in a target, each with what it is bound to where that is known."""
    if isinstance(target, ast.Name):
        return [(target.id, value)]
    if isinstance(target, ast.Starred):
        return bindings_of(target.value, None)
    if isinstance(target, ast.Tuple | ast.List):
        same = isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts)
        parts: list[ast.expr | None] = list(value.elts) if same else [None] * len(target.elts)  # type: ignore[union-attr]
        if isinstance(value, ast.Constant):
            parts = [value] * len(target.elts)
        return [pair for t, v in zip(target.elts, parts, strict=True) for pair in bindings_of(t, v)]
    return []
