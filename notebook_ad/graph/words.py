"""The vjp of an edge in words, the glyph of a node, the local derivative as text and LaTeX: all from the registry."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from notebook_ad.engine import arrays as ops
from notebook_ad.engine.expr import Expr, lift, substitute, var
from notebook_ad.engine.primitive import OPERANDS, Primitive
from notebook_ad.engine.printers import exponent, latex, source, text
from notebook_ad.graph import products

if TYPE_CHECKING:
    from notebook_ad.graph.expression import Text
    from notebook_ad.graph.operation import Operation


def glyph(primitive: Primitive, static: Mapping[str, Any], power: float | None) -> str:
    """What the op's circle shows: ×, x², [1]."""
    if power is not None:
        return "√" if power == 0.5 else "x" + exponent(power)
    if primitive in (ops.index, ops.gather):
        return f"[{key_text(static['key'])}]"
    return primitive.glyph


def key_text(key: Any) -> str:
    """An index as it is written in code: `1`, `:`, `2:5`."""
    if isinstance(key, tuple):
        return ", ".join(map(key_text, key))
    if isinstance(key, slice):
        parts = ["" if p is None else str(p) for p in (key.start, key.stop, key.step)]
        return ":".join(parts if key.step is not None else parts[:2])
    if key is Ellipsis:
        return "…"
    if isinstance(key, np.ndarray | list) and np.ndim(key):
        return "mask" if np.asarray(key).dtype == bool else "indices"
    return str(key)


def partial(op: Operation, position: int) -> Expr | None:
    """The local derivative as an expression, with a constant exponent put in; None where it is a Jacobian."""
    if op.primitive.kind != "elementwise":
        return None
    expr = op.primitive.partials[position]
    return expr if expr is None or op.power is None else substitute(expr, {"y": lift(op.power)})


def partial_latex(op: Operation, position: int) -> str:
    """LaTeX of the local derivative over x, y and z, or an empty string."""
    expr = partial(op, position)
    return "" if expr is None else latex(expr)


def factor(op: Operation, position: int) -> str:
    """The local derivative in the names of the operands and the result: `w`, `2 · (a·w − y)`; "" for a Jacobian."""
    expr = partial(op, position)
    if expr is None:
        return ""
    *names, result = op.texts
    known = {name: var(atom(t)) for name, t in zip(OPERANDS, names, strict=False)} | {"z": var(atom(result))}
    if len(op.primitive.partials) == 1 and any_branch(expr):
        return f"{op.primitive.name}′({names[0][0]})"
    inputs = op.inputs
    if all(np.ndim(v) == 0 for v in inputs):
        expr = taken(expr, dict(zip((*OPERANDS[: len(inputs)], "z"), (*inputs, op.value), strict=True)))
    if any_branch(expr):
        return f"∂{op.primitive.name}/∂{atom(names[position])}"
    return text(substitute(expr, known), 2)


def atom(text: Text) -> str:
    """A text that can stand as a factor: in parentheses where it is a sum or a product."""
    return text[0] if text[1] == 3 else f"({text[0]})"


def rule(op: Operation, position: int) -> str:
    """The vjp in words: `upstream × w`, `xᵀ @ upstream`, `upstream, summed over axis 0`."""
    name = op.primitive.name
    if op.primitive.kind == "elementwise":
        words = f"upstream × {factor(op, position)}"
    elif op.primitive is ops.matmul:
        words = products.rule(op, position, atom(op.texts[0]), atom(op.texts[1]))
    elif op.primitive is ops.sum_:
        return "upstream, to every element summed"
    elif op.primitive is ops.mean:
        count = math.prod(op.input_shapes[0]) // (math.prod(op.shape) or 1)
        return f"upstream ÷ {count}, to every element averaged"
    elif op.primitive in (ops.max_, ops.min_):
        return f"upstream, to the element that is the {name} (shared at a tie)"
    elif op.primitive in (ops.index, ops.gather):
        return f"upstream, to [{key_text(op.static['key'])}]; 0 elsewhere"
    elif op.primitive is ops.reshape:
        return f"upstream, reshaped to {op.input_shapes[0]}"
    elif op.primitive is ops.transpose:
        return "upstream, transposed back"
    elif op.primitive in (ops.concatenate, ops.stack):
        return f"upstream, the part that came from operand {position}"
    elif op.primitive is ops.put:
        return "upstream, but 0 where values were put" if position == 0 else "upstream, at the places put"
    elif op.primitive is ops.cast:
        return f"upstream, cast to {op.book.nodes[op.operands[0]].dtype}"
    elif op.primitive.kind == "host":
        return op.primitive.rule or f"the vjp of {op.static.get('label', name)}"
    else:
        words = "upstream"
    own, whole = op.input_shapes[position], op.shape
    if op.primitive is ops.matmul:
        own, whole = own[:-2], products.batch(op)
    summed = summed_axes(own, whole)
    return f"{words}, summed over {summed}" if summed else words


def summed_axes(operand: tuple[int, ...], result: tuple[int, ...]) -> str:
    """Over which axes of the result a broadcast operand's gradient is summed: "axis 0", "axes 0, 1", "all axes"."""
    missing = len(result) - len(operand)
    axes = [i for i, n in enumerate(result) if i < missing or (operand[i - missing] == 1 and n != 1)]
    if not axes or missing < 0:
        return ""
    if len(axes) == len(result) > 1:
        return "all axes"
    return f"ax{'e' if len(axes) > 1 else 'i'}s {', '.join(map(str, axes))}"


def taken(expr: Expr, values: dict[str, Any]) -> Expr:
    """The expression with the branch that each `where` takes at these values."""
    if expr.head == "where":
        condition = eval(source(expr.args[0], scalar=True), {"math": math}, values)
        return taken(expr.args[1] if condition else expr.args[2], values)
    return Expr(expr.head, tuple(taken(a, values) for a in expr.args), expr.value, expr.name) if expr.args else expr


def any_branch(expr: Expr) -> bool:
    """Whether a `where` stands in the expression."""
    return expr.head == "where" or any(map(any_branch, expr.args))
