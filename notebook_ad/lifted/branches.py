"""Constants that a branch assigns: which assignments stand in a branch, and what its other arms would have used instead."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from notebook_ad.lifted.instead import marked
from notebook_ad.lifted.record import traced
from notebook_ad.lifted.session import active
from notebook_ad.lifted.values import LIFTED
from notebook_ad.lifted.where import caller

CONSTANTS = (int, float, np.float64, np.ndarray)
Reads = dict[str, set[str]]  # by what is assigned to: the names that its values are computed from
Call = Callable[[str, list[ast.expr], ast.AST], ast.expr]


def set_by_branch(value: Any, text: str, elsewhere: bool, *names: str) -> Any:
    """The hook around what an arm assigns: a constant is noted, with what the other arms would have used.

    Args:
        text: what it is assigned to.
        elsewhere: whether another arm assigns to it too.
        names: the names that the other arms' values are computed from, and its own: what it was before.
    """
    session = active()
    if session is None or type(value) not in CONSTANTS:
        return value
    frame = caller()
    said = f"the branch set {text} to the constant {value!r}"
    elsewhere = elsewhere or text in frame.f_locals
    noted = elsewhere and any(e.kind == "compare" and e.frame == id(frame) for e in session.events[-8:])
    if noted:
        session.note("constant", said, None, id(frame))
    for name in names:
        other: Any = frame.f_locals.get(name, frame.f_globals.get(name))
        if type(other) in LIFTED and traced(other):
            noted = True
            session.note("constant", said, other._link, id(frame))
    return marked(value, session) if noted else value


def mark(tree: ast.AST, call: Call) -> None:
    """Put the hook around the values that arms assign, in place."""
    for statements in _blocks(tree):
        _mark(statements, {}, False, call)


def _mark(statements: list[ast.stmt], others: Reads, inside: bool, call: Call) -> None:
    for statement in statements:
        arms, always = _arms(statement)
        reads = [_reads(arm) for arm in arms]
        for i, arm in enumerate(arms):
            chosen = inside or i > 0 or not isinstance(statement, ast.Try)
            _mark(arm, _merged([others, *reads[:i], *reads[i + 1 :]]), chosen, call)
        if inside and isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            for target, holder, key in _assigned(statement):
                _wrap(target, holder, key, others, call)
        scope = isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        for block in always:
            _mark(block, {} if scope else others, inside and not scope, call)


def _wrap(target: ast.expr, holder: Any, key: Any, others: Reads, call: Call) -> None:
    text = ast.unparse(target)
    value = holder[key] if isinstance(holder, list) else getattr(holder, key)
    if isinstance(value, ast.Tuple | ast.List | ast.Dict | ast.Lambda | ast.BinOp | ast.JoinedStr | ast.ListComp):
        return
    names = others.get(text, set()) | ({text} if isinstance(target, ast.Name) else set())
    about = [ast.Constant(text), ast.Constant(text in others), *map(ast.Constant, sorted(names))]
    wrapped = call("set", [value, *about], value)
    if isinstance(holder, list):
        holder[key] = wrapped
    else:
        setattr(holder, key, wrapped)


def _assigned(statement: Any) -> Iterator[tuple[ast.expr, Any, Any]]:
    """What a statement assigns to, each with where its value stands: `a, b = 0, x` assigns two."""
    for target in getattr(statement, "targets", None) or [statement.target]:
        value = statement.value
        pairs = isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List)
        if pairs and len(target.elts) == len(value.elts) and not _starred(target) and not _starred(value):
            for i, element in enumerate(target.elts):
                if isinstance(element, ast.Name | ast.Attribute | ast.Subscript):
                    yield element, value.elts, i
        elif isinstance(target, ast.Name | ast.Attribute | ast.Subscript):
            yield target, statement, "value"
            return


def _starred(node: Any) -> bool:
    return any(isinstance(e, ast.Starred) for e in node.elts)


def _arms(statement: ast.stmt) -> tuple[list[list[ast.stmt]], list[list[ast.stmt]]]:
    """The blocks of a statement of which one is chosen (of `try` the first by default), and those that run anyway."""
    if isinstance(statement, ast.If):
        return [statement.body, statement.orelse], []
    if isinstance(statement, ast.While):
        return [statement.body], [statement.orelse]
    if isinstance(statement, ast.Match):
        return [case.body for case in statement.cases], []
    if isinstance(statement, ast.Try):
        return [[*statement.body, *statement.orelse], *(h.body for h in statement.handlers)], [statement.finalbody]
    return [], _blocks(statement)


def _blocks(node: ast.AST) -> list[list[ast.stmt]]:
    found = (getattr(node, name, None) for name in ("body", "orelse", "finalbody"))
    return [block for block in found if isinstance(block, list)]


def _reads(statements: list[ast.stmt]) -> Reads:
    """What the statements assign, with the names that the values are computed from."""
    found: Reads = {}
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) and node.value is not None:
                pairs = [(node.target, node.value)] if isinstance(node, ast.AugAssign) else [
                    (t, h[k] if isinstance(h, list) else h.value) for t, h, k in _assigned(node)
                ]  # fmt: skip
                for target, value in pairs:
                    names = {n.id for n in ast.walk(value) if isinstance(n, ast.Name)}
                    found.setdefault(ast.unparse(target), set()).update(names)
    return found


def _merged(parts: list[Reads]) -> Reads:
    merged: Reads = {}
    for part in parts:
        for text, names in part.items():
            merged[text] = merged.get(text, set()) | names
    return merged
