"""An error about an index or a shape in the cell: which variables it is about, as matrix products say it."""

from __future__ import annotations

import ast
from types import FrameType, TracebackType
from typing import Any

import numpy as np

from notebook_ad.lifted.where import owner_of
from notebook_ad.tensor.messages import expression


def name_operands(error: BaseException) -> None:
    """Add to an error the arrays and lists in the expression that raised it, with their shapes."""
    if not isinstance(error, IndexError | ValueError) or getattr(error, "__notes__", None):
        return
    entry = _innermost(error.__traceback__)
    if entry is None:
        return
    frame = entry.tb_frame
    text = expression(frame.f_code, entry.tb_lasti, entry.tb_lineno)
    named = _operands(text, frame)
    if named:
        error.add_note(f'{" and ".join(named)} in "{text}" (line {entry.tb_lineno})')


def _innermost(traceback: TracebackType | None) -> TracebackType | None:
    """The entry of the user's own code that is nearest to the error."""
    found = None
    while traceback is not None:
        if owner_of(traceback.tb_frame.f_code) == "user":
            found = traceback
        traceback = traceback.tb_next
    return found


def _operands(text: str, frame: FrameType) -> list[str]:
    try:
        tree = ast.parse(text, mode="eval")
    except SyntaxError:
        return []
    subscripted = {n.value.id for n in ast.walk(tree) if isinstance(n, ast.Subscript) and isinstance(n.value, ast.Name)}
    names = dict.fromkeys(n.id for n in ast.walk(tree) if isinstance(n, ast.Name))
    described = [_described(name, _value(name, frame), name in subscripted) for name in names]
    return [d for d in described if d]


def _value(name: str, frame: FrameType) -> Any:
    return frame.f_locals.get(name, frame.f_globals.get(name))


def _described(name: str, value: Any, subscripted: bool) -> str:
    if isinstance(value, np.ndarray) and value.ndim:
        return f"{name} {value.shape}"
    if subscripted and isinstance(value, list | tuple):
        return f"{name} ({type(value).__name__} of {len(value)})"
    return ""
