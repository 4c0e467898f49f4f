"""Short texts of what a node computes, from the names of what it is computed from: `a·w`, `a·w + b`, `tanh(h)`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from notebook_ad.graph.shorten import shortened

if TYPE_CHECKING:
    from notebook_ad.graph.model import Node

Text = tuple[str, int]  # of an expression, and its precedence (3: never needs parentheses)
LIMIT, LISTED = 40, 16  # columns of a text; operands that are listed one by one
_INFIX = {"add": (" + ", 1), "sub": (" − ", 1), "mul": ("·", 2), "div": (" / ", 2), "matmul": (" @ ", 2)}
_INFIX |= {"floordiv": (" // ", 2), "mod": (" % ", 2)}


class Texts:
    """The text of every node of a graph, written when the first is asked for.

    `operands` are the ids of each node's operands; `constant` writes the value of a leaf or constant without a name.
    """

    def __init__(
        self, nodes: Sequence[Node], operands: Sequence[Sequence[int]], constant: Callable[[Any], str]
    ) -> None:
        self.nodes, self.operands, self.constant = nodes, operands, constant

    @cached_property
    def all(self) -> tuple[Text, ...]:
        """By node id: what a node computes, whether or not it has a name."""
        found: list[Text] = []
        for node, operands in zip(self.nodes, self.operands, strict=True):
            if node.kind == "op":
                given = [(name, 3) if (name := self.nodes[i].name) else found[i] for i in operands]
                found.append(expression(str(node.op), node.glyph, given))
            else:
                found.append((node.name, 3) if node.name else number(self.constant(node.value)))
        return tuple(found)

    def named(self, node: int) -> Text:
        """What formulas call a node."""
        name = self.nodes[node].name
        return (name, 3) if name else self.all[node]


SHORT = 3  # elements of an array that a formula spells out


def constant(value: Any) -> str:
    """A constant without a name as it stands in a formula: `3`, `True`, `[1, 2.5]`, `const(40, 2)`, `mask`."""
    if isinstance(value, float):
        return f"{value:.4g}".replace("-", "−")
    if np.ndim(value) == 1 and 0 < np.size(value) <= SHORT and np.asarray(value).dtype.kind in "fi":
        return f"[{', '.join(constant(float(x)) for x in value)}]"
    if np.asarray(value).dtype == bool:
        return "mask" if np.ndim(value) else str(bool(value))
    return f"const{np.shape(value)}"


def number(text: str) -> Text:
    """A constant's text, which is a sum's or a product's last part in parentheses where it is negative."""
    return text, 2 if text.startswith("−") else 3


def expression(op: str, glyph: str, operands: Sequence[Text]) -> Text:
    """The text of an operation and its precedence (3: never needs parentheses), from its operands' texts."""
    if op in _INFIX and len(operands) == 2:
        sign, rank = _INFIX[op]
        left, right = _wrap(operands[0], rank), _wrap(operands[1], rank + 1)
        if right.startswith("−"):
            taken_away = op == "add" and right[1:2].isdigit()  # a number, or its multiple
            sign, right = (" − ", right[1:]) if taken_away else (sign, f"({right})")
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
    parts = [text for text, _ in operands]
    if len(parts) > LISTED:
        parts[LISTED // 2 : -LISTED // 2] = ["…"]
    return _cap(f"{op}({', '.join(parts)})", 3)


def _wrap(operand: Text, rank: int) -> str:
    text, own = operand
    return f"({text})" if own < rank else text


def _cap(text: str, rank: int) -> Text:
    """A long text keeps its beginning and its end, so that different nodes read differently."""
    return shortened(text, LIMIT), rank
