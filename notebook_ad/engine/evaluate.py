"""Expression trees evaluated on arrays or tensors, and differentiated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

from notebook_ad.engine.expr import Expr, is_const, lift, passed, simplify, substitute
from notebook_ad.engine.primitive import OPERANDS, PRIMITIVES, Primitive, declare

HEADS: dict[str, Callable[..., Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "pow": lambda a, b: a**b,
    "neg": lambda a: -a,
    "//": np.floor_divide,
    "%": np.remainder,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "where": np.where,
    "abs": np.absolute,
}
FLAT = {"sign", "floor", "rint", "//", "<", "<=", ">", ">=", "==", "!="}  # their derivative is 0 wherever it exists
NAMES = {"+": "add", "-": "sub", "*": "mul", "/": "div", "%": "mod"}  # heads that primitives have other names for


def evaluate(expr: Expr, values: Mapping[str, Any]) -> Any:
    """The expression's value; both branches of a `where` are computed."""
    if expr.head == "const":
        return expr.value
    if expr.head == "var":
        return values[expr.name]
    function = HEADS.get(expr.head) or getattr(np, expr.head)
    return function(*(evaluate(a, values) for a in expr.args))


def branches(expr: Expr) -> bool:
    """Whether a `where` stands in the expression."""
    return expr.head == "where" or any(map(branches, expr.args))


def variables(expr: Expr) -> tuple[str, ...]:
    """The names in the expression, in order of appearance."""
    if expr.head == "var":
        return (expr.name,)
    return tuple(dict.fromkeys(name for a in expr.args for name in variables(a)))


@cache
def derivative(expr: Expr, name: str) -> Expr:
    """The derivative of an expression, by the partials that the elementwise primitives declare."""
    if expr.head == "var":
        return lift(float(expr.name == name))
    if expr.head in FLAT or name not in variables(expr):
        return lift(0.0)
    if expr.head == "where":
        taken, other = (derivative(a, name) for a in expr.args[1:])
        return taken if taken == other else Expr("where", (expr.args[0], taken, other))
    primitive = _primitive(NAMES.get(expr.head, expr.head))
    bound = dict(zip(OPERANDS, expr.args, strict=False)) | {"z": expr}
    total = lift(0.0)
    for arg, partial in zip(expr.args, primitive.partials, strict=True):
        inner = derivative(arg, name)
        if is_const(inner, 0.0) or partial is None:
            continue
        factor = substitute(partial, bound)
        term = factor if is_const(inner, 1.0) else simplify(Expr("*", (factor, inner)))
        total = term if is_const(total, 0.0) else total + term
    return total


def _primitive(name: str) -> Primitive:
    return next(p for p in PRIMITIVES if p.name == name and p.kind == "elementwise")


@cache
def partial_primitive(expr: Expr, label: str) -> Primitive:
    """An expression as an elementwise primitive of its variables in order: its `where` stays lazy when differentiated.

    Where both branches are computed on tensors, the one not taken gives 0 · inf in the next derivative.
    """
    names = variables(expr)
    renamed = substitute(expr, {n: Expr("var", name=OPERANDS[i]) for i, n in enumerate(names)})
    partials = tuple(derivative(renamed, n) for n in OPERANDS[: len(names)])
    return declare(label, sign(label), "elementwise", value=renamed, partials=partials)


@cache
def passing_primitive(expr: Expr, label: str) -> Primitive:
    """Upstream × a partial that is 0 in some branch, as an elementwise primitive of the upstream and its variables."""
    names = variables(expr)
    renamed = substitute(expr, {n: Expr("var", name=OPERANDS[i + 1]) for i, n in enumerate(names)})
    value = passed(Expr("var", name=OPERANDS[0]), renamed)
    partials = tuple(derivative(value, n) for n in OPERANDS[: len(names) + 1])
    return declare(label, "·" + sign(label), "elementwise", value=value, partials=partials)


def sign(label: str) -> str:
    """How a picture shows a partial derivative: `d_pow_dx`, which is a name for files, as ∂pow/∂x."""
    name, variable = label.split("_", 1)[1].rsplit("_d", 1)
    return f"∂{name}/∂{variable}"
