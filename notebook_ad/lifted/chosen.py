"""What `max` and `min` are said to have done where they gave a constant in the place of a computed value."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Any

from notebook_ad.graph.numbers import short
from notebook_ad.lifted.nearest import capped
from notebook_ad.lifted.session import Session
from notebook_ad.lifted.values import plain

LONG = 40  # columns of an argument


def constant(name: str, args: Sequence[Any], value: Any, result: Any, session: Session) -> str:
    """`max() returned the constant 0, because w*x + b is −1 (off); np.maximum(0, w*x + b) draws the 0`.

    Args:
        name: of the function; args: what it was given, one of them `value`, which was not taken.
    """
    said = f"{name}() returned the constant {result!r}"
    if type(result) not in (int, float):
        return said
    texts = written(args, session)
    at = next(i for i, given in enumerate(args) if given is value)
    loser = texts[at] if texts else value._link.name or "the other"
    off = " (off)" if name == "max" and result == 0 else ""
    said += f", because {capped(loser, LONG)} is {short(plain(value))}{off}"
    if len(args) != 2 or not texts:
        return said
    given = ", ".join(capped(text, LONG) for text in texts)
    return f"{said}; np.{name}imum({given}) draws the {short(result)}"


def written(args: Sequence[Any], session: Session) -> list[str]:
    """The arguments as the cell writes them; none where it is not known, as in `max(*pair)`."""
    source = session.sources()
    try:
        tree = ast.parse(source.text.strip(), mode="eval").body if source is not None else None
    except SyntaxError:
        return []
    if not isinstance(tree, ast.Call) or len(tree.args) != len(args) or tree.keywords:
        return []
    if source is None or any(isinstance(a, ast.Starred) for a in tree.args):
        return []
    return [ast.get_source_segment(source.text.strip(), a) or ast.unparse(a) for a in tree.args]
