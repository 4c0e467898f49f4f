"""Conditions of `where`: the tape holds them as the numbers 1 and 0, a reader wants True, False, or `a > b`."""

from __future__ import annotations

import ast
from dataclasses import dataclass

import numpy as np

from notebook_ad.engine import elementwise
from notebook_ad.graph.model import Value
from notebook_ad.graph.values import shown
from notebook_ad.graph.visible import Visible


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """A constant that only decides: as booleans, and its text in the code where that is a comparison."""

    value: Value
    text: str | None


def conditions(seen: Visible) -> dict[int, Condition]:
    """By node id, the constants that are used as nothing but a condition."""
    choices = [node for node, row in enumerate(seen.rows) if row.primitive is elementwise.select]
    if not choices:
        return {}
    deciding = {seen.operands[node][0]: node for node in choices}
    for node, operands in enumerate(seen.operands):
        for operand in operands[1:] if seen.rows[node].primitive is elementwise.select else operands:
            deciding.pop(operand, None)
    found = {}
    for at, node in deciding.items():
        segment, place = seen.rows[node].place
        source = segment.sources.get(place)
        value = shown(np.asarray(seen.rows[at].value) != 0)
        found[at] = Condition(value, comparison(source.text) if source is not None else None)
    return found


def comparison(text: str) -> str | None:
    """The first argument of a call of `where`, if it compares something: `a > b` of `np.where(a > b, a, b)`."""
    try:
        call = ast.parse(text.strip(), mode="eval").body
    except SyntaxError:
        return None
    if not isinstance(call, ast.Call) or not call.args or not ast.unparse(call.func).endswith("where"):
        return None
    condition = call.args[0]
    return ast.unparse(condition) if isinstance(condition, ast.Compare | ast.BoolOp | ast.UnaryOp | ast.BinOp) else None
