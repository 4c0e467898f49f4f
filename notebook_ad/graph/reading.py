"""Reading what a learner gives as an answer: numbers in any of Python's clothes, formulas as text or function."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

RELATIVE = 1e-3  # an answer read off the picture has four digits
ABSOLUTE = 1e-9

_BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: math.pow,  # floats only: 9**9**9 overflows at once where integers would run for hours
}
_UNARY: dict[type[ast.unaryop], Callable[[float], float]] = {ast.UAdd: operator.pos, ast.USub: operator.neg}
_CALLS: dict[str, Callable[[float], float]] = {
    name: getattr(math, name) for name in ("exp", "log", "sqrt", "sin", "cos", "tan", "tanh")
}


class UnreadableError(ValueError):
    """The answer is not of a kind that can be checked; the message tells the learner what to write."""


def number(answer: object) -> float:
    """The answer as a float: Python and NumPy numbers, arrays and tensors of one element, and text such as "−6".

    Raises:
        UnreadableError: it is no number, or not a finite one.
    """
    if isinstance(answer, str):
        return _finite(evaluate(answer, {}), answer)
    if isinstance(answer, bool | np.bool_) or not hasattr(answer, "__float__"):
        raise UnreadableError(f"{_shown(answer)} is not a number")
    plain: Any = answer.detach() if hasattr(answer, "detach") else answer
    try:
        return _finite(float(plain), answer)
    except (TypeError, ValueError) as error:
        if isinstance(error, UnreadableError):
            raise
        raise UnreadableError(f"{_shown(answer)} is not one number") from error


def close(answer: float, expected: float) -> bool:
    """Whether two numbers agree to the digits that a picture shows."""
    return math.isclose(answer, expected, rel_tol=RELATIVE, abs_tol=ABSOLUTE)


def evaluate(formula: object, point: Mapping[str, float]) -> float:
    """The value of a formula at a point.

    Args:
        formula: text such as "2*(w*x - y)*x", or a function of the point's names (or of as many positions).
        point: the variables, in the order in which a function takes them.

    Raises:
        UnreadableError: it cannot be read, or has no finite value there. Text is never handed to `eval`.
    """
    if isinstance(formula, str):
        return _finite(_Reader(point).read(formula), formula)
    if callable(formula):
        return number(called(formula, point))
    return number(formula)


def called(function: Callable[..., object], point: Mapping[str, float]) -> object:
    """What the learner's function returns at a point; its own errors come back as `UnreadableError`."""
    code = getattr(function, "__code__", None)
    names = code.co_varnames[: code.co_argcount] if code else ()
    where = ", ".join(f"{name}={value:g}" for name, value in point.items())
    try:
        return function(**point) if set(point) <= set(names) else function(*point.values())
    except Exception as error:  # whatever the learner's code raises is the answer to show
        raise UnreadableError(f"your function raised {type(error).__name__} at {where}: {error}") from error


class _Reader(ast.NodeVisitor):
    """Evaluates the few kinds of syntax that a formula needs; anything else is refused by name."""

    def __init__(self, point: Mapping[str, float]) -> None:
        self.point = point

    def read(self, text: str) -> float:
        tidy = text.replace("−", "-").replace("·", "*").replace("×", "*").replace("²", "**2").strip()
        try:
            tree = ast.parse(tidy, mode="eval")
        except (SyntaxError, ValueError) as error:
            raise UnreadableError(
                f"{text!r} is not a formula: write it as in Python, 2*w for 2w, w**2 for w²"
            ) from error
        try:
            return float(self.visit(tree.body))
        except (ZeroDivisionError, OverflowError, ValueError, RecursionError) as error:
            if isinstance(error, UnreadableError):
                raise
            raise UnreadableError(f"{text!r} has no value here: {error}") from error

    def visit_Constant(self, node: ast.Constant) -> float:
        if isinstance(node.value, bool) or not isinstance(node.value, int | float):
            return self.generic_visit(node)
        return float(node.value)

    def visit_Name(self, node: ast.Name) -> float:
        if node.id not in self.point:
            known = ", ".join(self.point) or "none here"
            raise UnreadableError(f"{node.id!r} is not a name of this exercise; its names: {known}")
        return self.point[node.id]

    def visit_BinOp(self, node: ast.BinOp) -> float:
        if type(node.op) is ast.BitXor:
            raise UnreadableError("in Python a power is written w**2, not w^2")
        if type(node.op) not in _BINARY:
            return self.generic_visit(node)
        return _BINARY[type(node.op)](self.visit(node.left), self.visit(node.right))

    def visit_UnaryOp(self, node: ast.UnaryOp) -> float:
        if type(node.op) not in _UNARY:
            return self.generic_visit(node)
        return _UNARY[type(node.op)](self.visit(node.operand))

    def visit_Call(self, node: ast.Call) -> float:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in _CALLS or len(node.args) != 1 or node.keywords:
            raise UnreadableError(f"a formula may call {', '.join(_CALLS)} with one value")
        return _CALLS[name](self.visit(node.args[0]))

    def generic_visit(self, node: ast.AST) -> float:
        raise UnreadableError(
            f"a formula has numbers, names, + - * / ** and brackets; {ast.unparse(node)!r} is none of these"
        )


def _finite(value: float, answer: object) -> float:
    if not math.isfinite(value):
        raise UnreadableError(f"{_shown(answer)} gives {value}, which is not a number to compare")
    return value


def _shown(answer: object) -> str:
    text = repr(answer)
    return text if len(text) <= 40 else text[:37] + "…"
