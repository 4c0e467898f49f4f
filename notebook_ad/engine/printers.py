"""Print an expression tree as Numba source, as plain text for a reader, or as LaTeX."""

from __future__ import annotations

import math

from notebook_ad.engine.expr import Expr

_FUNCTIONS = {
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sqrt", "cbrt", "hypot", "sin", "cos", "tan", "arcsin",
    "arccos", "arctan", "arctan2", "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh", "abs", "floor", "rint",
    "sign", "copysign", "fmod",
}  # fmt: skip
_TEX_NAMES = {"log2": r"\log_{2}", "log10": r"\log_{10}"}
_TEX_KNOWN = {"exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "arcsin", "arccos", "arctan"}  # LaTeX's own
_INFIX = {"+": 1, "-": 1, "*": 2, "/": 2, "<": 0, "<=": 0, ">": 0, ">=": 0, "==": 0, "!=": 0}
_SIGNS = {"-": "−", "*": "·", "<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}
_TEX_SIGNS = {"*": r" \, ", "<=": r" \le ", ">=": r" \ge ", "==": " = ", "!=": r" \ne "}
_SUPERSCRIPTS = str.maketrans("0123456789-.", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻·")


def source(expr: Expr, scalar: bool = False) -> str:
    """Source with lazy `where`: for Numba, with NumPy's functions; `scalar`, for Python floats, with math's."""
    args = [source(a, scalar) for a in expr.args]
    match expr.head:
        case "const":
            literal = f"{'math' if scalar else 'np'}.inf" if expr.value == math.inf else repr(expr.value)
            return literal if scalar else f"T({literal})"
        case "var":
            return expr.name
        case "neg":
            return f"(-{args[0]})"
        case "where":
            return f"({args[1]} if {args[0]} else {args[2]})"
        case "pow":
            return f"({args[0]} ** {args[1]})" if scalar else f"power({args[0]}, {args[1]})"
        case "//" | "%" if scalar:
            return f"({args[0]} {expr.head} {args[1]})"
        case "abs" if scalar:
            return f"abs({args[0]})"
        case "//":
            return f"floor_divide({args[0]}, {args[1]})"
        case "%":
            return f"np.remainder({args[0]}, {args[1]})"
        case head if head in _INFIX:
            return f"({args[0]} {head} {args[1]})"
        case head if head in _FUNCTIONS:
            name = head.replace("arc", "a") if scalar else head  # math.asin, np.arcsin
            return f"{'math' if scalar else 'np'}.{name}({', '.join(args)})"
    raise ValueError(f"no Numba source for {expr.head!r}")


def number(value: float) -> str:
    """A constant as a reader writes it: 2, −1, 0.5."""
    return f"{value:g}".replace("-", "−").replace("inf", "∞")


def exponent(value: float) -> str:
    """A constant exponent as superscript: ², ⁻¹, ⁰·⁵."""
    return f"{value:g}".translate(_SUPERSCRIPTS)


def text(expr: Expr, tight: int = 0) -> str:
    """Plain text for rules and tables; parentheses only where precedence asks for them."""
    head, args = expr.head, expr.args
    if head == "const":
        return number(expr.value)
    if head == "var":
        return expr.name
    if head == "neg":
        return "−" + text(args[0], 3)
    if head == "where":
        return f"({text(args[1])} if {text(args[0])} else {text(args[2])})"
    if head == "pow":
        base = text(args[0], 4)
        return base + (exponent(args[1].value) if args[1].head == "const" else f"^{text(args[1], 4)}")
    if head == "*" and args[0] == args[1]:
        return text(args[0], 4) + "²"
    if head in _INFIX:
        rank = _INFIX[head]
        body = f"{text(args[0], rank)} {_SIGNS.get(head, head)} {text(args[1], rank + 1)}"
        return f"({body})" if rank < tight else body
    return f"{head}({', '.join(text(a) for a in args)})"


def latex(expr: Expr, tight: int = 0) -> str:
    """LaTeX of the expression."""
    head, args = expr.head, expr.args
    match head:
        case "const":
            return f"{expr.value:g}".replace("inf", r"\infty")
        case "var":
            return expr.name
        case "neg":
            return "-" + latex(args[0], 3)
        case "/":
            return rf"\frac{{{latex(args[0])}}}{{{latex(args[1])}}}"
        case "*" if args[0] == args[1]:
            return rf"{latex(args[0], 4)}^{{2}}"
        case "pow":
            return rf"{latex(args[0], 4)}^{{{latex(args[1])}}}"
        case "exp":
            return rf"e^{{{latex(args[0])}}}"
        case "exp2":
            return rf"2^{{{latex(args[0])}}}"
        case "sqrt":
            return rf"\sqrt{{{latex(args[0])}}}"
        case "cbrt":
            return rf"\sqrt[3]{{{latex(args[0])}}}"
        case "abs":
            return rf"\left|{latex(args[0])}\right|"
        case "floor" | "rint":
            return rf"\lfloor {latex(args[0])} \rfloor"
        case "//":
            return rf"\lfloor \frac{{{latex(args[0])}}}{{{latex(args[1])}}} \rfloor"
        case "%":
            return rf"{latex(args[0], 3)} \bmod {latex(args[1], 3)}"
        case "where":
            return rf"\begin{{cases}}{latex(args[1])} & {latex(args[0])}\\{latex(args[2])} & \text{{else}}\end{{cases}}"
    if head in _INFIX:
        rank = _INFIX[head]
        sign = _TEX_SIGNS.get(head, f" {head} ")
        body = latex(args[0], rank) + sign + latex(args[1], rank + 1)
        return rf"\left({body}\right)" if rank < tight else body
    name = _TEX_NAMES.get(head) or ("\\" + head if head in _TEX_KNOWN else rf"\operatorname{{{head}}}")
    return rf"{name}\left({', '.join(map(latex, args))}\right)"
