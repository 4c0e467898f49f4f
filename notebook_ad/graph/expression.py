"""Short texts of what a node computes, from the names of what it is computed from: `a·w`, `a·w + b`, `tanh(h)`."""

from __future__ import annotations

from collections.abc import Sequence

LIMIT, HEAD, TAIL = 40, 20, 12
_INFIX = {"add": (" + ", 1), "sub": (" − ", 1), "mul": ("·", 2), "div": (" / ", 2), "matmul": (" @ ", 2)}
_INFIX |= {"floordiv": (" // ", 2), "mod": (" % ", 2)}


def expression(op: str, glyph: str, operands: Sequence[tuple[str, int]]) -> tuple[str, int]:
    """The text of an operation and its precedence (3: never needs parentheses), from its operands' texts."""
    if op in _INFIX and len(operands) == 2:
        sign, rank = _INFIX[op]
        left, right = _wrap(operands[0], rank), _wrap(operands[1], rank + 1)
        return _cap(left + sign + right, rank)
    first = operands[0][0] if operands else ""
    if op == "neg":
        return _cap("−" + _wrap(operands[0], 3), 2)
    if op == "pow" and len(operands) == 1:
        return (f"√({first})", 3) if glyph == "√" else _cap(_wrap(operands[0], 3) + glyph.removeprefix("x"), 3)
    if op == "pow":
        return _cap(f"{_wrap(operands[0], 3)}^{_wrap(operands[1], 3)}", 3)
    if op in ("index", "gather"):
        return _cap(_wrap(operands[0], 3) + glyph, 3)
    if op == "transpose":
        return _cap(_wrap(operands[0], 3) + "ᵀ", 3)
    if op == "abs":
        return _cap(f"|{first}|", 3)
    return _cap(f"{op}({', '.join(text for text, _ in operands)})", 3)


def _wrap(operand: tuple[str, int], rank: int) -> str:
    text, own = operand
    return f"({text})" if own < rank else text


def _cap(text: str, rank: int) -> tuple[str, int]:
    """A long text keeps its beginning and its end, so that different nodes read differently."""
    return (f"{text[:HEAD].rstrip()} … {text[-TAIL:].lstrip()}", rank) if len(text) > LIMIT else (text, rank)
